#include "gateway/subscribe/digest_text.hpp"

#include "gateway/io/markup.hpp"
#include "gateway/subscribe/digest_words.hpp"

namespace gateway::subscribe {
namespace {

/// "2 Zahlen berichtigt, 1 entfallen, 12 neu"
std::string counts_words(std::uint64_t gone, std::uint64_t revised, std::uint64_t added) {
    std::string text;
    auto const add = [&text](std::uint64_t count, char const* what) {
        if (count == 0) return;
        text += (text.empty() ? figures_de(count) : ", " + german_count(count)) + what;
    };
    add(revised, " berichtigt");
    add(gone, " entfallen");
    add(added, " neu");
    return text;
}

std::string counts_words(Digest const& digest) {
    return counts_words(digest.count(DigestChange::gone), digest.count(DigestChange::revised),
                        digest.count(DigestChange::added));
}

/// "bisher 126.775 Personen, jetzt 127.000 Personen (+225)"
std::string change_words(DigestFigure const& figure) {
    switch (figure.change) {
    case DigestChange::gone: return "bisher " + figure.before + ", jetzt nicht mehr aufgeführt";
    case DigestChange::revised:
        return "bisher " + figure.before + ", jetzt " + figure.after +
               (figure.difference.empty() ? "" : " (" + figure.difference + ")");
    case DigestChange::added: break;
    }
    return "neu: " + figure.after;
}

std::string place_words(DigestFigure const& figure) {
    return figure.area + ", " + figure.period + ": " + figure.indicator;
}

std::string rest_words(DigestGroup const& group) {
    auto const rest = group.all() - group.figures.size();
    if (rest == 0) return {};
    return (group.figures.empty() ? figures_de(rest) : "und " + figures_de(rest) + " mehr") +
           (group.uncounted ? " (mehrfach geänderte sind mehrfach gezählt)" : "");
}

std::string_view constexpr withheld_words =
    "Die Zahlen dieser Tabelle sind nicht öffentlich und stehen deshalb nicht in dieser Nachricht. Mit dem "
    "Schlüssel Ihrer Stelle sind sie abrufbar.";

std::string series_link(DigestFrame const& frame, std::string const& dataset) {
    return frame.base + "/api/v1/series?area=" + frame.area_keys + "&inside=true&dataset=" + dataset +
           "&format=csv-de";
}

std::string atom_link(DigestFrame const& frame) {
    return frame.base + "/api/v1/feed/atom?area=" + frame.area_keys;
}

std::string link(std::string const& address, std::string_view words) {
    return "<a href=\"" + io::escaped_markup(address) + "\">" + io::escaped_markup(words) + "</a>";
}

std::string opening(Digest const& digest, DigestFrame const& frame) {
    auto const counts = counts_words(digest);
    return "in der amtlichen Statistik für " + frame.area + " und alles, was darin liegt, " +
           (counts.empty() ? "gibt es etwas mitzuteilen." : "hat sich etwas geändert: " + counts + ".");
}

std::string_view constexpr reports_words = "Diese gespeicherten Abfragen zeigen Zahlen, die berichtigt "
                                           "wurden oder entfallen sind. Wer sie in einem Bericht "
                                           "verwendet hat, sollte ihn ansehen:";

void append_group_html(std::string& out, DigestGroup const& group, DigestFrame const& frame) {
    out += "<h2>" + io::escaped_markup(group.title) + "</h2>\n<p>" +
           io::escaped_markup(counts_words(group.gone, group.revised, group.added)) + ".";
    for (auto const& why : group.why) out += "<br>\n" + io::escaped_markup(why);
    out += "</p>\n";
    if (group.withheld) {
        out += "<p>" + io::escaped_markup(withheld_words) + "</p>\n";
        return;
    }
    if (!group.figures.empty()) {
        out += "<table border=\"1\" cellpadding=\"4\" cellspacing=\"0\">\n<tr><th>Gebiet</th><th>Zeit</th>"
               "<th>Merkmal</th><th>bisher</th><th>jetzt</th><th>Unterschied</th></tr>\n";
        for (auto const& one : group.figures) {
            auto const cell = [&out](std::string const& text) {
                out += "<td>" + io::escaped_markup(text) + "</td>";
            };
            out += "<tr>";
            cell(one.area);
            cell(one.period);
            cell(one.indicator);
            cell(one.change == DigestChange::added ? "–" : one.before);
            cell(one.change == DigestChange::gone ? "nicht mehr aufgeführt" : one.after);
            cell(one.difference);
            out += "</tr>\n";
        }
        out += "</table>\n";
    }
    auto const rest = rest_words(group);
    if (!rest.empty()) out += "<p>" + io::escaped_markup(rest) + ".</p>\n";
    if (!frame.base.empty())
        out += "<p>" + link(series_link(frame, group.dataset), "Alle Zahlen dieser Tabelle") + "</p>\n";
}

} // namespace

std::string digest_subject(Digest const& digest, DigestFrame const& frame) {
    auto const counts = counts_words(digest);
    if (!counts.empty()) return frame.area + ": " + counts;
    if (digest.events.size() == 1 && !digest.events.front().title.empty())
        return frame.area + ": Hinweis zu " + digest.events.front().title;
    return frame.area + ": " +
           (digest.events.size() == 1 ? "ein Hinweis" : german_count(digest.events.size()) + " Hinweise") +
           " zur amtlichen Statistik";
}

std::string group_summary(DigestGroup const& group) {
    return counts_words(group.gone, group.revised, group.added);
}

std::string event_html(DigestEvent const& event) {
    return "<p>" + io::escaped_markup(event.text) + "</p>\n";
}

std::string group_html(DigestGroup const& group, DigestFrame const& frame) {
    std::string out;
    append_group_html(out, group, frame);
    return out;
}

std::string group_text(DigestGroup const& group) {
    std::string out = counts_words(group.gone, group.revised, group.added) + ".\n";
    for (auto const& why : group.why) out += why + "\n";
    if (group.withheld) return out + std::string{withheld_words} + "\n";
    out += "\n";
    for (auto const& one : group.figures) out += "- " + place_words(one) + "\n  " + change_words(one) + "\n";
    if (auto const rest = rest_words(group); !rest.empty()) out += "- " + rest + "\n";
    return out;
}

std::string digest_text(Digest const& digest, DigestFrame const& frame) {
    std::string out = "Guten Tag,\n\n" + opening(digest, frame) + "\n";
    unsigned number = 0;
    for (auto const& group : digest.groups) {
        out += "\n" + std::to_string(++number) + ". " + group.title + "\n\n" + group_text(group);
        if (!frame.base.empty())
            out += "\nAlle Zahlen dieser Tabelle:\n" + series_link(frame, group.dataset) + "\n";
    }
    if (!digest.events.empty()) out += "\nHinweise\n\n";
    for (auto const& event : digest.events)
        out += "- " + (event.title.empty() ? "" : event.title + ": ") + event.text + "\n";
    if (!digest.reports.empty()) {
        out += "\nGespeicherte Abfragen\n\n" + std::string{reports_words} + "\n";
        for (auto const& report : digest.reports)
            out += "- " + frame.base + "/q/" + report.id + " (" + figures_de(report.figures) +
                   "): " + report.query + "\n";
    }
    if (!frame.base.empty()) out += "\nFrühere Änderungen zum Nachlesen:\n" + atom_link(frame) + "\n";
    if (!frame.closing.empty()) out += "\n-- \n";
    for (auto const& line : frame.closing) out += line + "\n";
    return out;
}

std::string digest_html(Digest const& digest, DigestFrame const& frame) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"de\"><head><meta charset=\"utf-8\"><title>" +
                      io::escaped_markup(digest_subject(digest, frame)) +
                      "</title></head>\n<body>\n<p>Guten Tag,</p>\n<p>" +
                      io::escaped_markup(opening(digest, frame)) + "</p>\n";
    for (auto const& group : digest.groups) append_group_html(out, group, frame);
    if (!digest.events.empty()) out += "<h2>Hinweise</h2>\n<ul>\n";
    for (auto const& event : digest.events)
        out += "<li>" + io::escaped_markup((event.title.empty() ? "" : event.title + ": ") + event.text) +
               "</li>\n";
    if (!digest.events.empty()) out += "</ul>\n";
    if (!digest.reports.empty()) {
        out += "<h2>Gespeicherte Abfragen</h2>\n<p>" + io::escaped_markup(reports_words) + "</p>\n<ul>\n";
        for (auto const& report : digest.reports)
            out += "<li>" + link(frame.base + "/q/" + report.id, report.query) + ": " +
                   io::escaped_markup(figures_de(report.figures)) + "</li>\n";
        out += "</ul>\n";
    }
    if (!frame.base.empty())
        out += "<p>" + link(atom_link(frame), "Frühere Änderungen zum Nachlesen") + "</p>\n";
    if (!frame.closing.empty()) out += "<hr>\n<p>";
    for (std::size_t i = 0; i < frame.closing.size(); ++i)
        out += (i == 0 ? "" : "<br>\n") + io::escaped_markup(frame.closing[i]);
    if (!frame.closing.empty()) out += "</p>\n";
    return out + "</body></html>\n";
}

} // namespace gateway::subscribe
