#include <unistd.h>

#include <cstdio>
#include <vector>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json_observation.hpp"
#include "gateway/app/series_figures.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/ingest/derived_flow.hpp"
#include "gateway/ingest/territorial.hpp"

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

std::string ids_of(std::vector<feed::DatasetContext const*> const& datasets) {
    std::string ids;
    for (auto const* dataset : datasets) ids += (ids.empty() ? "" : ", ") + dataset->info.id;
    return ids;
}

FigureId id_of(feed::SeriesRecord const& series, Observation const& figure) {
    return {series.dataset.info.id, area_key(series.area), series.indicator,
            figure.period,          figure.vintage,        std::string{series.view}};
}

void write_derived(Json& json, feed::Derived const& derived) {
    json.key("derived").object().field("origin", feed::to_string(derived.origin));
    if (derived.territory) json.field("territory", date_text(*derived.territory));
    json.key("coverage").digits(derived.coverage.to_string());
    json.field("sources", std::uint64_t{derived.sources});
    auto const number = [&json](char const* key, std::optional<Decimal> value) {
        json.key(key);
        if (value)
            json.digits(value->to_string());
        else
            json.null();
    };
    number("largest_share", derived.largest_share);
    number("low", derived.low);
    number("high", derived.high);
    json.field("method", derived.method)
        .field("flags", derived.flags)
        .field("basis", derived.basis)
        .field("note", derived.note)
        .field("note_de", derived.note_de)
        .end_object();
}

void write_bounds(Json& json, Observation const& figure) {
    if (auto const low = feed::lower_bound_of(figure)) json.key("obs_lo").digits(low->to_string());
    if (auto const high = feed::upper_bound_of(figure)) json.key("obs_hi").digits(high->to_string());
}

void write_figure(Json& json, feed::SeriesRecord const& series, std::size_t index) {
    auto const& figure = series.observations[index];
    json.object()
        .field("id", to_string(id_of(series, figure)))
        .field("dataset", series.dataset.info.id)
        .field("area", area_key(series.area))
        .field("area_name", series.area_name)
        .field("level", to_string(series.area.level));
    json.key("dimensions").object();
    for (auto const& [dimension, code] : series.indicator.codes()) json.field(dimension, code);
    json.end_object().field("period", figure.period.to_sdmx());
    write_members(json, figure);
    json.field("vintage", std::uint64_t{figure.vintage});
    auto const vintage = series.dataset.vintages.find(figure.vintage);
    if (vintage != series.dataset.vintages.end()) json.field("received", utc_text(vintage->second.received));
    if (series.derived != nullptr) {
        write_bounds(json, figure);
        write_derived(json, (*series.derived)[index]);
    }
    json.end_object();
}

/// "Bevölkerungsstand (Personen); Geschlecht: weiblich": the codes of a series as the source calls them.
std::string in_words(feed::SeriesRecord const& series) {
    auto const label = [&series](std::string const& dimension, std::string const& code) {
        auto const text = feed::label_of(series.dataset, dimension, code);
        return text.empty() ? code : text;
    };
    auto const code = [&series](char const* dimension) {
        return std::string{series.indicator.at(dimension)};
    };
    auto unit = feed::unit_de(code("UNIT"));
    if (unit.empty()) unit = label("UNIT", code("UNIT"));
    auto text = label("MEASURE", code("MEASURE")) + " (" + unit;
    if (auto const power = feed::multiplier_of(series.indicator); power > 0)
        text += ", mal 1" + std::string(static_cast<std::size_t>(power), '0');
    else if (power < 0)
        text += ", durch 1" + std::string(static_cast<std::size_t>(-power), '0');
    text += ")";
    for (auto const& [dimension, value] : series.indicator.codes())
        if (dimension != "MEASURE" && dimension != "UNIT" && dimension != "UNIT_MULT")
            text += "; " + std::string{feed::dimension_de(dimension)} + ": " + label(dimension, value);
    return text;
}

void print_series(feed::SeriesRecord const& series) {
    std::printf("%s  %s %s (%s)  %s\n  %s\n", series.dataset.info.id.c_str(), area_key(series.area).c_str(),
                std::string{series.area_name}.c_str(), std::string{name_of(series.area.level)}.c_str(),
                series.indicator.text().c_str(), in_words(series).c_str());
}

/// "summed from 2", "estimated by pop, 27198..27260, largest share 0.9731 [off_day]".
std::string in_words(feed::Derived const& derived) {
    using Origin = feed::Derived::Origin;
    std::string text;
    switch (derived.origin) {
    case Origin::observed: text = derived.flags.empty() ? "" : "observed"; break;
    case Origin::summed:
        text = "summed from " + std::to_string(derived.sources) +
               (derived.method.empty() ? "" : " by " + derived.method);
        break;
    case Origin::estimated:
        text = "estimated by " + derived.method + " from " + std::to_string(derived.sources);
        break;
    case Origin::computed:
        text = derived.method.empty() ? "computed from " + std::to_string(derived.sources)
                                      : "computed from its " + derived.method;
        break;
    case Origin::incomplete: text = "INCOMPLETE, coverage " + derived.coverage.to_string(); break;
    case Origin::none: break;
    }
    if (derived.low && derived.high)
        text += ", range " + derived.low->to_string() + " to " + derived.high->to_string();
    if (derived.largest_share) text += ", largest share " + derived.largest_share->to_string();
    if (!derived.flags.empty()) text += (text.empty() ? "[" : " [") + derived.flags + "]";
    if (!derived.note.empty()) text += (text.empty() ? "" : "; ") + derived.note;
    return text;
}

void print_figure(feed::SeriesRecord const& series, std::size_t index) {
    auto const& figure = series.observations[index];
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
    if (series.derived == nullptr) return;
    if (auto const text = in_words((*series.derived)[index]); !text.empty())
        std::printf("  %24s %s\n", "", text.c_str());
}

/// Where the figures come from: the store, or the store on the areas of another day.
struct Source {
    std::unique_ptr<ingest::TerritoryKnowledge> knowledge;
    std::unique_ptr<ingest::TerritorialFigures> territorial;
    std::unique_ptr<ingest::FigureSet> stored;
    [[nodiscard]] feed::FigureSource const& figures() const {
        if (territorial) return territorial->view();
        return *stored;
    }
};

Source source_for(store::Store const& store, ingest::FigureQuery const& query, Options const& options) {
    Source source;
    if (!ingest::is_territory(options.territory)) {
        if (options.partial)
            throw Error{Errc::invalid_argument,
                        "--partial goes with --territory DATE: it allows sums of what "
                        "is there"};
        source.stored = std::make_unique<ingest::FigureSet>(store, query);
        return source;
    }
    source.knowledge = std::make_unique<ingest::TerritoryKnowledge>(data_directory(), options.store);
    auto const day = derive::territory_day_from(source.knowledge->atlas(), options.territory);
    source.territorial =
        std::make_unique<ingest::TerritorialFigures>(store, query, *source.knowledge, day, options.partial);
    return source;
}

/// The tables of --join: the first is the one of the command line.
struct Joined {
    std::vector<Source> sources; ///< without the first
    std::vector<std::string> datasets;
};

Joined joined_with(store::Store const& store, ingest::FigureQuery const& query, Options const& options) {
    Joined joined;
    if (options.series.join.empty()) return joined;
    if (query.dataset.empty())
        throw Error{Errc::invalid_argument,
                    "--join goes with a table: kreislauf get TABLE --join OTHER; the first named wins"};
    joined.datasets.push_back(ingest::find_dataset(store, query.dataset).id);
    for (auto const& name : options.series.join) {
        auto other = query;
        other.dataset = ingest::find_dataset(store, name).id;
        joined.datasets.push_back(other.dataset);
        joined.sources.push_back(source_for(store, other, options));
    }
    return joined;
}

std::vector<feed::FigureSource const*> sources_of(Source const& first, std::vector<Source> const& others) {
    std::vector<feed::FigureSource const*> sources{&first.figures()};
    for (auto const& other : others) sources.push_back(&other.figures());
    return sources;
}

void say_left_out(Source const& source) {
    if (!source.territorial) return;
    for (auto const& one : source.territorial->view().left_out())
        std::fprintf(stderr, "kreislauf: %llu series of level %s left out: %s\n",
                     static_cast<unsigned long long>(one.series), std::string{name_of(one.level)}.c_str(),
                     one.why.c_str());
}

/// A derived flow is its dataset on the areas of today.
Options with_published(store::Store const& store, Options options) {
    auto const base = ingest::base_of_derived(store, options.dataset);
    if (!base) return options;
    if (!options.territory.empty() && options.territory != "latest")
        throw Error{Errc::invalid_argument,
                    "'" + options.dataset + "' is on the areas of today; kreislauf get " + base->id +
                        " --territory " + options.territory + " has those of another day"};
    options.dataset = base->id;
    options.territory = "latest";
    return options;
}

} // namespace

Exit run_get(Options const& typed) {
    auto const store = store::open_sqlite(typed.store, true);
    auto const options = with_published(*store, typed);
    auto const query = query_from(options);
    warn_of_future(query.as_of);
    auto const source = source_for(*store, query, options);
    auto const joined = joined_with(*store, query, options);
    SeriesFigures const series{sources_of(source, joined.sources), joined.datasets, options.series,
                               data_directory() + "/mappings"};
    auto const& figures = series.figures();
    if (!options.series.compare.empty()) {
        print_comparison(figures, options.series, data_directory() + "/mappings", options.json);
        series.say_left_out();
        return Exit::done;
    }
    if (!options.format.empty()) {
        auto const& format = feed::find_format(options.format);
        auto const datasets = figures.datasets();
        if (datasets.empty()) throw Error{Errc::not_found, ingest::why_nothing(*store, query)};
        if (isatty(STDOUT_FILENO) == 1 && (format.id == "xlsx" || format.id == "avro"))
            throw Error{Errc::invalid_argument, "format " + options.format +
                                                    " is not for a terminal; send it to a file: kreislauf "
                                                    "get ... > FILE"};
        if (format.per_dataset && datasets.size() != 1)
            throw Error{Errc::invalid_argument,
                        "format " + options.format + " holds one dataset; name one of: " + ids_of(datasets)};
        auto const writer =
            format.make([](std::string_view bytes) { std::fwrite(bytes.data(), 1, bytes.size(), stdout); },
                        {datasets, "", source.territorial != nullptr || series.derived()});
        std::size_t written = 0;
        figures.each([&](feed::SeriesRecord const& record) {
            ++written;
            writer->series(record);
        });
        series.require_something(written);
        writer->finish();
        say_left_out(source);
        series.say_left_out();
        return Exit::done;
    }
    std::size_t shown = 0;
    auto const more = [&] { return options.limit == 0 || shown < options.limit; };
    Json json;
    if (options.json) json.array();
    figures.each([&](feed::SeriesRecord const& record) {
        if (!more()) return;
        if (!options.json) print_series(record);
        for (std::size_t figure = 0; figure < record.observations.size(); ++figure) {
            if (!more()) return;
            ++shown;
            if (options.json)
                write_figure(json, record, figure);
            else
                print_figure(record, figure);
        }
    });
    say_left_out(source);
    series.require_something(shown);
    series.say_left_out();
    if (shown == 0) std::fprintf(stderr, "kreislauf: %s\n", ingest::why_nothing(*store, query).c_str());
    if (options.json) {
        json.end_array();
        json.print();
    }
    return Exit::done;
}

} // namespace gateway::app
