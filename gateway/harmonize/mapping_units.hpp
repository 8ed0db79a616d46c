// Measures and units: a measure is a code plus a unit text.
//
// Units    common codes (NR, PS, PT, EUR, T, ...) and a power of ten; "Tsd. EUR" is EUR x 10^3.
// Source   mappings/units.toml; the table's file renames measures and supplies units that the source leaves
// out.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_pattern.hpp"

namespace gateway::harmonize {

class Units {
  public:
    /// Later sections win: units.toml, then the service's file, then the table's.
    void read_units(Section const& units);
    void read_table(Section const& table);

    [[nodiscard]] MappedMeasure map(std::string_view code, std::string_view unit) const;

  private:
    struct Unit {
        std::string code;
        int mult = 0;
        std::string rule;
    };
    struct Measure {
        std::string code;    ///< common code of an alias
        std::string count;   ///< unit in place of NR: PS
        std::string missing; ///< unit where the source gives none
        int missing_mult = 0;
        std::string rule;
    };
    [[nodiscard]] Unit const* find(std::string_view text) const;

    std::map<std::string, Unit, std::less<>> texts_;
    std::set<std::string, std::less<>> missing_;
    std::vector<Pattern> patterns_;
    std::map<std::string, Measure, std::less<>> measures_;
};

} // namespace gateway::harmonize
