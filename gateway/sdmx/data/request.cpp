#include "gateway/sdmx/data/request.hpp"

#include <algorithm>
#include <array>

#include "gateway/sdmx/common/text.hpp"
#include "gateway/sdmx/data/request_parts.hpp"

namespace gateway::sdmx::data {
namespace {

using common::ErrorCode;
using common::SdmxError;

constexpr std::string_view agreement_prefix = "PA_"; ///< provision agreements are named after their dataset

struct Path {
    std::vector<std::string> parts;
    std::string_view parameters;
};

Path path_of(std::string_view target) {
    Path path;
    auto const query = target.find('?');
    if (query != std::string_view::npos) path.parameters = target.substr(query + 1);
    path.parameters = path.parameters.substr(0, path.parameters.find('#'));
    auto rest = target.substr(0, query);
    while (!rest.empty() && rest.front() == '/') rest.remove_prefix(1);
    while (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
    for (auto const& part : split(rest, '/')) path.parts.push_back(decoded(part));
    return path;
}

[[noreturn]] void too_many(std::string_view target, std::string_view grammar) {
    throw SdmxError{ErrorCode::syntax, "'" + std::string{target.substr(0, target.find('?'))} +
                                           "' has too many parts; the form is /" + std::string{grammar}};
}

/// Ids joined by commas; empty = any.
std::string list_text(std::string const& text, std::string_view what, std::string_view any) {
    if (text.empty() || text == any) return {};
    if (text.find('+') != std::string::npos)
        throw SdmxError{ErrorCode::not_implemented, "several values for the " + std::string{what} + " ('" +
                                                        text + "'): join them with ','"};
    return text;
}

bool is_listed(std::string_view list, std::string_view text) noexcept {
    while (!list.empty()) {
        auto const end = std::min(list.find(','), list.size());
        auto const one = list.substr(0, end);
        if (one == text || one == "*") return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

void read_flow(DataRequest& request, std::string const& text) {
    request.flow.text = text;
    auto const parts = split(text, ',');
    if (parts.size() > 3)
        throw SdmxError{ErrorCode::syntax,
                        "dataflow '" + text + "': the forms are ID, AGENCY,ID and AGENCY,ID,VERSION"};
    auto const part = [&](std::size_t i) { return list_text(parts[i], "dataflow", "all"); };
    request.flow.id = part(parts.size() == 1 ? 0 : 1);
    if (parts.size() > 1) request.flow.agency = part(0);
    if (parts.size() > 2) request.flow.version = parts[2] == "all" || parts[2] == "latest" ? "" : parts[2];
}

/// "A.03153+03151..": positions with the alternatives of each.
void read_key(DataRequest& request, std::string const& text, std::string_view any) {
    if (text.empty() || text == any) return;
    for (auto const& key : split(text, ',')) {
        if (key == any) { // one key that matches everything
            request.keys.clear();
            return;
        }
        request.keys.push_back(split(key, '.'));
    }
}

void read_components(DataRequest& request, std::string const& text, std::string_view any) {
    if (text.empty() || text == any) return;
    for (auto const& part : split(text, ','))
        for (auto& component : split(part, '+')) request.components.push_back(std::move(component));
}

void read_v1(DataRequest& request, std::string_view target, std::vector<std::string> const& parts) {
    if (parts.size() < 2)
        throw SdmxError{ErrorCode::syntax,
                        "no dataflow in '" + std::string{target} + "'; the form is /data/FLOW/KEY"};
    if (parts.size() > (request.is_availability ? 5U : 4U))
        too_many(target, request.is_availability ? "availableconstraint/FLOW/KEY/PROVIDER/COMPONENT"
                                                 : "data/FLOW/KEY/PROVIDER");
    read_flow(request, parts[1]);
    if (parts.size() > 2) read_key(request, parts[2], "all");
    if (parts.size() > 3 && parts[3] != "all") request.provider = parts[3];
    if (parts.size() > 4) read_components(request, parts[4], "all");
}

void read_v2(DataRequest& request, std::string_view target, std::vector<std::string> const& parts) {
    if (parts.size() > (request.is_availability ? 7U : 6U))
        too_many(target, request.is_availability ? "availability/CONTEXT/AGENCY/ID/VERSION/KEY/COMPONENT"
                                                 : "data/CONTEXT/AGENCY/ID/VERSION/KEY");
    auto const part = [&](std::size_t i) { return i < parts.size() ? parts[i] : std::string{}; };
    auto const context = part(1);
    if (!context.empty() && context != "*" && context != "dataflow" && context != "datastructure" &&
        context != "provisionagreement")
        throw SdmxError{ErrorCode::syntax,
                        "context '" + context +
                            "'; there are dataflow, datastructure, provisionagreement and *"};
    request.flow.agency = list_text(part(2), "agency", "*");
    request.flow.id = list_text(part(3), "dataflow", "*");
    auto const version = part(4);
    if (version != "*" && version != "~" && version != "+") request.flow.version = version;
    for (std::size_t i = 1; i < std::min<std::size_t>(parts.size(), 5); ++i)
        request.flow.text += (i == 1 ? "" : "/") + parts[i];
    if (context == "provisionagreement" && !request.flow.id.empty()) {
        std::string ids;
        for (auto id : split(request.flow.id, ',')) {
            if (id.compare(0, agreement_prefix.size(), agreement_prefix) == 0)
                id.erase(0, agreement_prefix.size());
            ids.append(ids.empty() ? "" : ",").append(id);
        }
        request.flow.id = ids;
    }
    read_key(request, part(5), "*");
    read_components(request, part(6), "*");
}

std::string list_of(std::vector<std::string> const& ids, std::string_view between) {
    std::string text;
    for (auto const& id : ids) text.append(text.empty() ? "" : between).append(id);
    return text;
}

} // namespace

bool is_data_target(std::string_view target, ApiVersion api) noexcept {
    while (!target.empty() && target.front() == '/') target.remove_prefix(1);
    auto const first = target.substr(0, target.find_first_of("/?#"));
    return first == "data" || first == (api == ApiVersion::v1 ? "availableconstraint" : "availability");
}

DataRequest parse_data_request(std::string_view target, ApiVersion api) {
    auto const path = path_of(target);
    DataRequest request;
    request.api = api;
    request.is_availability = !path.parts.empty() && path.parts.front() != "data";
    if (!is_data_target(target, api))
        throw SdmxError{ErrorCode::syntax, "'" + std::string{target} + "' is no data query"};
    if (api == ApiVersion::v1)
        read_v1(request, target, path.parts);
    else
        read_v2(request, target, path.parts);
    read_parameters(request, path.parameters);
    return request;
}

bool names(FlowReference const& flow, std::string_view dataset) noexcept {
    if (!flow.agency.empty() && !is_listed(flow.agency, common::our_agency)) return false;
    if (!flow.id.empty() && !is_listed(flow.id, dataset)) return false;
    static constexpr std::array<std::string_view, 7> ours{"1", "1.0", "1.0.0", "1.0+", "1.0.0+", "+", "~"};
    return flow.version.empty() || std::any_of(ours.begin(), ours.end(), [&](std::string_view version) {
               return is_listed(flow.version, version);
           });
}

query::Selection selection_of(DataRequest const& request, query::DatasetView const& view) {
    query::Selection selection;
    selection.dataset = view.info.id;
    selection.as_of = request.as_of;
    selection.filters = request.filters;
    selection.start = request.start;
    selection.end = request.end;
    selection.first_observations = request.first_observations;
    selection.last_observations = request.last_observations;
    selection.updated_after = request.updated_after;
    selection.include_history = request.include_history;
    selection.offset = request.offset;
    selection.limit = request.limit;
    auto const ids = view.dimensions();
    for (auto const& key : request.keys) {
        bool const is_right =
            request.api == ApiVersion::v1 ? key.size() == ids.size() : key.size() <= ids.size();
        if (!is_right)
            throw SdmxError{ErrorCode::syntax,
                            "key '" + list_of(key, ".") + "' has " + std::to_string(key.size()) +
                                " positions, but " + view.info.id + " has " + std::to_string(ids.size()) +
                                " dimensions: " + list_of(ids, ".") +
                                (request.api == ApiVersion::v1
                                     ? "; leave a position empty for any code, or write all for any key"
                                     : "; write * for any code; those at the end may be left out")};
        query::KeyPattern pattern;
        for (auto const& position : key) {
            auto& codes = pattern.codes.emplace_back();
            if (position.empty() || position == "*") continue;
            for (auto& code : split(position, '+'))
                if (!code.empty()) codes.push_back(std::move(code));
        }
        selection.patterns.push_back(std::move(pattern));
    }
    for (auto const& filter : selection.filters) {
        static constexpr std::array<std::string_view, 11> others{
            "TIME_PERIOD",    "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "PROTECTION", "SRC_SIGN",
            "MISSING_REASON", "UNIT_MULT", "AREA_LIST",  "AREA_LEVEL",  "VINTAGE"};
        if (view.position(filter.component) ||
            std::find(others.begin(), others.end(), filter.component) != others.end())
            continue;
        std::string known = list_of(ids, ", ");
        for (auto const other : others) known.append(", ").append(other);
        throw SdmxError{ErrorCode::semantic, "c[" + filter.component + "]: " + view.info.id +
                                                 " has no such component to filter by; there are " + known};
    }
    return selection;
}

namespace {

/// '*' and series_key spelled out, what does not exist refused.
std::vector<SortTerm> sort_of(DataRequest const& request, query::DatasetView const& view) {
    auto const ids = view.dimensions();
    std::vector<SortTerm> terms;
    for (auto const& asked : request.sort) {
        bool const is_all = asked.component == "*";
        if (is_all || asked.component == "series_key") {
            for (auto const& id : ids) terms.push_back({id, asked.is_descending});
            if (is_all || request.dimension_at_observation == "AllDimensions")
                terms.push_back({"TIME_PERIOD", asked.is_descending});
        } else if (asked.component == "TIME_PERIOD" || view.position(asked.component)) {
            terms.push_back(asked);
        } else {
            throw SdmxError{ErrorCode::semantic, "sort: '" + asked.component + "' is no dimension of " +
                                                     view.info.id + "; there are " + list_of(ids, ", ") +
                                                     ", TIME_PERIOD, * and series_key; attributes and "
                                                     "measures cannot be sorted by"};
        }
    }
    return terms;
}

} // namespace

MessageOptions options_of(DataRequest const& request, query::DatasetView const& view, MediaChoice media) {
    MessageOptions options;
    options.media = std::move(media);
    options.shown = request.shown;
    options.dimension_at_observation = request.dimension_at_observation;
    options.sort = sort_of(request, view);
    if (request.labels) options.media.labels = *request.labels;
    if (request.normalized_time) options.media.normalized_time = *request.normalized_time;
    if (request.csv_keys) options.media.keys = *request.csv_keys;
    return options;
}

} // namespace gateway::sdmx::data
