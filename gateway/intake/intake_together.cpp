// Releases of one minute: written one after the other in one transaction, which waits for the minute and is then committed.
//
// What is held, or failed, is said when the others are visible: before, it could tell of them.
#include <algorithm>
#include <chrono>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr std::chrono::milliseconds look_at_clock{50};
constexpr int looks_per_ledger = 4;
/// With the store locked; a clock set back further ends the preparation.
constexpr UnixTime longest_wait = 60;
constexpr int most_checks = 5;

/// The store changed since the preview, or the load did not do what the preview said.
struct Outdated {
    std::string why;
};
/// Not now: the minute is far away again, or the service ends.
struct Postponed {};

/// A delivery that is to become visible.
struct Member {
    enum class State : std::uint8_t { open, ready, held, failed, gone };
    Entry entry;
    Agreement const* agreement = nullptr;
    Report report;
    bool is_report_new = false;
    State state = State::open;
    std::string dataset;
    std::string why; ///< it is held, or failed
    std::size_t mark = 0;
};

} // namespace

class Intake::Parts::Together {
  public:
    Together(Parts& parts, UnixTime at)
        : parts_(parts), at_(at), planned_(at - parts.now()),
          bench_(parts.settings, parts.work_folder(), parts.settings.threads) {}

    /// What the store has already, or what cannot be released at all, is settled here.
    void add(Entry const& entry) {
        auto const& delivery = entry.delivery;
        if (!bench_.store->position(position_source, delivery.id).empty()) {
            parts_.write_receipts(parts_.note_released(entry, *bench_.store, delivery.dataset));
            return;
        }
        Member member;
        member.entry = entry;
        member.agreement = parts_.agreements().find(delivery.agreement);
        auto const text = parts_.ledger().report(delivery.id);
        if (member.agreement == nullptr || !text) {
            parts_.hold(entry, member.agreement == nullptr ? "its agreement is not there any more"
                                                           : "its report is lost");
            return;
        }
        member.report = report_from_json(*text);
        if (entry.is_being_released) {
            // Whoever was at it was killed before the store had it.
            StepChange again;
            again.stage = Stage::checked;
            again.is_silent = true;
            again.is_being_released = false;
            static_cast<void>(parts_.ledger().step(delivery.id, objection_to_release, again));
        }
        members_.push_back(std::move(member));
    }

    bool run() {
        if (members_.empty()) return true;
        try {
            begin_group();
            prepare_from(0);
            do wait();
            while (!begin());
        } catch (Postponed const&) {
            return false; // nothing of it remains
        }
        group_->commit();
        tell();
        return true;
    }

  private:
    using State = Member::State;

    void begin_group() {
        // Somebody else's load ends sooner or later; waiting for it is all that can be done.
        constexpr int most_tries = 10;
        for (int tries = 1; !group_; ++tries) try {
                group_ = bench_.store->group();
            } catch (Error const& error) {
                if (error.code() != Errc::conflict || tries == most_tries || parts_.is_stopped()) throw;
            }
    }

    [[nodiscard]] bool is_any(State state) const {
        return std::any_of(members_.begin(), members_.end(),
                           [state](Member const& each) { return each.state == state; });
    }

    /// Writes those from `first` on. What is ready at the minute goes without the rest.
    void prepare_from(std::size_t first) {
        for (auto i = first; i < members_.size(); ++i) {
            auto& member = members_[i];
            if (member.state == State::gone || member.state == State::held) continue;
            if (parts_.is_stopped()) throw Postponed{};
            member.state = State::open;
            if (parts_.now() >= at_ && is_any(State::ready)) continue;
            member.mark = group_->mark();
            try {
                prepare(member);
            } catch (Error const& error) {
                member.state = State::failed;
                member.why = std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")";
            }
            if (member.state != State::ready) group_->back_to(member.mark);
        }
    }

    void prepare(Member& member) {
        auto const begin = std::chrono::steady_clock::now();
        auto const& delivery = member.entry.delivery;
        UnpackedFile const file{parts_.bytes, delivery.sha256, parts_.work_folder()};
        for (int round = 0;; ++round) try {
                load(member, file);
                parts_.saw_speed(
                    delivery.bytes,
                    std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
                return;
            } catch (Outdated const& outdated) {
                if (round == most_checks)
                    throw Error{Errc::conflict, "its check is outdated again and again: " + outdated.why};
                group_->back_to(member.mark);
                if (!check_again(member, file, outdated.why)) return;
            }
    }

    void load(Member& member, UnpackedFile const& file) {
        auto const& delivery = member.entry.delivery;
        auto const& agreement = *member.agreement;
        io::MappedFile const mapped{file.path()};
        auto const provenance = provenance_of(agreement, delivery, std::max(parts_.now(), at_));
        auto options = reading_of(agreement, delivery.wish);
        options.note = delivery.wish.comment;
        options.force = true;
        options.watch.begin = [&](store::Load& load) {
            auto const vintages = bench_.store->vintages(member.report.preview.dataset);
            auto const newest = vintages.empty() ? VintageNo{0} : vintages.back().no;
            auto const against = member.report.preview.against;
            if (newest != against)
                throw Outdated{"vintage " + std::to_string(newest) +
                               " came after the check against vintage " + std::to_string(against)};
            // The release names the receipt of its check: the chain of receipts and the store hold each other.
            auto const known = parts_.receipts.of(delivery.id);
            load.position(position_source, delivery.id,
                          "{\"stage\":\"released\",\"sha256\":\"" + delivery.sha256 + "\",\"receipt\":\"" +
                              (known.empty() ? std::string{} : hash_of(known.back())) + "\"}");
            load.before_commit([&](store::LoadResult const& result) {
                auto const& counts = member.report.counts;
                if (result.added != counts.added || result.revised != counts.revised ||
                    result.deleted != counts.deleted)
                    throw Outdated{"mappings or rules changed after the check"};
            });
        };
        auto const kept = [&] { return bench_.archive.keep_file(file.path(), provenance); };
        auto const loaded = ingest::load_document(bench_.shop, mapped.view(), kept, provenance,
                                                  {agreement.service, agreement.table}, options);
        if (loaded.outcome == "not_newer") {
            member.state = State::held;
            member.why = "older than what is in force: " + loaded.text;
            return;
        }
        member.dataset = loaded.dataset;
        member.state = State::ready;
    }

    /// Against what is in force now; false where a person has to look at it first.
    bool check_again(Member& member, UnpackedFile const& file, std::string const& why) {
        auto const before = member.report.verdict;
        CheckOptions again;
        again.at = std::max(parts_.now(), at_);
        again.program = parts_.settings.program;
        again.data = parts_.settings.data;
        again.store_directory = parts_.settings.store;
        again.quarantine = quarantine_path(parts_.folder, member.entry.delivery);
        member.report = check(bench_.shop, *member.agreement, member.entry.delivery, file.path(), again);
        member.is_report_new = true;
        auto const now = member.report.verdict;
        if (now <= before && now != Verdict::unusable) return true;
        member.state = State::held;
        member.why = "checked again because " + why + ": now " + std::string{name_of(now)} + ", was " +
                     std::string{name_of(before)};
        return false;
    }

    void wait() {
        if (!is_any(State::ready)) return;
        int looks = 0;
        for (auto left = at_ - parts_.now(); left > 0; left = at_ - parts_.now()) {
            if (parts_.is_stopped() || left > planned_ + longest_wait) throw Postponed{};
            if (++looks % looks_per_ledger == 0) look_who_went();
            parts_.settings.clock.sleep(look_at_clock);
        }
    }

    void look_who_went() {
        auto const ledger = parts_.ledger();
        std::vector<std::string> gone;
        for (auto const& member : members_) {
            if (member.state != State::ready) continue;
            auto const entry = ledger.find(member.entry.delivery.id);
            if (!entry || !objection_to_release(*entry).empty()) gone.push_back(member.entry.delivery.id);
        }
        drop(gone);
    }

    /// Takes out what somebody took back, and writes anew what came after it.
    void drop(std::vector<std::string> const& gone) {
        if (gone.empty()) return;
        auto first = members_.size();
        for (std::size_t i = 0; i < members_.size(); ++i) {
            auto& member = members_[i];
            if (std::find(gone.begin(), gone.end(), member.entry.delivery.id) == gone.end()) continue;
            first = std::min(first, i);
            member.state = State::gone;
        }
        group_->back_to(members_[first].mark);
        for (auto i = first + 1; i < members_.size(); ++i)
            if (members_[i].state == State::ready) members_[i].state = State::open;
        prepare_from(first + 1);
        if (!is_any(State::ready) && !is_any(State::held)) throw Postponed{};
    }

    /// Whoever takes one back has done so before this, or finds it released. False where somebody has.
    bool begin() {
        std::vector<Ledger::Begin> wanted;
        for (auto const& member : members_)
            if (member.state == State::ready)
                wanted.push_back({member.entry.delivery.id, member.is_report_new
                                                                ? std::optional{to_json(member.report)}
                                                                : std::nullopt});
        if (wanted.empty()) return true;
        auto const refused = parts_.ledger().begin_releases(wanted, objection_to_release);
        drop(refused);
        return refused.empty();
    }

    void tell() {
        for (auto const& member : members_) {
            auto const& entry = member.entry;
            try {
                if (member.state == State::ready)
                    parts_.write_receipts(parts_.note_released(entry, *bench_.store, member.dataset));
                if (member.state == State::held) {
                    if (member.is_report_new) store_report(entry, member.report);
                    parts_.hold(entry, member.why);
                }
                if (member.state == State::failed) parts_.rest(entry, member.why);
            } catch (Error const& error) {
                parts_.rest(entry, error.what());
            }
        }
    }

    void store_report(Entry const& entry, Report const& report) {
        StepChange change;
        change.stage = entry.delivery.stage;
        change.time = parts_.now();
        change.is_silent = true;
        change.report = to_json(report);
        change.dataset = report.preview.dataset;
        static_cast<void>(parts_.ledger().step(entry.delivery.id, objection_to_release, change));
    }

    Parts& parts_;
    UnixTime at_;
    UnixTime planned_; ///< how long it was to be waited
    Bench bench_;
    std::unique_ptr<store::LoadGroup> group_; ///< ends before the store
    std::vector<Member> members_;
};

bool Intake::Parts::release_together(std::vector<Entry> const& entries, UnixTime at) {
    Together together{*this, at};
    for (auto const& entry : entries) together.add(entry);
    return together.run();
}

} // namespace gateway::intake
