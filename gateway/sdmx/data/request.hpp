// The grammar of data and availability queries: from a path and its parameters to a selection.
//
// v1       /data/{flowRef}/{key}[/{provider}], flowRef FLOW | AGENCY,FLOW | AGENCY,FLOW,VERSION, with "all" and
//          "latest"; a missing key or "all" means everything; dimensions joined by '.', alternatives by '+'
//          /availableconstraint/{flowRef}/{key}/{provider}/{component}
// v2       /data/{context}/{agency}/{id}/{version}/{key}, all of them optional from the end; '*' any, '~' and '+'
//          latest; several keys joined by ','; trailing dimensions may be missing; c[DIM]=op:value
//          /availability/{context}/{agency}/{id}/{version}/{key}/{component}
// Both     parts may be percent-encoded, a slash at the end changes nothing, names of parameters are compared
//          without case; a parameter that is not known is an error that names the known ones
// Errors   SdmxError syntax for what the grammar does not have (the wrong number of positions in a key included),
//          semantic for a component the dataset does not have; both name the value and what is allowed
// Source   SDMX REST 1.5 and 2.2, data queries and data availability queries
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/query/availability.hpp"
#include "gateway/query/dataset_view.hpp"
#include "gateway/query/selection.hpp"
#include "gateway/sdmx/common/error.hpp"
#include "gateway/sdmx/data/message.hpp"

namespace gateway::sdmx::data {

/// What a path names, before anybody looks whether it is there: ids joined by commas, or empty for any.
struct FlowReference {
    std::string agency, id, version;
    std::string text; ///< as asked, for messages
    [[nodiscard]] bool names_one() const noexcept {
        return !id.empty() && id.find_first_of(",*") == std::string::npos;
    }
};

struct DataRequest {
    bool is_availability = false;
    ApiVersion api = ApiVersion::v1;
    FlowReference flow;
    std::string provider; ///< v1: "AGENCY,ID" or "ID"; empty = any

    std::vector<std::vector<std::string>> keys; ///< one list of positions for each key; empty = everything
    std::vector<query::Filter> filters;
    std::optional<query::DayRange> start, end;
    std::optional<std::uint64_t> first_observations, last_observations, limit;
    std::uint64_t offset = 0;
    std::optional<UnixTime> updated_after, as_of;
    bool include_history = false;

    Shown shown;
    std::string dimension_at_observation = "TIME_PERIOD";
    std::vector<SortTerm> sort;        ///< as written, with * and series_key
    std::optional<std::string> format; ///< format=
    std::optional<Labels> labels;      ///< labels=, for browsers
    std::optional<bool> normalized_time;
    std::optional<Keys> csv_keys;

    std::vector<std::string> components; ///< of availability queries; empty = all
    query::AvailabilityMode mode = query::AvailabilityMode::exact;
    std::string references = "none"; ///< of availability queries, for the structure part
};

/// True where `target` ("data/..." or "/data/...") is a data or availability query of that interface.
bool is_data_target(std::string_view target, ApiVersion api) noexcept;

/// `target` is what follows the entry point, with its query.
DataRequest parse_data_request(std::string_view target, ApiVersion api);

/// True where a reference names this dataset: its id, agency KREISLAUF, and version 1.0 or latest, each of them among
/// others or any.
bool names(FlowReference const& flow, std::string_view dataset) noexcept;

/// The question to the dataset that the request names.
query::Selection selection_of(DataRequest const& request, query::DatasetView const& view);

/// The options that the address decides; media type, languages and header fields are the caller's.
MessageOptions options_of(DataRequest const& request, query::DatasetView const& view, MediaChoice media);

} // namespace gateway::sdmx::data
