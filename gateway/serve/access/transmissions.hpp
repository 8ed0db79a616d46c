// Transmissions: the record of what RESTRICTED data went to whom, when and for what purpose.
//
// Shape    transmissions-YYYY.log in the service's folder, one JSON object per line, only ever added to. Each has a
//          number and the hash of the one before it, so that a line that is changed or missing shows. A file beside
//          them, transmissions.head, holds the last number and hash, so that a cut end shows, too.
// Durable  when add() returns the line is on the disk; the answer is sent after that
// Kept     five years: prune() removes the files of whole years before that and notes where the chain now begins
// Threads  from any, and from several processes: a lock file
// Errors   Error io: then nothing may be sent
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/serve/access/release.hpp"

namespace gateway::serve::access {

struct Transmission {
    UnixTime time = 0;
    Caller caller;
    std::string target; ///< what was asked for
    std::set<std::string> datasets;
    std::string request_id;
};

class Transmissions {
  public:
    explicit Transmissions(std::string folder);

    void add(Transmission const& one);

    struct Verdict {
        std::uint64_t records = 0;
        std::uint64_t first = 0, last = 0; ///< numbers; 0 = none
        std::vector<std::string> problems; ///< "transmissions-2026.log:7: ..."
        std::vector<std::string> notes;    ///< what is odd and harmless
    };
    [[nodiscard]] Verdict verify() const;
    /// Lines of the files, oldest first.
    [[nodiscard]] std::vector<std::string> lines() const;
    /// Removes the files of years that ended five years ago; returns their names.
    std::vector<std::string> prune(UnixTime now);

  private:
    struct Link {
        std::uint64_t no = 0;
        std::string hash; ///< 64 zeros in front of the first
    };
    [[nodiscard]] std::vector<std::string> files() const;
    [[nodiscard]] Link last_link() const;
    [[nodiscard]] Link anchor(std::string const& name) const;
    std::string folder_;
    std::mutex guard_;
    struct Tail {
        std::string name;
        std::uint64_t size = 0;
        Link link;
    } tail_; ///< of what this process wrote last
};

} // namespace gateway::serve::access
