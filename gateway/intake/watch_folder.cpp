#include "gateway/intake/watch_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"

namespace gateway::intake {
namespace {

constexpr char const* actor = "watched folder";

bool is_unfinished(std::string_view name) {
    constexpr std::array<std::string_view, 4> endings{".part", ".tmp", ".filepart", ".crdownload"};
    return name.empty() || name.front() == '.' ||
           std::any_of(endings.begin(), endings.end(), [&](auto ending) { return name.ends_with(ending); });
}

/// Ordinary files in `folder`, by name.
std::vector<std::string> files_in(std::string const& folder) {
    std::unique_ptr<DIR, int (*)(DIR*)> const open{::opendir(folder.c_str()), ::closedir};
    if (!open) throw Error{Errc::io, io::reason_text("cannot look into", folder, errno)};
    std::vector<std::string> names;
    while (auto const* const entry = ::readdir(open.get())) { // NOLINT: nobody else reads this stream
        std::string name{static_cast<char const*>(entry->d_name)};
        struct stat state {};
        if (::lstat((folder + "/" + name).c_str(), &state) == 0 && S_ISREG(state.st_mode))
            names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// A lease for reading is given only while nobody has the file open for writing (fcntl(2)). It is let go at once; where
/// the file system knows none, standing still has to do.
bool is_being_written(std::string const& path) {
    auto const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) return errno != ENOENT;
    bool const refused = ::fcntl(file, F_SETLEASE, F_RDLCK) != 0 && (errno == EAGAIN || errno == EBUSY);
    if (!refused) ::fcntl(file, F_SETLEASE, F_UNLCK);
    ::close(file);
    return refused;
}

void move(std::string const& from, std::string const& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0)
        throw Error{Errc::io, io::reason_text("cannot move to " + to, from, errno)};
}

bool may_be_tried_again(Errc code) {
    return code == Errc::io || code == Errc::corrupt_store || code == Errc::source_unavailable ||
           code == Errc::conflict;
}

} // namespace

WatchFolder::WatchFolder(Intake& intake, std::string folder, std::function<void(std::string_view)> complain,
                         Clock clock, std::int64_t still_seconds)
    : intake_{intake}, folder_{std::move(folder)}, complain_{std::move(complain)}, clock_{std::move(clock)},
      still_seconds_{still_seconds} {
    make_folders();
}

void WatchFolder::make_folders() {
    for (auto const& agreement : intake_.agreements().all()) {
        if (!made_.insert(agreement.id).second) continue;
        for (auto const* const part : {"/busy", "/done", "/failed"})
            io::make_directories(folder_ + "/" + agreement.id + part);
    }
}

std::size_t WatchFolder::look() {
    if (!mine_) mine_ = FileLock::try_take(intake_.folder_lock());
    if (!mine_) return 0;
    std::size_t moved = 0;
    make_folders(); // of agreements that came since
    for (auto const& agreement : intake_.agreements().all())
        moved += look_at(agreement, folder_ + "/" + agreement.id);
    return moved;
}

std::size_t WatchFolder::look_at(Agreement const& agreement, std::string const& folder) {
    auto moved = claim(folder);
    for (auto const& name : files_in(folder + "/busy")) moved += settle(agreement, folder, name);
    return moved;
}

std::size_t WatchFolder::claim(std::string const& folder) {
    std::size_t moved = 0;
    auto const now = clock_.now();
    for (auto const& name : files_in(folder)) {
        if (is_unfinished(name)) continue;
        auto const path = folder + "/" + name;
        auto const waiting = folder + "/busy/" + name;
        try {
            auto const stamp = io::stamp_of(path);
            auto const [seen, is_new] = seen_.try_emplace(path, Seen{stamp, now});
            if (!is_new && !(seen->second.stamp == stamp)) seen->second = {stamp, now};
            if (now - seen->second.since < still_seconds_ || is_being_written(path)) continue;
            // One of that name is still being checked: the next comes behind it.
            if (io::file_exists(waiting)) continue;
            move(path, waiting);
            io::sync_directory(folder + "/busy");
            io::sync_directory(folder);
            seen_.erase(path);
            ++moved;
        } catch (Error const& error) {
            complain_once(path, error.what());
        }
    }
    return moved;
}

std::size_t WatchFolder::settle(Agreement const& agreement, std::string const& folder,
                                std::string const& name) {
    auto const path = folder + "/busy/" + name;
    try {
        if (is_being_written(path)) return 0; // opened before it was moved
        auto& id = handed_[path];
        if (id.empty()) id = intake_.submit({agreement.id, name, path, actor, {}}).delivery.id;
        auto const delivery = intake_.find(id);
        auto const report = intake_.report(id);
        if (!delivery || !report) return 0;
        put_away(folder, name, delivery->stage == Stage::refused ? "failed" : "done", id,
                 to_text(*report, agreement));
        return 1;
    } catch (Error const& error) {
        if (may_be_tried_again(error.code())) {
            complain_once(path, error.what());
            return 0;
        }
        put_away(folder, name, "failed", {}, std::string{error.what()} + "\n");
        return 1;
    }
}

/// The words first: a file in done/ or failed/ always has them beside it.
void WatchFolder::put_away(std::string const& folder, std::string const& name, char const* where,
                           std::string const& id, std::string const& words) {
    // A name that every file system takes.
    auto begin = (id.empty() ? utc_text(clock_.now()) : id) + "_";
    std::replace(begin.begin(), begin.end(), ':', '-');
    auto const place = folder + "/" + where + "/" + begin + name;
    io::write_durable(place + ".bericht.txt", words);
    move(folder + "/busy/" + name, place);
    io::sync_directory(folder + "/" + where);
    io::sync_directory(folder + "/busy");
    handed_.erase(folder + "/busy/" + name);
    said_.erase(folder + "/busy/" + name);
}

void WatchFolder::complain_once(std::string const& path, std::string const& what) {
    if (std::exchange(said_[path], what) != what && complain_)
        complain_("intake folder: " + path + ": " + what);
}

} // namespace gateway::intake
