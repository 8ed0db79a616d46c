// Issues of one cause by the thousand: the first ones are reported one by one, the rest as one issue at the end.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "gateway/core/cells.hpp"
#include "gateway/core/error.hpp"

namespace adapters::table {

/// Issues of one code that are reported one by one; further ones are only counted.
inline constexpr std::uint64_t max_issues_per_code = 1000;

class IssueFold {
  public:
    void add(gateway::Issue issue, gateway::CellSink& sink);
    /// Sends what was only counted, with its first place.
    void finish(gateway::CellSink& sink);

  private:
    struct Folded {
        std::uint64_t reported = 0;
        std::uint64_t count = 0; ///< beyond those reported
        gateway::Issue first;    ///< of the folded ones
    };
    std::map<std::pair<gateway::Errc, gateway::Severity>, Folded> folded_;
};

} // namespace adapters::table
