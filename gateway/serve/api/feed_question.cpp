#include "gateway/serve/api/feed_question.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/store/change_log.hpp"
#include "gateway/subscribe/gather.hpp"
#include "gateway/subscribe/measures.hpp"

namespace gateway::serve::api {
namespace {

using store::ChangeKind;

std::vector<std::string> listed(std::string_view text) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        auto const end = std::min(text.find(','), text.size());
        if (end != 0) parts.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::sort(parts.begin(), parts.end());
    return parts;
}

/// Codes that are asked with a cursor were looked at when the first page was asked for: the cursor is of the same question.
void check_indicators(Call const& call, store::Store const& store, query::ChangeFilter const& filter,
                      std::vector<std::string> const& codes) {
    if (codes.empty() || !call.parameter("cursor").empty() || !call.request.header("Last-Event-ID").empty())
        return;
    auto const objection = gateway::subscribe::objection_to_measures(store, filter.datasets, codes);
    if (objection.empty()) return;
    throw Refusal{{400,
                   "unknown-code",
                   {"There is no such indicator", "Dieses Merkmal gibt es nicht"},
                   {objection, objection},
                   {"GET /api/v1/indicators names them", "GET /api/v1/indicators nennt sie"},
                   "query parameter 'indicator'",
                   std::string{call.parameter("indicator")}}};
}

void read_kinds(Call const& call, query::ChangeFilter& filter) {
    auto const kinds = listed(call.parameter("kind"));
    if (kinds.empty()) return;
    filter.added = filter.revised = filter.deleted = filter.all_kinds = false;
    for (auto const& name : kinds) {
        auto const kind = store::change_kind_from(name);
        if (name == "added")
            filter.added = true;
        else if (name == "revised")
            filter.revised = true;
        else if (name == "deleted")
            filter.deleted = true;
        else if (kind == ChangeKind::data)
            filter.added = filter.revised = filter.deleted = true;
        else if (kind && *kind != ChangeKind::compacted)
            filter.kinds.insert(*kind);
        else
            throw Refusal{bad_value("kind", name,
                                    {"added, revised, deleted, data, withdrawn, returned, recalled, "
                                     "structure, territory or comment",
                                     "added, revised, deleted, data, withdrawn, returned, recalled, "
                                     "structure, territory oder comment"})};
    }
}

} // namespace

FeedQuestion read_feed_question(Shelf& shelf, Call const& call, store::Store const& store) {
    FeedQuestion question;
    auto const areas = listed(call.parameter("area"));
    if (!areas.empty()) {
        auto const index = shelf.area_index(call);
        for (auto const& key : areas) require_area(*index, key, "query parameter 'area'", 400);
        question.filter.area = gateway::subscribe::belongs_to(shelf.areas(), areas);
        for (auto const& key : areas) question.text += "a" + key;
    }
    // The upper half of the generation changes when the file of the store is replaced by another.
    if (question.filter.area && call.view.empty())
        question.filter.areas = [&shelf, text = question.text, epoch = call.generation >> 32U,
                                 wanted = question.filter.area](store::Store const& seen) {
            return shelf.feed_areas().get(text, epoch, seen, wanted);
        };
    for (auto const& id : listed(call.parameter("dataset")))
        question.filter.datasets.insert(require_dataset(store, id, "query parameter 'dataset'", 400).id);
    for (auto const& id : question.filter.datasets) question.text += "\nd" + id;
    auto const indicators = listed(call.parameter("indicator"));
    for (auto const& code : indicators) question.text += "\ni" + code;
    if (!indicators.empty()) question.filter.indicator = gateway::subscribe::has_measure(indicators);
    check_indicators(call, store, question.filter, indicators);
    if (call.caller.scope) question.text += "\ns" + access::to_string(*call.caller.scope);
    read_kinds(call, question.filter);
    return question;
}

std::string FeedQuestion::told() const {
    auto all = text + "\nk" + (filter.added ? "a" : "") + (filter.revised ? "r" : "") +
               (filter.deleted ? "d" : "") + (filter.all_kinds ? "*" : "");
    for (auto const kind : filter.kinds) all += "," + std::string{store::to_string(kind)};
    return all;
}

std::string feed_key(store::Store const& store) {
    return store.position(store::ChangeLog::secret_source, store::ChangeLog::secret_item);
}

query::ChangePlace require_place(std::string_view text, store::Store const& store,
                                 std::string const& question) {
    // An empty store has no secret yet, and nothing to hide.
    for (auto const& key : {feed_key(store), std::string{}})
        if (auto const place = open_place(text, question, key); place && (!key.empty() || place->number == 0))
            return *place;
    throw Refusal{
        bad_value("cursor", text,
                  {"a cursor that this gateway gave for the same area, dataset, indicator, kind and key; "
                   "from=start begins anew",
                   "einen Cursor, den dieser Gateway für dieselben Angaben area, dataset, indicator, kind "
                   "und denselben Schlüssel gegeben hat; from=start beginnt von vorn"})};
}

[[noreturn]] void refuse_gone_place(std::string const& why) {
    throw Refusal{{410,
                   "feed-begins-later",
                   {"The feed no longer holds this place", "Diese Stelle liegt nicht mehr im Verlauf"},
                   {why, why},
                   {"take the full state again with from=start", "den vollen Stand mit from=start holen"},
                   "query parameter 'cursor'",
                   {}}};
}

} // namespace gateway::serve::api
