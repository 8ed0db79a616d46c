// The grammar of structure queries: from a path and its parameters to what is wanted.
//
// v1       /{resource}[/{agency}[/{id}[/{version}[/{item}]]]]; defaults all, all, latest; '+' between
//          alternatives; a slash at the end changes nothing
// v2       /structure/{type}[/{agency}[/{id}[/{version}[/{item}]]]]; '*' all, '~' latest, '+' latest stable,
//          ',' between alternatives; defaults *, *, ~
// Both     every part may be percent-encoded; names of parameters are compared without case; parameters other
//          than references and detail are somebody else's and passed over
// Errors   SdmxError syntax naming the part, the value and what is allowed; not_implemented for resources of
//          the standard that we do not have
// Source   SDMX REST 1.5 and 2.2, "Structural metadata queries"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/common/error.hpp"
#include "gateway/sdmx/structure/artefact.hpp"

namespace gateway::sdmx::structure {

using common::ApiVersion;

enum class References : std::uint8_t {
    none,
    parents,
    parents_and_siblings,
    ancestors, ///< v2
    children,
    descendants,
    all,     ///< parents_and_siblings and descendants
    of_kind, ///< those of StructureQuery::reference_kinds
};

enum class Detail : std::uint8_t {
    full,
    all_stubs,
    reference_stubs,
    reference_partial,
    all_complete_stubs,
    reference_complete_stubs,
    raw, ///< v2; the same as full, as no list of ours extends another
};

struct VersionWanted {
    enum class Rule : std::uint8_t { exactly, latest, all, at_least };
    Rule rule = Rule::latest;
    std::string version; ///< of exactly, and of at_least ("1.0+": the latest 1.x from 1.0)
};

struct StructureQuery {
    ApiVersion api = ApiVersion::v1;
    std::vector<Kind> kinds;           ///< several for `structure`, `organisationscheme`, `*`
    std::vector<std::string> agencies; ///< empty = all
    std::vector<std::string> ids;      ///< empty = all
    std::vector<VersionWanted> versions;
    std::vector<std::string> items; ///< empty = all; categories by path
    References references = References::none;
    std::vector<Kind> reference_kinds;
    Detail detail = Detail::full;
    std::string text; ///< what was asked, for messages: "codelist SDMX:CL_AGE(latest)"
};

/// True where the first part of a v1 path ("dataflow") is a structure resource of the standard, ours or not.
bool is_structure_resource(std::string_view part) noexcept;

/// `target` is what follows the entry point, without or with '/', with its query: "dataflow/all?detail=full";
/// v2: "structure/dataflow/*".
StructureQuery parse_structure_query(ApiVersion api, std::string_view target);

/// The references parameter alone, as availability queries need it.
void parse_references(StructureQuery& into, std::string_view value);

} // namespace gateway::sdmx::structure
