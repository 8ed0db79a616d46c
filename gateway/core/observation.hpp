// The common schema in memory: series keys, observations, datasets.
//
// A series is one area in one indicator; an indicator is a dataset with every dimension fixed but area and
// time. docs/schema.md explains every field with a worked example.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/core/value.hpp"

namespace gateway {

/// Number of a release of a dataset, from 1; 0 = none. Vintages of a dataset are ordered.
using VintageNo = std::uint32_t;

struct Observation {
    TimePeriod period;
    Value value = Value::missing(MissingReason::unknown);
    Quality quality;
    VintageNo vintage = 0; ///< release that brought this content; 0 before it is stored

    /// Equal content: what decides whether a delivery changes something. The vintage does not count.
    [[nodiscard]] bool same_content(Observation const& other) const {
        return period == other.period && value == other.value && quality == other.quality;
    }
};

/// The dimensions of an indicator: concept id to code. MEASURE and UNIT are always there; UNIT_MULT only
/// where the multiplier is not 0; a dimension that does not apply (_Z) is left out, so that a dataset can
/// gain a dimension without changing older keys.
class IndicatorKey {
  public:
    IndicatorKey() = default;
    void set(std::string dimension, std::string code) { codes_[std::move(dimension)] = std::move(code); }
    /// Code of a dimension, or empty where it does not apply.
    [[nodiscard]] std::string_view at(std::string_view dimension) const;
    [[nodiscard]] std::map<std::string, std::string, std::less<>> const& codes() const noexcept {
        return codes_;
    }

    /// "MEASURE=BEVSTD,UNIT=PS,SEX=F": MEASURE, UNIT, UNIT_MULT first, the rest in the order of their ids.
    /// Characters other than A-Z a-z 0-9 _ - stand as %XX.
    [[nodiscard]] std::string text() const;
    /// Reads text(); throws Error invalid_argument.
    static IndicatorKey parse(std::string_view text);

    friend bool operator==(IndicatorKey const&, IndicatorKey const&) = default;
    friend auto operator<=>(IndicatorKey const&, IndicatorKey const&) = default;

  private:
    std::map<std::string, std::string, std::less<>> codes_;
};

/// What is known of a dataset (SDMX: dataflow with its data structure).
struct DatasetInfo {
    std::string id;        ///< "REGIO_12411-01-01-4": prefix of the service and edition, then the table code
    std::string source;    ///< service id: "regionalstatistik"
    std::string table;     ///< table code at the source
    std::string title;     ///< as published
    std::string statistic; ///< EVAS number: "12411"
    std::string licence;   ///< "dl-de/by-2-0"
    std::string attribution;
    std::string frequency;               ///< SDMX CL_FREQ: "A"
    std::vector<std::string> dimensions; ///< concept ids without AREA and TIME_PERIOD, in order of appearance
    friend bool operator==(DatasetInfo const&, DatasetInfo const&) = default;
};

/// Name of one figure, for `explain`: "REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2023-12-31@2".
/// A derived figure names behind '~' what was done: ".../2013-12-31@2~2016-12-31" is on the areas of that day.
struct FigureId {
    std::string dataset;
    std::string area_key;
    IndicatorKey indicator;
    TimePeriod period;
    VintageNo vintage = 0;
    std::string view = {}; ///< steps with '~' between them, of A-Z a-z 0-9 - _ : . ; empty = as published
};

std::string to_string(FigureId const& id);
/// Throws Error invalid_argument naming the part that cannot be read.
FigureId parse_figure_id(std::string_view text);

} // namespace gateway
