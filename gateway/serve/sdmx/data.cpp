#include <algorithm>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/sdmx/structure/availability.hpp"
#include "gateway/serve/sdmx/answers.hpp"
#include "gateway/serve/sdmx/canonical.hpp"

namespace gateway::serve::sdmx {
namespace {

/// The store of the piece that is being made; the writer asks for it at each call.
std::shared_ptr<store::Store const> store_at_hand() {
    return {std::shared_ptr<void>{}, &StoreInUse::get()};
}

[[noreturn]] void no_dataflow(data::FlowReference const& flow, ApiVersion api) {
    throw SdmxError{ErrorCode::no_results, "there is no dataflow '" + flow.text + "'; " +
                                               (api == ApiVersion::v1 ? "/dataflow" : "/structure/dataflow") +
                                               " lists those there are"};
}

std::shared_ptr<Knowledge::Dataset const> find_dataset(Knowledge& knowledge, store::Store const& store,
                                                       data::FlowReference const& flow, ApiVersion api) {
    auto id = flow.id;
    if (id.empty()) {
        // Any: one data message holds one structure here.
        std::size_t count = 0;
        for (auto const& info : store.datasets())
            if (data::names(flow, info.id) && ++count == 1) id = info.id;
        if (count > 1)
            throw SdmxError{ErrorCode::not_implemented, "'" + flow.text + "' names " + std::to_string(count) +
                                                            " dataflows; ask for one at a time"};
    }
    if (id.empty() || !data::names(flow, id)) no_dataflow(flow, api);
    auto dataset = knowledge.dataset(store, id);
    if (!dataset) no_dataflow(flow, api);
    return dataset;
}

/// The provider part of a v1 address: "all", "ID", "AGENCY,ID", alternatives joined by '+'.
void check_provider(Knowledge& knowledge, store::Store const& store, std::string const& dataset,
                    std::string const& wanted) {
    if (wanted.empty()) return;
    auto const ours = knowledge.structures(store)->catalogue->provider_of(dataset);
    std::string_view rest = wanted;
    while (!rest.empty()) {
        auto const end = std::min(rest.find('+'), rest.size());
        auto one = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        if (auto const comma = one.find(','); comma != std::string_view::npos) {
            auto const agency = one.substr(0, comma);
            if (agency != "all" && agency != gateway::sdmx::common::our_agency) continue;
            one.remove_prefix(comma + 1);
        }
        if (one == "all" || (!ours.empty() && one == ours)) return;
    }
    throw SdmxError{ErrorCode::no_results, "no data of '" + dataset + "' comes from provider '" + wanted +
                                               "'; its provider is '" + ours +
                                               "', and /dataproviderscheme lists all"};
}

/// The component part of an availability query.
void check_components(query::DatasetView const& view, std::vector<std::string> const& wanted) {
    for (auto const& component : wanted) {
        if (component == "TIME_PERIOD" || view.position(component)) continue;
        std::string known;
        for (auto const& dimension : view.dimensions()) known += dimension + ", ";
        throw SdmxError{ErrorCode::semantic, "'" + view.info.id + "' has no dimension '" + component +
                                                 "'; there are " + known + "TIME_PERIOD"};
    }
}

data::MediaChoice media_of(Ask const& ask, data::DataRequest const& request) {
    return negotiate_data(ask.accept, request.format.value_or(ask.format), ask.api);
}

bool is_csv(data::Format format) noexcept {
    return format == data::Format::csv10 || format == data::Format::csv20;
}

bool has_one_language(data::MediaChoice const& media) noexcept {
    return media.format == data::Format::json_draft || media.format == data::Format::json10 ||
           media.format == data::Format::json20 || media.labels != data::Labels::id;
}

UnixTime modified_at(Knowledge::Dataset const& dataset, query::Selection const& selection) {
    auto const& vintages = dataset.view->vintages;
    UnixTime last = 0;
    for (auto const& vintage : vintages)
        if (selection.as_of && vintage.received <= *selection.as_of) last = vintage.received;
    return std::max(last == 0 ? dataset.received : last, dataset.relabelled);
}

} // namespace

http::Response answer_nothing(Ask const& ask, std::string_view text) {
    if (ask.api == ApiVersion::v1) return answer_error(ask, ErrorCode::no_results, text);
    http::Response response;
    response.status = 204;
    return response;
}

http::Response answer_data(Library& library, Ask const& ask) {
    auto const request = data::parse_data_request(ask.target, ask.api);
    auto const lease = lease_of(ask);
    auto const& store = lease->store();
    auto const knowledge = library.of(ask.call);
    auto const dataset = find_dataset(*knowledge, store, request.flow, ask.api);
    auto const& view = dataset->view;
    check_provider(*knowledge, store, view->info.id, request.provider);
    if (request.is_availability) return answer_availability(*knowledge, ask, store, *dataset, request);

    auto const selection = data::selection_of(request, *view);
    auto options = data::options_of(request, *view, media_of(ask, request));
    options.languages = negotiate_languages(joined_lines(ask.call.request.headers, "Accept-Language"));
    options.entry_point = ask.entry_point;
    options.names = dataset->names;

    auto basis = basis_of(ask, {"data", dataset->stamp, canonical_text(selection), canonical_text(options)},
                          options.media.media_type, modified_at(*dataset, selection));
    if (has_one_language(options.media)) basis.language = options.languages.front();
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    options.id = basis.id;
    options.prepared = basis.prepared;
    if (data::is_empty(store, view, selection))
        return answer_nothing(ask, "nothing in '" + view->info.id + "' matches; " +
                                       (ask.api == ApiVersion::v1
                                            ? "/availableconstraint/" + view->info.id
                                            : "/availability/dataflow/KREISLAUF/" + view->info.id) +
                                       " says what there is");

    bool const is_table = is_csv(options.media.format);
    std::shared_ptr<data::DataWriter> const writer =
        data::make_writer(store_at_hand, view, selection, std::move(options));
    auto response = answer_with(
        ask, basis, store, [writer](store::Store const&, std::string& out) { return writer->next(out); });
    if (is_table)
        response.headers.emplace_back("Content-Disposition",
                                      "attachment; filename=\"" + view->info.id + ".csv\"");
    return response;
}

http::Response answer_availability(Knowledge& knowledge, Ask const& ask, store::Store const& store,
                                   Knowledge::Dataset const& dataset, data::DataRequest const& request) {
    StoreInUse const use{store};
    auto const choice = negotiate_structure(ask.accept, request.format.value_or(ask.format), ask.api);
    check_components(*dataset.view, request.components);
    auto const structures = knowledge.structures(store);
    auto const selection = data::selection_of(request, *dataset.view);
    std::string components = request.mode == query::AvailabilityMode::exact ? "exact" : "available";
    for (auto const& component : request.components) components += "," + component;
    auto basis = basis_of(ask,
                          {"availability", dataset.stamp, structures->stamp, canonical_text(selection),
                           components, request.references, ask.call.request.header("Accept-Language")},
                          choice.media_type, std::max(dataset.received, dataset.relabelled));
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    auto found = query::available(store, dataset.view, selection, request.mode, request.components);
    if (found.series == 0)
        return answer_nothing(ask, "nothing in '" + dataset.view->info.id +
                                       "' matches; leave out parts of the key");
    structure::Availability available;
    available.dataset = dataset.view->info.id;
    for (auto& component : found.components)
        available.region.keys.push_back(
            {component.id, std::make_shared<std::vector<std::string> const>(std::move(component.values))});
    bool const shows_time = request.components.empty() ||
                            std::find(request.components.begin(), request.components.end(), "TIME_PERIOD") !=
                                request.components.end();
    if (shows_time && !found.periods.empty()) {
        auto const last = std::max_element(
            found.periods.begin(), found.periods.end(),
            [](TimePeriod const& a, TimePeriod const& b) { return a.end_day() < b.end_day(); });
        available.region.first = found.periods.front().to_sdmx();
        available.region.last = last->to_sdmx();
    }
    available.region.series = found.series;
    available.region.observations = found.observations;

    structure::MessageHeader header;
    header.id = basis.id;
    header.prepared = basis.prepared;
    header.languages = negotiate_languages(joined_lines(ask.call.request.headers, "Accept-Language"));
    header.entry_point = ask.entry_point;
    auto const writer = std::make_shared<structure::StructureWriter>(
        structure::availability(structures->catalogue, std::move(available), ask.api, request.references),
        choice.format, std::move(header));
    return answer_with(ask, basis, store,
                       [writer](store::Store const&, std::string& out) { return writer->next(out); });
}

} // namespace gateway::serve::sdmx
