// MunicipalGraph: municipalities of any day to those of any other, from imported registers and change lists.
//
// Each municipality of the nearest register before both days is followed through every change. What a partial
// transfer moved is told by the list; the rest stays. The pieces are grouped by their key on the two days.
//
// Errors   Error not_found where no register or no change list was imported, naming what to import
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "gateway/harmonize/territory/graph.hpp"
#include "gateway/harmonize/territory/import_read.hpp"

namespace gateway::harmonize::territory {

/// What following the changes could not do.
struct MunicipalGaps {
    std::uint64_t unknown_keys = 0; ///< changes of keys that no register has: perhaps of Länder not imported
    std::vector<std::string> examples;
};

class MunicipalGraph {
  public:
    MunicipalGraph(std::vector<RegisterExtract> registers, std::vector<ChangeRow> changes);

    /// Passage::events are numbers in changes(). Cached.
    AreaMap const& map(std::int32_t from, std::int32_t to);
    [[nodiscard]] std::vector<ChangeRow> const& changes() const noexcept { return changes_; }
    [[nodiscard]] MunicipalGaps const& gaps() const noexcept { return gaps_; }
    /// Days of the registers, ascending.
    [[nodiscard]] std::vector<std::int32_t> days() const;

  private:
    std::vector<RegisterExtract> registers_;
    std::vector<ChangeRow> changes_; ///< by day, then number
    MunicipalGaps gaps_;
    std::map<std::pair<std::int32_t, std::int32_t>, std::unique_ptr<AreaMap>> cache_;
};

} // namespace gateway::harmonize::territory
