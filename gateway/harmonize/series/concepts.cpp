#include "gateway/harmonize/series/concepts.hpp"

#include <algorithm>
#include <set>

#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize::series {
namespace {

bool has(std::vector<std::string> const& list, std::string_view value) {
    return std::find(list.begin(), list.end(), value) != list.end();
}

std::pair<std::string, std::string> ordered(std::string a, std::string b) {
    if (b < a) std::swap(a, b);
    return {std::move(a), std::move(b)};
}

std::string table_of(DatasetInfo const& dataset) {
    return dataset.table.empty() ? dataset.id : dataset.table;
}

} // namespace

ConceptGuard ConceptGuard::load(MappingFiles const& files) {
    std::string const name = "concepts.toml";
    FileLoader loader{files};
    auto const& tree = loader.get(name, "concepts", "which concepts are kept apart");
    Section const root{&name, &tree};
    ConceptGuard guard;
    for (auto const& entry : root.tables("concept")) {
        Concept made;
        made.id = entry.text("id");
        made.de = entry.text("de");
        made.en = entry.text("en");
        made.statistics = entry.texts("statistics");
        made.tables = entry.texts("tables");
        made.sources = entry.texts("sources");
        made.datasets = entry.texts("datasets");
        made.measures = entry.texts("measures");
        auto const codes = entry.table("codes");
        for (auto const& member : codes.members()) made.codes[member.key] = codes.texts(member.key);
        guard.concepts_.push_back(std::move(made));
    }
    auto const known = [&guard](std::string const& id) {
        return std::any_of(guard.concepts_.begin(), guard.concepts_.end(),
                           [&id](Concept const& known_concept) { return known_concept.id == id; });
    };
    for (auto const& entry : root.tables("apart")) {
        for (auto const* key : {"a", "b"})
            if (!known(entry.text(key)))
                fault(name, entry.tree->mark, "the concept '" + entry.text(key) + "'",
                      "an id of a [[concept]] in this file", "correct the id, or add the concept");
        auto text = [&](char const* language, bool german) {
            return guard.name(entry.text("a"), german) + (german ? " und " : " and ") +
                   guard.name(entry.text("b"), german) + ": " + entry.text(language);
        };
        guard.apart_[ordered(entry.text("a"), entry.text("b"))] = {
            text("de", true), text("en", false), entry.text("way_out"), entry.rule(entry.tree->mark)};
    }
    return guard;
}

std::string ConceptGuard::name(std::string_view id, bool german) const {
    for (auto const& entry : concepts_)
        if (entry.id == id) return german ? entry.de : entry.en;
    return std::string{id};
}

std::vector<std::string> ConceptGuard::concepts(DatasetInfo const& dataset,
                                                IndicatorKey const& indicator) const {
    std::set<std::string> found;
    for (auto const& entry : concepts_) {
        bool const anywhere = entry.statistics.empty() && entry.tables.empty() && entry.sources.empty() &&
                              entry.datasets.empty() && entry.measures.empty();
        bool const here = anywhere || has(entry.statistics, dataset.statistic) ||
                          has(entry.tables, dataset.table) || has(entry.sources, dataset.source) ||
                          has(entry.datasets, dataset.id) || has(entry.measures, indicator.at("MEASURE"));
        bool const coded =
            std::all_of(entry.codes.begin(), entry.codes.end(), [&indicator](auto const& condition) {
                return has(condition.second, indicator.at(condition.first));
            });
        if (here && coded) found.insert(entry.id);
    }
    return {found.begin(), found.end()};
}

std::optional<Apart> ConceptGuard::apart(DatasetInfo const& one, IndicatorKey const& one_indicator,
                                         DatasetInfo const& other,
                                         IndicatorKey const& other_indicator) const {
    auto const a = concepts(one, one_indicator);
    auto const b = concepts(other, other_indicator);
    for (auto const& left : a)
        for (auto const& right : b)
            if (auto const found = apart_.find(ordered(left, right)); left != right && found != apart_.end())
                return found->second;
    bool const same_concepts = a == b && !a.empty();
    if (!one.statistic.empty() && one.statistic == other.statistic && a == b) return std::nullopt;
    if (same_concepts && one_indicator.at("MEASURE") == other_indicator.at("MEASURE")) return std::nullopt;
    auto const names = [this](std::vector<std::string> const& ids, bool german) {
        std::string text;
        for (auto const& id : ids) text += (text.empty() ? "" : " + ") + name(id, german);
        return text.empty() ? std::string{german ? "kein Konzept" : "no concept"} : text;
    };
    return Apart{
        table_of(one) + " (" + names(a, true) + ") und " + table_of(other) + " (" + names(b, true) +
            "): keine Regel sagt, dass beide dasselbe zählen",
        table_of(one) + " (" + names(a, false) + ") and " + table_of(other) + " (" + names(b, false) +
            "): no rule says that both count the same",
        "show them as two series; if they do count the same, name both statistics in one [[concept]] "
        "of mappings/concepts.toml",
        {}};
}

} // namespace gateway::harmonize::series
