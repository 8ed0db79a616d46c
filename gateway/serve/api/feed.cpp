#include "gateway/serve/api/feed.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <set>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/query/changes.hpp"
#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/feed_cursor.hpp"
#include "gateway/serve/api/feed_writers.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/store/change_log.hpp"

namespace gateway::serve::api {
namespace {

using store::ChangeKind;

constexpr unsigned longest_wait_s = 30;
constexpr auto look_every = std::chrono::milliseconds{100};
/// A caller that waits has a worker; the others must be left to those that do not.
constexpr unsigned most_waiting = 2;
std::atomic<unsigned> waiting{0};

struct Question {
    query::ChangeFilter filter;
    std::string text; ///< the same for the same question of a caller with the same rights
};

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

/// A key with those of areas that went into it as a whole.
void add_with_former(harmonize::territory::Register const& areas, std::string const& key,
                     std::set<std::string>& keys) {
    if (!keys.insert(key).second) return;
    for (auto const& life : areas.lives(key))
        for (auto const* const event : areas.into(life)) {
            std::string const former{event->old_key};
            if (former.empty() || former == key) continue;
            auto const lives = areas.lives(former);
            // What only gave some land away lives on, and stays what it is.
            if (!lives.empty() && lives.back().last != harmonize::territory::no_end)
                add_with_former(areas, former, keys);
        }
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

Question read_question(Shelf& shelf, Call const& call, store::Store const& store) {
    Question question;
    auto const areas = listed(call.parameter("area"));
    if (!areas.empty()) {
        auto const index = shelf.area_index(call);
        std::set<std::string> keys;
        for (auto const& key : areas) {
            require_area(*index, key, "query parameter 'area'", 400);
            add_with_former(shelf.areas(), key, keys);
        }
        question.filter.area = [keys](Area const& area) {
            return std::any_of(keys.begin(), keys.end(), [&area](std::string const& key) {
                return lies_in(area, key) || area_key(area) == key;
            });
        };
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
    if (call.caller.scope) question.text += "\ns" + access::to_string(*call.caller.scope);
    read_kinds(call, question.filter);
    return question;
}

/// What the kinds add to it: they decide what is told, and not what the state is.
std::string feed_question(Question const& question) {
    auto const& filter = question.filter;
    auto text = question.text + "\nk" + (filter.added ? "a" : "") + (filter.revised ? "r" : "") +
                (filter.deleted ? "d" : "") + (filter.all_kinds ? "*" : "");
    for (auto const kind : filter.kinds) text += "," + std::string{store::to_string(kind)};
    return text;
}

std::string key_of(store::Store const& store) {
    return store.position(store::ChangeLog::secret_source, store::ChangeLog::secret_item);
}

query::ChangePlace require_place(Call const& call, store::Store const& store, std::string const& question) {
    auto const text = call.parameter("cursor");
    // An empty store has no secret yet, and nothing to hide.
    for (auto const& key : {key_of(store), std::string{}})
        if (auto const place = open_place(text, question, key); place && (!key.empty() || place->number == 0))
            return *place;
    throw Refusal{bad_value("cursor", text,
                            {"a cursor that this gateway gave for the same area, dataset, kind and key; "
                             "from=start begins anew",
                             "einen Cursor, den dieser Gateway für dieselben Angaben area, dataset, kind und "
                             "denselben Schlüssel gegeben hat; from=start beginnt von vorn"})};
}

unsigned wait_seconds(Call const& call) {
    auto const text = call.parameter("wait");
    if (text.empty()) return 0;
    unsigned seconds = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || seconds > longest_wait_s)
        throw Refusal{bad_value("wait", text, {"seconds from 0 to 30", "Sekunden von 0 bis 30"})};
    return seconds;
}

/// 410 for what the log no longer holds.
template <typename Action>
auto or_gone(Action const& action) {
    try {
        return action();
    } catch (Error const& error) {
        if (error.code() != Errc::not_found && error.code() != Errc::invalid_argument) throw;
        throw Refusal{{410,
                       "feed-begins-later",
                       {"The feed no longer holds this place", "Diese Stelle liegt nicht mehr im Verlauf"},
                       {error.what(), error.what()},
                       {"take the full state again with from=start", "den vollen Stand mit from=start holen"},
                       "query parameter 'cursor'",
                       {}}};
    }
}

class Waiting {
  public:
    Waiting() : may_(waiting.fetch_add(1) < most_waiting) {}
    ~Waiting() { --waiting; }
    Waiting(Waiting const&) = delete;
    Waiting& operator=(Waiting const&) = delete;
    [[nodiscard]] bool may() const noexcept { return may_; }

  private:
    bool may_;
};

/// Waits until the log grows, or for `seconds`.
void wait_for_change(store::Store const& store, std::uint64_t number, unsigned seconds) {
    Waiting const turn;
    if (!turn.may()) return;
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{seconds};
    while (store.last_change() <= number && std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(look_every);
}

} // namespace

http::Response show_feed(Shelf& shelf, Call const& call) {
    auto const format = call.parameter("format");
    if (!format.empty() && format != "json" && format != "avro")
        throw Refusal{bad_value("format", format, {"json or avro", "json oder avro"})};
    auto const limit = page_size(call);
    auto const seconds = wait_seconds(call);
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const question = read_question(shelf, call, store);
    auto const question_text = feed_question(question);
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    auto const from = call.parameter("from");
    if (!from.empty() && from != "start" && from != "now")
        throw Refusal{bad_value("from", from,
                                {"start (the full state first) or now (only what comes)",
                                 "start (erst der volle Stand) oder now (nur was kommt)"})};
    if (!call.parameter("cursor").empty())
        place = require_place(call, store, question_text);
    else if (from == "start")
        place = reader.start();
    else if (from == "now")
        place.number = store.last_change();
    auto const writer = format == "avro" ? make_feed_avro(store) : make_feed_json(store);
    std::size_t entries = 0;
    auto const tell = [&](query::ChangeEntry const& entry) {
        writer->entry(entry);
        ++entries;
    };
    bool more = or_gone([&] { return reader.page(place, limit, tell); });
    if (!more && entries == 0 && seconds > 0) {
        wait_for_change(store, std::max(place.number, store.last_change()), seconds);
        more = or_gone([&] { return reader.page(place, limit, tell); });
    }
    auto response = writer->finish(seal_place(place, question_text, key_of(store)), more, place.full);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response show_feed_state(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto const question = read_question(shelf, call, store);
    query::ChangeReader reader{store, question.filter};
    query::ChangePlace place;
    auto const question_text = feed_question(question);
    if (call.parameter("cursor").empty())
        place.number = store.last_change();
    else
        place = require_place(call, store, question_text);
    if (place.full)
        throw Refusal{
            bad_value("cursor", call.parameter("cursor"),
                      {"a cursor behind the full state: follow `cursor` until `full` is false",
                       "einen Cursor hinter dem vollen Stand: `cursor` folgen, bis `full` false ist"})};
    auto const hash = or_gone([&] { return reader.state(place.number); });
    Json json;
    json.object()
        .field("sha256", hash)
        .field("cursor", seal_place(place, question_text, key_of(store)))
        .end_object();
    auto response = http::Response::text(200, "application/json; charset=utf-8", json.take() + "\n");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

} // namespace gateway::serve::api
