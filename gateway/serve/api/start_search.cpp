#include "gateway/serve/api/start_search.hpp"

#include <algorithm>

#include "gateway/feed/german.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

using io::escaped_markup;

constexpr std::size_t most_matches = 30;
constexpr std::size_t most_children = 100;
constexpr std::size_t most_tables = 200;

std::string link(std::string const& target, std::string_view words) {
    return "<a href=\"" + escaped_markup(target) + "\">" + escaped_markup(words) + "</a>";
}

std::string to_area(std::string_view key, std::string_view name, StartSearch const& search = {}) {
    return link("/?gebiet=" + percent_encoded(key) +
                    (search.table.empty() ? "" : "&tabelle=" + percent_encoded(search.table)),
                name);
}

std::string series_of(KnownArea const& area, std::string const& more) {
    return "/api/v1/series?area=" + percent_encoded(area.key) + more;
}

std::optional<std::int32_t> last_day(KnownArea const& area) {
    return area.lives.empty() ? std::nullopt : area.lives.back().last;
}

/// "Kreis oder kreisfreie Stadt, Schlüssel 03153, bis 31.10.2016"
std::string described(KnownArea const& area) {
    auto text = std::string{feed::level_de(area.area.level)} + ", Schlüssel " + area.key;
    if (auto const last = last_day(area)) text += ", bis " + feed::date_de(*last);
    return text;
}

std::string list_of(std::vector<AreaMatch> const& matches, StartSearch const& search) {
    auto html = "<h2>Gebiete zu „" + escaped_markup(search.area) + "“</h2>\n<ul>\n";
    for (std::size_t i = 0; i < matches.size() && i < most_matches; ++i) {
        auto const& area = *matches[i].area;
        html += "<li>" + to_area(area.key, area.name, search) + " (" + escaped_markup(described(area)) + ")" +
                (area.datasets.empty() ? ", ohne Zahlen" : "") + "</li>\n";
    }
    html += "</ul>\n";
    if (matches.size() > most_matches)
        html += "<p>Und " + std::to_string(matches.size() - most_matches) +
                " weitere: geben Sie mehr vom Namen oder Schlüssel ein.</p>\n";
    return html;
}

/// Where an area that is gone belongs today, by the register.
std::string successors(Shelf& shelf, KnownArea const& area) {
    auto const lives = shelf.areas().lives(area.key);
    if (lives.empty()) return {};
    std::string names;
    std::vector<std::string> seen;
    for (auto const* event : shelf.areas().out_of(lives.back())) {
        if (event->new_key.empty() || event->new_key == area.key) continue;
        std::string const key{event->new_key};
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
        seen.push_back(key);
        names +=
            (names.empty() ? "" : ", ") + to_area(key, event->new_name) + " (" + escaped_markup(key) + ")";
    }
    return names.empty() ? names : "<p>Sein Gebiet gehört seither zu " + names + ".</p>\n";
}

/// Whether other areas became part of it, so that older figures stand on another territory.
bool has_grown(Shelf& shelf, KnownArea const& area) {
    auto const lives = shelf.areas().lives(area.key);
    return !lives.empty() && !last_day(area) && !shelf.areas().into(lives.back()).empty();
}

std::string figures_of(Shelf& shelf, KnownArea const& area) {
    std::string html = "<ul>\n";
    auto const line = [&html](std::string const& target, std::string_view words) {
        html += "<li>" + link(target, words) + "</li>\n";
    };
    line(series_of(area, "&format=csv-de"), "Alle Zahlen, für Excel (CSV)");
    line(series_of(area, "&format=xlsx"), "Alle Zahlen, als Excel-Mappe");
    if (has_grown(shelf, area))
        line(series_of(area, "&territory=latest&format=csv-de"),
             "Alle Zahlen, umgerechnet auf das heutige Gebiet (CSV)");
    line("/api/v1/availability?area=" + percent_encoded(area.key) + "&format=html",
         "Was vorliegt, und warum etwas fehlt");
    return html + "</ul>\n";
}

/// A row per table with links that begin with `address`.
std::string table_of(std::vector<DatasetInfo const*> const& tables, std::string const& address) {
    std::string html =
        "<table class=\"links\">\n<thead><tr><th scope=\"col\">Tabelle</th><th scope=\"col\">nur diese</th>"
        "</tr></thead>\n<tbody>\n";
    for (std::size_t i = 0; i < tables.size() && i < most_tables; ++i) {
        auto const& info = *tables[i];
        auto const of_table = address + "dataset=" + percent_encoded(info.id) + "&format=";
        html += "<tr><td>" + escaped_markup(info.title.empty() ? info.id : info.title) + " <small>(" +
                escaped_markup(info.table) + ")</small></td><td>" + link(of_table + "csv-de", "CSV") + " " +
                link(of_table + "xlsx", "Excel-Mappe") + "</td></tr>\n";
    }
    html += "</tbody>\n</table>\n";
    if (tables.size() > most_tables)
        html += "<p>Und " + std::to_string(tables.size() - most_tables) +
                " weitere: geben Sie ein Wort aus dem Titel der Tabelle ein.</p>\n";
    return html;
}

/// Those whose title, number or statistic has the words, with or without umlauts.
std::vector<DatasetInfo const*> tables_of(std::vector<DatasetInfo> const& datasets,
                                          std::string const& words) {
    using harmonize::territory::folded;
    auto const wanted = folded(words);
    std::vector<DatasetInfo const*> tables;
    for (auto const& info : datasets)
        for (auto const* const text : {&info.title, &info.id, &info.table, &info.statistic})
            if (folded(*text).find(wanted) != std::string::npos) {
                tables.push_back(&info);
                break;
            }
    return tables;
}

std::string parts_of(AreaIndex const& index, KnownArea const& area) {
    std::vector<KnownArea const*> with_figures;
    for (auto const* child : index.children(area))
        if (!child->datasets.empty()) with_figures.push_back(child);
    if (with_figures.empty()) return {};
    auto html = "<h3>Gebiete darin, mit Zahlen</h3>\n<p>" +
                link(series_of(area, "&inside=true&format=csv-de"), "Alle zusammen, für Excel (CSV)") +
                "; einzeln: ";
    for (std::size_t i = 0; i < with_figures.size() && i < most_children; ++i) {
        auto const& child = *with_figures[i];
        html += (i == 0 ? "" : ", ") + to_area(child.key, child.name);
        if (auto const last = last_day(child)) html += " (bis " + feed::date_de(*last) + ")";
    }
    if (with_figures.size() > most_children)
        html += " und " + std::to_string(with_figures.size() - most_children) + " weitere";
    return html + ".</p>\n";
}

std::string page_of(Shelf& shelf, AreaIndex const& index, std::vector<DatasetInfo const*> tables,
                    KnownArea const& area, StartSearch const& search) {
    auto html = "<h2>" + escaped_markup(area.name) + "</h2>\n<p>" + escaped_markup(described(area)) + ".";
    for (std::size_t i = 0; i < area.former_names.size(); ++i)
        html += (i == 0 ? " Hieß früher: " : ", ") + escaped_markup(area.former_names[i]);
    html += area.former_names.empty() ? "</p>\n" : ".</p>\n";
    if (last_day(area)) html += successors(shelf, area);
    std::erase_if(tables, [&area](DatasetInfo const* info) {
        return !std::binary_search(area.datasets.begin(), area.datasets.end(), info->id);
    });
    if (area.datasets.empty()) {
        html += "<p>Zu diesem Gebiet selbst sind keine Zahlen geladen. " +
                link("/api/v1/availability?area=" + percent_encoded(area.key) + "&format=html", "Warum?") +
                "</p>\n";
    } else {
        html += figures_of(shelf, area);
        html += tables.empty() ? "<p>Keine Tabelle zu „" + escaped_markup(search.table) +
                                     "“ hat Zahlen für dieses Gebiet.</p>\n"
                               : table_of(tables, series_of(area, "&"));
    }
    return html + parts_of(index, area);
}

} // namespace

std::string found(Shelf& shelf, AreaIndex const& index, std::vector<DatasetInfo> const& datasets,
                  StartSearch const& search) {
    auto tables = tables_of(datasets, search.table);
    if (tables.empty())
        return "<p role=\"status\">Keine Tabelle hat „" + escaped_markup(search.table) +
               "“ in Titel, Nummer oder Statistik.</p>\n";
    if (search.area.empty())
        return "<h2>Tabellen zu „" + escaped_markup(search.table) + "“, alle Gebiete</h2>\n" +
               table_of(tables, "/api/v1/series?");
    auto const matches = index.search(search.area);
    if (matches.empty())
        return "<p role=\"status\">Kein Gebiet heißt „" + escaped_markup(search.area) +
               "“ oder so ähnlich. Schlüssel sind Text mit führender Null: 03153.</p>\n";
    auto const& first = *matches.front().area;
    if (matches.size() == 1 || first.key == search.area)
        return page_of(shelf, index, std::move(tables), first, search);
    return list_of(matches, search);
}

} // namespace gateway::serve::api
