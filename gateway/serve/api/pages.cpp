#include "gateway/serve/api/pages.hpp"

#include <algorithm>

#include "gateway/harmonize/territory/number.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/api/start_search.hpp"
#include "gateway/serve/page.hpp"

namespace gateway::serve::api {
namespace {

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
Jede Zahl hat eine Kennung, mit der sie sich bis zur Zeile der Quelle zurückverfolgen lässt.</p>
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
    link("/api/v1/availability?area=" + key + "&format=html",
         "Was für " + known.name + " vorliegt, und warum etwas fehlt");
    return html + "</ul>\n";
}

} // namespace

http::Response show_start(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto datasets = lease->store().datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    auto const index = shelf.area_index(call);
    std::string page;
    page += "<p>Dieser Dienst hält " + std::to_string(datasets.size()) +
            (datasets.size() == 1 ? " Datensatz" : " Datensätze") +
            " der amtlichen Statistik in einem gemeinsamen Schema bereit.</p>\n";
    using harmonize::territory::trimmed;
    StartSearch const search{std::string{trimmed(call.parameter("gebiet"))},
                             std::string{trimmed(call.parameter("tabelle"))}};
    auto const field = [&page](std::string const& name, std::string_view label, std::string const& value) {
        page += "<label for=\"" + name + "\">" + std::string{label} + "</label>\n<input id=\"" + name +
                "\" name=\"" + name + "\" type=\"search\" value=\"" + io::escaped_markup(value) + "\">\n";
    };
    page += "<form action=\"/\" method=\"get\" role=\"search\">\n";
    field("gebiet", "Kreis, Stadt oder Gemeinde: Name oder Schlüssel, auch ein früherer", search.area);
    field("tabelle", "Tabelle: Wort aus dem Titel oder Nummer", search.table);
    page += "<button>Suchen</button>\n</form>\n";
    page += "<form action=\"/api/v1/explain\" method=\"get\">\n<label for=\"figure\">Woher kommt eine Zahl? "
            "Kennung, wie "
            "sie neben jeder Zahl steht</label>\n<input id=\"figure\" name=\"figure\" size=\"40\" required>\n"
            "<input type=\"hidden\" name=\"format\" value=\"html\">\n<button>Erklären</button>\n</form>\n";
    page += search.area.empty() && search.table.empty() ? examples(*index, datasets)
                                                        : found(shelf, *index, datasets, search);
    page += tail;
    return html_page(Language::de, "Amtliche Statistik für Kreise", page);
}

http::Response show_openapi(Shelf& shelf, Call const&) {
    auto response =
        http::Response::text(200, "application/json; charset=utf-8",
                             io::read_file(shelf.settings().data + "/schemas/openapi/kreislauf.json"));
    response.shared = true;
    return response;
}

} // namespace gateway::serve::api
