#include "gateway/sdmx/structure/partial.hpp"

#include <map>
#include <set>
#include <string>
#include <unordered_set>

namespace gateway::sdmx::structure {
namespace {

/// What the selection needs of one scheme.
struct Use {
    bool is_whole = false;                 ///< something needs all of it
    std::unordered_set<std::string> items; ///< ids; of categories paths
};
using Uses = std::map<Identity, Use>;

void use_structure(Artefact const& artefact, RegionLookUp const& region_of, Uses& uses) {
    auto const* const region = region_of(artefact.dataset);
    for (auto const& component : artefact.structure()->components) {
        uses[component.concept_scheme].items.insert(component.id);
        if (!component.representation.enumeration) continue;
        auto& use = uses[*component.representation.enumeration];
        auto const* found = static_cast<Region::Values const*>(nullptr);
        if (region != nullptr)
            for (auto const& key : region->keys)
                if (key.component == component.id) found = &key;
        if (found == nullptr)
            use.is_whole = true; // of an attribute nobody counts the codes
        else
            use.items.insert(found->values->begin(), found->values->end());
    }
}

/// Positions of the used items; parents of categories stay, because a category is nothing without its place.
std::vector<std::uint32_t> positions(ItemScheme const& scheme, Use const& use, bool is_nested) {
    std::set<std::uint32_t> result;
    for (std::uint32_t i = 0; i < scheme.items.size(); ++i) {
        if (use.items.count(is_nested ? scheme.path(i) : scheme.items[i].id) == 0) continue;
        result.insert(i);
        if (is_nested)
            for (auto up = scheme.items[i].parent; up != Item::no_parent; up = scheme.items[up].parent)
                result.insert(up);
    }
    return {result.begin(), result.end()};
}

} // namespace

void keep_used_items(Selection& selection, RegionLookUp const& region_of) {
    Uses uses;
    for (auto const& entry : selection.entries) {
        auto const& artefact = *entry.artefact;
        if (artefact.structure() != nullptr)
            use_structure(artefact, region_of, uses);
        else if (auto const* const link = std::get_if<Categorisation>(&artefact.content))
            uses[link->scheme].items.insert(link->category);
        else if (auto const* const agreement = std::get_if<ProvisionAgreement>(&artefact.content))
            uses[agreement->scheme].items.insert(agreement->provider);
    }
    for (auto& entry : selection.entries) {
        auto const* const scheme = entry.artefact->scheme();
        auto const use = uses.find(entry.artefact->self);
        if (entry.is_asked || scheme == nullptr || use == uses.end() || use->second.is_whole) continue;
        auto kept = positions(*scheme, use->second, entry.artefact->self.kind == Kind::category_scheme);
        if (kept.size() < scheme->items.size()) entry.items = std::move(kept);
    }
}

void keep_used_items(Selection& selection, Catalogue const& catalogue) {
    keep_used_items(selection, [&](std::string_view dataset) -> Region const* {
        auto const artefact = catalogue.constraint(dataset);
        return artefact ? &std::get<Constraint>(artefact->content).source->region() : nullptr;
    });
}

} // namespace gateway::sdmx::structure
