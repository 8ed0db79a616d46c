// The morning report for a terminal and as text of a mail.
#include <algorithm>

#include "gateway/feed/german.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/intake/report_parts.hpp"
#include "gateway/night/morning_parts.hpp"

namespace gateway::night {
namespace {

constexpr std::size_t most_lines = 12; ///< of a topic
constexpr std::size_t width = 100;     ///< columns of a terminal, roughly: bytes of a line

/// Broken between words, each line behind `indent`; a word that is longer stays whole.
std::string wrapped(std::string const& text, std::string const& indent) {
    std::string out, line;
    std::size_t at = 0;
    while (at < text.size()) {
        auto const space = std::min(text.find(' ', at), text.size());
        auto const word = text.substr(at, space - at);
        if (!line.empty() && indent.size() + line.size() + 1 + word.size() > width) {
            out += indent + line + "\n";
            line.clear();
        }
        line += (line.empty() ? "" : " ") + word;
        at = space + 1;
    }
    return line.empty() ? out : out + indent + line + "\n";
}

} // namespace

Shown shown_of(Morning const& morning, Topic topic) {
    Shown shown;
    for (auto const& line : morning.lines) {
        if (line.topic != topic) continue;
        ++shown.all;
        if (shown.lines.size() < most_lines) shown.lines.push_back(&line);
    }
    return shown;
}

std::string hidden_text(Shown const& shown) {
    return "und " + intake::number_de(shown.hidden()) + " weitere; alle nennt: kreislauf report --json";
}

std::string morning_text(Morning const& morning) {
    auto out = "Morgenbericht vom " + feed::date_de(morning.day) + "\n" + "Zeitraum: " + morning.period +
               "\n\n" + morning.verdict + "\n" + wrapped(morning.summary, "");
    for (auto const topic : all_topics) {
        auto const shown = shown_of(morning, topic);
        if (shown.all == 0) continue;
        out += "\n" + std::string{title_of(topic)} + " (" + intake::number_de(shown.all) + ")\n";
        for (auto const* const line : shown.lines) {
            out += std::string{line->needs_person ? "! " : "- "} + intake::one_line(line->name) + "\n" +
                   wrapped(intake::one_line(line->text), "    ");
            for (auto const& command : line->commands) out += "    > " + intake::one_line(command) + "\n";
        }
        if (shown.hidden() > 0) out += "  " + hidden_text(shown) + "\n";
    }
    return out;
}

} // namespace gateway::night
