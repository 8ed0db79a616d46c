// The work of the intake: releases one after the other by whoever has the lock, checks side by side beside them.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/intake/politely.hpp"
#include "gateway/intake/quarantine.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {
namespace {

constexpr UnixTime retry_seconds = 5; ///< after this machine could not do it

bool waits_for_release(Entry const& entry) {
    return entry.delivery.release_wanted && entry.delivery.stage == Stage::checked;
}

/// A file that has no name any more, or never had one.
int nameless_file(std::string const& folder) {
    constexpr mode_t owner_only = 0600;
    int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, owner_only);
    if (file >= 0) return file;
    auto name = folder + "/unpackedXXXXXX"; // a file system without O_TMPFILE
    file = ::mkostemp(name.data(), O_CLOEXEC);
    if (file < 0) throw Error{Errc::io, io::reason_text("cannot make a file in", folder, errno)};
    ::unlink(name.c_str());
    return file;
}

} // namespace

UnixTime due_of(Entry const& entry) {
    return entry.delivery.release_at.value_or(entry.wanted_at);
}

std::string quarantine_path(std::string const& folder, Delivery const& delivery) {
    return folder + "/quarantine/" + delivery.id + "/" + quarantine_name(delivery.file);
}

UnpackedFile::UnpackedFile(raw::Archive const& archive, std::string const& sha256, std::string const& folder)
    : file_(nameless_file(folder)), path_("/proc/self/fd/" + std::to_string(file_)) {
    try {
        archive.stream(sha256, [&](std::string_view piece) {
            while (!piece.empty()) {
                auto const written = ::write(file_, piece.data(), piece.size());
                if (written < 0 && errno == EINTR) continue;
                if (written < 0)
                    throw Error{Errc::io, io::reason_text("cannot unpack a delivery in", folder, errno)};
                piece.remove_prefix(static_cast<std::size_t>(written));
            }
        });
    } catch (...) {
        ::close(file_);
        throw;
    }
}

UnpackedFile::~UnpackedFile() {
    ::close(file_);
}

UnixTime Intake::Parts::seconds_for(std::uint64_t size) const {
    constexpr double first_guess = 5e6; // low
    std::lock_guard const guard{mutex};
    auto const slowest = speeds.empty() ? first_guess : *std::min_element(speeds.begin(), speeds.end());
    return 1 + static_cast<UnixTime>(static_cast<double>(size) / slowest);
}

void Intake::Parts::saw_speed(std::uint64_t size, double seconds) {
    constexpr double smallest = 1e6; // the speed of small files is the speed of the mappings
    constexpr std::size_t remembered = 8;
    if (static_cast<double>(size) < smallest || seconds <= 0) return;
    std::lock_guard const guard{mutex};
    speeds.push_back(static_cast<double>(size) / seconds);
    if (speeds.size() > remembered) speeds.pop_front();
}

Report Intake::Parts::check_at(Agreement const& agreement, Delivery const& delivery, std::string const& path,
                               std::string const& quarantine, unsigned threads) {
    auto const begin = std::chrono::steady_clock::now();
    Bench bench{settings, work_folder(), threads};
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

void Intake::Parts::check_one(Entry const& entry, unsigned threads) {
    auto const& delivery = entry.delivery;
    auto const still_received = [](Entry const& now_entry) {
        return now_entry.delivery.stage == Stage::received
                   ? std::string{}
                   : "is " + std::string{name_of(now_entry.delivery.stage)} + " already";
    };
    StepChange change;
    change.who = gateway_actor;
    auto const* const found = agreements().find(delivery.agreement);
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
    auto const report = check_at(*found, delivery, file.path(), quarantine, threads);
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
        receipts.add(receipt_of(entry, kind, agreements().find(entry.delivery.agreement), report));
        ledger.said(entry.delivery.id, kind);
    }
}

bool Intake::Parts::is_resting(Entry const& entry) const {
    auto const time = now();
    std::lock_guard const guard{mutex};
    auto const found = not_before.find(entry.delivery.id);
    return found != not_before.end() && found->second > time &&
           found->second <= time + retry_seconds; // or the clock was set
}

void Intake::Parts::rest(Entry const& entry, std::string const& why) {
    complain("delivery " + entry.delivery.id + ": " + why + "; it is tried again");
    std::lock_guard const guard{mutex};
    not_before[entry.delivery.id] = now() + retry_seconds;
}

bool Intake::Parts::work_release() {
    auto const lock = FileLock::try_take(lock_path());
    if (!lock) return false; // somebody works
    auto const time = now();
    auto const open = ledger().open();
    std::vector<Entry const*> waiting;
    for (auto const& entry : open)
        if (waits_for_release(entry) && !is_resting(entry)) waiting.push_back(&entry);
    std::stable_sort(waiting.begin(), waiting.end(),
                     [](Entry const* a, Entry const* b) { return due_of(*a) < due_of(*b); });
    // Those of the next minute that is still to come, prepared so that they wait for it and not it for them.
    std::vector<Entry> together;
    auto begin = std::numeric_limits<UnixTime>::max();
    for (auto const* const entry : waiting) {
        if (due_of(*entry) <= time || (!together.empty() && due_of(*entry) != due_of(together.front())))
            continue;
        if (together.empty()) begin = due_of(*entry) - lead_seconds;
        begin -= seconds_for(entry->delivery.bytes);
        together.push_back(*entry);
    }
    auto const attempt = [&](std::vector<Entry> const& entries, auto const& job) {
        try {
            return job();
        } catch (Error const& error) {
            for (auto const& entry : entries)
                rest(entry, std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")");
        }
        return true;
    };
    bool const is_due = !waiting.empty() && due_of(*waiting.front()) <= time;
    // What is due goes first where it is over before the others must begin.
    if (is_due && time + seconds_for(waiting.front()->delivery.bytes) < begin)
        return attempt({*waiting.front()}, [&] { return release_together({*waiting.front()}, time); });
    if (time >= begin)
        return attempt(together, [&] { return release_together(together, due_of(together.front())); });
    if (is_due)
        return attempt({*waiting.front()}, [&] { return release_together({*waiting.front()}, time); });
    for (auto const& entry : open) {
        if (is_resting(entry)) continue;
        if (entry.recall_wanted)
            return attempt({entry}, [&] {
                recall_one(entry);
                return true;
            });
        if (!entry.unsaid.empty())
            return attempt({entry}, [&] {
                write_receipts(entry);
                return true;
            });
    }
    return false;
}

std::optional<FileLock> Intake::Parts::place_for_check(bool& is_alone) const {
    std::optional<FileLock> mine;
    is_alone = true;
    for (unsigned place = 0; place < std::max(1U, settings.threads); ++place) {
        auto lock = FileLock::try_take(work_folder() + "/check-" + std::to_string(place));
        if (!lock)
            is_alone = false;
        else if (!mine)
            mine = std::move(lock);
    }
    return mine;
}

bool Intake::Parts::work_check() {
    auto ledger = this->ledger();
    for (auto const& entry : ledger.open()) {
        if (entry.delivery.stage != Stage::received || is_resting(entry)) continue;
        bool is_alone = false;
        auto const place = place_for_check(is_alone);
        if (!place) return false;
        auto const path = work_folder() + "/" + entry.delivery.id + ".check";
        auto const lock = FileLock::try_take(path);
        if (!lock) continue; // another thread or process is at it
        struct Removed {
            std::string const& path;
            ~Removed() { ::unlink(path.c_str()); }
        } const removed{path};
        auto const entry_now = ledger.find(entry.delivery.id);
        if (!entry_now || entry_now->delivery.stage != Stage::received) continue;
        auto const waiting = ledger.open();
        bool const is_last = std::count_if(waiting.begin(), waiting.end(), [](Entry const& each) {
                                 return each.delivery.stage == Stage::received;
                             }) == 1;
        try {
            check_one(*entry_now, is_alone && is_last ? settings.threads : 1);
        } catch (Error const& error) {
            rest(*entry_now, std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")");
        }
        return true;
    }
    return false;
}

std::string Intake::folder_lock() const {
    return parts_->work_folder() + "/folder";
}

bool Intake::work() {
    return parts_->work_release() || parts_->work_check();
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
    auto const repeat = [&](auto const& work) {
        while (!stopped()) {
            try {
                if (work()) continue;
                std::this_thread::sleep_for(nap);
            } catch (std::exception const& error) {
                parts_->complain(std::string{"the intake goes on after: "} + error.what());
                std::this_thread::sleep_for(long_nap);
            }
        }
    };
    std::vector<std::jthread> checking;
    for (unsigned i = 0; i < std::max(1U, parts_->settings.threads); ++i)
        checking.emplace_back([&] {
            step_back();
            repeat([&] { return parts_->work_check(); });
        });
    repeat([&] { return parts_->work_release(); });
}

} // namespace gateway::intake
