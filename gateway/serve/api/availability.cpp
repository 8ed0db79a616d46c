#include "gateway/serve/api/availability.hpp"

#include <algorithm>

#include "gateway/feed/german.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/availability_facts.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/page.hpp"

namespace gateway::serve::api {
namespace {

std::string review_de(UnixTime since) {
    return "in Prüfung seit " + feed::day_de(since) +
           ": einzelne Zahlen der letzten Lieferung sind zurückgestellt";
}

void write(Json& json, Availability const& facts) {
    json.object().field("dataset", facts.info.id).field("title", facts.info.title);
    json.flag("available", !facts.why_none);
    if (facts.why_none)
        json.field("reason", facts.why_none->en).field("reason_de", facts.why_none->de);
    else
        json.key("reason").null().key("reason_de").null();
    if (facts.under_review)
        json.field("under_review_since", utc_text(*facts.under_review))
            .field("under_review_de", review_de(*facts.under_review));
    json.field("series", facts.series).field("series_of_level", facts.series_of_level).key("periods").array();
    for (auto const& one : facts.periods) {
        json.object()
            .field("period", one.period.to_sdmx())
            .field("numbers", one.numbers)
            .key("holes")
            .array();
        for (auto const& hole : one.holes)
            json.object()
                .field("reason", hole.reason)
                .field("reason_de", hole.words.de)
                .field("count", hole.count)
                .field("example", hole.example)
                .end_object();
        json.end_array().end_object();
    }
    json.end_array().end_object();
}

/// Periods in a row of which the same is to be said are one row of the table.
std::string html_of(std::vector<PeriodHolding> const& periods) {
    std::string html = "<table>\n<thead><tr><th scope=\"col\">Zeit</th><th scope=\"col\">Zahlen</th>"
                       "<th scope=\"col\">Lücken</th></tr></thead>\n<tbody>\n";
    for (auto first = periods.begin(); first != periods.end();) {
        auto const last = std::find_if(first, periods.end(),
                                       [&](PeriodHolding const& one) {
                                           return one.numbers != first->numbers || one.holes != first->holes;
                                       }) -
                          1;
        html += "<tr><td>" + io::escaped_markup(feed::period_de(first->period));
        if (last != first) html += " bis " + io::escaped_markup(feed::period_de(last->period)) + ", jeweils";
        html += "</td><td>" + std::to_string(first->numbers) + "</td><td>";
        for (auto const& hole : first->holes)
            html += std::to_string(hole.count) + " × " + io::escaped_markup(hole.words.de) +
                    "<br><small>etwa " + io::escaped_markup(hole.example) + "</small><br>";
        html += "</td></tr>\n";
        first = last + 1;
    }
    return html + "</tbody>\n</table>\n";
}

std::string html_of(Availability const& facts, KnownArea const& area) {
    auto html =
        "<h2>" + io::escaped_markup(facts.info.title.empty() ? facts.info.id : facts.info.title) + "</h2>\n";
    if (facts.why_none) html += "<p>" + io::escaped_markup(facts.why_none->de) + ".</p>\n";
    if (facts.under_review) html += "<p>" + io::escaped_markup(review_de(*facts.under_review)) + ".</p>\n";
    if (facts.periods.empty()) return html;
    html += "<p>" + std::to_string(facts.series) + " von " + std::to_string(facts.series_of_level) +
            " Reihen, die Gebiete dieser Ebene hier haben.";
    if (!facts.why_none)
        html += " <a href=\"" +
                io::escaped_markup("/api/v1/series?area=" + percent_encoded(area.key) +
                                   "&dataset=" + percent_encoded(facts.info.id) + "&format=csv-de") +
                "\">Zahlen (CSV)</a>";
    return html + "</p>\n" + html_of(facts.periods);
}

} // namespace

http::Response show_availability(Shelf& shelf, Call const& call) {
    auto const key = call.parameter("area");
    if (key.empty())
        throw Refusal{missing_parameter("area", {"give the key of an area, such as area=03153",
                                                 "den Schlüssel eines Gebiets angeben, etwa area=03153"})};
    bool const is_html = wants_html(call);
    auto const index = shelf.area_index(call);
    auto const& area = require_area(*index, key, "query parameter 'area'", 400);
    auto const lease = call.lease();
    auto const& store = lease->store();
    std::vector<DatasetInfo> datasets;
    if (auto const text = call.parameter("dataset"); !text.empty())
        datasets.push_back(require_dataset(store, text, "query parameter 'dataset'", 400));
    else
        datasets = store.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    Page const page{call, datasets, [](DatasetInfo const& info) { return info.id; }};
    auto const& review = shelf.settings().under_review;
    auto const reviews = review ? review() : std::vector<UnderReview>{};
    http::Response answer;
    if (is_html) {
        std::string html;
        for (auto const& info : page.items)
            html += html_of(availability_of(store, info, area, reviews), area);
        if (!page.next.empty())
            html += "<p><a href=\"" + io::escaped_markup(page.next) + "\">Weitere Tabellen</a></p>\n";
        answer = html_page(Language::de, "Was zu " + area.name + " (" + area.key + ") vorliegt", html);
    } else {
        Json json;
        json.object().field("area", area.key).field("area_name", area.name).key("datasets").array();
        for (auto const& info : page.items) write(json, availability_of(store, info, area, reviews));
        json.end_array();
        write_paging(json, datasets.size(), page.next);
        json.end_object();
        answer = json_answer(json, page.next);
    }
    answer.shared = answer.shared && !review; // what is under review changes without a change of the store
    return answer;
}

} // namespace gateway::serve::api
