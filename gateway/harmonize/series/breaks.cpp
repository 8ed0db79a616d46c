#include "gateway/harmonize/series/breaks.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize::series {
namespace {

bool has(std::vector<std::string> const& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

/// Last day of a period: what it is about when a date decides.
std::int32_t last_day_of(Point const& point) noexcept {
    return point.period.end_day() - 1;
}

std::int32_t day_received(UnixTime time) noexcept {
    return static_cast<std::int32_t>(time >= 0 ? time / 86400 : (time - 86399) / 86400);
}

} // namespace

BreakRegister BreakRegister::load(MappingFiles const& files) {
    std::string const name = "breaks.toml";
    FileLoader loader{files};
    auto const& tree = loader.get(name, "breaks", "the register of breaks");
    Section const root{&name, &tree};
    BreakRegister result;
    for (auto const& entry : root.tables("break")) {
        Entry made;
        made.what.id = entry.text("id");
        made.what.from = entry.day("from").value();
        made.what.severity = entry.text("severity");
        auto const* status = entry.tree->find("obs_status");
        made.what.obs_status = status == nullptr || status->integer != 0;
        made.what.de = entry.text("de");
        made.what.en = entry.text("en");
        made.what.source = entry.text("source");
        made.what.place = entry.rule(entry.tree->mark);
        made.scope.statistics = entry.texts("statistics");
        made.scope.tables = entry.texts("tables");
        made.scope.datasets = entry.texts("datasets");
        made.scope.measures = entry.texts("measures");
        auto const codes = entry.table("codes");
        for (auto const& member : codes.members()) made.scope.codes[member.key] = codes.texts(member.key);
        result.entries_.push_back(std::move(made));
    }
    std::sort(result.entries_.begin(), result.entries_.end(), [](Entry const& a, Entry const& b) {
        return std::tie(a.what.from, a.what.id) < std::tie(b.what.from, b.what.id);
    });
    for (auto const& entry : root.tables("basis"))
        result.bases_.push_back({entry.text("code"), entry.text("de"), entry.text("en"), entry.text("source"),
                                 entry.rule(entry.tree->mark), entry.texts("statistics"),
                                 entry.texts("datasets"), entry.day("from"), entry.day("until"),
                                 entry.day("received_from"), entry.day("received_until")});
    return result;
}

bool BreakRegister::concerns(Scope const& scope, DatasetInfo const& dataset, IndicatorKey const& indicator) {
    if (!has(scope.statistics, dataset.statistic) && !has(scope.tables, dataset.table) &&
        !has(scope.datasets, dataset.id) && !has(scope.measures, indicator.at("MEASURE")))
        return false;
    return std::all_of(scope.codes.begin(), scope.codes.end(), [&indicator](auto const& condition) {
        return has(condition.second, indicator.at(condition.first));
    });
}

BreakRegister::Basis const* BreakRegister::basis_entry(DatasetInfo const& dataset, Point const& point) const {
    auto const day = last_day_of(point);
    for (auto const& basis : bases_) {
        if (!has(basis.statistics, dataset.statistic) && !has(basis.datasets, dataset.id)) continue;
        if ((basis.from && day < *basis.from) || (basis.until && day > *basis.until)) continue;
        if (basis.received_from || basis.received_until) {
            if (!point.received) continue;
            auto const received = day_received(*point.received);
            if (basis.received_from && received < *basis.received_from) continue;
            if (basis.received_until && received > *basis.received_until) continue;
        }
        return &basis;
    }
    return nullptr;
}

std::string BreakRegister::basis(DatasetInfo const& dataset, Point const& point) const {
    if (auto const* entry = basis_entry(dataset, point)) return entry->code;
    bool const known = std::any_of(bases_.begin(), bases_.end(), [&dataset](Basis const& basis) {
        return has(basis.statistics, dataset.statistic) || has(basis.datasets, dataset.id);
    });
    return known ? "?" : "";
}

std::optional<Break> BreakRegister::change_of_basis(DatasetInfo const& dataset, Point const& earlier,
                                                    Point const& later) const {
    auto const before = basis(dataset, earlier);
    auto const after = basis(dataset, later);
    if (after.empty() || (before == after && after != "?")) return std::nullopt;
    Break change;
    change.id = "basis";
    change.severity = "level";
    change.from = last_day_of(later);
    auto const* entry = basis_entry(dataset, later);
    if (before == "?" || after == "?") {
        auto const of = (after == "?" ? later : earlier).period.to_sdmx();
        change.id = "basis-unknown";
        change.obs_status = false;
        change.de = "auf welchem Zensus die Angabe für " + of +
                    " beruht, ist für diesen Abruf nicht bekannt; ein Bruch ist möglich";
        change.en = "which census the figure of " + of +
                    " rests on is not known for the day it was received; a break is possible";
        return change;
    }
    change.id = "basis-" + before + "-" + after;
    change.de = "Zensusbasis wechselt von " + before + " zu " + after + ": " + entry->de;
    change.en = "census base changes from " + before + " to " + after + ": " + entry->en;
    change.source = entry->source;
    change.place = entry->place;
    if (entry->from) change.from = *entry->from;
    return change;
}

std::vector<Break> BreakRegister::between(DatasetInfo const& dataset, IndicatorKey const& indicator,
                                          Point const& earlier, Point const& later) const {
    std::vector<Break> found;
    auto const first = last_day_of(earlier);
    auto const last = last_day_of(later);
    for (auto const& entry : entries_)
        if (first < entry.what.from && entry.what.from <= last && concerns(entry.scope, dataset, indicator))
            found.push_back(entry.what);
    if (auto change = change_of_basis(dataset, earlier, later)) found.push_back(std::move(*change));
    std::stable_sort(found.begin(), found.end(),
                     [](Break const& a, Break const& b) { return a.from < b.from; });
    return found;
}

std::vector<Break> BreakRegister::concerning(DatasetInfo const& dataset,
                                             IndicatorKey const& indicator) const {
    std::vector<Break> found;
    for (auto const& entry : entries_)
        if (concerns(entry.scope, dataset, indicator)) found.push_back(entry.what);
    return found;
}

void mark_break(Observation& figure, std::vector<Break> const& breaks) noexcept {
    if (figure.value.is_missing() || figure.quality.status != ObsStatus::normal) return;
    if (std::any_of(breaks.begin(), breaks.end(), [](Break const& found) { return found.obs_status; }))
        figure.quality.status = ObsStatus::series_break;
}

} // namespace gateway::harmonize::series
