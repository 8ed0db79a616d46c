// A small store of two datasets as the structures see it, without SQLite.
//
// A is REGIO_12411-01-01-4 (population, shared lists), B is GENESIS_23311-0010 (a dimension that only this table
// has, and that does not apply to one of its measures). A third dataset has an id that SDMX does not take.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/catalogue.hpp"
#include "gateway/sdmx/structure/selection.hpp"

namespace structure_test {

inline std::string const a = "REGIO_12411-01-01-4";
inline std::string const b = "GENESIS_23311-0010";

class SmallHoldings final : public gateway::sdmx::structure::Holdings {
  public:
    std::vector<gateway::DatasetInfo> datasets() override;
    std::string stamp(std::string_view dataset) override { return stamps[std::string{dataset}]; }
    std::vector<gateway::IndicatorKey> indicators(std::string_view dataset) override;
    std::vector<gateway::store::Label> labels(std::string_view dataset) override;
    std::vector<gateway::Area> areas() override;

    std::map<std::string, std::string> stamps;
};

/// Region of A or B.
gateway::sdmx::structure::Region small_region(std::string_view dataset);

std::shared_ptr<gateway::sdmx::structure::Catalogue const> small_catalogue();

/// "df:A cl:SDMX:CL_FREQ": short names of what was selected, sorted; the agency only where it is not ours.
std::string told(gateway::sdmx::structure::Selection const& selection);
/// The words of a text, sorted.
std::string sorted(std::string const& words);

} // namespace structure_test
