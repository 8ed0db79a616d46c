#include "gateway/serve/api/german_page.hpp"

#include "gateway/io/markup.hpp"

namespace gateway::serve::api {
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

http::Response german_page(std::string_view title, std::string_view body) {
    auto const words = io::escaped_markup(title);
    std::string page = "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
    page.append(words).append("</title>\n").append(style).append("</head>\n<body>\n<main>\n<h1>");
    page.append(words).append("</h1>\n").append(body).append("</main>\n</body>\n</html>\n");
    auto response = http::Response::text(200, "text/html; charset=utf-8", std::move(page));
    response.headers.emplace_back("Content-Language", "de");
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

} // namespace gateway::serve::api
