#include "gateway/serve/sdmx/mounts.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/sdmx/structure/query.hpp"
#include "gateway/serve/sdmx/answers.hpp"
#include "gateway/serve/sdmx/canonical.hpp"

namespace gateway::serve::sdmx {
namespace {

/// Of the standard, and nothing we have: reference metadata and what only registries do.
constexpr std::array<std::string_view, 5> other_resources{"metadata", "registration", "subscription",
                                                          "notification", "submitstructure"};

std::string_view first_part(std::string_view target) noexcept {
    while (target.starts_with('/')) target.remove_prefix(1);
    return target.substr(0, target.find_first_of("/?"));
}

Ask ask_of(Call const& call, ApiVersion api, std::string_view prefix, std::string const& version) {
    Ask ask{call, api, {}, {}, {}, {}, version};
    ask.target = std::string{call.path.substr(std::min(prefix.size(), call.path.size()))};
    if (!call.query.empty()) ask.target.append("?").append(call.query);
    ask.accept = joined_lines(call.request.headers, "Accept");
    for (auto const& [name, value] : call.parameters)
        if (name == "format" || name == "Format" || name == "FORMAT") ask.format = value;
    if (!call.base.empty()) ask.entry_point = call.base + std::string{prefix};
    return ask;
}

http::Response dispatch(Library& library, Ask& ask) {
    if (ask.call.request.method == "POST") ask.target = posted_target(ask);
    auto const resource = first_part(ask.target);
    bool const v1 = ask.api == ApiVersion::v1;
    if (data::is_data_target(ask.target, ask.api)) return answer_data(library, ask);
    if (resource == "schema") return answer_schema(library, ask);
    if (v1 ? structure::is_structure_resource(resource) : resource == "structure")
        return answer_structures(library, ask);
    if (std::find(other_resources.begin(), other_resources.end(), resource) != other_resources.end())
        throw SdmxError{ErrorCode::not_implemented, "'" + std::string{resource} + "' is not offered here"};
    throw SdmxError{
        ErrorCode::syntax,
        (resource.empty() ? "the address names no resource"
                          : "there is no resource '" + std::string{resource} + "'") +
            (v1 ? "; there are data, availableconstraint, schema, dataflow, datastructure, codelist, "
                  "conceptscheme, categoryscheme, categorisation, agencyscheme, dataproviderscheme, "
                  "contentconstraint and provisionagreement"
                : "; there are data, availability, schema and structure")};
}

http::Response answer(Library& library, Ask ask) {
    try {
        return dispatch(library, ask);
    } catch (SdmxError const& error) {
        // 500 are for the service: it tells the operator.
        if (error.code() == ErrorCode::internal) throw;
        return answer_error(ask, error.code(), error.what());
    } catch (Error const& error) {
        // What a filter means is found out while it is applied.
        if (error.code() == Errc::invalid_argument) return answer_error(ask, ErrorCode::syntax, error.what());
        // A dataset with two series that SDMX cannot tell apart; the county API has it.
        if (error.code() == Errc::conflict)
            return answer_error(ask, ErrorCode::not_implemented, error.what());
        throw;
    }
}

Mount mount(std::string const& prefix, ApiVersion api, std::shared_ptr<Library> const& library,
            std::string const& version) {
    Mount made;
    made.prefix = prefix;
    made.posts = true;
    made.handler = [library, api, prefix, version](Call const& call) {
        return answer(*library, ask_of(call, api, prefix, version));
    };
    made.problem = [api, prefix, version](Call const& call, Problem const& problem) {
        return answer_error(ask_of(call, api, prefix, version), problem);
    };
    return made;
}

} // namespace

std::vector<Mount> mounts(std::string const& version, std::shared_ptr<DerivedFlows> derived) {
    auto const library = std::make_shared<Library>(std::move(derived));
    return {mount("/sdmx/v1", ApiVersion::v1, library, version),
            mount("/sdmx/v2", ApiVersion::v2, library, version)};
}

} // namespace gateway::serve::sdmx
