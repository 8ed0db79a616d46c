#include "gateway/serve/api/pages.hpp"

#include <algorithm>

#include "gateway/io/file.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/paging.hpp"

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
</style>
</head>
<body>
<main>
<h1>Amtliche Statistik für Kreise</h1>
)";

constexpr std::string_view tail = R"(<h2>Für Programme</h2>
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

} // namespace

http::Response show_start(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto datasets = lease->store().datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    auto const index = shelf.area_index(call);
    auto const area = example_area(*index);
    std::string page{head};
    page +=
        "<p>Dieser Dienst hält " + std::to_string(datasets.size()) +
        (datasets.size() == 1 ? " Datensatz" : " Datensätze") +
        " der amtlichen Statistik in einem gemeinsamen Schema bereit.</p>\n<h2>Drei Beispiele</h2>\n<ul>\n";
    auto const link = [&page](std::string const& target, std::string const& words) {
        page += "<li><a href=\"" + io::escaped_markup(target) + "\">" + io::escaped_markup(words) +
                "</a><br><code>" + io::escaped_markup(target) + "</code></li>\n";
    };
    if (datasets.empty() || area.empty()) {
        page += "<li>Noch sind keine Zahlen geladen.</li>\n";
    } else {
        auto const name = index->find(area)->name;
        auto const key = percent_encoded(area);
        auto const info = [&] {
            auto const& named = index->find(area)->datasets;
            auto const found =
                std::find_if(datasets.begin(), datasets.end(),
                             [&named](DatasetInfo const& one) { return one.id == named.front(); });
            return found == datasets.end() ? datasets.front() : *found;
        }();
        link("/api/v1/series?area=" + key + "&format=csv-de", "Alle Zahlen für " + name + ", für Excel");
        link("/api/v1/series?dataset=" + percent_encoded(info.id) + "&format=xlsx",
             "Alle Gebiete aus „" + info.title + "“, als Excel-Mappe");
        link("/api/v1/availability?area=" + key, "Was für " + name + " vorliegt, und warum etwas fehlt");
    }
    page += "</ul>\n";
    page += tail;
    auto response = http::Response::text(200, "text/html; charset=utf-8", std::move(page));
    response.headers.emplace_back("Content-Language", "de");
    response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
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
