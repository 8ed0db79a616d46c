// The morning report as a page: no script, no foreign address, fit for paper and for mail.
//
// Source   EN 301 549 / WCAG 2.1 AA: language, headings, contrast of at least 4.5; what needs a person is said in words
//          and not by colour alone
#include "gateway/feed/german.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/intake/report_parts.hpp"
#include "gateway/io/markup.hpp"
#include "gateway/night/morning_parts.hpp"

namespace gateway::night {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light; }
body { font: 1rem/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem auto; max-width: 60rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 1.4rem 0 .4rem; border-bottom: 2px solid #1a1a1a; }
p { margin: .2rem 0; } ul { list-style: none; margin: 0; padding: 0; }
.verdict { font-size: 1.2rem; font-weight: 600; border: 2px solid; padding: .4rem .8rem; margin: .8rem 0; }
.well { color: #0b5a23; } .work { color: #98000f; }
li { border: 1px solid #767676; border-left-width: .5rem; padding: .4rem .8rem; margin: .5rem 0; break-inside: avoid; overflow-wrap: anywhere; }
li.task { border-left-color: #98000f; } .flag { color: #98000f; font-weight: 600; } .name { font-weight: 600; }
code { display: block; font-size: .9rem; background: #f0f0f0; padding: .1rem .4rem; margin: .2rem 0; white-space: pre-wrap; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } }
)";

std::string escaped(std::string_view text) {
    return io::escaped_markup(intake::one_line(text));
}

void add(std::string& out, MorningLine const& line) {
    out += line.needs_person ? "<li class=\"task\"><p><span class=\"flag\">Braucht Sie:</span> " : "<li><p>";
    out += "<span class=\"name\">" + escaped(line.name) + "</span></p>\n<p>" + escaped(line.text) + "</p>\n";
    for (auto const& command : line.commands) out += "<code>" + escaped(command) + "</code>\n";
    out += "</li>\n";
}

} // namespace

std::string morning_html(Morning const& morning) {
    auto const title = "Morgenbericht vom " + feed::date_de(morning.day);
    std::string out = "<!DOCTYPE html>\n<html lang=\"de\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
                      title + ": " + escaped(morning.verdict) + "</title>\n<style>" + std::string{style} +
                      "</style>\n</head>\n<body>\n<main>\n<h1>" + title +
                      "</h1>\n<p>Zeitraum: " + escaped(morning.period) + "</p>\n<p class=\"verdict " +
                      (morning.needs_person() ? "work" : "well") + "\">" + escaped(morning.verdict) +
                      "</p>\n<p>" + escaped(morning.summary) + "</p>\n";
    for (auto const topic : all_topics) {
        auto const shown = shown_of(morning, topic);
        if (shown.all == 0) continue;
        out += "<h2>" + std::string{title_of(topic)} + " (" + intake::number_de(shown.all) + ")</h2>\n<ul>\n";
        for (auto const* const line : shown.lines) add(out, *line);
        out += "</ul>\n";
        if (shown.hidden() > 0) out += "<p>" + escaped(hidden_text(shown)) + "</p>\n";
    }
    return out + "</main>\n</body>\n</html>\n";
}

} // namespace gateway::night
