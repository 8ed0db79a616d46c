// get --compare: the change between two periods (declared in series_figures.hpp).
#include <cstdio>
#include <optional>
#include <string>

#include "gateway/app/json.hpp"
#include "gateway/app/series_figures.hpp"
#include "gateway/core/error.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::app {
namespace {

namespace rules = harmonize::series;

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

Comparison compared(feed::SeriesRecord const& series, Observation const& earlier, Observation const& later,
                    rules::BreakRegister const& breaks) {
    Comparison made;
    made.earlier = earlier;
    made.later = later;
    made.breaks = breaks.between(series.dataset.info, series.indicator,
                                 derive::series::point_of(series.dataset, earlier),
                                 derive::series::point_of(series.dataset, later));
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

void print(feed::SeriesRecord const& series, Comparison const& made) {
    std::printf("%s  %s %s  %s\n", series.dataset.info.id.c_str(), area_key(series.area).c_str(),
                std::string{series.area_name}.c_str(), series.indicator.text().c_str());
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

void write(Json& json, feed::SeriesRecord const& series, Comparison const& made) {
    auto const digits = [&json](char const* key, std::optional<Decimal> const& number) {
        json.key(key);
        if (number)
            json.digits(number->to_string());
        else
            json.null();
    };
    json.object()
        .field("dataset", series.dataset.info.id)
        .field("area", area_key(series.area))
        .field("area_name", series.area_name)
        .field("indicator", series.indicator.text())
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
    std::size_t shown = 0;
    Json json;
    if (json_wanted) json.array();
    figures.each([&](feed::SeriesRecord const& series) {
        Observation const* earlier = nullptr;
        Observation const* later = nullptr;
        for (auto const& figure : series.observations) {
            if (figure.period == first) earlier = &figure;
            if (figure.period == second) later = &figure;
        }
        if (earlier == nullptr || later == nullptr) return;
        ++shown;
        auto const made = compared(series, *earlier, *later, breaks);
        if (json_wanted)
            write(json, series, made);
        else
            print(series, made);
    });
    if (shown == 0)
        throw Error{Errc::not_found, "no series has figures of both " + first.to_sdmx() + " and " +
                                         second.to_sdmx() +
                                         "; kreislauf get without --compare shows which periods there are"};
    if (!json_wanted) return;
    json.end_array();
    json.print();
}

} // namespace gateway::app
