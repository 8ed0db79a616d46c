#include "gateway/sdmx/structure/artefact.hpp"

#include <algorithm>
#include <array>

namespace gateway::sdmx::structure {
namespace {

struct KindNames {
    std::string_view resource, class_name, package, item_class;
};
constexpr std::array<KindNames, kind_count> kinds{{
    {"agencyscheme", "AgencyScheme", "base", "Agency"},
    {"dataproviderscheme", "DataProviderScheme", "base", "DataProvider"},
    {"dataflow", "Dataflow", "datastructure", ""},
    {"categoryscheme", "CategoryScheme", "categoryscheme", "Category"},
    {"categorisation", "Categorisation", "categoryscheme", ""},
    {"codelist", "Codelist", "codelist", "Code"},
    {"conceptscheme", "ConceptScheme", "conceptscheme", "Concept"},
    {"datastructure", "DataStructure", "datastructure", ""},
    {"contentconstraint", "ContentConstraint", "registry", ""},
    {"provisionagreement", "ProvisionAgreement", "registry", ""},
}};

KindNames const& names_of(Kind kind) noexcept {
    return kinds[static_cast<std::size_t>(kind)];
}

std::string urn(std::string_view package, std::string_view class_name, Identity const& identity) {
    std::string out = "urn:sdmx:org.sdmx.infomodel.";
    out.append(package).append(".").append(class_name).append("=").append(identity.text());
    return out;
}

} // namespace

std::string_view resource_of(Kind kind, bool v2) noexcept {
    return v2 && kind == Kind::constraint ? std::string_view{"dataconstraint"} : names_of(kind).resource;
}

std::string_view class_of(Kind kind, bool v2) noexcept {
    return v2 && kind == Kind::constraint ? std::string_view{"DataConstraint"} : names_of(kind).class_name;
}

std::string_view package_of(Kind kind) noexcept {
    return names_of(kind).package;
}

std::string urn_of(Identity const& identity, bool v2) {
    return urn(package_of(identity.kind), class_of(identity.kind, v2), identity);
}

std::string item_urn(Identity const& scheme, std::string_view item) {
    auto out = urn(package_of(scheme.kind), names_of(scheme.kind).item_class, scheme);
    out.append(".").append(item);
    return out;
}

std::string_view Representation::text_type() const noexcept {
    for (auto const& facet : format)
        if (facet.first == "textType") return facet.second;
    return "String";
}

std::optional<std::uint32_t> ItemScheme::find(std::string_view id) const noexcept {
    for (std::size_t i = 0; i < items.size(); ++i)
        if (items[i].id == id) return static_cast<std::uint32_t>(i);
    return std::nullopt;
}

std::string ItemScheme::path(std::uint32_t item) const {
    auto const& entry = items[item];
    return entry.parent == Item::no_parent ? entry.id : path(entry.parent) + "." + entry.id;
}

Component const* DataStructure::find(std::string_view id) const noexcept {
    for (auto const& component : components)
        if (component.id == id) return &component;
    return nullptr;
}

std::vector<Identity> Artefact::references() const {
    std::vector<Identity> result;
    auto const add = [&](Representation const& representation) {
        if (representation.enumeration) result.push_back(*representation.enumeration);
    };
    if (auto const* const items = scheme()) {
        for (auto const& representation : items->representations) add(representation);
    } else if (auto const* const parts = structure()) {
        for (auto const& component : parts->components) {
            result.push_back(component.concept_scheme);
            add(component.representation);
        }
    } else if (auto const* const flow = std::get_if<Dataflow>(&content)) {
        result.push_back(flow->structure);
    } else if (auto const* const link = std::get_if<Categorisation>(&content)) {
        result = {link->source, link->scheme};
    } else if (auto const* const agreement = std::get_if<ProvisionAgreement>(&content)) {
        result = {agreement->dataflow, agreement->scheme};
    } else if (auto const* const constraint = std::get_if<Constraint>(&content)) {
        result.push_back(constraint->dataflow);
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

} // namespace gateway::sdmx::structure
