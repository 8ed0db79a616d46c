// The keys of one document: what its code numbers stand for in the common schema.
//
// Shared by the readers that work on parts of a document; each new code is mapped once, under a lock, then
// found by number without one.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {

/// What a code number contributes to the key of a cell.
struct KeyPart {
    enum class Kind : std::uint8_t { none, code, area, part_of_year, unknown };
    Kind kind = Kind::unknown;
    std::uint32_t number = 0; ///< of the (dimension, code) pair, the area, or the part of the year
    std::uint32_t cause = 0;  ///< for unknown: number of the cause, see TableKeys::cause
};

/// A combination of value kind, sign and quality as it occurs in the document.
struct Mark {
    Cell::Kind kind = Cell::Kind::empty;
    std::string sign;    ///< in place of the number
    std::string quality; ///< beside it
    SignMeaning meaning; ///< of the sign, or of the quality where there is a number
};

/// A reason to set rows aside, with how many and where first.
struct Cause {
    Errc code = Errc::malformed;
    Severity severity = Severity::error;
    std::string text;
    std::string next_step;
    std::uint32_t column = 0;
    std::uint64_t rows = 0;
    std::uint64_t first_line = 0;
};

class TableKeys {
  public:
    using MappingFor = std::function<Mapping const&(TableInfo const&)>;
    explicit TableKeys(MappingFor mapping_for) : mapping_for_(std::move(mapping_for)) {}

    /// Why an area must not be in this document; empty text where it may. Rows of others are set aside.
    using WhyNot = std::function<std::string(Area const&)>;
    void restrict_areas(WhyNot why_not) { why_not_ = std::move(why_not); }

    /// The first document part that knows its header decides the mapping; others must agree.
    void table(TableInfo const& info);
    KeyPart block(unsigned block, SourceCode const& code);
    KeyPart measure(SourceCode const& code);
    KeyPart time(SourceCode const& code);
    /// Number of a period composed of a year and a part of it.
    KeyPart composed(std::uint32_t period, KeyPart const& part);
    /// Number of the indicator with this measure and these (dimension, code) pairs (0 = none).
    std::uint32_t indicator(std::uint32_t measure, std::vector<std::uint32_t> const& pairs);
    /// Number of the pseudo area of tables without a region.
    std::uint32_t no_area();
    std::uint8_t mark(Cell::Kind kind, std::string_view sign, std::string_view quality);
    std::uint32_t cause(Cause cause);
    /// Adds `rows` set aside for a cause.
    void count(std::uint32_t cause, std::uint64_t rows, std::uint64_t first_line);

    [[nodiscard]] TableInfo const& info() const noexcept { return info_; }
    [[nodiscard]] Mapping const* mapping() const noexcept { return mapping_; }
    [[nodiscard]] std::vector<IndicatorKey> const& indicators() const noexcept { return indicators_; }
    [[nodiscard]] std::vector<Area> const& areas() const noexcept { return areas_; }
    [[nodiscard]] std::vector<TimePeriod> const& periods() const noexcept { return periods_; }
    [[nodiscard]] std::vector<Mark> const& marks() const noexcept { return marks_; }
    [[nodiscard]] std::vector<Cause> const& causes() const noexcept { return causes_; }
    /// What stayed as the source writes it because no rule speaks of it: one issue per variable.
    [[nodiscard]] std::vector<Issue> source_codes() const;
    using EachLabel =
        std::function<void(std::string_view dimension, std::string_view code, std::string_view text)>;
    /// The labels as the source writes them, in order of dimension and code; "AREA" uses area_key().
    void each_label(EachLabel const& each) const;
    /// Dimensions in order of appearance: MEASURE, UNIT first.
    [[nodiscard]] std::vector<std::string> const& dimensions() const noexcept { return dimensions_; }

  private:
    std::uint32_t pair(MappedCode const& mapped);
    void dimension(std::string const& id);
    std::uint32_t area(Area const& area);
    KeyPart period(std::optional<TimePeriod> const& period, Cause cause);
    void label(std::string const& dimension, std::string const& code, std::string_view text);
    void each_area_label(EachLabel const& each) const;
    std::uint32_t cause_unlocked(Cause cause);

    MappingFor mapping_for_;
    WhyNot why_not_;
    mutable std::mutex mutex_;
    TableInfo info_;
    Mapping const* mapping_ = nullptr;
    struct Measure {
        std::string measure, unit;
        int unit_mult = 0;
    };
    std::vector<Measure> measures_;
    /// The (dimension, code) pairs that a code stands for: its own first, then those that always go with it.
    using Pairs = std::vector<std::pair<std::string, std::string>>;
    std::vector<Pairs> pairs_{{}}; // 0 = none
    std::vector<IndicatorKey> indicators_;
    std::vector<Area> areas_;
    std::vector<TimePeriod> periods_;
    std::vector<Mark> marks_;
    std::vector<Cause> causes_;
    std::vector<std::string> dimensions_{"MEASURE", "UNIT"};
    struct Unmapped {
        std::string dimension;
        std::uint32_t column = 0;
        std::set<std::string> codes;
    };
    std::map<std::string, Unmapped> unmapped_; // by variable
    std::map<Pairs, std::uint32_t> pair_numbers_;
    std::map<IndicatorKey, std::uint32_t> indicator_numbers_;
    std::unordered_map<Area, std::uint32_t, AreaHash> area_numbers_;
    std::map<TimePeriod, std::uint32_t> period_numbers_;
    std::map<std::pair<std::string, std::string>, std::string> labels_; // but for those of areas
    std::vector<std::string> area_labels_;                              // of areas_
};

} // namespace gateway::harmonize
