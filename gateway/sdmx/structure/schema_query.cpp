#include <array>
#include <utility>

#include "gateway/sdmx/structure/target.hpp"
#include "gateway/sdmx/structure/version.hpp"
#include "gateway/sdmx/structure/xsd.hpp"

namespace gateway::sdmx::structure {
namespace {

using common::ErrorCode;
using common::SdmxError;

Kind context_of(std::string const& part) {
    auto const name = lower(part);
    for (auto const kind : {Kind::data_structure, Kind::dataflow, Kind::provision_agreement})
        if (name == resource_of(kind)) return kind;
    if (name == "metadatastructure" || name == "metadataflow" || name == "metadataprovisionagreement")
        throw SdmxError{ErrorCode::not_implemented,
                        "there are no schemas of '" + part +
                            "' here; there are those of datastructure, dataflow and provisionagreement"};
    throw SdmxError{ErrorCode::syntax,
                    "'" + part +
                        "' as context of a schema: allowed are datastructure, dataflow and "
                        "provisionagreement"};
}

} // namespace

SchemaQuery parse_schema_query(ApiVersion api, std::string_view target) {
    auto const address = parse_target(target);
    auto const& parts = address.parts;
    if (parts.size() < 4 || parts.size() > 5 || parts[0] != "schema")
        throw SdmxError{
            ErrorCode::syntax,
            "an address of a schema is schema/CONTEXT/AGENCY/ID/VERSION, where VERSION may be missing"};
    SchemaQuery query;
    query.api = api;
    query.context = context_of(parts[1]);
    query.agency = api == ApiVersion::v1 && parts[2] == "all" ? std::string{"*"} : parts[2];
    query.id = parts[3];
    auto const versions = parse_versions(api, parts.size() == 5 ? parts[4] : std::string{});
    if (versions.size() != 1 || versions[0].rule == VersionWanted::Rule::all)
        throw SdmxError{ErrorCode::syntax, "'" + parts[4] + "' as version of a schema: name one"};
    query.version = versions[0];
    if (auto const dimension = address.parameter("dimensionatobservation"); dimension && !dimension->empty())
        query.dimension_at_observation = *dimension;
    if (auto const measures = address.parameter("explicitmeasure");
        measures && lower(*measures) != "true" && lower(*measures) != "false")
        throw SdmxError{ErrorCode::syntax, "'" + std::string{*measures} +
                                               "' as explicitMeasure: allowed are true and false; our data "
                                               "structures have one measure, so both give the same"};
    return query;
}

std::string data_namespace(Identity const& structure, std::string_view dimension_at_observation) {
    return urn_of(structure) + ":ObsLevelDim:" + std::string{dimension_at_observation};
}

} // namespace gateway::sdmx::structure
