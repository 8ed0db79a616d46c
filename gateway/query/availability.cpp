#include "gateway/query/availability.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace gateway::query {
namespace {

/// What occurs in a selection.
struct Seen {
    std::vector<bool> indicators, frequencies;
    std::unordered_set<store::AreaNo> areas;
    std::set<TimePeriod> periods;
    std::uint64_t series = 0, observations = 0;
};

Seen look(store::Store const& store, DatasetViewPtr const& view, Selection const& selection) {
    Seen seen;
    seen.indicators.resize(view->indicators.size());
    seen.frequencies.resize(view->frequencies.size());
    std::vector<TimePeriod> last; // neighbours mostly share their periods
    for (auto const& part : parts_of(*view, selection)) {
        Cursor cursor{view, selection, part, {.periods_only = true}};
        auto const count = [&](Series const& series) {
            seen.indicators[series.indicator] = true;
            seen.frequencies[series.frequency] = true;
            seen.areas.insert(series.area);
            ++seen.series;
            seen.observations += series.observations.size();
            auto const same = [](store::PackedObservation const& a, TimePeriod const& b) {
                return a.period == b;
            };
            if (!std::equal(series.observations.begin(), series.observations.end(), last.begin(), last.end(),
                            same)) {
                last.clear();
                for (auto const& each : series.observations) last.push_back(each.period);
                seen.periods.insert(last.begin(), last.end());
            }
            return true;
        };
        while (cursor.next(store, count)) {
        }
    }
    return seen;
}

std::vector<std::string> values_of(DatasetView const& view, Seen const& seen, std::size_t position) {
    std::vector<std::string> values;
    if (position == DatasetView::freq) {
        for (std::size_t i = 0; i < view.frequencies.size(); ++i)
            if (seen.frequencies[i]) values.push_back(view.frequencies[i]);
    } else if (position == DatasetView::area) {
        for (auto const no : seen.areas) values.push_back(view.areas->by_number.at(no).key);
    } else {
        auto const dimension = position - DatasetView::first_own;
        std::vector<bool> codes(view.own[dimension].codes.size());
        for (std::size_t i = 0; i < view.indicators.size(); ++i)
            if (seen.indicators[i]) codes[view.indicators[i].codes[dimension]] = true;
        for (std::size_t i = 0; i < codes.size(); ++i)
            if (codes[i]) values.push_back(view.own[dimension].codes[i]);
    }
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    return values;
}

/// The selection without what it says about one dimension; nothing where it says nothing.
std::optional<Selection> without(Selection selection, std::string const& id, std::size_t position) {
    bool is_changed = false;
    for (auto& pattern : selection.patterns)
        if (position < pattern.codes.size() && !pattern.codes[position].empty()) {
            pattern.codes[position].clear();
            is_changed = true;
        }
    auto const before = selection.filters.size();
    selection.filters.erase(std::remove_if(selection.filters.begin(), selection.filters.end(),
                                           [&](Filter const& filter) { return filter.component == id; }),
                            selection.filters.end());
    if (!is_changed && before == selection.filters.size()) return std::nullopt;
    return selection;
}

std::optional<Selection> without_time(Selection selection) {
    auto const before = selection.filters.size();
    selection.filters.erase(
        std::remove_if(selection.filters.begin(), selection.filters.end(),
                       [](Filter const& filter) { return filter.component == "TIME_PERIOD"; }),
        selection.filters.end());
    if (!selection.start && !selection.end && before == selection.filters.size()) return std::nullopt;
    selection.start.reset();
    selection.end.reset();
    return selection;
}

} // namespace

Availability available(store::Store const& store, DatasetViewPtr const& view, Selection const& selection,
                       AvailabilityMode mode, std::vector<std::string> const& components) {
    auto const is_wanted = [&](std::string_view id) {
        return components.empty() || std::find(components.begin(), components.end(), id) != components.end();
    };
    auto const ids = view->dimensions();
    for (auto const& component : components)
        if (component != "TIME_PERIOD" && !view->position(component)) {
            std::string known;
            for (auto const& id : ids) known += id + ", ";
            throw Error{Errc::invalid_argument, view->info.id + " has no dimension '" + component +
                                                    "'; it has " + known + "TIME_PERIOD"};
        }
    Availability result;
    auto const selected = look(store, view, selection);
    result.series = selected.series;
    result.observations = selected.observations;
    for (std::size_t position = 0; position < ids.size(); ++position) {
        if (!is_wanted(ids[position])) continue;
        auto const wider =
            mode == AvailabilityMode::available ? without(selection, ids[position], position) : std::nullopt;
        result.components.push_back(
            {ids[position], values_of(*view, wider ? look(store, view, *wider) : selected, position)});
    }
    if (is_wanted("TIME_PERIOD")) {
        auto const wider = mode == AvailabilityMode::available ? without_time(selection) : std::nullopt;
        auto const periods = wider ? look(store, view, *wider).periods : selected.periods;
        result.periods.assign(periods.begin(), periods.end());
    }
    return result;
}

} // namespace gateway::query
