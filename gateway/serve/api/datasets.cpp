#include "gateway/serve/api/datasets.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gateway/feed/german.hpp"
#include "gateway/harmonize/series/breaks.hpp"
#include "gateway/harmonize/series/concepts.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

bool holds(std::string_view text, std::string_view part) {
    return lower(text).find(lower(part)) != std::string::npos;
}

/// A dataset of the list: published, or derived from one that is.
struct Listed {
    DatasetInfo info;
    std::string derived_from;         ///< id; empty for what is published
    std::vector<std::string> derived; ///< ids
};

std::vector<Listed> listed(Shelf const& shelf, store::Store const& store) {
    std::vector<Listed> all;
    for (auto& info : store.datasets()) all.push_back({std::move(info), {}, {}});
    if (shelf.settings().derived.list) {
        auto const published = all.size();
        for (auto& one : shelf.settings().derived.list(store)) {
            for (std::size_t i = 0; i < published; ++i)
                if (all[i].info.id == one.base) all[i].derived.push_back(one.info.id);
            all.push_back({std::move(one.info), std::move(one.base), {}});
        }
    }
    std::sort(all.begin(), all.end(), [](Listed const& a, Listed const& b) { return a.info.id < b.info.id; });
    return all;
}

/// `vintages` are the dataset's own, or, as those of a derived one are not worked out for a list, those of what it is derived
/// from.
void write_dataset(Json& json, Listed const& one, std::vector<store::VintageInfo> const& vintages, bool own) {
    auto const& info = one.info;
    auto const licence = feed::licence_of(info.licence);
    json.object()
        .field("id", info.id)
        .field("title", info.title)
        .field("source", info.source)
        .field("table", info.table)
        .field("statistic", info.statistic)
        .field("frequency", info.frequency)
        .field("licence", info.licence)
        .field_or_null("licence_url", licence.url)
        .field("attribution", info.attribution)
        .key("dimensions")
        .array();
    for (auto const& dimension : info.dimensions) json.text(dimension);
    json.end_array();
    json.key("vintage");
    vintages.empty() || !own ? json.null() : json.number(vintages.back().no);
    json.field_or_null("received", vintages.empty() ? "" : utc_text(vintages.back().received));
    json.field_or_null("published", vintages.empty() || !vintages.back().published
                                        ? ""
                                        : utc_text(*vintages.back().published));
    json.field_or_null("derived_from", one.derived_from).key("derived").array();
    for (auto const& id : one.derived) json.text(id);
    json.end_array()
        .flag("withdrawn", store::is_withdrawn(vintages))
        .field("href", "/api/v1/datasets/" + percent_encoded(info.id))
        .end_object();
}

/// What reading every series once tells.
struct Facts {
    std::map<AreaLevel, std::set<store::AreaNo>> areas;
    std::uint64_t series = 0, observations = 0;
    std::optional<TimePeriod> first, last;
};

Facts facts_of(store::Store const& store, std::string const& dataset) {
    Facts facts;
    std::map<store::AreaNo, AreaLevel> levels;
    store.read({dataset, {}, {}, {}, {}},
               [&](store::SeriesRef series, std::span<store::PackedObservation const> observations) {
                   if (observations.empty()) return;
                   auto known = levels.find(series.area);
                   if (known == levels.end())
                       known = levels.emplace(series.area, store.area(series.area).level).first;
                   facts.areas[known->second].insert(series.area);
                   ++facts.series;
                   facts.observations += observations.size();
                   for (auto const& one : {observations.front().period, observations.back().period}) {
                       if (!facts.first || one < *facts.first) facts.first = one;
                       if (!facts.last || *facts.last < one) facts.last = one;
                   }
               });
    return facts;
}

void write_dimensions(Json& json, store::Store const& store, DatasetInfo const& info) {
    std::map<std::string, std::set<std::string>> codes;
    for (auto const no : store.indicators(info.id)) {
        auto const indicator = store.indicator(no);
        for (auto const& [dimension, code] : indicator.codes()) codes[dimension].insert(code);
    }
    json.key("dimensions").array();
    for (auto const& dimension : info.dimensions) {
        json.object()
            .field("id", dimension)
            .field("name_de", feed::dimension_de(dimension))
            .key("codes")
            .array();
        for (auto const& code : codes[dimension]) {
            json.object().field("code", code).field("label", label_or_code(store, info.id, dimension, code));
            json.end_object();
        }
        json.end_array().end_object();
    }
    json.end_array();
}

void write_vintages(Json& json, store::Store const& store, std::string const& dataset) {
    json.key("vintages").array();
    for (auto const& vintage : store.vintages(dataset)) {
        json.object()
            .field("no", std::uint64_t{vintage.no})
            .field("kind", store::to_string(vintage.kind))
            .field("received", utc_text(vintage.received))
            .field_or_null("published", vintage.published ? utc_text(*vintage.published) : "")
            .field("added", vintage.added)
            .field("revised", vintage.revised)
            .field("deleted", vintage.deleted)
            .field("unchanged", vintage.unchanged)
            .field("rows", vintage.rows)
            .field("rows_set_aside", vintage.rows_set_aside)
            .field_or_null("note", vintage.note)
            .end_object();
    }
    json.end_array();
}

void write_issues(Json& json, store::Store const& store, std::string const& dataset) {
    auto const vintages = store.vintages(dataset);
    json.key("issues").array();
    if (!vintages.empty())
        for (auto const& issue : store.issues(dataset, vintages.back().no))
            json.object()
                .field("code", to_string(issue.code))
                .field("severity", to_string(issue.severity))
                .field("line", issue.position.line)
                .field("text", issue.text)
                .field("next_step", issue.next_step)
                .field("count", issue.count)
                .end_object();
    json.end_array();
}

/// An indicator in the form of the list, with what is needed to say what it means.
struct Entry {
    DatasetInfo const* dataset = nullptr;
    IndicatorKey key;
    std::string sort, name;
};

/// "Bevölkerungsstand (Personen); Geschlecht: weiblich"
std::string name_of(store::Store const& store, DatasetInfo const& info, IndicatorKey const& key) {
    auto const code = [&key](char const* dimension) { return std::string{key.at(dimension)}; };
    auto unit = feed::unit_de(code("UNIT"));
    if (unit.empty()) unit = label_or_code(store, info.id, "UNIT", code("UNIT"));
    auto text = label_or_code(store, info.id, "MEASURE", code("MEASURE")) + " (" + unit + ")";
    for (auto const& [dimension, value] : key.codes())
        if (dimension != "MEASURE" && dimension != "UNIT" && dimension != "UNIT_MULT")
            text += "; " + std::string{feed::dimension_de(dimension)} + ": " +
                    label_or_code(store, info.id, dimension, value);
    return text;
}

void write_component(Json& json, char const* name, derive::Component const& component) {
    json.key(name).object().field("measure", component.measure).field_or_null("unit", component.unit);
    json.key("codes").object();
    for (auto const& [dimension, code] : component.codes) json.field(dimension, code);
    json.end_object().end_object();
}

void write_indicator(Json& json, Shelf& shelf, store::Store const& store,
                     harmonize::series::ConceptGuard const& concepts,
                     harmonize::series::BreakRegister const& breaks, Entry const& entry) {
    auto const& info = *entry.dataset;
    json.object()
        .field("dataset", info.id)
        .field("indicator", entry.key.text())
        .field("name", entry.name)
        .key("dimensions")
        .object();
    for (auto const& [dimension, code] : entry.key.codes()) json.field(dimension, code);
    json.end_object();
    auto const use =
        shelf.measures().use(info, entry.key, store.label(info.id, "MEASURE", entry.key.at("MEASURE")));
    json.key("definition")
        .object()
        .field("kind", derive::to_string(use.kind))
        .field("rule", use.rule)
        .field("unit", entry.key.at("UNIT"))
        .field_or_null("unit_de", feed::unit_de(entry.key.at("UNIT")))
        .field("statistic", info.statistic)
        .field("dataset_title", info.title);
    json.key("concepts").array();
    for (auto const& one : concepts.concepts(info, entry.key)) json.text(one);
    json.end_array();
    if (use.components) {
        json.key("computed_from").object();
        write_component(json, "numerator", use.components->numerator);
        write_component(json, "denominator", use.components->denominator);
        json.field("factor", static_cast<std::uint64_t>(use.components->factor)).end_object();
    }
    json.key("breaks").array();
    for (auto const& one : breaks.concerning(info, entry.key))
        json.object()
            .field("id", one.id)
            .field("from", date_text(one.from))
            .field("severity", one.severity)
            .field("de", one.de)
            .field("en", one.en)
            .field("source", one.source)
            .end_object();
    json.end_array().end_object();
    auto const codes = [&entry] {
        Pairs pairs{{"dataset", entry.dataset->id}};
        for (auto const& [dimension, code] : entry.key.codes()) pairs.emplace_back(dimension, code);
        return query_text(pairs);
    }();
    json.field("href", "/api/v1/series?" + codes).end_object();
}

} // namespace

std::string label_or_code(store::Store const& store, std::string const& dataset, std::string const& dimension,
                          std::string const& code) {
    auto text = store.label(dataset, dimension, code);
    if (text.empty()) text = feed::code_de(dimension, code);
    if (text.empty() && dimension == "UNIT") text = feed::unit_de(code);
    return text.empty() ? code : text;
}

DatasetInfo require_dataset(store::Store const& store, std::string_view text, std::string_view place,
                            unsigned status) {
    std::vector<DatasetInfo> by_table;
    std::string near;
    std::size_t count = 0;
    constexpr std::size_t most = 8;
    for (auto& dataset : store.datasets()) {
        if (dataset.id == text) return dataset;
        if (holds(dataset.id, text.substr(0, 5)) && count++ < most)
            near += (near.empty() ? "" : ", ") + dataset.id;
        if (dataset.table == text) by_table.push_back(std::move(dataset));
    }
    if (by_table.size() == 1) return by_table.front();
    std::string const value{text};
    throw Refusal{{status,
                   "unknown-dataset",
                   {"There is no such dataset", "Diesen Datensatz gibt es nicht"},
                   {by_table.empty() ? "no dataset has the id or table code '" + value + "'"
                                     : "more than one dataset has the table code '" + value + "'",
                    by_table.empty() ? "kein Datensatz hat die Kennung oder den Tabellencode '" + value + "'"
                                     : "mehrere Datensätze haben den Tabellencode '" + value + "'"},
                   {near.empty() ? "/api/v1/datasets lists those there are" : "near: " + near,
                    near.empty() ? "/api/v1/datasets nennt alle" : "ähnlich: " + near},
                   std::string{place},
                   value}};
}

http::Response list_datasets(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto all = listed(shelf, store);
    if (auto const words = call.parameter("search"); !words.empty())
        all.erase(std::remove_if(all.begin(), all.end(),
                                 [words](Listed const& one) {
                                     return !holds(one.info.title, words) && !holds(one.info.id, words) &&
                                            !holds(one.info.statistic, words) &&
                                            !holds(one.info.source, words);
                                 }),
                  all.end());
    Page const page{call, all, [](Listed const& one) { return one.info.id; }};
    Json json;
    json.object().key("datasets").array();
    for (auto const& one : page.items)
        write_dataset(json, one, store.vintages(one.derived_from.empty() ? one.info.id : one.derived_from),
                      one.derived_from.empty());
    json.end_array();
    write_paging(json, all.size(), page.next);
    json.end_object();
    return json_answer(json, page.next);
}

namespace {

void write_links(Json& json, Listed const& one) {
    auto const id = percent_encoded(one.derived_from.empty() ? one.info.id : one.derived_from);
    json.key("links").object().field("indicators", "/api/v1/indicators?dataset=" + id);
    if (one.derived_from.empty()) {
        json.field("series", "/api/v1/series?dataset=" + id);
        for (auto const& derived : one.derived)
            json.field("latest", "/api/v1/datasets/" + percent_encoded(derived));
    } else {
        json.field("series", "/api/v1/series?dataset=" + id + "&territory=latest")
            .field("published", "/api/v1/datasets/" + id)
            .field("sdmx", "/sdmx/v1/data/" + percent_encoded(one.info.id));
    }
    json.end_object();
}

/// `store` holds the dataset: the caller's, or that of the derived dataset.
http::Response shown(store::Store const& store, Listed const& one) {
    auto const& id = one.info.id;
    auto const facts = facts_of(store, id);
    Json json;
    json.object().key("dataset");
    write_dataset(json, one, store.vintages(id), true);
    write_dimensions(json, store, one.info);
    json.key("levels").array();
    for (auto const& [level, areas] : facts.areas)
        json.object()
            .field("level", gateway::name_of(level))
            .field("level_de", feed::level_de(level))
            .field("areas", std::uint64_t{areas.size()})
            .end_object();
    json.end_array()
        .field("series", facts.series)
        .field("observations", facts.observations)
        .field_or_null("first_period", facts.first ? facts.first->to_sdmx() : "")
        .field_or_null("last_period", facts.last ? facts.last->to_sdmx() : "");
    write_vintages(json, store, id);
    write_issues(json, store, id);
    write_links(json, one);
    json.end_object();
    return json_answer(json);
}

} // namespace

http::Response show_dataset(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const& wanted = call.path_parameter("id");
    auto const all = listed(shelf, store);
    auto const found = std::find_if(all.begin(), all.end(), [&wanted](Listed const& one) {
        return !one.derived_from.empty() && one.info.id == wanted;
    });
    if (found != all.end()) {
        // Its first call works it out.
        if (auto const derived = shelf.settings().derived.lease(store, wanted);
            derived && derived->store().dataset(wanted))
            return shown(derived->store(), *found);
    }
    auto const info = require_dataset(store, wanted, "path");
    auto const published =
        std::find_if(all.begin(), all.end(), [&info](Listed const& one) { return one.info.id == info.id; });
    return shown(store, published == all.end() ? Listed{info, {}, {}} : *published);
}

http::Response list_indicators(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    std::vector<DatasetInfo> datasets;
    if (auto const text = call.parameter("dataset"); !text.empty())
        datasets.push_back(require_dataset(store, text, "query parameter 'dataset'", 400));
    else
        datasets = store.datasets();
    auto const words = call.parameter("search");
    std::vector<Entry> all;
    for (auto const& info : datasets)
        for (auto const no : store.indicators(info.id)) {
            Entry entry{&info, store.indicator(no), {}, {}};
            entry.sort = info.id + " " + entry.key.text();
            if (!words.empty()) {
                entry.name = name_of(store, info, entry.key);
                if (!holds(entry.name, words) && !holds(entry.sort, words) && !holds(info.title, words))
                    continue;
            }
            all.push_back(std::move(entry));
        }
    std::sort(all.begin(), all.end(), [](Entry const& a, Entry const& b) { return a.sort < b.sort; });
    Page page{call, all, [](Entry const& entry) { return entry.sort; }};
    auto const concepts = harmonize::series::ConceptGuard::load(shelf.mappings());
    auto const breaks = harmonize::series::BreakRegister::load(shelf.mappings());
    Json json;
    json.object().key("indicators").array();
    for (auto& entry : page.items) {
        if (entry.name.empty()) entry.name = name_of(store, *entry.dataset, entry.key);
        write_indicator(json, shelf, store, concepts, breaks, entry);
    }
    json.end_array();
    write_paging(json, all.size(), page.next);
    json.end_object();
    return json_answer(json, page.next);
}

} // namespace gateway::serve::api
