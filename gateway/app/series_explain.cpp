#include "gateway/app/series_explain.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <utility>
#include <vector>

#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/derive/series/pipeline.hpp"
#include "gateway/ingest/territorial.hpp"

namespace gateway::app {
namespace {

namespace views = derive::series;

std::vector<std::string> steps_of(std::string const& view) {
    std::vector<std::string> steps;
    for (std::size_t at = 0; at < view.size();) {
        auto const end = std::min(view.find('~', at), view.size());
        steps.push_back(view.substr(at, end - at));
        at = end + 1;
    }
    return steps;
}

bool is_series_step(std::string const& step) noexcept {
    constexpr std::array<std::string_view, 5> names{"ages", "nationality", "unit", "join", "breaks"};
    return step.rfind("freq:", 0) == 0 || std::find(names.begin(), names.end(), step) != names.end();
}

/// What the id asks for, step by step; its codes say what the classes and the unit are.
views::PipelineRequest request_of(FigureId const& id, std::vector<std::string> const& steps) {
    views::PipelineRequest request;
    for (auto const& step : steps) {
        if (step.rfind("freq:", 0) == 0) request.frequency = step.substr(5);
        if (step == "ages") {
            auto const group = harmonize::series::age_group(id.indicator.at("AGE"));
            if (!group)
                throw Error{Errc::invalid_argument,
                            "'" + to_string(id) + "' names age groups but has no AGE"};
            request.ages = group->text();
        }
        if (step == "nationality") request.nationality = id.indicator.at("CITIZENSHIP");
        if (step == "unit") {
            request.unit = id.indicator.at("UNIT");
            if (auto const power = id.indicator.at("UNIT_MULT"); !power.empty())
                request.unit += ":" + std::string{power};
        }
        if (step == "breaks") request.breaks = true;
    }
    return request;
}

struct Found {
    Observation figure;
    feed::Derived derived;
    std::string area_name, title;
    std::vector<views::Origin> origins;
};

std::optional<UnixTime> known_at(store::Store const& store, FigureId const& id) {
    for (auto const& vintage : store.vintages(id.dataset))
        if (vintage.no == id.vintage) return vintage.received;
    throw Error{Errc::not_found, "dataset " + id.dataset + " has no vintage " + std::to_string(id.vintage)};
}

std::optional<Found> find(feed::FigureSource const& source, views::PipelineRequest const& request,
                          FigureId const& id) {
    views::Pipeline pipeline{source, request,
                             harmonize::MappingFiles::from_directory(data_directory() + "/mappings")};
    std::optional<Found> found;
    pipeline.last()->set_trace([&](feed::SeriesRecord const& record, auto const& origins) {
        if (area_key(record.area) != id.area_key || record.indicator != id.indicator) return;
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            if (record.observations[i].period != id.period) continue;
            found = Found{record.observations[i], (*record.derived)[i], std::string{record.area_name},
                          record.dataset.info.title, origins[i]};
        }
    });
    pipeline.figures().each([](feed::SeriesRecord const&) {});
    return found;
}

std::string value_text(Observation const& figure) {
    auto text = figure.value.visit(
        [](Decimal number) { return number.to_string(); },
        [](MissingReason reason) { return "no value (" + std::string{to_string(reason)} + ")"; });
    text += ", OBS_STATUS " + std::string(1, to_char(figure.quality.status));
    if (figure.quality.bounds)
        text += ", true value between -" + figure.quality.bounds->below.to_string() + " and +" +
                figure.quality.bounds->above.to_string() + " of it";
    return text;
}

void print(FigureId const& id, Found const& found) {
    std::printf("figure       %s\n", to_string(id).c_str());
    std::printf("value        %s\n", value_text(found.figure).c_str());
    std::printf("dataset      %s  %s\n", id.dataset.c_str(), found.title.c_str());
    std::printf("area         %s %s\n", id.area_key.c_str(), found.area_name.c_str());
    std::printf("made         %s from %u figures, coverage %s\n",
                std::string{feed::to_string(found.derived.origin)}.c_str(), found.derived.sources,
                found.derived.coverage.to_string().c_str());
    std::printf("rules        %s%s%s%s\n", found.derived.flags.c_str(),
                found.derived.basis.empty() ? "" : "  [", found.derived.basis.c_str(),
                found.derived.basis.empty() ? "" : "]");
    std::printf("why          %s\n", found.derived.note.c_str());
    std::printf("warum        %s\n", found.derived.note_de.c_str());
    for (auto const& origin : found.origins)
        std::printf("from         %s: %s\n", to_string(origin.id).c_str(), value_text(origin.figure).c_str());
    if (id.vintage != found.figure.vintage)
        std::printf("vintage      %u: the figure rests on an older vintage than its id says\n",
                    found.figure.vintage);
    std::printf(
        "verdict      computed again from the figures above; explain each of them to get to its bytes\n");
}

void print_json(FigureId const& id, Found const& found) {
    Json json;
    json.object().field("id", to_string(id)).key("value");
    auto const value = [&json](Observation const& figure) {
        figure.value.visit([&json](Decimal number) { json.digits(number.to_string()); },
                           [&json](MissingReason) { json.null(); });
    };
    value(found.figure);
    json.field("obs_status", std::string(1, to_char(found.figure.quality.status)))
        .field("origin", feed::to_string(found.derived.origin))
        .field("rules", found.derived.flags)
        .field("basis", found.derived.basis)
        .field("why", found.derived.note)
        .field("why_de", found.derived.note_de)
        .key("from")
        .array();
    for (auto const& origin : found.origins) {
        json.object().field("id", to_string(origin.id)).key("value");
        value(origin.figure);
        json.end_object();
    }
    json.end_array().end_object();
    json.print();
}

} // namespace

bool is_series_view(FigureId const& id) noexcept {
    auto const cut = id.view.rfind('~');
    return !id.view.empty() && is_series_step(id.view.substr(cut == std::string::npos ? 0 : cut + 1));
}

Exit explain_series(Options const& options, FigureId const& id) {
    auto steps = steps_of(id.view);
    if (steps.back() == "join") {
        // The value is that of its table; only the line it stands in is put together.
        auto own = id;
        own.view = id.view.size() > 4 ? id.view.substr(0, id.view.size() - 5) : "";
        std::printf(
            "figure       %s\nmade         part of a line out of several tables; the value is that of\n"
            "from         %s\n",
            to_string(id).c_str(), to_string(own).c_str());
        return Exit::done;
    }
    auto const store = store::open_sqlite(options.store, true);
    ingest::FigureQuery query;
    query.dataset = id.dataset;
    query.area = id.area_key;
    query.as_of = known_at(*store, id);
    auto const request = request_of(id, steps);
    std::optional<Found> found;
    if (is_series_step(steps.front())) {
        ingest::FigureSet const stored{*store, query};
        found = find(stored, request, id);
    } else {
        ingest::TerritoryKnowledge knowledge{data_directory(), options.store};
        auto const day = derive::territory_day_from(knowledge.atlas(), steps.front());
        ingest::TerritorialFigures const territorial{*store, query, knowledge, day, options.partial};
        found = find(territorial.view(), request, id);
    }
    if (!found)
        throw Error{Errc::not_found, "no figure '" + to_string(id) +
                                         "': the view gives none for this area, these codes and this period; "
                                         "kreislauf get with the same options shows which there are"};
    if (options.json)
        print_json(id, *found);
    else
        print(id, *found);
    return Exit::done;
}

} // namespace gateway::app
