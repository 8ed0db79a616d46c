#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

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

using DatasetPtr = std::shared_ptr<Knowledge::Dataset const>;

/// Every dataset that the address names, in the order of their ids.
std::vector<DatasetPtr> find_datasets(Knowledge& knowledge, store::Store const& store,
                                      data::FlowReference const& flow, ApiVersion api) {
    std::vector<std::string> ids;
    if (flow.names_one()) {
        if (data::names(flow, flow.id)) ids.push_back(flow.id);
    } else {
        for (auto const& info : store.datasets())
            if (data::names(flow, info.id)) ids.push_back(info.id);
        std::sort(ids.begin(), ids.end());
    }
    std::vector<DatasetPtr> found;
    for (auto const& id : ids)
        if (auto dataset = knowledge.dataset(store, id)) found.push_back(std::move(dataset));
    if (found.empty()) no_dataflow(flow, api);
    return found;
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

namespace {

/// The question to each dataset. Of several, those that the key, a filter or the order does not fit are passed over,
/// as long as it fits one.
std::vector<data::Question> questions_of(Knowledge& knowledge, store::Store const& store, Ask const& ask,
                                         data::DataRequest const& request,
                                         std::vector<DatasetPtr>& datasets) {
    std::vector<data::Question> questions;
    std::vector<DatasetPtr> fitting;
    std::optional<SdmxError> trouble;
    auto const media = media_of(ask, request);
    for (auto const& dataset : datasets) {
        try {
            check_provider(knowledge, store, dataset->view->info.id, request.provider);
            auto selection = data::selection_of(request, *dataset->view);
            auto options = data::options_of(request, *dataset->view, media);
            options.languages =
                negotiate_languages(joined_lines(ask.call.request.headers, "Accept-Language"));
            options.entry_point = ask.entry_point;
            options.names = dataset->names;
            questions.push_back({dataset->view, std::move(selection), std::move(options)});
            fitting.push_back(dataset);
        } catch (SdmxError const& error) {
            if (!trouble) trouble = error;
        }
    }
    if (questions.empty()) throw SdmxError{trouble.value()};
    if (datasets.size() > 1 && (request.offset != 0 || request.limit))
        throw SdmxError{ErrorCode::semantic,
                        "offset and limit count in one dataflow, and '" + request.flow.text + "' names " +
                            std::to_string(datasets.size()) + "; ask for one, or leave them out"};
    datasets = std::move(fitting);
    return questions;
}

std::string nothing_matches(Ask const& ask, std::vector<DatasetPtr> const& datasets) {
    if (datasets.size() > 1)
        return "nothing in the " + std::to_string(datasets.size()) + " dataflows that fit matches";
    auto const& id = datasets.front()->view->info.id;
    return "nothing in '" + id + "' matches; " +
           (ask.api == ApiVersion::v1 ? "/availableconstraint/" + id
                                      : "/availability/dataflow/KREISLAUF/" + id) +
           " says what there is";
}

} // namespace

namespace {

/// Text for a header field: printable ASCII.
std::string field_text(std::string const& text) {
    constexpr std::size_t longest = 1000;
    std::string made;
    for (char const c : text.substr(0, longest)) made += c >= ' ' && c <= '~' ? c : '?';
    return made;
}

/// The answer for a derived flow, which has a store of its own; nothing for every other flow.
std::optional<http::Response> answer_derived(Library& library, Ask const& ask, store::Store const& store,
                                             data::FlowReference const& wanted) {
    if (!library.derived() || !wanted.names_one() || !data::names(wanted, wanted.id)) return std::nullopt;
    auto const base = library.derived()->base_of(store, wanted.id);
    if (!base) return std::nullopt;
    auto const flow = library.derived()->open(store, *base);
    if (!flow->lease()->store().dataset(wanted.id))
        throw SdmxError{ErrorCode::no_results, "nothing of '" + base->id + "' can be put on today's areas" +
                                                   (flow->left_out.empty() ? "" : ": " + flow->left_out)};
    Call call = ask.call;
    call.lease = [flow] { return flow->lease(); };
    call.generation = 0;
    call.view = "derived";
    Ask const again{call, ask.api, ask.target, ask.accept, ask.format, ask.entry_point, ask.version};
    auto response = answer_data(*flow->library, again);
    if (!flow->left_out.empty())
        response.headers.emplace_back("X-Kreislauf-Left-Out", field_text(flow->left_out));
    return response;
}

} // namespace

http::Response answer_data(Library& library, Ask const& ask) {
    auto const request = data::parse_data_request(ask.target, ask.api);
    auto const lease = lease_of(ask);
    auto const& store = lease->store();
    if (auto derived = answer_derived(library, ask, store, request.flow)) return std::move(*derived);
    auto const knowledge = library.of(ask.call);
    auto datasets = find_datasets(*knowledge, store, request.flow, ask.api);
    if (request.is_availability) {
        return answer_availability(*knowledge, ask, store, datasets, request);
    }
    auto questions = questions_of(*knowledge, store, ask, request, datasets);
    auto const media = questions.front().options.media;
    auto const language = questions.front().options.languages.front();
    std::vector<std::string> texts{"data"};
    UnixTime modified = 0;
    for (std::size_t i = 0; i < questions.size(); ++i) {
        texts.push_back(datasets[i]->stamp);
        texts.push_back(canonical_text(questions[i].selection));
        texts.push_back(canonical_text(questions[i].options));
        modified = std::max(modified, modified_at(*datasets[i], questions[i].selection));
    }
    auto basis = basis_of(ask, {texts.begin(), texts.end()}, media.media_type, modified);
    if (has_one_language(media)) basis.language = language;
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    auto const is_empty = [&](data::Question const& question) {
        return data::is_empty(store, question.view, question.selection);
    };
    bool const is_table = is_csv(media.format);
    questions.erase(std::remove_if(questions.begin(), questions.end(), is_empty), questions.end());
    if (questions.empty()) return answer_nothing(ask, nothing_matches(ask, datasets));
    for (auto& question : questions) {
        question.options.id = basis.id;
        question.options.prepared = basis.prepared;
    }
    auto const file = questions.size() == 1 ? questions.front().view->info.id : std::string{"kreislauf"};
    std::shared_ptr<data::DataWriter> const writer = data::make_writer(store_at_hand, std::move(questions));
    auto response = answer_with(
        ask, basis, store, [writer](store::Store const&, std::string& out) { return writer->next(out); });
    if (is_table)
        response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file + ".csv\"");
    return response;
}

namespace {

structure::Availability availability_of(query::Availability found, std::string dataset, bool shows_time) {
    structure::Availability available;
    available.dataset = std::move(dataset);
    for (auto& component : found.components)
        available.region.keys.push_back(
            {component.id, std::make_shared<std::vector<std::string> const>(std::move(component.values))});
    if (shows_time && !found.periods.empty()) {
        auto const last = std::max_element(
            found.periods.begin(), found.periods.end(),
            [](TimePeriod const& a, TimePeriod const& b) { return a.end_day() < b.end_day(); });
        available.region.first = found.periods.front().to_sdmx();
        available.region.last = last->to_sdmx();
    }
    available.region.series = found.series;
    available.region.observations = found.observations;
    return available;
}

} // namespace

http::Response answer_availability(Knowledge& knowledge, Ask const& ask, store::Store const& store,
                                   std::vector<std::shared_ptr<Knowledge::Dataset const>> const& datasets,
                                   data::DataRequest const& request) {
    StoreInUse const use{store};
    auto const choice = negotiate_structure(ask.accept, request.format.value_or(ask.format), ask.api);
    auto const structures = knowledge.structures(store);
    // As with data: of several, those that the question does not fit are passed over, as long as it fits one.
    std::vector<std::pair<DatasetPtr, query::Selection>> questions;
    std::optional<SdmxError> trouble;
    for (auto const& dataset : datasets) {
        try {
            check_provider(knowledge, store, dataset->view->info.id, request.provider);
            check_components(*dataset->view, request.components);
            questions.emplace_back(dataset, data::selection_of(request, *dataset->view));
        } catch (SdmxError const& error) {
            if (!trouble) trouble = error;
        }
    }
    if (questions.empty()) throw SdmxError{trouble.value()};
    std::string components = request.mode == query::AvailabilityMode::exact ? "exact" : "available";
    for (auto const& component : request.components) components += "," + component;
    std::vector<std::string> texts{"availability", structures->stamp, components, request.references,
                                   std::string{ask.call.request.header("Accept-Language")}};
    UnixTime modified = 0;
    for (auto const& [dataset, selection] : questions) {
        texts.push_back(dataset->stamp);
        texts.push_back(canonical_text(selection));
        modified = std::max({modified, dataset->received, dataset->relabelled});
    }
    auto basis = basis_of(ask, {texts.begin(), texts.end()}, choice.media_type, modified);
    if (auto known = not_modified(ask, basis)) return std::move(*known);
    bool const shows_time = request.components.empty() ||
                            std::find(request.components.begin(), request.components.end(), "TIME_PERIOD") !=
                                request.components.end();
    std::vector<structure::Availability> available;
    for (auto const& [dataset, selection] : questions) {
        auto found = query::available(store, dataset->view, selection, request.mode, request.components);
        if (found.series != 0)
            available.push_back(availability_of(std::move(found), dataset->view->info.id, shows_time));
    }
    if (available.empty())
        return answer_nothing(ask, questions.size() == 1
                                       ? "nothing in '" + questions.front().first->view->info.id +
                                             "' matches; leave out parts of the key"
                                       : "nothing in the " + std::to_string(questions.size()) +
                                             " dataflows that fit matches; leave out parts of the key");

    structure::MessageHeader header;
    header.id = basis.id;
    header.prepared = basis.prepared;
    header.languages = negotiate_languages(joined_lines(ask.call.request.headers, "Accept-Language"));
    header.entry_point = ask.entry_point;
    auto const writer = std::make_shared<structure::StructureWriter>(
        structure::availabilities(structures->catalogue, std::move(available), ask.api, request.references),
        choice.format, std::move(header));
    return answer_with(ask, basis, store,
                       [writer](store::Store const&, std::string& out) { return writer->next(out); });
}

} // namespace gateway::serve::sdmx
