#include "gateway/serve/api/saved.hpp"

#include <algorithm>
#include <filesystem>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/sha256.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/api/series.hpp"
#include "gateway/serve/api/series_request.hpp"
#include "gateway/serve/json_member.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::size_t id_digits = 10;
constexpr std::size_t longest_query = 4000;
constexpr std::size_t most_queries = 200'000;

Problem bad_body(Text detail) {
    return {400,
            "invalid-body",
            {"The body cannot be read", "Der Inhalt ist nicht lesbar"},
            std::move(detail),
            {R"(send JSON such as {"query": "area=03153&format=csv-de", "frozen": true})",
             R"(JSON senden wie {"query": "area=03153&format=csv-de", "frozen": true})"},
            "body",
            ""};
}

struct Saved {
    std::string query; ///< "area=03153&format=csv-de"; with as_of where frozen
    std::string as_of; ///< empty = live
    std::string created;
};

std::string path_of(Shelf const& shelf, std::string const& id) {
    return shelf.settings().state + "/queries/" + id.substr(0, 2) + "/" + id + ".json";
}

bool is_id(std::string_view text) noexcept {
    return text.size() == id_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string json_of(Saved const& saved) {
    Json json;
    json.object()
        .field("query", saved.query)
        .field_or_null("as_of", saved.as_of)
        .field("created", saved.created)
        .end_object();
    return json.take();
}

Saved read_saved(Shelf const& shelf, Call const& call) {
    auto const& id = call.path_parameter("id");
    if (!is_id(id) || !io::file_exists(path_of(shelf, id)))
        throw Refusal{
            {404,
             "no-such-query",
             {"There is no such saved query", "Diese gespeicherte Abfrage gibt es nicht"},
             {"no query is saved as '" + id + "'", "unter '" + id + "' ist keine Abfrage gespeichert"},
             {"save it with POST /api/v1/queries", "mit POST /api/v1/queries speichern"},
             "path",
             id}};
    auto const text = io::read_file(path_of(shelf, id));
    rapidjson::Document json;
    json.Parse(text.data(), text.size());
    auto query = json.HasParseError() ? std::nullopt : text_member(json, "query");
    auto created = query ? text_member(json, "created") : std::nullopt;
    if (!created)
        throw Error{Errc::io,
                    path_of(shelf, id) + ": no saved query; remove the file and save the query anew"};
    return {std::move(*query), text_member(json, "as_of").value_or(""), std::move(*created)};
}

/// The call that a saved query stands for.
Call call_of(Call const& call, Saved const& saved) {
    auto target = call;
    auto pairs = query_pairs(saved.query);
    target.parameters = pairs ? std::move(*pairs) : Pairs{};
    return target;
}

void check_names(Pairs const& pairs) {
    auto const known = series_parameters();
    std::vector<std::string_view> seen;
    for (auto const& [name, value] : pairs) {
        bool const dimension = !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
        bool const twice = std::find(seen.begin(), seen.end(), name) != seen.end();
        if (twice || value.empty() ||
            (!dimension && std::find(known.begin(), known.end(), name) == known.end())) {
            std::string names;
            for (auto const& one : known) names += (names.empty() ? "" : ", ") + one;
            throw Refusal{bad_value(name, value,
                                    {"each of these once, with a value: " + names,
                                     "jeder dieser Namen einmal und mit Wert: " + names})};
        }
        seen.push_back(name);
    }
}

http::Response answer_saved(Call const& call, std::string const& id, Saved const& saved, unsigned status) {
    Json json;
    json.object()
        .field("id", id)
        .field("href", "/q/" + id)
        .field("url", call.base + "/q/" + id)
        .field("query", saved.query)
        .flag("frozen", !saved.as_of.empty())
        .field_or_null("as_of", saved.as_of)
        .field("created", saved.created)
        .end_object();
    auto response = json_answer(json);
    response.status = status;
    response.shared = false; // the address holds the host as this caller calls it
    if (status == 201) response.headers.emplace_back("Location", "/q/" + id);
    return response;
}

/// How many are kept; counted by folders, as it matters only that there is an end.
bool is_full(Shelf const& shelf) {
    std::size_t count = 0;
    std::error_code failure;
    for (std::filesystem::recursive_directory_iterator at{shelf.settings().state + "/queries", failure}, end;
         !failure && at != end; at.increment(failure))
        ++count;
    return count >= most_queries;
}

} // namespace

http::Response save_query(Shelf& shelf, Call const& call) {
    rapidjson::Document json;
    json.Parse<rapidjson::kParseIterativeFlag>(call.request.body.data(), call.request.body.size());
    auto const query = json.HasParseError() ? std::nullopt : text_member(json, "query");
    if (!query)
        throw Refusal{bad_body({"the body is no JSON object with a text 'query'",
                                "der Inhalt ist kein JSON-Objekt mit einem Text 'query'"})};
    for (rapidjson::Value::ConstMemberIterator at = json.MemberBegin(); !(at == json.MemberEnd()); ++at)
        if (std::string_view const name = at->name.GetString(); name != "query" && name != "frozen")
            throw Refusal{bad_body(
                {"'" + std::string{name} + "' is unknown", "'" + std::string{name} + "' ist unbekannt"})};
    auto const* const wish = member(json, "frozen");
    bool const frozen = wish != nullptr && wish->IsTrue();
    if (wish != nullptr && !wish->IsBool())
        throw Refusal{bad_body({"'frozen' is true or false", "'frozen' ist true oder false"})};
    std::string_view text{*query};
    if (auto const mark = text.find('?'); mark != std::string_view::npos) text.remove_prefix(mark + 1);
    auto const pairs = query_pairs(text);
    if (!pairs || text.size() > longest_query)
        throw Refusal{bad_body({"'query' cannot be read or is longer than 4000 characters",
                                "'query' ist nicht lesbar oder länger als 4000 Zeichen"})};
    check_names(*pairs);
    Saved saved;
    saved.query = query_text(*pairs);
    auto asked = call_of(call, saved);
    auto const now = utc_text(shelf.settings().now());
    saved.created = now;
    if (frozen && asked.parameter("as_of").empty()) {
        saved.as_of = now;
        saved.query += (saved.query.empty() ? "as_of=" : "&as_of=") + percent_encoded(now);
    } else if (frozen) {
        saved.as_of = asked.parameter("as_of");
    }
    static_cast<void>(read_series_request(shelf, call_of(call, saved))); // what cannot be asked is not saved
    auto const id = io::sha256_hex(saved.query).substr(0, id_digits);
    auto const path = path_of(shelf, id);
    if (io::file_exists(path)) {
        auto known = call;
        known.in_path["id"] = id;
        auto const there = read_saved(shelf, known);
        if (there.query == saved.query) return answer_saved(call, id, there, 200);
        throw Error{Errc::io, path + ": two queries have one id"};
    }
    if (is_full(shelf))
        throw Refusal{{507,
                       "too-many-queries",
                       {"No more queries can be saved", "Es lassen sich keine weiteren Abfragen speichern"},
                       {"the service keeps 200,000 queries", "der Dienst bewahrt 200 000 Abfragen auf"},
                       {"use the address of the series itself", "die Adresse der Reihen selbst verwenden"}}};
    io::make_directories(path.substr(0, path.rfind('/')));
    io::write_durable(path, json_of(saved) + "\n");
    return answer_saved(call, id, saved, 201);
}

http::Response show_saved(Shelf& shelf, Call const& call) {
    return answer_saved(call, call.path_parameter("id"), read_saved(shelf, call), 200);
}

http::Response follow_saved(Shelf& shelf, Call const& call) {
    return show_series(shelf, call_of(call, read_saved(shelf, call)));
}

} // namespace gateway::serve::api
