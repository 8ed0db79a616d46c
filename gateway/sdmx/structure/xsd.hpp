// XML Schemas of our data structures, to check structure-specific data with: the `schema` resource.
//
// v1       /schema/{context}/{agency}/{id}[/{version}]?dimensionAtObservation=&explicitMeasure=
// v2       /schema/{context}/{agency}/{id}/{version}?dimensionAtObservation=
// context  datastructure, dataflow, provisionagreement. For the last two, enumerations hold the codes that the
//          dataflow has, else the whole lists.
// Shape    one document; targetNamespace
//          urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure=KREISLAUF:ID(1.0):ObsLevelDim:TIME_PERIOD with
//          the types DataSetType, SeriesType, ObsType, derived from those of the standard's schemas, which are
//          imported by their usual names beside it (SDMXDataStructureSpecific.xsd, SDMXCommon.xsd)
// Errors   SdmxError syntax, semantic (a dimension that is none), no_results, not_implemented
// Source   SDMX 2.1 section 3A part V, SDMX 3.0 section 3A
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "gateway/sdmx/structure/selection.hpp"

namespace gateway::sdmx::structure {

struct SchemaQuery {
    ApiVersion api = ApiVersion::v1;
    Kind context = Kind::data_structure;
    std::string agency; ///< "*" = any
    std::string id;
    VersionWanted version;
    std::string dimension_at_observation = "TIME_PERIOD"; ///< a dimension or "AllDimensions"
};

/// `target` as for parse_structure_query: "schema/dataflow/KREISLAUF/ID/1.0".
SchemaQuery parse_schema_query(ApiVersion api, std::string_view target);

/// Namespace of the structure-specific data of a data structure.
std::string data_namespace(Identity const& structure, std::string_view dimension_at_observation);

/// The schema. Version 3.0 of SDMX-ML for v2, else 2.1.
std::string write_schema(std::shared_ptr<Catalogue const> const& catalogue, SchemaQuery const& query,
                         Visible const& visible = {});

} // namespace gateway::sdmx::structure
