#include "gateway/sdmx/structure/selection.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "gateway/sdmx/structure/partial.hpp"
#include "gateway/sdmx/structure/version.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;
using Places = std::set<std::uint32_t>;

/// Walks the graph of references among what the reader may see.
class Graph {
  public:
    Graph(Catalogue const& catalogue, Visible const& visible) : catalogue_(catalogue), visible_(visible) {}

    [[nodiscard]] bool may_see(std::uint32_t place) const {
        auto const& dataset = catalogue_.all()[place]->dataset;
        return dataset.empty() || !visible_ || visible_(dataset);
    }
    [[nodiscard]] Places parents(Places const& of) const {
        return step(of, [&](std::uint32_t place) { return catalogue_.parents(place); });
    }
    [[nodiscard]] Places children(Places const& of) const {
        return step(of, [&](std::uint32_t place) { return catalogue_.children(place); });
    }
    [[nodiscard]] Places ancestors(Places const& of) const {
        return closure(of, [&](Places const& places) { return parents(places); });
    }
    [[nodiscard]] Places descendants(Places const& of) const {
        return closure(of, [&](Places const& places) { return children(places); });
    }
    /// Parents and what these refer to.
    [[nodiscard]] Places parents_and_siblings(Places const& of) const {
        auto result = parents(of);
        result.merge(children(result));
        return result;
    }

  private:
    template <typename Next>
    [[nodiscard]] Places step(Places const& of, Next&& next) const {
        Places result;
        for (auto const place : of)
            for (auto const other : next(place))
                if (may_see(other)) result.insert(other);
        return result;
    }
    template <typename Step>
    [[nodiscard]] Places closure(Places const& of, Step&& step) const {
        Places result;
        for (auto edge = step(of); !edge.empty();) {
            Places fresh;
            std::set_difference(edge.begin(), edge.end(), result.begin(), result.end(),
                                std::inserter(fresh, fresh.end()));
            result.insert(fresh.begin(), fresh.end());
            edge = step(fresh);
        }
        return result;
    }

    Catalogue const& catalogue_;
    Visible const& visible_;
};

/// "*" stands for any, for callers that fill a query themselves.
bool contains(std::vector<std::string> const& names, std::string const& name) {
    return names.empty() ||
           std::any_of(names.begin(), names.end(), [&](auto const& n) { return n == name || n == "*"; });
}

/// What the path names.
Places asked_for(Catalogue const& catalogue, StructureQuery const& query, Graph const& graph) {
    Places result;
    std::map<std::tuple<Kind, std::string, std::string>, std::vector<std::uint32_t>> versions;
    for (std::uint32_t place = 0; place < catalogue.all().size(); ++place) {
        auto const& self = catalogue.all()[place]->self;
        bool const is_kind =
            std::find(query.kinds.begin(), query.kinds.end(), self.kind) != query.kinds.end();
        if (is_kind && contains(query.agencies, self.agency) && contains(query.ids, self.id) &&
            graph.may_see(place))
            versions[{self.kind, self.agency, self.id}].push_back(place);
    }
    for (auto const& [name, places] : versions) {
        std::vector<std::string> texts;
        for (auto const place : places) texts.push_back(catalogue.all()[place]->self.version);
        auto const wanted = wanted_of(texts, query.versions);
        for (std::size_t i = 0; i < places.size(); ++i)
            if (wanted[i]) result.insert(places[i]);
    }
    return result;
}

Places referenced(StructureQuery const& query, Places const& asked, Graph const& graph) {
    switch (query.references) {
    case References::none: return {};
    case References::parents: return graph.parents(asked);
    case References::parents_and_siblings: return graph.parents_and_siblings(asked);
    case References::ancestors: return graph.ancestors(asked);
    case References::children: return graph.children(asked);
    case References::descendants: return graph.descendants(asked);
    case References::all:
    case References::of_kind: break;
    }
    auto result = graph.parents_and_siblings(asked);
    result.merge(graph.descendants(asked));
    if (query.references == References::of_kind) result.merge(graph.ancestors(asked));
    return result;
}

Selected::Shape shape_of(Detail detail, bool is_asked) noexcept {
    switch (detail) {
    case Detail::full:
    case Detail::reference_partial:
    case Detail::raw: break;
    case Detail::all_stubs: return Selected::Shape::stub;
    case Detail::all_complete_stubs: return Selected::Shape::complete_stub;
    case Detail::reference_stubs: return is_asked ? Selected::Shape::whole : Selected::Shape::stub;
    case Detail::reference_complete_stubs:
        return is_asked ? Selected::Shape::whole : Selected::Shape::complete_stub;
    }
    return Selected::Shape::whole;
}

/// Positions of the items that the path names; categories by path, and with those they are in.
std::vector<std::uint32_t> named_items(Artefact const& artefact, std::vector<std::string> const& names) {
    auto const& scheme = *artefact.scheme();
    std::set<std::uint32_t> result;
    for (std::uint32_t i = 0; i < scheme.items.size(); ++i) {
        auto const is_nested = artefact.self.kind == Kind::category_scheme;
        if (!contains(names, scheme.items[i].id) && !(is_nested && contains(names, scheme.path(i)))) continue;
        result.insert(i);
        if (is_nested)
            for (auto up = scheme.items[i].parent; up != Item::no_parent; up = scheme.items[up].parent)
                result.insert(up);
    }
    return {result.begin(), result.end()};
}

} // namespace

Selection select(std::shared_ptr<Catalogue const> catalogue, StructureQuery const& query,
                 Visible const& visible) {
    Graph const graph{*catalogue, visible};
    auto asked = asked_for(*catalogue, query, graph);
    Selection result;
    std::map<std::uint32_t, std::vector<std::uint32_t>> items;
    if (!query.items.empty())
        for (auto place = asked.begin(); place != asked.end();) {
            auto const& artefact = *catalogue->all()[*place];
            auto found = artefact.scheme() == nullptr ? std::vector<std::uint32_t>{}
                                                      : named_items(artefact, query.items);
            if (found.empty()) {
                place = asked.erase(place);
            } else {
                items.emplace(*place, std::move(found));
                ++place;
            }
        }
    if (asked.empty())
        throw SdmxError{
            ErrorCode::no_results,
            "nothing is called '" + query.text + "'; ask for " +
                (query.api == ApiVersion::v1 ? "dataflow/all/all/all" : "structure/dataflow/*/*/*") +
                " to see what there is"};
    auto places = asked;
    for (auto const place : referenced(query, asked, graph)) {
        auto const kind = catalogue->all()[place]->self.kind;
        bool const is_wanted = query.references != References::of_kind ||
                               std::find(query.reference_kinds.begin(), query.reference_kinds.end(), kind) !=
                                   query.reference_kinds.end();
        if (is_wanted) places.insert(place);
    }
    for (auto const place : places) {
        auto& entry = result.entries.emplace_back();
        entry.artefact = catalogue->all()[place];
        entry.is_asked = asked.count(place) != 0;
        entry.shape = shape_of(query.detail, entry.is_asked);
        if (auto const named = items.find(place); named != items.end()) entry.items = named->second;
    }
    if (query.detail == Detail::reference_partial) keep_used_items(result, *catalogue);
    result.catalogue = std::move(catalogue);
    return result;
}

} // namespace gateway::sdmx::structure
