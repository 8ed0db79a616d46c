#include "gateway/intake/intake.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/intake/embargo.hpp"
#include "gateway/intake/intake_parts.hpp"
#include "gateway/intake/politely.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::intake {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 200;
constexpr std::size_t longest_text = 4000;

/// The name as the sender calls the file, without folders. It stands in reports, names of files, headers.
std::string plain_name(std::string const& file) {
    auto name = file.substr(file.find_last_of("/\\") + 1);
    bool const has_control = std::any_of(
        name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (name.empty() || name == "." || name == ".." || name.size() > longest_name || has_control)
        throw Error{Errc::invalid_argument,
                    "'" + name.substr(0, longest_name) +
                        "' is no name of a file; give one of 1 to 200 bytes without control characters"};
    return name;
}

void check_texts(Wish const& wish) {
    auto const check = [](char const* what, std::string const& text) {
        if (text.size() > longest_text)
            throw Error{Errc::invalid_argument, std::string{what} + " has " + std::to_string(text.size()) +
                                                    " bytes; at most 4000 are kept, shorten it"};
    };
    check("the comment", wish.comment);
    check("the reason", wish.reason);
}

std::uint64_t size_of(std::string const& path) {
    std::error_code failed;
    auto const size = fs::file_size(path, failed);
    if (failed)
        throw Error{failed == std::errc::no_such_file_or_directory ? Errc::not_found : Errc::io,
                    path + ": cannot be read (" + failed.message() + ")"};
    return size;
}

std::uint64_t room_in(std::string const& folder) {
    struct statvfs info {};
    if (::statvfs(folder.c_str(), &info) != 0)
        throw Error{Errc::io, io::reason_text("cannot ask for the room in", folder, errno)};
    return std::uint64_t{info.f_bavail} * info.f_frsize;
}

/// Does what writes. A full disk is said in the sender's terms: how much is needed, and that he can send it again.
template <typename Write>
auto with_room(std::string const& folder, std::uint64_t bytes, Write const& write) {
    constexpr std::uint64_t for_the_ledger = 1 << 20U;
    try {
        return write();
    } catch (Error const& error) {
        if (error.code() != Errc::io) throw;
        auto const room = room_in(folder);
        if (room >= bytes + for_the_ledger) throw;
        throw Error{Errc::io, "the disk of the intake has no room for this delivery: it needs " +
                                  std::to_string(bytes + for_the_ledger) + " bytes, " + std::to_string(room) +
                                  " are free; nothing of it was kept, send it again when there is room"};
    }
}

bool same_wish(Wish const& a, Wish const& b) {
    return to_json(a) == to_json(b);
}

} // namespace

Bench::Bench(IntakeSettings const& settings, std::string const& scratch, unsigned threads)
    : store(store::open_sqlite(settings.store)), archive(settings.store + "/raw"),
      mappings(harmonize::MappingFiles::from_directory(settings.data + "/mappings")),
      areas(harmonize::AreaRegister::load(mappings)), shop{*store,  archive,        mappings, areas,
                                                           scratch, settings.clock, threads,  false} {}

Intake::Parts::Parts(IntakeSettings given)
    : settings(std::move(given)), folder(settings.store + "/intake"),
      book({settings.data + "/mappings/agreements", folder + "/agreements"}, settings.complain),
      receipts(folder), bytes(folder + "/raw") {
    io::make_directories(folder + "/desk");
    // The ledger is there, and of the form that this program knows, before anything is taken.
    Ledger const ready{folder};
}

Agreement const& Intake::Parts::agreement(std::string_view id) const {
    auto const& agreements = this->agreements();
    if (auto const* const found = agreements.find(id)) return *found;
    std::string known;
    for (auto const& each : agreements.all()) known += (known.empty() ? "" : ", ") + each.id;
    throw Error{Errc::not_found, "there is no agreement '" + std::string{id} + "'; " +
                                     (known.empty() ? "there are none: add a file to " + folder +
                                                          "/agreements, see docs/agreements.md"
                                                    : "there are: " + known)};
}

Intake::Intake(IntakeSettings settings) : parts_(std::make_unique<Parts>(std::move(settings))) {}
Intake::~Intake() = default;

Agreements const& Intake::agreements() const {
    return parts_->agreements();
}

Submitted Intake::submit(Submission const& submission) {
    auto& parts = *parts_;
    auto const& agreement = parts.agreement(submission.agreement);
    Delivery delivery;
    delivery.agreement = agreement.id;
    delivery.file = plain_name(submission.file);
    delivery.sender = submission.sender;
    delivery.wish = submission.wish;
    delivery.received = parts.now();
    check_texts(delivery.wish);
    auto const size = size_of(submission.path);
    if (size == 0) throw Error{Errc::empty_document, delivery.file + ": is empty; nothing was delivered"};
    if (size > agreement.most_bytes)
        throw Error{Errc::too_large, delivery.file + ": has " + std::to_string(size) +
                                         " bytes, the agreement '" + agreement.id + "' allows " +
                                         std::to_string(agreement.most_bytes) +
                                         "; deliver it in parts, or have the agreement changed"};
    if (delivery.wish.replaces) {
        auto const before = parts.ledger().find(*delivery.wish.replaces);
        if (!before || before->delivery.agreement != agreement.id)
            throw Error{Errc::invalid_argument, "it is to replace '" + *delivery.wish.replaces +
                                                    "', which is no delivery of the agreement '" +
                                                    agreement.id + "'; kreislauf delivery list names them"};
    }

    auto const keep = [&] {
        return with_room(parts.folder, size, [&] {
            return parts.bytes.keep_file(
                submission.path,
                {"delivery", delivery.file, {}, {{"agreement", agreement.id}}, {}, 0, delivery.received});
        });
    };
    // A large one costs seconds of compression: as many at a time as there are threads, and readers go first.
    constexpr std::uint64_t large = std::uint64_t{4} << 20U;
    auto const kept = size < large ? keep() : parts.one_of_few([&] { return politely(keep); });
    delivery.sha256 = kept.sha256;
    delivery.bytes = kept.bytes;

    auto ledger = parts.ledger();
    auto known = ledger.find(agreement.id, kept.sha256);
    bool const stands = known && known->delivery.stage == Stage::released;
    if (!stands && (!known || !same_wish(known->delivery.wish, delivery.wish))) {
        // Only of words that count: those of a repeat may be over.
        auto const embargo = embargo_for(delivery.wish.embargo, agreement, delivery.received);
        if (embargo) delivery.release_at = embargo->at;
        auto const note = embargo ? embargo->note : std::string{};
        if (!known) {
            auto added =
                with_room(parts.folder, size, [&] { return ledger.add(delivery, agreement.office, note); });
            if (added.second) {
                parts.write_receipts(added.first);
                return {std::move(added.first.delivery), false};
            }
            known = std::move(added.first);
        } else {
            // The same bytes with other words: the words count, and it is checked again.
            StepChange change;
            change.time = delivery.received;
            change.who = delivery.sender;
            change.why = "sent again with another wish" + (note.empty() ? "" : "; " + note);
            change.wish = delivery.wish;
            change.release_at = delivery.release_at;
            change.release_wanted = false;
            auto const may = [](Entry const& entry) -> std::string {
                if (entry.delivery.release_wanted) return "is to be released, and cannot be changed any more";
                if (entry.delivery.stage == Stage::released || entry.delivery.stage == Stage::withdrawn)
                    return "is " + std::string{name_of(entry.delivery.stage)};
                return {};
            };
            known = ledger.step(known->delivery.id, may, change);
        }
    } else if (known && known->delivery.stage == Stage::refused) {
        // Mapping or agreement may have been mended since.
        StepChange change;
        change.time = delivery.received;
        change.who = delivery.sender;
        change.why = "sent again after it was refused";
        known = ledger.step(
            known->delivery.id,
            [](Entry const& entry) {
                return entry.delivery.stage == Stage::refused ? std::string{} : "is not refused any more";
            },
            change);
    }
    parts.write_receipts(*known);
    return {std::move(known->delivery), true};
}

Report Intake::dry_run(Submission const& submission) {
    auto& parts = *parts_;
    auto const& agreement = parts.agreement(submission.agreement);
    Delivery delivery;
    delivery.agreement = agreement.id;
    delivery.file = plain_name(submission.file);
    delivery.sender = submission.sender;
    delivery.wish = submission.wish;
    delivery.received = parts.now();
    check_texts(delivery.wish);
    delivery.bytes = size_of(submission.path);
    if (auto const embargo = embargo_for(delivery.wish.embargo, agreement, delivery.received))
        delivery.release_at = embargo->at;
    constexpr std::chrono::seconds patience{120};
    constexpr std::chrono::milliseconds nap{20};
    auto const until = std::chrono::steady_clock::now() + patience;
    bool is_alone = false;
    auto place = parts.place_for_check(is_alone);
    for (; !place && std::chrono::steady_clock::now() < until; place = parts.place_for_check(is_alone))
        std::this_thread::sleep_for(nap);
    if (!place)
        throw Error{Errc::conflict, "other deliveries have been checked for two minutes; try again later"};
    return politely([&] {
        return parts.check_at(agreement, delivery, submission.path, {},
                              is_alone ? parts.settings.threads : 1);
    });
}

std::optional<Delivery> Intake::find(std::string_view id) const {
    auto entry = parts_->ledger().find(id);
    return entry ? std::optional{std::move(entry->delivery)} : std::nullopt;
}

std::vector<Delivery> Intake::list(DeliveryFilter const& filter) const {
    std::vector<Delivery> deliveries;
    for (auto& each : parts_->ledger().list(filter)) deliveries.push_back(std::move(each.delivery));
    return deliveries;
}

std::optional<Report> Intake::report(std::string_view id) const {
    auto const text = parts_->ledger().report(id);
    return text ? std::optional{report_from_json(*text)} : std::nullopt;
}

std::string Intake::quarantine(std::string_view id) const {
    auto const delivery = find(id);
    if (!delivery) return {};
    auto path = quarantine_path(parts_->folder, *delivery);
    return io::file_exists(path) ? path : std::string{};
}

std::vector<Receipt> Intake::receipts(std::string_view id) const {
    // A step that was taken just now is there a moment before its receipt, and a kill leaves that moment.
    if (auto const entry = parts_->ledger().find(id)) {
        try {
            parts_->write_receipts(*entry);
        } catch (Error const& error) {
            parts_->complain("delivery " + entry->delivery.id +
                             ": its receipt cannot be written: " + error.what());
        }
    }
    return parts_->receipts.of(id);
}

std::string Intake::public_key() const {
    return parts_->receipts.public_key();
}

} // namespace gateway::intake
