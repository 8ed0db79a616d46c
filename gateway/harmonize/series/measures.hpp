// Measures over time: whether a measure is a stock, a flow or a mean, and so what another frequency of it is.
//
// Only counts are ever summed: flows sum, stocks are taken on a day, means are averaged; where nothing tells
// which, nothing is done. What a measure is over areas is another question (mappings/measures.toml).
//
// Source   mappings/frequency.toml, schemas/mapping/frequency.schema.json
// Errors   Error malformed naming file, line and column; not_found where the file is missing
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize::series {

enum class MeasureKind : std::uint8_t { unknown, count, ratio, mean, median, index, attribute };
enum class Temporal : std::uint8_t { unknown, stock, flow, mean };
/// How the mean of a year is made; none = there is no rule, so there is no mean.
enum class MeanOf : std::uint8_t { none, year_ends, quarter_ends, month_ends, months, quarters };

std::string_view to_string(MeasureKind kind) noexcept; ///< "count"
std::string_view to_string(Temporal temporal) noexcept;
std::string_view to_string(MeanOf mean) noexcept; ///< "year_ends"

struct MeasureRule {
    MeasureKind kind = MeasureKind::unknown;
    Temporal temporal = Temporal::unknown;
    MeanOf mean = MeanOf::none;
    unsigned month = 0; ///< of the reference date that stands for a year; 0 = not told
    unsigned day = 0;
    bool school_year_end = false, term_end = false; ///< else the year in which they begin
    bool school_year_told = false, term_told = false;
    bool assumed = false; ///< decided by the unit alone
    std::string rule;     ///< "mappings/frequency.toml:31"; empty = no rule at all
};

class MeasureRules {
  public:
    static MeasureRules load(MappingFiles const& files);

    /// By CODE/UNIT, CODE, table, statistic, unit, in this order; kind unknown where nothing fits.
    [[nodiscard]] MeasureRule const& find(DatasetInfo const& dataset, IndicatorKey const& indicator) const;

  private:
    std::map<std::string, MeasureRule, std::less<>> measures_, tables_, statistics_, units_;
    MeasureRule none_;
};

} // namespace gateway::harmonize::series
