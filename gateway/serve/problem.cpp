#include "gateway/serve/problem.hpp"

#include "gateway/serve/json.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve {
namespace {

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 200;
    if (text.size() <= longest) return "'" + std::string{text} + "'";
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return "'" + std::string{text.substr(0, end)} + "…'";
}

std::string place_of(std::string_view parameter) {
    return "query parameter '" + std::string{parameter} + "'";
}

} // namespace

Language language_of(std::string_view accept_language) {
    for (auto const& one : weighted_values(accept_language)) {
        if (one.weight <= 0) break;
        if (one.value == "de" || one.value.starts_with("de-")) return Language::de;
        if (one.value == "en" || one.value.starts_with("en-")) return Language::en;
    }
    return Language::en;
}

http::Response answer_problem(Problem const& problem, Language language, std::string_view request_id) {
    Json json;
    json.object()
        .field("type", "urn:kreislauf:problem:" + problem.kind)
        .field("title", problem.title.in(language))
        .field("status", std::uint64_t{problem.status})
        .field("detail", problem.detail.in(language))
        .field("next_step", problem.next.in(language));
    if (!problem.place.empty()) json.field("place", problem.place).field("value", problem.value);
    if (!request_id.empty()) json.field("instance", "urn:kreislauf:request:" + std::string{request_id});
    json.end_object();
    auto response =
        http::Response::text(problem.status, "application/problem+json; charset=utf-8", json.take() + "\n");
    for (auto const& header : problem.headers) response.headers.push_back(header);
    response.headers.emplace_back("Content-Language", language == Language::de ? "de" : "en");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

Problem problem_of(Error const& error) {
    std::string const what = error.what();
    switch (error.code()) {
    case Errc::not_found:
        return {404,
                "not-found",
                {"Not found", "Nicht gefunden"},
                {what, "Nicht gefunden: " + what},
                {"look up what there is under /api/v1/datasets and /api/v1/areas",
                 "unter /api/v1/datasets und /api/v1/areas steht, was es gibt"}};
    case Errc::invalid_argument:
    case Errc::malformed:
    case Errc::overflow:
        return {400,
                "invalid-request",
                {"The request cannot be answered as it stands", "Die Anfrage ist so nicht zu beantworten"},
                {what, "So nicht zu beantworten: " + what},
                {"change the request as the detail says", "die Anfrage ändern, wie beschrieben"}};
    case Errc::conflict:
        return {503,
                "busy",
                {"The store is busy", "Der Speicher ist belegt"},
                {"another process holds the store", "ein anderer Vorgang hält den Speicher"},
                {"try again in a second", "in einer Sekunde erneut versuchen"},
                {},
                {},
                {{"Retry-After", "1"}}};
    default:
        return {
            500,
            "internal",
            {"The service failed", "Der Dienst ist gestört"},
            {"the request could not be carried out; the log of the service says why",
             "die Anfrage ließ sich nicht ausführen; das Protokoll des Dienstes sagt, warum"},
            {"tell the operator the number in 'instance'", "dem Betreiber die Nummer in 'instance' nennen"}};
    }
}

Problem not_found_here(std::string_view path) {
    return {404,
            "no-such-address",
            {"No such address", "Diese Adresse gibt es nicht"},
            {"there is nothing under " + quoted(path), "unter " + quoted(path) + " gibt es nichts"},
            {"/api/v1/openapi.json lists every address", "/api/v1/openapi.json nennt alle Adressen"},
            "path",
            std::string{path}};
}

Problem bad_value(std::string_view parameter, std::string_view value, Text expected) {
    return {400,
            "invalid-parameter",
            {"A parameter cannot be read", "Ein Parameter ist nicht lesbar"},
            {std::string{parameter} + " " + quoted(value) + " cannot be used",
             std::string{parameter} + " " + quoted(value) + " ist nicht verwendbar"},
            {"expected: " + expected.en, "erwartet: " + expected.de},
            place_of(parameter),
            std::string{value}};
}

Problem missing_parameter(std::string_view parameter, Text why) {
    return {400,
            "missing-parameter",
            {"A parameter is missing", "Ein Parameter fehlt"},
            {std::string{parameter} + " is missing", std::string{parameter} + " fehlt"},
            std::move(why),
            place_of(parameter),
            ""};
}

} // namespace gateway::serve
