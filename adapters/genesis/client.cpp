#include "adapters/genesis/client.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::Fields;
using gateway::Issue;
using gateway::Severity;

constexpr unsigned longest_page = 25'000; // more is refused; there is no page number

void add_default(Fields& fields, std::string_view name, std::string value) {
    auto const given =
        std::any_of(fields.begin(), fields.end(), [&](auto const& field) { return field.first == name; });
    if (!given) fields.emplace_back(name, std::move(value));
}

unsigned page_length(Fields const& fields) {
    for (auto const& [name, value] : fields) {
        unsigned length = 0;
        if (name == "pagelength" &&
            std::from_chars(value.data(), value.data() + value.size(), length).ec == std::errc{})
            return length;
    }
    return 0;
}

Issue warning(Errc code, std::string text, std::string next_step) {
    Issue issue;
    issue.code = code;
    issue.severity = Severity::warning;
    issue.text = std::move(text);
    issue.next_step = std::move(next_step);
    return issue;
}

/// Turns the answer of a list or of metadata into a Listing, or throws.
Listing listing(Session& session, std::string_view endpoint, Fields const& parameters) {
    auto const place = session.place(endpoint, parameters);
    auto reply = session.call(endpoint, parameters);
    if (!reply.answer)
        throw Error{Errc::not_a_table, place + ": something else than JSON came where JSON is due"};
    Listing result;
    auto const code = reply.answer->code;
    if (code && *code != status::ok && *code != status::adjusted) {
        if (*code == status::nothing_found || *code == status::nothing_found_check ||
            *code == status::not_available) {
            result.answer = std::move(*reply.answer);
            return result;
        }
        throw Error{Errc::source_refused,
                    place + ": code " + std::to_string(*code) + ": " + one_line(reply.answer->content)};
    }
    if (code == status::adjusted)
        result.warnings.push_back(warning(Errc::invalid_argument,
                                          place + ": code 22: " + one_line(reply.answer->content),
                                          "the source replaced a parameter: a filter may not have worked"));
    auto const limit = page_length(parameters);
    for (auto const& list : reply.answer->lists) {
        if (!list.items.empty()) result.found = true;
        if (limit > 1 && list.items.size() >= limit)
            result.warnings.push_back(warning(Errc::truncated,
                                              place + ": " + list.name + " has " +
                                                  std::to_string(list.items.size()) +
                                                  " entries, as many as a page holds; probably cut off",
                                              "ask for a narrower selection"));
    }
    if (reply.answer->object) result.found = true;
    result.answer = std::move(*reply.answer);
    return result;
}

} // namespace

Client::Client(gateway::Transport& transport, Service service, Credentials credentials, gateway::Clock clock,
               RawSink sink, RetryPolicy retries, JobPolicy jobs)
    : session_{transport,        std::move(service), std::move(credentials),
               std::move(clock), std::move(sink),    retries},
      jobs_{jobs} {}

Login Client::login_check() {
    auto const reply = session_.call("helloworld/logincheck", {{"language", "de"}});
    Login login;
    if (!reply.answer) return login;
    login.text =
        one_line(reply.answer->status_text.empty() ? reply.answer->content : reply.answer->status_text);
    login.guest = reply.answer->username == "GAST";
    auto const success = login.text.find("erfolgreich") != std::string::npos ||
                         login.text.find("success") != std::string::npos;
    login.logged_in = success && !login.guest && !reply.answer->username.empty();
    return login;
}

Listing Client::list(std::string_view endpoint, Fields parameters) {
    add_default(parameters, "area", "all");
    add_default(parameters, "pagelength", std::to_string(longest_page));
    add_default(parameters, "language", "de");
    return listing(session_, endpoint, parameters);
}

Listing Client::find(std::string_view term, std::string_view category) {
    return listing(session_, "find/find",
                   {{"term", std::string{term}},
                    {"category", std::string{category}},
                    {"pagelength", std::to_string(longest_page)},
                    {"language", "de"}});
}

Listing Client::metadata(std::string_view kind, std::string_view name) {
    return listing(session_, "metadata/" + std::string{kind},
                   {{"name", std::string{name}}, {"area", "all"}, {"language", "de"}});
}

Listing Client::modified_since(std::string_view date, std::string_view selection) {
    // The census databases, which have no cubes, know only tables and statistics here.
    return list("catalogue/modifieddata", {{"selection", std::string{selection}},
                                           {"type", service().cubes ? "all" : "tables"},
                                           {"date", std::string{date}}});
}

} // namespace adapters::genesis
