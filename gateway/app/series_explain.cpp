#include "gateway/app/series_explain.hpp"

#include <cstdio>
#include <optional>

#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/ingest/explain_series.hpp"

namespace gateway::app {
namespace {

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

void print(ingest::SeriesExplanation const& found) {
    std::printf("figure       %s\n", to_string(found.id).c_str());
    std::printf("value        %s\n", value_text(found.figure).c_str());
    std::printf("dataset      %s  %s\n", found.id.dataset.c_str(), found.title.c_str());
    std::printf("area         %s %s\n", found.id.area_key.c_str(), found.area_name.c_str());
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
    if (found.id.vintage != found.figure.vintage)
        std::printf("vintage      %u: the figure rests on an older vintage than its id says\n",
                    found.figure.vintage);
    std::printf(
        "verdict      computed again from the figures above; explain each of them to get to its bytes\n");
}

void print_json(ingest::SeriesExplanation const& found) {
    Json json;
    json.object().field("id", to_string(found.id)).key("value");
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
    return ingest::is_series_view(id);
}

Exit explain_series(Options const& options, FigureId const& id) {
    auto const store = store::open_sqlite(options.store, true);
    std::optional<ingest::TerritoryKnowledge> knowledge;
    auto const known = [&]() -> ingest::TerritoryKnowledge& {
        if (!knowledge) knowledge.emplace(data_directory(), options.store);
        return *knowledge;
    };
    auto const found = ingest::explain_series(
        *store, harmonize::MappingFiles::from_directory(data_directory() + "/mappings"), known, id,
        options.partial);
    if (found.joined)
        std::printf(
            "figure       %s\nmade         part of a line out of several tables; the value is that of\n"
            "from         %s\n",
            to_string(id).c_str(), to_string(found.own).c_str());
    else if (options.json)
        print_json(found);
    else
        print(found);
    return Exit::done;
}

} // namespace gateway::app
