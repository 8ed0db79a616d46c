#include "gateway/night/brake.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "gateway/ingest/position.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::night {
namespace {

constexpr std::size_t sample_lines = 500; ///< of deletions, and of revisions
constexpr std::size_t named = 3;
constexpr double hundred = 100;

std::string next_step_of(std::string const& id) {
    return "kreislauf held show " + id + ", then kreislauf held release or refuse " + id + " --reason TEXT";
}

/// A number or what stands in place of one.
std::string value_text(store::Store const& store, std::optional<store::PackedObservation> const& packed) {
    if (!packed) return {};
    auto const& state = store.state(packed->state);
    return state.reason ? std::string{to_string(*state.reason)} : packed->number.to_string();
}

std::string share_text(std::uint64_t part, std::uint64_t whole) {
    return std::to_string(part) + " of " + std::to_string(whole) + " figures would be ";
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
    return " (" +
           std::to_string(std::lround(hundred * static_cast<double>(part) / static_cast<double>(whole))) +
           " %)";
}

/// What a person decides about: the document, or all parts of a table together.
std::string name_of(ingest::Arrival const& arrival) {
    if (!arrival.whole) return arrival.sha256;
    std::string all;
    for (auto const& part : arrival.whole->parts) all += part.sha256;
    return io::sha256_hex(all);
}

/// One load under way, or those of all parts of a table.
class Look {
  public:
    Look(ingest::Workshop& shop, HeldFolder const& folder, BrakeRule const& rule, ingest::Arrival arrival)
        : shop_(shop), folder_(folder), rule_(rule), arrival_(std::move(arrival)),
          id_(HeldFolder::id_of(arrival_.ref, name_of(arrival_))) {
        // The whole holds this look from part to part: of what it is made is known, and neither keeps the other.
        if (auto const whole = std::exchange(arrival_.whole, nullptr)) parts_ = whole->parts;
    }

    void begin() {
        if (std::exchange(has_begun_, true)) return;
        before_ = ingest::Position::from_json(shop_.store.position(arrival_.ref.service, arrival_.ref.table));
    }
    void series(store::IndicatorNo indicator) { delivered_.insert(indicator); }

    void change(store::Change const& change) {
        bool const is_deleted = !change.after;
        if (is_deleted) ++deleted_[change.indicator];
        auto& lines = is_deleted ? deleted_lines_ : revised_lines_;
        if (!change.before || lines.size() >= sample_lines) return;
        lines.push_back(std::string{is_deleted ? "deleted" : "revised"} + ";" +
                        shop_.store.indicator(change.indicator).text() + ";" +
                        area_key(shop_.store.area(change.area)) + ";" + change.period.to_sdmx() + ";" +
                        value_text(shop_.store, change.before) + ";" + value_text(shop_.store, change.after) +
                        "\n");
    }

    void add(store::LoadResult const& result) {
        sum_.added += result.added;
        sum_.revised += result.revised;
        sum_.deleted += result.deleted;
        sum_.unchanged += result.unchanged;
    }

    /// \throws ingest::Stopped
    void decide() const {
        auto const& result = sum_;
        auto const before = result.unchanged + result.revised + result.deleted;
        if (before == 0) return; // nothing was in force
        std::vector<std::string> why;
        if (is_over(result.deleted, before, rule_.limits.deleted_share))
            why.push_back(share_text(result.deleted, before) + "deleted" +
                          percent_text(result.deleted, before));
        if (is_over(result.revised, before, rule_.limits.changed_share))
            why.push_back(share_text(result.revised, before) + "changed" +
                          percent_text(result.revised, before));
        add_vanished_levels(why);
        add_vanished_sums(why);
        if (why.empty()) return;
        Held held;
        held.id = id_;
        held.source = arrival_.source;
        held.service = arrival_.ref.service;
        held.table = arrival_.ref.table;
        held.dataset = before_.dataset;
        held.document = arrival_.sha256;
        held.slice = arrival_.slice;
        held.parts = parts_;
        held.at = shop_.clock.now();
        held.partial = arrival_.partial;
        held.why = why;
        held.added = result.added;
        held.revised = result.revised;
        held.deleted = result.deleted;
        held.unchanged = result.unchanged;
        std::string sample = "change;indicator;area;period;before;after\n";
        for (auto const* const lines : {&deleted_lines_, &revised_lines_})
            for (auto const& line : *lines) sample += line;
        folder_.keep(held, sample);
        std::string text = "held by the brake: ";
        for (auto const& each : why) text += (&each == why.data() ? "" : "; ") + each;
        throw ingest::Stopped{"held", Errc::sudden_change, text, next_step_of(held.id)};
    }

  private:
    [[nodiscard]] bool is_over(std::uint64_t count, std::uint64_t before, double share) const {
        return count > rule_.limits.always_allowed &&
               static_cast<double>(count) > share * static_cast<double>(before);
    }
    void add_vanished_levels(std::vector<std::string>& why) const {
        auto const after =
            ingest::Position::from_json(shop_.store.position(arrival_.ref.service, arrival_.ref.table));
        // A part says nothing of what it leaves out; nor does a document of which rows were set aside, and nothing is
        // deleted by either.
        if (arrival_.partial || after.set_aside > 0) return;
        auto const& now = after.levels;
        for (auto const& level : before_.levels)
            if (std::find(now.begin(), now.end(), level) == now.end())
                why.push_back("the level '" + level + "' of the last document is gone");
    }
    void add_vanished_sums(std::vector<std::string>& why) const {
        std::size_t sums = 0;
        std::string names;
        for (auto const& [indicator, count] : deleted_) {
            if (delivered_.count(indicator) != 0) continue;
            auto const name = shop_.store.indicator(indicator).text();
            if (name.find("=_T") == std::string::npos) continue;
            if (sums++ < named) names += (names.empty() ? "" : ", ") + name;
        }
        if (sums > 0)
            why.push_back(std::to_string(sums) + (sums == 1 ? " total is" : " totals are") +
                          " gone that the last document had: " + names);
    }

    ingest::Workshop& shop_;
    HeldFolder const& folder_;
    BrakeRule const& rule_;
    ingest::Arrival arrival_;
    std::string const id_;
    std::vector<ingest::Part> parts_; ///< of a table that came in parts
    bool has_begun_ = false;
    ingest::Position before_;
    store::LoadResult sum_;
    std::set<store::IndicatorNo> delivered_;
    std::map<store::IndicatorNo, std::uint64_t> deleted_;
    std::vector<std::string> deleted_lines_, revised_lines_;
};

} // namespace

void Brake::attach(ingest::Arrival const& arrival, ingest::LoadOptions& options) {
    if (!rule_.is_on) return;
    auto const id = HeldFolder::id_of(arrival.ref, name_of(arrival));
    if (auto const held = folder_.find(id)) {
        if (held->is_open())
            throw ingest::Stopped{"held", Errc::sudden_change,
                                  "still held since " + utc_text(held->at) +
                                      ", the same document: " + (held->why.empty() ? "" : held->why.front()),
                                  next_step_of(id)};
        if (held->state == "refused")
            throw ingest::Stopped{"declined", Errc::sudden_change,
                                  "the same document that a person refused at " + utc_text(held->decided_at) +
                                      ": " + held->reason,
                                  ""};
    }
    std::shared_ptr<Look> look;
    if (arrival.whole) look = std::static_pointer_cast<Look>(arrival.whole->watched);
    if (!look) {
        look = std::make_shared<Look>(shop_, folder_, rule_, arrival);
        if (arrival.whole) {
            arrival.whole->watched = look;
            arrival.whole->last_word = [watching = look.get()] { watching->decide(); };
        }
    }
    bool const is_part = arrival.whole != nullptr;
    options.watch.begin = [look, is_part, then = options.watch.begin](store::Load& load) {
        if (then) then(load);
        look->begin();
        load.before_commit([look, is_part](store::LoadResult const& result) {
            look->add(result);
            if (!is_part) look->decide();
        });
    };
    options.watch.change = [look, then = options.watch.change](store::Change const& change) {
        if (then) then(change);
        look->change(change);
    };
    options.watch.series = [look,
                            then = options.watch.series](store::IndicatorNo indicator, store::AreaNo area,
                                                         std::span<harmonize::ResolvedCell const> cells) {
        if (then) then(indicator, area, cells);
        look->series(indicator);
    };
}

} // namespace gateway::night
