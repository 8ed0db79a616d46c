// Units: the same amount in another unit, exactly or not at all.
//
// Only units of one kind convert (areas, masses, shares ...), multipliers of ten always do. Percentage points,
// indices and "the unit that the item names" are kinds of their own. A result without finite decimal is refused.
//
// Source   mappings/conversions.toml; unit texts from mappings/units.toml
// Errors   Error invalid_argument naming unit and way out
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/series/made.hpp"

namespace gateway::harmonize::series {

struct UnitTarget {
    std::string unit;         ///< "KM2"; empty = the unit stays, only the multiplier changes
    int power = 0;            ///< 3 = thousands
    std::string text() const; ///< "KM2", "EUR x 10^3"
};

class UnitTable {
  public:
    static UnitTable load(MappingFiles const& files);

    /// Reads a unit code ("KM2", "EUR:3" in thousands), or a text as sources write it ("Tsd. EUR", "ha", "Tsd.").
    [[nodiscard]] UnitTarget parse(std::string_view text) const;
    /// Why a series with this unit cannot have the target; empty where it can.
    [[nodiscard]] std::string why_not(IndicatorKey const& indicator, UnitTarget const& target) const;
    /// The indicator in the target's unit. why_not() must be empty.
    [[nodiscard]] IndicatorKey converted(IndicatorKey const& indicator, UnitTarget const& target) const;
    /// The figure in the target's unit: no number where it has no finite decimal of 18 digits.
    [[nodiscard]] Made convert(Observation const& figure, IndicatorKey const& from,
                               UnitTarget const& target) const;
    /// The kind of a unit: "area"; a unit that nothing converts to is its own kind.
    [[nodiscard]] std::string kind_of(std::string_view unit) const;

  private:
    struct Unit {
        std::string kind;
        std::int64_t numerator = 1, denominator = 1; ///< in the base unit of its kind
        std::string rule;
    };
    struct Text {
        std::string unit;
        int power = 0;
    };
    [[nodiscard]] Unit const* find(std::string_view unit) const;
    std::map<std::string, Unit, std::less<>> units_;
    std::map<std::string, Text, std::less<>> texts_;
};

/// value x numerator / denominator x 10^power, exactly; nothing where it has no finite decimal or does not fit.
std::optional<Decimal> scaled_exactly(Decimal value, std::int64_t numerator, std::int64_t denominator,
                                      int power) noexcept;

/// Power of ten of an indicator; 0 where none is given or it cannot be read.
int power_of(IndicatorKey const& indicator) noexcept;

} // namespace gateway::harmonize::series
