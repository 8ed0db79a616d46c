#include "gateway/ingest/explain_series.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/derive/series/pipeline.hpp"
#include "gateway/harmonize/series/ages.hpp"

namespace gateway::ingest {
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

std::optional<UnixTime> known_at(store::Store const& store, FigureId const& id) {
    for (auto const& vintage : store.vintages(id.dataset))
        if (vintage.no == id.vintage) return vintage.received;
    throw Error{Errc::not_found, "dataset " + id.dataset + " has no vintage " + std::to_string(id.vintage)};
}

std::optional<SeriesExplanation> find(feed::FigureSource const& source, views::PipelineRequest const& request,
                                      FigureId const& id, harmonize::MappingFiles const& files) {
    views::Pipeline pipeline{source, request, files};
    std::optional<SeriesExplanation> found;
    pipeline.last()->set_trace([&](feed::SeriesRecord const& record, auto const& origins) {
        if (area_key(record.area) != id.area_key || record.indicator != id.indicator) return;
        for (std::size_t i = 0; i < record.observations.size(); ++i) {
            if (record.observations[i].period != id.period) continue;
            found = SeriesExplanation{id,
                                      record.observations[i],
                                      (*record.derived)[i],
                                      std::string{record.area_name},
                                      record.dataset.info.title,
                                      origins[i],
                                      false,
                                      {}};
        }
    });
    pipeline.figures().each([](feed::SeriesRecord const&) {});
    return found;
}

} // namespace

bool is_series_view(FigureId const& id) noexcept {
    auto const cut = id.view.rfind('~');
    return !id.view.empty() && is_series_step(id.view.substr(cut == std::string::npos ? 0 : cut + 1));
}

SeriesExplanation explain_series(store::Store const& store, harmonize::MappingFiles const& files,
                                 std::function<TerritoryKnowledge&()> const& knowledge, FigureId const& id,
                                 bool partial) {
    auto const steps = steps_of(id.view);
    if (steps.back() == "join") {
        // The value is that of its table; only the line it stands in is put together.
        SeriesExplanation line;
        line.id = id;
        line.joined = true;
        line.own = id;
        line.own.view = id.view.size() > 4 ? id.view.substr(0, id.view.size() - 5) : "";
        return line;
    }
    FigureQuery query;
    query.dataset = id.dataset;
    query.area = id.area_key;
    query.as_of = known_at(store, id);
    auto const request = request_of(id, steps);
    std::optional<SeriesExplanation> found;
    if (is_series_step(steps.front())) {
        FigureSet const stored{store, query};
        found = find(stored, request, id, files);
    } else {
        auto& known = knowledge();
        auto const day = derive::territory_day_from(known.atlas(), steps.front());
        TerritorialFigures const territorial{store, query, known, day, partial};
        found = find(territorial.view(), request, id, files);
    }
    if (!found)
        throw Error{Errc::not_found, "no figure '" + to_string(id) +
                                         "': the view gives none for this area, these codes and this period; "
                                         "kreislauf get with the same options shows which there are"};
    return std::move(*found);
}

} // namespace gateway::ingest
