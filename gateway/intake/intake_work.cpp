// The work of the intake: what is due is done, one thing after the other, by whoever has the lock.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <set>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/intake/quarantine.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr UnixTime retry_seconds = 5; ///< after this machine could not do it

/// When a delivery is to be visible.
UnixTime due_of(Entry const& entry) {
    return entry.delivery.release_at.value_or(entry.wanted_at);
}

bool waits_for_release(Entry const& entry) {
    return entry.delivery.release_wanted && entry.delivery.stage == Stage::checked;
}

} // namespace

std::string quarantine_path(std::string const& folder, Delivery const& delivery) {
    return folder + "/quarantine/" + delivery.id + "/" + quarantine_name(delivery.file);
}

UnpackedFile::UnpackedFile(raw::Archive const& archive, std::string const& sha256, std::string const& folder)
    : path_(folder + "/" + sha256 + ".unpacked") {
    io::remove_leftovers(folder);
    io::DurableFile file{folder};
    archive.stream(sha256, [&](std::string_view piece) { file.append(piece); });
    file.commit(path_);
}

UnpackedFile::~UnpackedFile() {
    std::error_code ignored; // the next one of these bytes takes its place
    std::filesystem::remove(path_, ignored);
}

UnixTime Intake::Parts::seconds_for(std::uint64_t size) const {
    std::lock_guard const guard{mutex};
    return 1 + static_cast<UnixTime>(static_cast<double>(size) / bytes_per_second);
}

UnixTime Intake::Parts::begin_of(Entry const& entry) const {
    return due_of(entry) - lead_seconds - seconds_for(entry.delivery.bytes);
}

void Intake::Parts::saw_speed(std::uint64_t size, double seconds) {
    constexpr double smallest = 1e6; // the speed of small files is the speed of the mappings
    if (static_cast<double>(size) < smallest || seconds <= 0) return;
    std::lock_guard const guard{mutex};
    bytes_per_second = std::min(bytes_per_second, static_cast<double>(size) / seconds);
}

Report Intake::Parts::check_at(Agreement const& agreement, Delivery const& delivery, std::string const& path,
                               std::string const& quarantine) {
    auto const begin = std::chrono::steady_clock::now();
    Bench bench{settings, work_folder()};
    CheckOptions options;
    options.at = std::max(now(), delivery.release_at.value_or(0));
    options.quarantine = quarantine;
    options.program = settings.program;
    options.data = settings.data;
    options.store_directory = settings.store;
    auto report = check(bench.shop, agreement, delivery, path, options);
    saw_speed(delivery.bytes,
              std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    return report;
}

void Intake::Parts::check_one(Entry const& entry) {
    auto const& delivery = entry.delivery;
    auto const still_received = [](Entry const& now_entry) {
        return now_entry.delivery.stage == Stage::received
                   ? std::string{}
                   : "is " + std::string{name_of(now_entry.delivery.stage)} + " already";
    };
    StepChange change;
    change.who = gateway_actor;
    auto const* const found = agreements.find(delivery.agreement);
    if (found == nullptr) {
        change.time = now();
        change.stage = Stage::refused;
        change.why = "the agreement '" + delivery.agreement + "' is not there any more";
        change.receipt = ReceiptKind::refused;
        write_receipts(ledger().step(delivery.id, still_received, change));
        return;
    }
    UnpackedFile const file{bytes, delivery.sha256, work_folder()};
    auto const quarantine = quarantine_path(folder, delivery);
    std::error_code ignored; // of an earlier check of these bytes
    std::filesystem::remove(quarantine, ignored);
    io::make_directories(quarantine.substr(0, quarantine.rfind('/')));
    auto const report = check_at(*found, delivery, file.path(), quarantine);
    change.time = now();
    change.report = to_json(report);
    change.dataset = report.preview.dataset;
    change.why = "verdict: " + std::string{name_of(report.verdict)};
    change.stage = report.verdict == Verdict::unusable ? Stage::refused
                   : report.verdict == Verdict::held   ? Stage::held
                                                       : Stage::checked;
    change.receipt = change.stage == Stage::refused ? ReceiptKind::refused : ReceiptKind::checked;
    if (change.stage == Stage::checked && releases_itself(*found, delivery.wish, report)) {
        change.release_wanted = true;
        change.why += "; the agreement releases it";
    }
    // Somebody may have taken it back, or sent it again with other words, while it was read.
    auto const wish = to_json(delivery.wish);
    auto const may = [&](Entry const& now_entry) {
        return to_json(now_entry.delivery.wish) == wish ? still_received(now_entry) : "has another wish now";
    };
    write_receipts(ledger().step(delivery.id, may, change));
}

void Intake::Parts::write_receipts(Entry const& entry) {
    if (entry.unsaid.empty()) return;
    auto ledger = this->ledger();
    std::optional<Report> report;
    if (auto const text = ledger.report(entry.delivery.id)) report = report_from_json(*text);
    for (auto const kind : entry.unsaid) {
        receipts.add(receipt_of(entry, kind, agreements.find(entry.delivery.agreement), report));
        ledger.said(entry.delivery.id, kind);
    }
}

bool Intake::work() {
    auto& parts = *parts_;
    auto const lock = FileLock::try_take(parts.lock_path());
    if (!lock) return false; // somebody works
    auto const now = parts.now();
    auto const is_resting = [&](Entry const& entry) {
        std::lock_guard const guard{parts.mutex};
        auto const found = parts.not_before.find(entry.delivery.id);
        return found != parts.not_before.end() && found->second > now &&
               found->second <= now + retry_seconds; // or the clock was set
    };
    // What this machine cannot do now is tried again; what another process was quicker with is done.
    auto const attempt = [&](Entry const& entry, auto const& job) {
        try {
            return job();
        } catch (Error const& error) {
            parts.complain("delivery " + entry.delivery.id + ": " + error.what() + " (" +
                           std::string{to_string(error.code())} + "); it is tried again");
        }
        std::lock_guard const guard{parts.mutex};
        parts.not_before[entry.delivery.id] = parts.now() + retry_seconds;
        return true;
    };
    auto const open = parts.ledger().open();
    Entry const* release = nullptr;
    Entry const* next = nullptr;
    auto begins_in = std::numeric_limits<UnixTime>::max(); // the next release
    for (auto const& entry : open) {
        if (waits_for_release(entry)) {
            if (is_resting(entry)) continue;
            begins_in = std::min(begins_in, parts.begin_of(entry) - now);
            if (release == nullptr || parts.begin_of(entry) < parts.begin_of(*release)) release = &entry;
        } else if (entry.delivery.stage == Stage::received && next == nullptr && !is_resting(entry)) {
            next = &entry;
        }
    }
    if (release != nullptr && begins_in <= 0)
        return attempt(*release, [&] { return parts.release_one(*release); });
    for (auto const& entry : open) {
        if (is_resting(entry)) continue;
        if (entry.recall_wanted)
            return attempt(entry, [&] {
                parts.recall_one(entry);
                return true;
            });
        if (!entry.unsaid.empty())
            return attempt(entry, [&] {
                parts.write_receipts(entry);
                return true;
            });
    }
    // A check holds the store: none that would not be over when a release is to begin.
    if (next == nullptr || begins_in < 2 * parts.seconds_for(next->delivery.bytes)) return false;
    return attempt(*next, [&] {
        parts.check_one(*next);
        return true;
    });
}

std::optional<UnixTime> Intake::next_due() const {
    std::optional<UnixTime> next;
    for (auto const& entry : parts_->ledger().open())
        if (waits_for_release(entry) && (!next || due_of(entry) < *next)) next = due_of(entry);
    return next;
}

void Intake::run(std::function<bool()> const& stopped) {
    constexpr std::chrono::milliseconds nap{100};
    constexpr std::chrono::seconds long_nap{1};
    parts_->stopped = stopped;
    while (!stopped()) {
        try {
            if (work()) continue;
            std::this_thread::sleep_for(nap);
        } catch (std::exception const& error) {
            parts_->complain(std::string{"the intake goes on after: "} + error.what());
            std::this_thread::sleep_for(long_nap);
        }
    }
}

} // namespace gateway::intake
