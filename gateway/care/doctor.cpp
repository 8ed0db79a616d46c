#include "gateway/care/doctor.hpp"

#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <map>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "gateway/store/page_sums.hpp"
#include "gateway/store/store.hpp"

namespace gateway::care {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;
constexpr std::uint64_t little_room = 1024 * mib;
constexpr std::uint64_t no_room = 64 * mib;
constexpr std::uint64_t few_inodes = 1000;
constexpr std::uint64_t long_log = 64 * mib;
constexpr std::uint64_t quickly_read = 1024 * mib;
constexpr std::size_t newest_documents = 100;
constexpr std::size_t newest_attempts = 500;
constexpr UnixTime clock_slack_seconds = 300;
/// No clock that is right shows less: the program was written then.
constexpr UnixTime earliest = 1'767'225'600; // 2026-01-01
constexpr char const* zone_file = "/usr/share/zoneinfo/Europe/Berlin";

std::string in_mib(std::uint64_t bytes) {
    return std::to_string(bytes / mib) + " MiB";
}

/// The directory, or the nearest one above it that is there.
std::string existing(std::string const& directory) {
    fs::path path = fs::absolute(directory);
    while (!fs::exists(path) && path.has_parent_path() && path != path.parent_path())
        path = path.parent_path();
    return path.string();
}

Symptom try_to_write(std::string const& directory) {
    auto const file = directory + "/.partial-doctor-" + std::to_string(::getpid());
    auto const start = std::chrono::steady_clock::now();
    try {
        io::write_durable(file, std::string(4096, 'x'));
    } catch (Error const& error) {
        return {Health::broken, "disk", error.what(),
                "make " + directory + " belong to the user that runs kreislauf (this one has the number " +
                    std::to_string(::geteuid()) + "), or run doctor as that user"};
    }
    auto const took = std::chrono::steady_clock::now() - start;
    ::unlink(file.c_str());
    auto const ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    Symptom symptom{Health::well,
                    "disk",
                    directory + ": a file is written and on the disk after " + std::to_string(ms) + " ms",
                    {}};
    constexpr auto slow_ms = 1000;
    if (ms > slow_ms) {
        symptom.health = Health::attention;
        symptom.next_step =
            "every commit waits this long: look for a busy or failing disk, or a network file system";
    }
    return symptom;
}

Symptom examine_pages(std::string const& directory) {
    auto const file = directory + "/store.sqlite";
    if (fs::file_size(file) > quickly_read)
        return {
            Health::well, "store", file + ": " + in_mib(fs::file_size(file)) + ", pages not read here", {}};
    auto const check = store::check_pages(directory);
    if (!check.is_sound())
        return {Health::broken, "store",
                file + ": " + std::to_string(check.damages.size()) + " damaged places, the first is page " +
                    std::to_string(check.damages[0].page) + ": " + check.damages[0].text,
                "stop the service and run kreislauf verify --repair"};
    if (!check.has_sums)
        return {Health::attention, "store",
                file + ": stems from an earlier version, its pages have no checksums",
                "stop the service and run kreislauf verify --repair once"};
    return {Health::well,
            "store",
            file + ": " + std::to_string(check.pages) + " pages, each with its checksum",
            {}};
}

Symptom examine_documents(store::Store const& store, std::string const& directory) {
    raw::Archive const archive{directory + "/raw"};
    auto documents = store.documents();
    auto const count = std::min(documents.size(), newest_documents);
    std::size_t lost = 0;
    std::string first;
    for (auto at = documents.size() - count; at < documents.size(); ++at) {
        if (archive.holds_sound(documents[at].sha256)) continue;
        if (lost++ == 0) first = documents[at].sha256;
    }
    if (lost > 0)
        return {Health::broken, "archive",
                directory + "/raw: of the newest " + std::to_string(count) + " documents " +
                    std::to_string(lost) + " are damaged or missing, the first is " + first,
                "run kreislauf verify --repair --from BACKUP"};
    return {Health::well,
            "archive",
            directory + "/raw: the newest " + std::to_string(count) + " of " +
                std::to_string(documents.size()) + " documents are sound",
            {}};
}

Symptom examine_attempts(store::Store const& store) {
    // The words of gateway/ingest/outcome.hpp that need a look.
    constexpr std::array<std::string_view, 8> failures{"failed",        "unavailable", "refused", "partial",
                                                       "changed_shape", "empty",       "too_big", "held"};
    std::map<std::pair<std::string, std::string>, store::Attempt> last; // attempts come newest first
    for (auto const& attempt : store.attempts(newest_attempts))
        last.emplace(std::pair{attempt.source, attempt.item}, attempt);
    std::size_t failed = 0;
    std::string first;
    for (auto const& [key, attempt] : last) {
        if (std::find(failures.begin(), failures.end(), attempt.outcome) == failures.end()) continue;
        if (failed++ == 0)
            first = key.first + " " + key.second + " at " + utc_text(attempt.time) + ": " + attempt.text;
    }
    if (failed > 0)
        return {Health::attention, "fetches",
                "the last fetch of " + std::to_string(failed) + " of " + std::to_string(last.size()) +
                    " tables failed, for instance " + first,
                "kreislauf list attempts shows them all"};
    return {Health::well,
            "fetches",
            "the last fetch of each of " + std::to_string(last.size()) + " tables did not fail",
            {}};
}

} // namespace

std::string_view to_string(Health health) noexcept {
    constexpr std::array<std::string_view, 3> names{"well", "attention", "broken"};
    return names[static_cast<std::size_t>(health)];
}

std::vector<Symptom> examine_disk(std::string const& store_directory) {
    auto const directory = existing(store_directory);
    struct statvfs room {};
    if (::statvfs(directory.c_str(), &room) != 0)
        return {
            {Health::broken, "disk", io::reason_text("cannot look at", directory, errno), "check the mount"}};
    auto const free = std::uint64_t{room.f_bavail} * room.f_frsize;
    Symptom symptom{Health::well, "disk", directory + ": " + in_mib(free) + " free", {}};
    if ((room.f_flag & ST_RDONLY) != 0) {
        symptom.health = Health::broken;
        symptom.text += ", and it is mounted for reading only";
        symptom.next_step = "mount it for writing; after an error of the disk, check the file system first";
    } else if (free < little_room || (room.f_files != 0 && room.f_favail < few_inodes)) {
        symptom.health = free < no_room ? Health::broken : Health::attention;
        symptom.text += ", " + std::to_string(room.f_favail) + " files can be made";
        symptom.next_step = "make room: a load that finds none keeps nothing of itself";
    }
    std::vector<Symptom> symptoms{symptom};
    if ((room.f_flag & ST_RDONLY) == 0) symptoms.push_back(try_to_write(directory));
    return symptoms;
}

std::vector<Symptom> examine_clock(UnixTime now, std::optional<UnixTime> newest_document) {
    std::vector<Symptom> symptoms;
    Symptom symptom{Health::well, "clock", "it is " + utc_text(now), {}};
    std::string const set = "set the clock: timedatectl set-ntp true, or timedatectl set-time";
    if (now < earliest) {
        symptom = {Health::broken, "clock", "it is " + utc_text(now) + ", before this program was written",
                   set};
    } else if (newest_document && *newest_document > now + clock_slack_seconds) {
        symptom = {Health::broken, "clock",
                   "it is " + utc_text(now) + ", and the newest document was received at " +
                       utc_text(*newest_document),
                   set + "; figures of different days would come in the wrong order"};
    } else {
        struct timex state {};
        if (::adjtimex(&state) == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
            symptom.health = Health::attention;
            symptom.text += ", and nothing keeps the clock right";
            symptom.next_step = "apt-get install systemd-timesyncd, or chrony";
        }
    }
    symptoms.push_back(symptom);
    if (io::file_exists(zone_file))
        symptoms.push_back(
            {Health::well, "clock", "the time zone of the sources is known (Europe/Berlin)", {}});
    else
        symptoms.push_back({Health::attention, "clock",
                            std::string{zone_file} + " is not there: timers in German time run an hour off",
                            "apt-get install tzdata"});
    return symptoms;
}

std::vector<Symptom> examine_store(std::string const& store_directory,
                                   std::optional<UnixTime>& newest_document) {
    auto const file = store_directory + "/store.sqlite";
    if (!io::file_exists(file))
        return {{Health::attention, "store", file + ": there is no store yet",
                 "the first kreislauf sync or import makes it; or name another directory with --store"}};
    std::vector<Symptom> symptoms;
    try {
        symptoms.push_back(examine_pages(store_directory));
        std::error_code none;
        if (auto const log = fs::file_size(file + "-wal", none); !none && log > long_log)
            symptoms.push_back(
                {Health::attention, "store", file + "-wal: the log has " + in_mib(log),
                 "a reader has held one state for long: restart the service when no sync runs"});
        auto const store = store::open_sqlite(store_directory, true);
        for (auto const& document : store->documents())
            newest_document = std::max(newest_document.value_or(0), document.provenance.received);
        symptoms.push_back(
            {Health::well, "store", std::to_string(store->datasets().size()) + " datasets", {}});
        symptoms.push_back(examine_documents(*store, store_directory));
        symptoms.push_back(examine_attempts(*store));
    } catch (Error const& error) {
        symptoms.push_back({Health::broken, "store", error.what(), "kreislauf verify says more"});
    } catch (fs::filesystem_error const& error) {
        symptoms.push_back(
            {Health::broken, "store", error.what(), "check owner and permissions of the directory"});
    }
    return symptoms;
}

} // namespace gateway::care
