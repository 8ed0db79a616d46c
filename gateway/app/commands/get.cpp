#include <cstdio>
#include <vector>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/ingest/figures.hpp"

namespace gateway::app {
namespace {

std::optional<std::int32_t> period_day(std::string const& text, bool last, char const* option) {
    if (text.empty()) return std::nullopt;
    auto const period = parse_sdmx_period(text);
    if (!period)
        throw Error{Errc::invalid_argument,
                    std::string{option} + " '" + text +
                        "' is no period; expected 2019, 2019-Q2, 2019-06 or 2019-12-31"};
    return last ? period->end_day() - 1 : period->start_day();
}

ingest::FigureQuery query_from(Options const& options) {
    ingest::FigureQuery query;
    query.dataset = options.dataset;
    query.area = options.area;
    query.inside = options.inside;
    query.as_of = as_of_time(options.as_of);
    query.from_day = period_day(options.from, false, "--from");
    query.to_day = period_day(options.to, true, "--to");
    if (!options.level.empty()) {
        query.level = area_level_from(options.level);
        if (!query.level)
            throw Error{Errc::invalid_argument, "--level '" + options.level +
                                                    "' is unknown; there are country, land, region, county, "
                                                    "association, municipality, subunit, other"};
    }
    for (auto const& text : options.codes) {
        auto const equals = text.find('=');
        if (equals == std::string::npos || equals == 0)
            throw Error{Errc::invalid_argument, "--where '" + text + "' is not DIMENSION=CODE, as in SEX=F"};
        query.codes[text.substr(0, equals)] = text.substr(equals + 1);
    }
    return query;
}

FigureId id_of(feed::SeriesRecord const& series, Observation const& figure) {
    return {series.dataset.info.id, area_key(series.area), series.indicator, figure.period, figure.vintage};
}

void write_figure(Json& json, feed::SeriesRecord const& series, Observation const& figure) {
    json.object()
        .field("id", to_string(id_of(series, figure)))
        .field("dataset", series.dataset.info.id)
        .field("area", area_key(series.area))
        .field("area_name", series.area_name)
        .field("level", to_string(series.area.level));
    json.key("dimensions").object();
    for (auto const& [dimension, code] : series.indicator.codes()) json.field(dimension, code);
    json.end_object().field("period", figure.period.to_sdmx());
    json.key("value");
    figure.value.visit([&json](Decimal number) { json.digits(number.to_string()); },
                       [&json](MissingReason) { json.null(); });
    json.key("missing_reason");
    figure.value.visit([&json](Decimal) { json.null(); },
                       [&json](MissingReason reason) { json.text(to_string(reason)); });
    json.field("obs_status", std::string(1, to_char(figure.quality.status)))
        .field("conf_status", std::string(1, to_char(figure.quality.confidentiality)))
        .field("protection", to_string(figure.quality.protection))
        .field("sign", figure.quality.sign.text())
        .field("vintage", std::uint64_t{figure.vintage});
    auto const vintage = series.dataset.vintages.find(figure.vintage);
    if (vintage != series.dataset.vintages.end()) json.field("received", utc_text(vintage->second.received));
    json.end_object();
}

void print_figure(feed::SeriesRecord const& series, Observation const& figure) {
    auto const value =
        figure.value.visit([](Decimal number) { return number.to_string(); },
                           [](MissingReason reason) { return std::string{to_string(reason)}; });
    auto const received = series.dataset.vintages.find(figure.vintage);
    std::printf("  %-24s %20s %c %-4s %s  %s\n", figure.period.to_sdmx().c_str(), value.c_str(),
                to_char(figure.quality.status), std::string{figure.quality.sign.text()}.c_str(),
                received == series.dataset.vintages.end()
                    ? ""
                    : utc_text(received->second.received).substr(0, 10).c_str(),
                to_string(id_of(series, figure)).c_str());
}

} // namespace

Exit run_get(Options const& options) {
    auto const store = store::open_sqlite(options.store, true);
    ingest::FigureSet const figures{*store, query_from(options)};
    if (!options.format.empty()) {
        auto const& format = feed::find_format(options.format);
        auto const datasets = figures.datasets();
        if (format.per_dataset && datasets.size() != 1)
            throw Error{Errc::invalid_argument, "format " + options.format +
                                                    " holds one dataset; name one of the " +
                                                    std::to_string(datasets.size()) + " found"};
        auto const writer =
            format.make([](std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); },
                        {datasets, ""});
        figures.each([&writer](feed::SeriesRecord const& series) { writer->series(series); });
        writer->finish();
        return Exit::done;
    }
    std::size_t shown = 0;
    auto const more = [&] { return options.limit == 0 || shown < options.limit; };
    Json json;
    if (options.json) json.array();
    figures.each([&](feed::SeriesRecord const& series) {
        if (!more()) return;
        if (!options.json)
            std::printf("%s  %s %s  %s\n", series.dataset.info.id.c_str(), area_key(series.area).c_str(),
                        std::string{series.area_name}.c_str(), series.indicator.text().c_str());
        for (auto const& figure : series.observations) {
            if (!more()) return;
            ++shown;
            if (options.json)
                write_figure(json, series, figure);
            else
                print_figure(series, figure);
        }
    });
    if (options.json) {
        json.end_array();
        json.print();
    } else if (shown == 0) {
        std::puts("no figures for this; kreislauf list datasets and kreislauf list areas show what there is");
    }
    return Exit::done;
}

} // namespace gateway::app
