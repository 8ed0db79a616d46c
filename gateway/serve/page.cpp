#include "gateway/serve/page.hpp"

#include "gateway/io/markup.hpp"

namespace gateway::serve {
namespace {

constexpr std::string_view style = R"(<style>
body { font-family: sans-serif; line-height: 1.5; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
code { background: #f0f0f0; padding: 0.1rem 0.3rem; }
a { color: #00497a; }
label { display: block; }
input, button { font: inherit; padding: 0.3rem 0.5rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid #ccc; }
td { overflow-wrap: anywhere; }
.links td:last-child { white-space: nowrap; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f0f0f0; padding: 0.5rem; }
form { margin: 1rem 0; }
</style>
)";

} // namespace

http::Response html_page(Language language, std::string_view title, std::string_view body) {
    std::string const code = language == Language::de ? "de" : "en";
    auto const words = io::escaped_markup(title);
    std::string page = "<!DOCTYPE html>\n<html lang=\"" + code +
                       "\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
    page.append(words).append("</title>\n").append(style).append("</head>\n<body>\n<main>\n<h1>");
    page.append(words).append("</h1>\n").append(body).append("</main>\n</body>\n</html>\n");
    auto response = http::Response::text(200, "text/html; charset=utf-8", std::move(page));
    response.headers.emplace_back("Content-Language", code);
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'");
    response.shared = true;
    return response;
}

bool wants_html(Call const& call) {
    auto const format = call.parameter("format");
    if (format.empty() || format == "json") return false;
    if (format == "html") return true;
    throw Refusal{bad_value("format", format, {"json or html", "json oder html"})};
}

http::Response answer_problem(Call const& call, Problem const& problem) {
    auto const language = call.language;
    auto const accept = weighted_values(call.request.header("Accept"));
    bool const is_browser =
        !accept.empty() && accept.front().value == "text/html" && accept.front().weight > 0;
    if (!is_browser) return answer_problem(problem, language, call.request_id);
    bool const is_german = language == Language::de;
    std::string body;
    auto const line = [&body](std::string_view name, std::string_view value) {
        if (value.empty()) return;
        body.append("<tr><th scope=\"row\">").append(name).append("</th><td>");
        body.append(io::escaped_markup(value)).append("</td></tr>\n");
    };
    body += "<p>" + io::escaped_markup(problem.detail.in(language)) + "</p>\n<table>\n<tbody>\n";
    constexpr std::string_view parameter = "query parameter ";
    auto const place = std::string_view{problem.place};
    line(is_german ? "Stelle" : "Place",
         is_german && place.starts_with(parameter)
             ? "Angabe " + std::string{place.substr(parameter.size())} + " in der Adresse"
             : problem.place);
    line(is_german ? "Wert" : "Value", problem.value);
    line(is_german ? "Nächster Schritt" : "Next step", problem.next.in(language));
    line(is_german ? "Anfrage" : "Request", call.request_id);
    body += "</tbody>\n</table>\n<p><a href=\"/\">" +
            std::string{is_german ? "Zur Startseite" : "Start page"} + "</a></p>\n";
    auto page = html_page(language, problem.title.in(language), body);
    page.status = problem.status;
    page.shared = false;
    for (auto const& header : problem.headers) page.headers.push_back(header);
    page.headers.emplace_back("Cache-Control", "no-store");
    return page;
}

} // namespace gateway::serve
