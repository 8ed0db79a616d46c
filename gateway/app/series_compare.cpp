// get --compare: the change between two periods (declared in series_figures.hpp).
#include <cstdio>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "gateway/app/json.hpp"
#include "gateway/app/series_figures.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/series/combine.hpp"
#include "gateway/harmonize/series/join.hpp"

namespace gateway::app {
namespace {

namespace rules = harmonize::series;

/// One of the two figures, with what is needed after its record is gone.
struct Side {
    DatasetInfo dataset;
    IndicatorKey indicator;
    Observation figure;
    rules::Point point;
};

/// A line: of one dataset, or of all that are joined.
struct Line {
    Area area;
    std::string area_name;
    std::optional<Side> earlier, later;
    std::vector<std::string> changes; ///< of table, in words, between the two
};

struct Comparison {
    Observation earlier, later;
    std::optional<Decimal> change; ///< later - earlier
    std::optional<Decimal> low, high;
    std::optional<Decimal> per_cent; ///< one decimal
    std::vector<rules::Break> breaks;
    std::string not_measured; ///< why there is no change
};

TimePeriod period_of(std::string const& text) {
    if (auto const period = parse_sdmx_period(text)) return *period;
    throw Error{Errc::invalid_argument,
                "--compare '" + text +
                    "' is no period; expected two such as 2010-12-31 2024-12-31, or 2019 2024"};
}

/// change / from in per cent with one decimal, half away from zero; nothing below or at zero.
std::optional<Decimal> share_of(Decimal change, Decimal from) {
    __extension__ using Wide = __int128;
    if (from.is_zero() || from.is_negative()) return std::nullopt;
    Wide numerator = change.mantissa();
    Wide denominator = from.mantissa();
    for (auto scale = change.scale(); scale < from.scale(); ++scale) numerator *= 10;
    for (auto scale = from.scale(); scale < change.scale(); ++scale) denominator *= 10;
    numerator *= 1000;
    Wide const half = denominator / 2;
    Wide const rounded =
        numerator < 0 ? -((-numerator + half) / denominator) : (numerator + half) / denominator;
    constexpr std::int64_t most = 1'000'000'000'000;
    if (rounded > most || rounded < -most) return std::nullopt;
    return Decimal::from_scaled(static_cast<std::int64_t>(rounded), 1);
}

Comparison compared(Line const& line, rules::BreakRegister const& breaks) {
    auto const& earlier = line.earlier->figure;
    auto const& later = line.later->figure;
    Comparison made;
    made.earlier = earlier;
    made.later = later;
    made.breaks =
        breaks.between(line.later->dataset, line.later->indicator, line.earlier->point, line.later->point);
    for (auto const& change : line.changes)
        made.breaks.push_back({"table", later.period.end_day() - 1, "method", false, change, change, {}, {}});
    auto const from = earlier.value.number();
    auto const to = later.value.number();
    if (!from || !to) {
        made.not_measured = "no change: " + (from ? later : earlier).period.to_sdmx() + " has no number";
        return made;
    }
    made.change = checked_subtract(*to, *from);
    if (!made.change) {
        made.not_measured = "no change: the difference has too many digits";
        return made;
    }
    made.per_cent = share_of(*made.change, *from);
    auto const a = rules::certain_bounds(earlier);
    auto const b = rules::certain_bounds(later);
    if (a && b) {
        auto const down = checked_add(b->below, a->above);
        auto const up = checked_add(b->above, a->below);
        if (down && up && (!down->is_zero() || !up->is_zero())) {
            made.low = checked_subtract(*made.change, *down);
            made.high = checked_add(*made.change, *up);
        }
    }
    return made;
}

std::string number_text(Observation const& figure) {
    return figure.value.visit([](Decimal number) { return number.to_string(); },
                              [](MissingReason reason) { return std::string{to_string(reason)}; });
}

std::string tables_of(Line const& line) {
    auto const& from = line.earlier->dataset.id;
    auto const& to = line.later->dataset.id;
    return from == to ? to : from + " -> " + to;
}

void print(Line const& line, Comparison const& made) {
    std::printf("%s  %s %s  %s\n", tables_of(line).c_str(), area_key(line.area).c_str(),
                line.area_name.c_str(), line.later->indicator.text().c_str());
    std::printf("  %s %s -> %s %s: ", made.earlier.period.to_sdmx().c_str(),
                number_text(made.earlier).c_str(), made.later.period.to_sdmx().c_str(),
                number_text(made.later).c_str());
    if (!made.change) {
        std::printf("%s\n", made.not_measured.c_str());
    } else {
        std::printf("%s%s", made.change->is_negative() ? "" : "+", made.change->to_string().c_str());
        if (made.per_cent)
            std::printf(" (%s%s %%)", made.per_cent->is_negative() ? "" : "+",
                        made.per_cent->to_string().c_str());
        if (made.low && made.high)
            std::printf(", between %s and %s", made.low->to_string().c_str(), made.high->to_string().c_str());
        std::printf("\n");
    }
    for (auto const& found : made.breaks)
        std::printf("  BREAK %s (%s, %s): %s\n", found.id.c_str(), found.severity.c_str(),
                    date_text(found.from).c_str(), found.en.c_str());
    if (made.breaks.empty()) std::printf("  no break between them is known\n");
}

void write(Json& json, Line const& line, Comparison const& made) {
    auto const digits = [&json](char const* key, std::optional<Decimal> const& number) {
        json.key(key);
        if (number)
            json.digits(number->to_string());
        else
            json.null();
    };
    json.object()
        .field("dataset", line.later->dataset.id)
        .field("earlier_dataset", line.earlier->dataset.id)
        .field("area", area_key(line.area))
        .field("area_name", line.area_name)
        .field("indicator", line.later->indicator.text())
        .field("earlier", made.earlier.period.to_sdmx())
        .field("later", made.later.period.to_sdmx());
    digits("earlier_value", made.earlier.value.number());
    digits("later_value", made.later.value.number());
    digits("change", made.change);
    digits("change_low", made.low);
    digits("change_high", made.high);
    digits("change_per_cent", made.per_cent);
    json.field("note", made.not_measured).flag("comparable", made.breaks.empty()).key("breaks").array();
    for (auto const& found : made.breaks)
        json.object()
            .field("id", found.id)
            .field("from", date_text(found.from))
            .field("severity", found.severity)
            .field("de", found.de)
            .field("en", found.en)
            .field("source", found.source)
            .field("rule", found.place)
            .end_object();
    json.end_array().end_object();
}

} // namespace

void print_comparison(feed::FigureSource const& figures, SeriesOptions const& options,
                      std::string const& mappings, bool json_wanted) {
    auto first = period_of(options.compare.at(0));
    auto second = period_of(options.compare.at(1));
    if (second < first) std::swap(first, second);
    auto const breaks = rules::BreakRegister::load(harmonize::MappingFiles::from_directory(mappings));
    // A joined line comes in pieces of several datasets; otherwise each dataset has lines of its own.
    bool const joined = !options.join.empty();
    std::map<std::tuple<std::string, AreaLevel, std::string, IndicatorKey>, Line> lines;
    figures.each([&](feed::SeriesRecord const& series) {
        auto const key = joined ? rules::line_key(series.indicator) : series.indicator;
        auto& line = lines[{joined ? "" : series.dataset.info.id, series.area.level, series.area.code, key}];
        line.area = series.area;
        line.area_name = series.area_name;
        for (std::size_t i = 0; i < series.observations.size(); ++i) {
            auto const& figure = series.observations[i];
            Side const side{series.dataset.info, series.indicator, figure,
                            derive::series::point_of(series.dataset, figure)};
            if (figure.period == first) line.earlier = side;
            if (figure.period == second) line.later = side;
            bool const between = first < figure.period && !(second < figure.period);
            if (between && series.derived != nullptr &&
                (*series.derived)[i].flags.find("break:table") != std::string::npos)
                line.changes.push_back((*series.derived)[i].note);
        }
    });
    std::size_t shown = 0;
    Json json;
    if (json_wanted) json.array();
    for (auto const& [key, line] : lines) {
        if (!line.earlier || !line.later) continue;
        ++shown;
        auto const made = compared(line, breaks);
        if (json_wanted)
            write(json, line, made);
        else
            print(line, made);
    }
    if (shown == 0)
        throw Error{Errc::not_found, "no series has figures of both " + first.to_sdmx() + " and " +
                                         second.to_sdmx() +
                                         "; kreislauf get without --compare shows which periods there are"};
    if (!json_wanted) return;
    json.end_array();
    json.print();
}

} // namespace gateway::app
