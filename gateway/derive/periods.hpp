// Periods: the figure of one area, on the territory wanted, of one period.
//
// The areas that are expected are those of the last day of the period, or of its first where the data still have
// those. A '-' of an area that did not exist (NO_TERRITORY) counts as not there. A figure under the key of the area
// wanted from a time when that did not exist yet is either the office's own recalculation, or the figure of a part
// under the new key: it stands alone only where no part has a figure, and beside all parts only where it equals
// their sum.
//
// Source   docs/territory.md, series of the store
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/derive/combine.hpp"
#include "gateway/derive/pool.hpp"

namespace gateway::derive {

/// What municipalities say of a divided county.
struct MunicipalPart {
    Decimal amount;
    bool exact = false; ///< no municipality was divided itself
};
using MunicipalLookup = std::function<std::optional<MunicipalPart>(
    IndicatorKey const&, TimePeriod const&, std::string_view source, std::string_view target,
    Observation const& figure)>;

struct PeriodRequest {
    DatasetInfo const* dataset = nullptr;
    std::int32_t territory = 0;
    bool partial = false;
    bool details = false;
    bool municipal = false; ///< keys are those of municipalities
    MunicipalLookup const* split = nullptr;
};

class Periods {
  public:
    Periods(Atlas& atlas, Measures const& measures) : atlas_(atlas), measures_(measures) {}

    /// Nothing where no area has a row that says something of `target`.
    std::optional<Combined> figure(PeriodRequest const& request, std::string_view target, Pool const& pool,
                                   IndicatorKey const& indicator, std::string_view label,
                                   TimePeriod const& period);

  private:
    struct Reading;
    std::optional<Combined> combined(PeriodRequest const& request, std::string_view target,
                                     SeriesByArea const& series, IndicatorKey const& indicator,
                                     MeasureUse const& use, TimePeriod const& period);
    Flows const* flows(PeriodRequest const& request, std::int32_t day, harmonize::territory::Weight weight);

    Atlas& atlas_;
    Measures const& measures_;
};

/// numerator / denominator * factor with `scale` decimals; none where one has no number or the second is zero.
Combined ratio_of(Combined const& numerator, Combined const& denominator, double factor, unsigned scale);

} // namespace gateway::derive
