// Measures: what kind of number a measure is, and so what may be done with it.
//
// Counts may be added and divided. Ratios, means, medians and indices never are: they pass where the area is
// unchanged, or are computed from components where the mapping names them. What no mapping knows is decided by
// its unit and its words, and the decision says so.
//
// Source   mappings/measures.toml; docs/mappings.md, measures
// Errors   Error malformed naming file and line
#pragma once

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

/// A ratio = factor * numerator / denominator, both of the same dataset, area, time and further codes.
struct Components {
    IndicatorKey numerator; ///< codes that take the place of the ratio's own; an empty code removes one
    IndicatorKey denominator;
    std::int64_t factor = 1;
};

struct MeasureUse {
    MeasureKind kind = MeasureKind::unknown;
    harmonize::territory::Weight weight = harmonize::territory::Weight::population; ///< for what is divided
    std::optional<Components> components;
    std::string rule; ///< "mappings/measures.toml:12", or "unit PT"
};

class Measures {
  public:
    /// \throws Error malformed, not_found where there is no measures.toml
    static Measures load(harmonize::MappingFiles const& files);

    /// `label` is what the source calls the measure; it may be empty.
    [[nodiscard]] MeasureUse use(std::string_view table, IndicatorKey const& indicator,
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
    struct Entry {
        std::string code, table, unit;
        std::optional<MeasureKind> kind;
        std::optional<harmonize::territory::Weight> weight;
        std::optional<Components> components;
        std::string rule;
    };
    std::vector<Entry> entries_;
    std::vector<ReusedKey> reused_;
};

/// The key of a component: codes of `changes` in place of those of `indicator`; an empty code leaves one out.
IndicatorKey changed(IndicatorKey const& indicator, IndicatorKey const& changes);

} // namespace gateway::derive
