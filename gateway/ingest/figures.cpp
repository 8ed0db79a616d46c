#include "gateway/ingest/figures.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace gateway::ingest {

DatasetInfo find_dataset(store::Store const& store, std::string_view text) {
    std::vector<DatasetInfo> hits;
    std::string known;
    for (auto& dataset : store.datasets()) {
        if (dataset.id == text) return dataset;
        known += (known.empty() ? "" : ", ") + dataset.id;
        if (dataset.table == text) hits.push_back(std::move(dataset));
    }
    if (hits.size() == 1) return hits.front();
    constexpr std::size_t longest = 800;
    if (known.size() > longest) known = known.substr(0, longest) + " …";
    throw Error{Errc::not_found,
                (hits.empty() ? "no dataset '" : "more than one dataset has the table code '") +
                    std::string{text} + "'; the store holds: " + (known.empty() ? "nothing" : known)};
}

namespace {

constexpr std::size_t most_named = 12;

void add_to_list(std::string& list, std::size_t& count, std::string const& item) {
    if (count++ < most_named)
        list += (list.empty() ? "" : ", ") + item;
    else if (count == most_named + 1)
        list += ", …";
}

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return text;
}

/// Areas that a person may have meant: the key without its leading zero, or a part of the name.
std::string near_areas(store::Store const& store, std::string const& text) {
    std::map<std::string, std::string> found; // key to name
    bool const digits = text.find_first_not_of("0123456789") == std::string::npos;
    for (auto const& dataset : store.datasets())
        for (auto const& label : store.labels(dataset.id, std::nullopt)) {
            if (label.dimension != "AREA") continue;
            bool const near =
                digits ? label.code == "0" + text : lower(label.text).find(lower(text)) != std::string::npos;
            if (near) found[label.code] = label.text;
        }
    std::string list;
    std::size_t count = 0;
    for (auto const& [key, name] : found) add_to_list(list, count, "'" + key + "' (" + name + ")");
    return list;
}

void check_codes(store::Store const& store, FigureQuery const& query,
                 std::vector<DatasetInfo> const& datasets) {
    for (auto const& [wanted, code] : query.codes) {
        std::set<std::string> dimensions, codes;
        for (auto const& dataset : datasets)
            for (auto const no : store.indicators(dataset.id)) {
                auto const indicator = store.indicator(no);
                for (auto const& [dimension, value] : indicator.codes()) {
                    dimensions.insert(dimension);
                    if (dimension == wanted) codes.insert(value);
                }
            }
        if (codes.count(code) > 0) continue;
        bool const no_dimension = codes.empty();
        std::string list;
        std::size_t count = 0;
        for (auto const& item : no_dimension ? dimensions : codes) add_to_list(list, count, item);
        throw Error{Errc::not_found,
                    (no_dimension ? "no dimension '" + wanted + "'; there are: "
                                  : "no code '" + code + "' of " + wanted + "; there are: ") +
                        list};
    }
}

} // namespace

std::string why_nothing(store::Store const& store, FigureQuery const& query) {
    auto const datasets = query.dataset.empty()
                              ? store.datasets()
                              : std::vector<DatasetInfo>{find_dataset(store, query.dataset)};
    if (datasets.empty()) return "the store is empty; kreislauf sync or kreislauf import brings something";
    if (!query.area.empty() && store.find_areas(query.area).empty()) {
        auto const near = near_areas(store, query.area);
        throw Error{Errc::not_found,
                    "the store has no area '" + query.area + "'; " +
                        (near.empty() ? "keys are text with leading zeros (03153); kreislauf list areas "
                                        "shows what there is"
                                      : "did you mean " + near + "?")};
    }
    check_codes(store, query, datasets);
    if (query.as_of) {
        std::optional<UnixTime> first;
        for (auto const& dataset : datasets)
            for (auto const& vintage : store.vintages(dataset.id))
                if (!first || vintage.received < *first) first = vintage.received;
        if (first && *first > *query.as_of)
            return "nothing was known on " + utc_text(*query.as_of).substr(0, 10) +
                   ": the first vintage was received on " + utc_text(*first).substr(0, 10);
    }
    return "no figures for this combination of area, level, codes and time; kreislauf list indicators and "
           "kreislauf list areas show what there is";
}

FigureSet::FigureSet(store::Store const& store, FigureQuery query)
    : store_(store), snapshot_(store.snapshot()), query_(std::move(query)) {
    if (!query_.dataset.empty()) {
        collect(find_dataset(store_, query_.dataset));
        return;
    }
    auto all = store_.datasets();
    std::sort(all.begin(), all.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    for (auto const& dataset : all) collect(dataset);
}

bool FigureSet::wanted_area(Area const& area) const {
    if (query_.area.empty()) return true;
    auto const key = area_key(area);
    return key == query_.area || (query_.inside && lies_in(area, query_.area)) ||
           std::any_of(query_.more_areas.begin(), query_.more_areas.end(), [&](std::string const& more) {
               return key == more || (query_.more_inside && lies_in(area, more));
           });
}

bool FigureSet::has_wanted_codes(IndicatorKey const& indicator) const {
    return std::all_of(query_.codes.begin(), query_.codes.end(), [&indicator](auto const& wanted) {
        return indicator.at(wanted.first) == wanted.second;
    });
}

bool FigureSet::wanted(Area const& area, IndicatorKey const& indicator) const {
    if (query_.level && area.level != *query_.level) return false;
    return wanted_area(area) && has_wanted_codes(indicator);
}

std::vector<store::AreaNo> FigureSet::areas_wanted() const {
    std::vector<store::AreaNo> areas;
    if (query_.area.empty()) return areas;
    if (!query_.inside && !query_.more_inside) { // a store may hold eleven thousand areas
        for (auto const no : store_.find_areas(query_.area)) areas.push_back(no);
        for (auto const& more : query_.more_areas)
            for (auto const no : store_.find_areas(more)) areas.push_back(no);
        std::sort(areas.begin(), areas.end());
        areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
        return areas;
    }
    for (auto const no : store_.areas())
        if (wanted_area(store_.area(no))) areas.push_back(no);
    return areas;
}

void FigureSet::read_all(
    Part const& part, std::optional<VintageNo> vintage,
    std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each) const {
    auto const& id = part.context.info.id;
    if (query_.area.empty()) {
        if (query_.codes.empty()) {
            store_.read({id, vintage, {}, {}, query_.level}, each);
            return;
        }
        // Rows of indicators that nobody asked for are not even looked at.
        for (auto const no : store_.indicators(id)) {
            if (has_wanted_codes(store_.indicator(no)))
                store_.read({id, vintage, no, {}, query_.level}, each);
        }
        return;
    }
    for (auto const area : part.areas) store_.read({id, vintage, {}, area, {}}, each);
}

std::string const& FigureSet::name_of(Part& part, std::string const& dimension,
                                      std::string const& code) const {
    auto const [known, is_new] = part.names.try_emplace({dimension, code});
    if (is_new && part.names_one_by_one) known->second = store_.label(part.context.info.id, dimension, code);
    return known->second;
}

void FigureSet::name_code(Part& part, std::string const& dimension, std::string const& code) const {
    auto& label = part.context.labels[{dimension, code}];
    if (label.empty()) label = name_of(part, dimension, code);
}

void FigureSet::name_codes(Part& part, IndicatorKey const& indicator) const {
    for (auto const& [dimension, code] : indicator.codes()) name_code(part, dimension, code);
}

void FigureSet::collect(DatasetInfo const& dataset) {
    auto part = std::make_unique<Part>();
    part->context.info = dataset;
    if (query_.as_of) {
        part->vintage = store_.vintage_at(dataset.id, *query_.as_of);
        if (*part->vintage == 0) return; // nothing was known yet
        if (auto const all = store_.vintages(dataset.id); all.empty() || all.back().no != *part->vintage)
            part->read_as = part->vintage;
        part->keeps = part->read_as.has_value();
    }
    if (!areas_) areas_ = areas_wanted();
    part->areas = *areas_;
    // One area needs few of the names of a dataset that may have ten thousand.
    part->names_one_by_one = !query_.area.empty() && !query_.inside && !query_.more_inside && !part->vintage;
    if (!part->names_one_by_one)
        for (auto& label : store_.labels(dataset.id, part->vintage))
            part->names[{std::move(label.dimension), std::move(label.code)}] = std::move(label.text);
    collect_series(*part);
    if (part->series.empty() && !(query_.emptied && had_figures(*part))) return;
    sort_series(*part);
    // A state of knowledge does not know of later vintages: the package of a day stays the same for ever.
    for (auto const& vintage : store_.vintages(dataset.id)) {
        if (part->vintage && vintage.no > *part->vintage) continue;
        auto const document = store_.document(vintage.document);
        part->context.vintages[vintage.no] = {vintage.received, vintage.published,
                                              document ? document->sha256 : std::string{},
                                              document ? document->provenance.origin : std::string{}};
    }
    for (auto const& [no, place] : part->places)
        if (place.used) name_code(*part, "AREA", area_key(place.area));
    for (auto const& [no, kind] : part->kinds)
        if (kind.used) name_codes(*part, kind.indicator);
    parts_.push_back(std::move(part));
}

void FigureSet::collect_series(Part& part) const {
    read_all(part, part.read_as,
             [&](store::SeriesRef ref, std::span<store::PackedObservation const> observations) {
                 if (observations.empty()) return;
                 auto const [at_place, new_place] = part.places.try_emplace(ref.area);
                 auto& place = at_place->second;
                 if (new_place) {
                     place.area = store_.area(ref.area);
                     place.wanted =
                         (!query_.level || place.area.level == *query_.level) && wanted_area(place.area);
                     if (place.wanted) place.name = name_of(part, "AREA", area_key(place.area));
                 }
                 auto const [at_kind, new_kind] = part.kinds.try_emplace(ref.indicator);
                 auto& kind = at_kind->second;
                 if (new_kind) {
                     kind.indicator = store_.indicator(ref.indicator);
                     kind.wanted = has_wanted_codes(kind.indicator);
                 }
                 if (!place.wanted || !kind.wanted) return;
                 place.used = kind.used = true;
                 part.series.push_back({ref, &place, &kind});
                 keep(part, observations);
             });
}

void FigureSet::keep(Part& part, std::span<store::PackedObservation const> observations) const {
    constexpr std::size_t most = 1'000'000; // 40 MB
    if (!part.keeps) return;
    auto& series = part.series.back();
    series.begin = static_cast<std::uint32_t>(part.kept.size());
    std::copy_if(observations.begin(), observations.end(), std::back_inserter(part.kept),
                 [this](store::PackedObservation const& one) { return in_time(one.period); });
    series.count = static_cast<std::uint32_t>(part.kept.size()) - series.begin;
    if (part.kept.size() <= most) return;
    part.keeps = false;
    part.kept = {};
}

void FigureSet::sort_series(Part& part) {
    std::vector<AreaEntry*> places;
    for (auto& entry : part.places) places.push_back(&entry.second);
    std::sort(places.begin(), places.end(), [](AreaEntry const* a, AreaEntry const* b) {
        return std::tie(a->area.level, a->area.code, a->area.list) <
               std::tie(b->area.level, b->area.code, b->area.list);
    });
    std::uint32_t rank = 0;
    for (auto* const place : places) place->rank = rank++;
    std::vector<IndicatorEntry*> kinds;
    for (auto& entry : part.kinds) kinds.push_back(&entry.second);
    std::sort(kinds.begin(), kinds.end(),
              [](IndicatorEntry const* a, IndicatorEntry const* b) { return a->indicator < b->indicator; });
    rank = 0;
    for (auto* const kind : kinds) kind->rank = rank++;
    std::sort(part.series.begin(), part.series.end(), [](Series const& a, Series const& b) {
        return std::tie(a.place->rank, a.kind->rank) < std::tie(b.place->rank, b.kind->rank);
    });
}

bool FigureSet::had_figures(Part& part) const {
    bool found = false;
    for (auto const& vintage : store_.vintages(part.context.info.id)) {
        if (vintage.deleted == 0 || (part.vintage && vintage.no > *part.vintage)) continue;
        // What it deleted was there before it.
        read_all(part, vintage.no - 1,
                 [&](store::SeriesRef ref, std::span<store::PackedObservation const> observations) {
                     auto const area = store_.area(ref.area);
                     auto const indicator = store_.indicator(ref.indicator);
                     if (observations.empty() || !wanted(area, indicator)) return;
                     name_code(part, "AREA", area_key(area));
                     name_codes(part, indicator);
                     found = true;
                 });
    }
    return found;
}

std::vector<feed::DatasetContext const*> FigureSet::datasets() const {
    std::vector<feed::DatasetContext const*> all;
    for (auto const& part : parts_) all.push_back(&part->context);
    return all;
}

std::vector<Area> FigureSet::areas(std::string_view dataset) const {
    std::vector<Area> all;
    for (auto const& part : parts_)
        if (part->context.info.id == dataset)
            for (auto const& series : part->series)
                if (all.empty() || all.back() != series.place->area) all.push_back(series.place->area);
    return all;
}

} // namespace gateway::ingest
