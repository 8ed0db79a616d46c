// Rows for people: what CSV and XLSX show, decided once so that both show the same.
//
// Shape    one row per observation. The first `constant` fields are the same for all rows of a series, so
// that
//          a writer can render them once.
// Errors   invalid_argument naming the series, where the context does not announce its dataset, dimension or
//          vintage: a package that is silent about something it holds would be wrong.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

struct Field {
    enum class Kind : std::uint8_t {
        empty,
        text,    ///< `text`, words from the source or our own
        key,     ///< `text`, never a number
        number,  ///< `number`, a figure
        ordinal, ///< `number`, but nothing to calculate with: a year, the number of a vintage
        date,    ///< `day`
    };
    Kind kind = Kind::empty;
    std::string text;
    Decimal number;
    std::int32_t day = 0;
};

class RowMaker {
  public:
    explicit RowMaker(FeedContext context);

    [[nodiscard]] std::vector<std::string> const& header() const noexcept { return header_; }
    /// Index of the column that holds the value.
    [[nodiscard]] std::size_t value_column() const noexcept { return constant_ + 2; }
    /// Starts a series; `record` must outlive its rows.
    void start(SeriesRecord const& record);
    /// How many leading fields stay the same until the next start().
    [[nodiscard]] std::size_t constant() const noexcept { return constant_; }
    /// Of an observation of the series started; lives until the next call.
    std::vector<Field> const& row(Observation const& observation);

  private:
    void derived_fields(Observation const& observation, Field* out) const;
    FeedContext context_;
    std::vector<std::string> dimensions_;
    std::vector<std::string> header_;
    std::vector<Field> fields_;
    SeriesRecord const* record_ = nullptr;
    std::string figure_prefix_;
    std::size_t constant_ = 0;
};

/// Last day the period covers: the territory a figure of the source refers to.
std::int32_t territory_day(TimePeriod const& period) noexcept;
/// value - below and value + above; nothing without number or bounds. Throws Error overflow.
std::optional<Decimal> lower_bound_of(Observation const& observation);
std::optional<Decimal> upper_bound_of(Observation const& observation);

/// "DATASET/AREA/INDICATOR/", the part of a figure id that a series shares.
std::string figure_prefix(SeriesRecord const& record);
/// Appends "PERIOD@VINTAGE"; with the prefix this is to_string(FigureId).
void append_figure_suffix(std::string& out, TimePeriod const& period, VintageNo vintage);

/// Checks that the context announces the dataset of `record` and that the dataset lists its dimensions.
void require_announced(FeedContext const& context, SeriesRecord const& record);
/// The vintage of an observation; throws Error invalid_argument where the dataset does not list it.
VintageSource const& vintage_of(SeriesRecord const& record, Observation const& observation);
/// Text and code of a dimension value: label of the source, else a general German name, else empty.
std::string label_of(DatasetContext const& dataset, std::string_view dimension, std::string_view code);
/// Power of ten of an indicator, 0 where none is given. Throws Error invalid_argument.
int multiplier_of(IndicatorKey const& indicator);
/// Credit line: the dataset's attribution, else its source.
std::string_view credit_of(DatasetInfo const& info) noexcept;

} // namespace gateway::feed
