// A folder into which offices put files, one below it for each agreement: FOLDER/lsn-bevoelkerung/z.csv.
//
// A file counts when it is complete: its size and time stand still from one look to the next, for `still` seconds, and
// nobody has it open for writing. It is then moved to busy/, handed in, and when its report is there to done/ or failed/,
// under the id of the delivery with the report beside it. Names that begin with a dot or end in .part, .tmp, .filepart or
// .crdownload are somebody's unfinished ones.
// Killed   anywhere, nothing is lost or doubled: what is in busy/ is handed in again, and the same bytes are the same
//          delivery
// Threads  one user. Between processes, and where there are two in one, the first that looks has the folder until it ends;
//          the others find nothing to do, and the next takes over
// Errors   none for a file: what is wrong with it stands beside it in failed/. Error io for the folder itself
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "gateway/intake/intake.hpp"
#include "gateway/intake/intake_lock.hpp"
#include "gateway/io/file.hpp"

namespace gateway::intake {

class WatchFolder {
  public:
    /// Makes the folders of all agreements. `intake` outlives it.
    WatchFolder(Intake& intake, std::string folder, std::function<void(std::string_view)> complain,
                Clock clock = Clock::system(), std::int64_t still_seconds = 5);

    [[nodiscard]] std::int64_t still_seconds() const noexcept { return still_seconds_; }
    /// Looks once, and does what is due; how many files were moved.
    std::size_t look();

  private:
    struct Seen {
        io::FileStamp stamp;
        UnixTime since = 0;
    };
    void make_folders();
    std::size_t look_at(Agreement const& agreement, std::string const& folder);
    /// New files that are complete, to busy/.
    std::size_t claim(std::string const& folder);
    std::size_t settle(Agreement const& agreement, std::string const& folder, std::string const& name);
    void put_away(std::string const& folder, std::string const& name, char const* where,
                  std::string const& id, std::string const& words);
    void complain_once(std::string const& path, std::string const& what);

    Intake& intake_;
    std::string folder_;
    std::function<void(std::string_view)> complain_;
    Clock clock_;
    std::int64_t still_seconds_;
    std::optional<FileLock> mine_;              ///< what was seen and handed in is known to one alone
    std::set<std::string> made_;                ///< agreements that have their folders
    std::map<std::string, Seen> seen_;          ///< by path
    std::map<std::string, std::string> handed_; ///< path in busy/ to id of the delivery
    std::map<std::string, std::string> said_;   ///< last complaint of a path
};

} // namespace gateway::intake
