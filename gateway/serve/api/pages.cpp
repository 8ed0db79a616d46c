#include "gateway/serve/api/pages.hpp"

#include <algorithm>

#include "gateway/io/file.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/api/start_search.hpp"

namespace gateway::serve::api {
namespace {

constexpr std::string_view head = R"(<!DOCTYPE html>
<html lang="de">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Amtliche Statistik für Kreise</title>
<style>
body { font-family: sans-serif; line-height: 1.5; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
code { background: #f0f0f0; padding: 0.1rem 0.3rem; }
a { color: #00497a; }
label { display: block; }
input, button { font: inherit; padding: 0.3rem 0.5rem; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; border-bottom: 1px solid #ccc; }
td:last-child { white-space: nowrap; }
</style>
</head>
<body>
<main>
<h1>Amtliche Statistik für Kreise</h1>
)";

constexpr std::string_view tail = R"(<h2>Mehr</h2>
<ul>
<li><a href="/abonnement">Benachrichtigt werden, wenn sich Zahlen ändern</a></li>
<li><a href="/lieferung">Für statistische Ämter: Daten liefern</a></li>
</ul>
<h2>Für Programme</h2>
<ul>
<li><a href="/api/v1/openapi.json">Beschreibung aller Adressen (OpenAPI 3.1)</a></li>
<li><a href="/api/v1/datasets">Datensätze</a>, <a href="/api/v1/areas?level=land">Gebiete</a>, <a href="/api/v1/indicators">Merkmale</a></li>
<li><a href="/catalog">Katalog nach DCAT-AP.de</a></li>
<li>SDMX: <code>/sdmx/v1</code> (2.1) und <code>/sdmx/v2</code> (3.0)</li>
</ul>
<p>Eine fehlende oder geheim gehaltene Zahl ist leer und trägt einen Grund; sie ist nie 0.
Jede Zahl hat eine Kennung, mit der <code>/api/v1/explain?figure=</code> sie bis zur Zeile der Quelle zurückverfolgt.</p>
</main>
</body>
</html>
)";

/// A county that has figures; the first by key, so that the page stays the same.
std::string example_area(AreaIndex const& index) {
    std::string any;
    for (auto const& [key, area] : index.all()) {
        if (area.datasets.empty()) continue;
        if (area.area.level == AreaLevel::county) return key;
        if (any.empty()) any = key;
    }
    return any;
}

std::string examples(AreaIndex const& index, std::vector<DatasetInfo> const& datasets) {
    std::string html = "<h2>Drei Beispiele</h2>\n<ul>\n";
    auto const link = [&html](std::string const& target, std::string const& words) {
        html += "<li><a href=\"" + io::escaped_markup(target) + "\">" + io::escaped_markup(words) +
                "</a><br><code>" + io::escaped_markup(target) + "</code></li>\n";
    };
    auto const area = example_area(index);
    if (datasets.empty() || area.empty()) return html + "<li>Noch sind keine Zahlen geladen.</li>\n</ul>\n";
    auto const& known = *index.find(area);
    auto const key = percent_encoded(area);
    auto const found = std::find_if(datasets.begin(), datasets.end(), [&known](DatasetInfo const& one) {
        return one.id == known.datasets.front();
    });
    auto const& info = found == datasets.end() ? datasets.front() : *found;
    link("/api/v1/series?area=" + key + "&format=csv-de", "Alle Zahlen für " + known.name + ", für Excel");
    link("/api/v1/series?dataset=" + percent_encoded(info.id) + "&format=xlsx",
         "Alle Gebiete aus „" + info.title + "“, als Excel-Mappe");
    link("/api/v1/availability?area=" + key, "Was für " + known.name + " vorliegt, und warum etwas fehlt");
    return html + "</ul>\n";
}

} // namespace

http::Response show_start(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto datasets = lease->store().datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    auto const index = shelf.area_index(call);
    std::string page{head};
    page += "<p>Dieser Dienst hält " + std::to_string(datasets.size()) +
            (datasets.size() == 1 ? " Datensatz" : " Datensätze") +
            " der amtlichen Statistik in einem gemeinsamen Schema bereit.</p>\n";
    auto const words = std::string{call.parameter("gebiet")};
    page +=
        "<form action=\"/\" method=\"get\" role=\"search\">\n<label for=\"gebiet\">Name oder Schlüssel eines "
        "Kreises, einer Stadt oder Gemeinde, auch ein früherer</label>\n<input id=\"gebiet\" name=\"gebiet\" "
        "type=\"search\" value=\"" +
        io::escaped_markup(words) + "\">\n<button>Suchen</button>\n</form>\n";
    if (words.find_first_not_of(' ') == std::string::npos)
        page += examples(*index, datasets);
    else
        page += found_areas(shelf, *index, datasets, words);
    page += tail;
    auto response = http::Response::text(200, "text/html; charset=utf-8", std::move(page));
    response.headers.emplace_back("Content-Language", "de");
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'");
    response.shared = true;
    return response;
}

http::Response show_openapi(Shelf& shelf, Call const&) {
    auto response =
        http::Response::text(200, "application/json; charset=utf-8",
                             io::read_file(shelf.settings().data + "/schemas/openapi/kreislauf.json"));
    response.shared = true;
    return response;
}

} // namespace gateway::serve::api
