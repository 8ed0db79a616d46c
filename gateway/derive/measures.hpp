// Measures: what kind of number a measure is, and so what may be done with it.
//
// Counts may be added and divided. Ratios, means, medians and indices never are: they pass where the area is
// unchanged, or are computed from components where the mapping names them. What no mapping knows is decided by
// its unit and its words, and the decision says so.
//
// Source   mappings/measures.toml; docs/mappings.md, measures
// Errors   Error malformed naming file and line
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/territory/crosswalk.hpp"

namespace gateway::derive {

enum class MeasureKind : std::uint8_t { count, ratio, mean, median, index, attribute, unknown };
std::string_view to_string(MeasureKind kind) noexcept; ///< "count"

/// A measure of the same table: MEASURE, UNIT where it is told, and further codes in place of the ratio's own.
struct Component {
    std::string measure, unit;
    std::map<std::string, std::string, std::less<>> codes;
};

/// A ratio = factor * numerator / denominator.
struct Components {
    Component numerator, denominator;
    std::int64_t factor = 1;
};

struct MeasureUse {
    MeasureKind kind = MeasureKind::unknown;
    harmonize::territory::Weight weight = harmonize::territory::Weight::population; ///< for what is divided
    std::optional<Components> components;
    std::string rule; ///< "mappings/measures.toml:12"; what decided
};

class Measures {
  public:
    /// \throws Error malformed, not_found where there is no measures.toml
    static Measures load(harmonize::MappingFiles const& files);

    /// By CODE/UNIT, CODE, table, statistic, unit, in this order; table and statistic say nothing of units that are no
    /// counts. `label` is what the source calls the measure; it may be empty.
    [[nodiscard]] MeasureUse use(DatasetInfo const& dataset, IndicatorKey const& indicator,
                                 std::string_view label) const;

    /// A key that some table uses for an area with which it did not exist yet: before `until` figures under `key`
    /// are those of `means`.
    struct ReusedKey {
        std::string table, key, means, rule;
        std::int32_t until = 0; ///< last day
    };
    [[nodiscard]] ReusedKey const* reused(std::string_view table, std::string_view key,
                                          std::int32_t day) const noexcept;

  private:
    using Entries = std::map<std::string, MeasureUse, std::less<>>;
    Entries measures_, tables_, statistics_, units_;
    std::vector<ReusedKey> reused_;
};

/// True where `candidate` is the component `of` the ratio with the key `ratio`.
bool is_component(IndicatorKey const& candidate, Component const& of, IndicatorKey const& ratio);

} // namespace gateway::derive
