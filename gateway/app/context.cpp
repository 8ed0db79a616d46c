#include "gateway/app/context.hpp"
#include "gateway/app/mappings.hpp"
#include "gateway/app/standard_output.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <utility>

#include "gateway/core/time_period.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

constexpr UnixTime day_seconds = 86400;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_sanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool is_sanitized = true;
#else
constexpr bool is_sanitized = false;
#endif
#else
constexpr bool is_sanitized = false;
#endif

/// A store that is not there yet is made on a thread of its own, while mappings and the first document are read.
/// One that is there is asked at once what it has, so that waiting for it would gain nothing.
std::unique_ptr<store::Store> opened(std::string const& directory, bool read_only, bool is_new,
                                     store::NewFile how) {
    if (!is_new || read_only) return store::open_sqlite(directory, read_only);
    return store::open_sqlite_later(
        [directory, how] {
            auto const made = io::make_directories_unsynced(directory);
            // A store that is made beside its place sees to the entry of its directory itself.
            auto const own = how == store::NewFile::beside ? std::size_t{1} : std::size_t{0};
            for (std::size_t i = 0; i + own < made.to_sync.size(); ++i) io::sync_directory(made.to_sync[i]);
            return directory;
        },
        how);
}

} // namespace

std::string data_directory() {
    char const* const named = std::getenv("KREISLAUF_DATA");
    if (named != nullptr && *named != '\0') return named;
    std::array<char, 4096> path{};
    auto const size = readlink("/proc/self/exe", path.data(), path.size());
    if (size > 0) {
        std::string program{path.data(), static_cast<std::size_t>(size)};
        auto shared = program.substr(0, program.rfind('/')) + "/../share/kreislauf";
        if (io::file_exists(shared + "/mappings/units.toml")) return shared;
    }
    return KREISLAUF_SOURCE_DIR;
}

Clock clock_for(Options const& options) {
    auto clock = Clock::system();
    if (options.now.empty()) return clock;
    auto const stands_at = utc_from(options.now, -1);
    if (stands_at < 0)
        throw Error{Errc::invalid_argument,
                    "--now '" + options.now + "' is not a time; expected 2025-04-10T06:00:00Z or 2025-04-10"};
    // A clock of its own: waiting moves it on, and a replay does not really wait.
    auto const now_ms = std::make_shared<std::int64_t>(stands_at * 1000);
    clock.now = [now_ms] { return *now_ms / 1000; };
    clock.sleep = [now_ms](std::chrono::milliseconds duration) {
        *now_ms += duration.count();
        constexpr std::chrono::milliseconds longest{10};
        std::this_thread::sleep_for(std::min(duration, longest));
    };
    return clock;
}

std::optional<UnixTime> as_of_time(std::string const& text) {
    if (text.empty()) return std::nullopt;
    if (text.size() == 10) {
        if (auto const day = parse_date(text)) return (UnixTime{*day} + 1) * day_seconds - 1;
    } else if (auto const time = utc_from(text, -1); time >= 0) {
        return time;
    }
    throw Error{Errc::invalid_argument,
                "--as-of '" + text + "' is not a date; expected 2025-04-30 or 30.04.2025"};
}

void warn_of_future(std::optional<UnixTime> const& as_of) {
    if (as_of && *as_of > Clock::system().now() + day_seconds)
        std::fprintf(stderr,
                     "kreislauf: --as-of %s lies in the future: this is what is known today, and later "
                     "vintages will change it\n",
                     utc_text(*as_of).substr(0, 10).c_str());
}

harmonize::MappingFiles const& process_mappings() {
    static auto const files = harmonize::MappingFiles::from_directory(data_directory() + "/mappings");
    return files;
}

JobContext::JobContext(Options const& options, bool read_only, store::NewFile how)
    : new_store(!io::file_exists(options.store + "/store.sqlite")),
      store(opened(options.store, read_only, new_store, how)), archive(options.store + "/raw"),
      mappings(process_mappings()), areas(harmonize::AreaRegister::load(mappings)),
      shop{*store,
           archive,
           mappings,
           areas,
           options.store,
           clock_for(options),
           std::max(1U, std::min(2U, std::thread::hardware_concurrency())),
           new_store} {}

void JobContext::is_last() {
    shop.discard = [this](std::shared_ptr<void> used) { discarded_.push_back(std::move(used)); };
}

Exit JobContext::leave(Exit exit) {
    if (is_sanitized) return exit;
    store->close();
    auto const last_word = when_printed(exit);
    std::fflush(nullptr);
    _exit(static_cast<int>(last_word));
}

} // namespace gateway::app
