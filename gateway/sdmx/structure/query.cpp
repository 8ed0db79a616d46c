#include "gateway/sdmx/structure/query.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "gateway/sdmx/structure/target.hpp"
#include "gateway/sdmx/structure/version.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;

struct Resource {
    std::string_view name;
    std::array<Kind, 2> kinds;
    std::size_t count; ///< of kinds
    bool v1, v2;
};

/// Those that we have.
constexpr std::array<Resource, 13> resources{{
    {"agencyscheme", {Kind::agency_scheme}, 1, true, true},
    {"dataproviderscheme", {Kind::data_provider_scheme}, 1, true, true},
    {"organisationscheme", {Kind::agency_scheme, Kind::data_provider_scheme}, 2, true, false},
    {"dataflow", {Kind::dataflow}, 1, true, true},
    {"categoryscheme", {Kind::category_scheme}, 1, true, true},
    {"categorisation", {Kind::categorisation}, 1, true, true},
    {"codelist", {Kind::codelist}, 1, true, true},
    {"conceptscheme", {Kind::concept_scheme}, 1, true, true},
    {"datastructure", {Kind::data_structure}, 1, true, true},
    {"contentconstraint", {Kind::constraint}, 1, true, false},
    {"actualconstraint", {Kind::constraint}, 1, true, false},
    {"dataconstraint", {Kind::constraint}, 1, false, true},
    {"provisionagreement", {Kind::provision_agreement}, 1, true, true},
}};

/// Those of the standard that we have nothing of.
constexpr std::array<std::string_view, 33> absent{"metadatastructure",
                                                  "metadataflow",
                                                  "hierarchicalcodelist",
                                                  "structureset",
                                                  "reportingtaxonomy",
                                                  "process",
                                                  "attachmentconstraint",
                                                  "allowedconstraint",
                                                  "dataconsumerscheme",
                                                  "organisationunitscheme",
                                                  "transformationscheme",
                                                  "rulesetscheme",
                                                  "userdefinedoperatorscheme",
                                                  "customtypescheme",
                                                  "namepersonalisationscheme",
                                                  "vtlmappingscheme",
                                                  "metadataconstraint",
                                                  "metadataproviderscheme",
                                                  "metadataprovisionagreement",
                                                  "valuelist",
                                                  "hierarchy",
                                                  "hierarchyassociation",
                                                  "structuremap",
                                                  "representationmap",
                                                  "conceptschememap",
                                                  "categoryschememap",
                                                  "organisationschememap",
                                                  "reportingtaxonomymap",
                                                  "geographiccodelist",
                                                  "geogridcodelist",
                                                  "metadataset",
                                                  "reportingcategory",
                                                  "attachmentconstraintscheme"};

constexpr std::array<Kind, kind_count> all_kinds{Kind::agency_scheme,  Kind::data_provider_scheme,
                                                 Kind::dataflow,       Kind::category_scheme,
                                                 Kind::categorisation, Kind::codelist,
                                                 Kind::concept_scheme, Kind::data_structure,
                                                 Kind::constraint,     Kind::provision_agreement};

bool is_of(Resource const& resource, ApiVersion api) noexcept {
    return api == ApiVersion::v1 ? resource.v1 : resource.v2;
}

Resource const* find_resource(ApiVersion api, std::string_view name) noexcept {
    for (auto const& resource : resources)
        if (resource.name == name && is_of(resource, api)) return &resource;
    return nullptr;
}

bool is_absent(std::string_view name) noexcept {
    return std::find(absent.begin(), absent.end(), name) != absent.end();
}

std::string names_of_resources(ApiVersion api) {
    std::string text;
    for (auto const& resource : resources)
        if (is_of(resource, api)) text.append(text.empty() ? "" : ", ").append(resource.name);
    return text;
}

std::vector<Kind> kinds_of(ApiVersion api, std::string const& part) {
    auto const name = lower(part);
    if (name == "*" || (api == ApiVersion::v1 && name == "structure"))
        return {all_kinds.begin(), all_kinds.end()};
    if (auto const* const resource = find_resource(api, name))
        return {resource->kinds.begin(),
                resource->kinds.begin() + static_cast<std::ptrdiff_t>(resource->count)};
    if (is_absent(name))
        throw SdmxError{ErrorCode::not_implemented,
                        "there is no '" + part + "' here; there are " + names_of_resources(api)};
    throw SdmxError{ErrorCode::syntax, "'" + part + "' is no structure resource; known are " +
                                           names_of_resources(api) +
                                           (api == ApiVersion::v1 ? " and structure" : " and *")};
}

/// Ids or agencies; empty = all.
std::vector<std::string> names(ApiVersion api, std::vector<std::string> const& parts, std::size_t place,
                               char const* what) {
    if (place >= parts.size()) return {};
    auto result = alternatives(parts[place], api == ApiVersion::v1 ? '+' : ',', what);
    for (auto const& name : result) {
        if (name == "*" || (api == ApiVersion::v1 && name == "all")) return {};
        bool const is_dotted = std::string_view{what} != "id"; // agencies and items may have parts
        for (auto const& piece : is_dotted ? alternatives(name, '.', what) : std::vector<std::string>{name})
            if (!common::is_id(piece))
                throw SdmxError{ErrorCode::syntax, "'" + name + "' as " + what +
                                                       ": allowed are letters, digits and _ @ $ -, or " +
                                                       (api == ApiVersion::v1 ? "all" : "*") + " for every " +
                                                       what};
    }
    return result;
}

template <typename Value>
struct Word {
    std::string_view text;
    Value value;
    bool v2_only = false;
};
constexpr std::array<Word<References>, 7> reference_words{
    {{"none", References::none},
     {"parents", References::parents},
     {"parentsandsiblings", References::parents_and_siblings},
     {"ancestors", References::ancestors, true},
     {"children", References::children},
     {"descendants", References::descendants},
     {"all", References::all}}};
constexpr std::array<Word<Detail>, 7> detail_words{
    {{"full", Detail::full},
     {"allstubs", Detail::all_stubs},
     {"referencestubs", Detail::reference_stubs},
     {"referencepartial", Detail::reference_partial},
     {"allcompletestubs", Detail::all_complete_stubs},
     {"referencecompletestubs", Detail::reference_complete_stubs},
     {"raw", Detail::raw, true}}};

constexpr std::span<Word<References> const> words_of_references{reference_words};
constexpr std::span<Word<Detail> const> words_of_detail{detail_words};

template <typename Value>
std::optional<Value> word(std::span<Word<Value> const> words, ApiVersion api, std::string_view text) {
    for (auto const& entry : words)
        if (entry.text == text && (api == ApiVersion::v2 || !entry.v2_only)) return entry.value;
    return std::nullopt;
}

template <typename Value>
std::string allowed(std::span<Word<Value> const> words, ApiVersion api) {
    std::string text;
    for (auto const& entry : words)
        if (api == ApiVersion::v2 || !entry.v2_only) text.append(text.empty() ? "" : ", ").append(entry.text);
    return text;
}

/// The four names behind the resource.
void parse_identification(StructureQuery& query, std::vector<std::string> const& parts, std::size_t first) {
    if (parts.size() > first + 4)
        throw SdmxError{ErrorCode::syntax, "'" + parts[first + 4] +
                                               "' is one part too many; an address has resource, agency, id, "
                                               "version and item"};
    query.agencies = names(query.api, parts, first, "agency");
    query.ids = names(query.api, parts, first + 1, "id");
    query.versions = parse_versions(query.api, first + 2 < parts.size() ? parts[first + 2] : std::string{});
    query.items = names(query.api, parts, first + 3, "item");
    if (query.items.empty()) return;
    for (auto const kind : query.kinds)
        if (kind == Kind::dataflow || kind == Kind::data_structure || kind == Kind::constraint ||
            kind == Kind::categorisation || kind == Kind::provision_agreement)
            throw SdmxError{ErrorCode::syntax,
                            "'" + parts[first + 3] + "' as item: a " +
                                std::string{resource_of(kind, query.api == ApiVersion::v2)} +
                                " has no items; code lists, concept schemes, category "
                                "schemes and organisation schemes have"};
}

} // namespace

bool is_structure_resource(std::string_view part) noexcept {
    auto const is_named = [&](Resource const& resource) { return resource.name == part; };
    return part == "structure" || is_absent(part) ||
           std::any_of(resources.begin(), resources.end(), is_named);
}

void parse_references(StructureQuery& into, std::string_view value) {
    auto const text = lower(value);
    if (auto const known = word(words_of_references, into.api, text)) {
        into.references = *known;
        return;
    }
    into.references = References::of_kind;
    into.reference_kinds.clear();
    for (auto const& name : alternatives(text, into.api == ApiVersion::v1 ? '+' : ',', "references")) {
        auto const* const resource = find_resource(into.api, name);
        if (resource == nullptr && !is_absent(name))
            throw SdmxError{ErrorCode::syntax,
                            "'" + std::string{value} + "' as references: allowed are " +
                                allowed(words_of_references, into.api) +
                                " and the names of resources: " + names_of_resources(into.api)};
        // One that we have nothing of adds nothing.
        if (resource != nullptr)
            into.reference_kinds.insert(into.reference_kinds.end(), resource->kinds.begin(),
                                        resource->kinds.begin() +
                                            static_cast<std::ptrdiff_t>(resource->count));
    }
}

StructureQuery parse_structure_query(ApiVersion api, std::string_view target) {
    auto const address = parse_target(target);
    auto const& parts = address.parts;
    StructureQuery query;
    query.api = api;
    std::size_t first = 0;
    if (api == ApiVersion::v2) {
        if (parts.empty() || parts[0] != "structure")
            throw SdmxError{ErrorCode::syntax,
                            "an address of structures is structure/TYPE/AGENCY/ID/VERSION"};
        first = 1;
    }
    if (api == ApiVersion::v1 && parts.empty())
        throw SdmxError{ErrorCode::syntax,
                        "an address of structures is RESOURCE/AGENCY/ID/VERSION; known resources are " +
                            names_of_resources(api)};
    query.kinds = kinds_of(api, first < parts.size() ? parts[first] : std::string{"*"});
    parse_identification(query, parts, first + 1);
    for (auto const& part : parts) query.text.append(query.text.empty() ? "" : "/").append(part);
    if (auto const value = address.parameter("references")) parse_references(query, *value);
    if (auto const value = address.parameter("detail")) {
        auto const known = word(words_of_detail, api, lower(*value));
        if (!known)
            throw SdmxError{ErrorCode::syntax, "'" + std::string{*value} + "' as detail: allowed are " +
                                                   allowed(words_of_detail, api)};
        query.detail = *known;
    }
    return query;
}

} // namespace gateway::sdmx::structure
