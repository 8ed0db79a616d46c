// kreislauf report: the morning report.
#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/night_facts.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/clock_text.hpp"

namespace gateway::app {
namespace {

night::MorningWindow window_of(Options const& options, UnixTime now, intake::TimeZone const& zone) {
    auto const& text = options.night.date;
    if (text.empty()) return night::window_before(now);
    auto const day = parse_date(text);
    if (!day)
        throw Error{Errc::invalid_argument,
                    "--date '" + text + "' is not a date; expected 2026-11-25 or 25.11.2026"};
    return night::window_of_day(*day, now, zone);
}

std::string json_of(night::Morning const& morning) {
    Json json;
    auto const& tally = morning.tally;
    json.object()
        .field("date", date_text(morning.day))
        .field("from", utc_text(morning.window.from))
        .field("until", utc_text(morning.window.until))
        .flag("needs_person", morning.needs_person())
        .field("verdict", morning.verdict)
        .field("summary", morning.summary);
    json.key("rounds")
        .object()
        .field("all", tally.rounds)
        .field("loaded", tally.loaded)
        .field("unchanged", tally.unchanged)
        .field("not_newer", tally.not_newer)
        .field("gone", tally.gone)
        .field("held", tally.held)
        .field("postponed", tally.postponed)
        .field("failed", tally.failed)
        .field("other", tally.other)
        .end_object();
    json.key("deliveries")
        .object()
        .field("received", tally.received)
        .field("released", tally.released)
        .end_object();
    json.key("lines").array();
    for (auto const& line : morning.lines) {
        json.object()
            .field("topic", name_of(line.topic))
            .flag("needs_person", line.needs_person)
            .field("code", line.code)
            .field("name", line.name)
            .field("text", line.text);
        json.key("commands").array();
        for (auto const& command : line.commands) json.text(command);
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.whole() + "\n";
}

} // namespace

Exit run_report(Options const& options) {
    if (options.json && (options.night.html || options.night.mail))
        throw Error{Errc::invalid_argument, "--json and --html or --mail exclude each other; name one"};
    auto const zone = night::german_zone();
    auto const now = clock_for(options).now();
    auto const window = window_of(options, now, zone);
    auto const desk = night_desk(options, window.from, window.until);
    auto const morning = night::morning_report(desk.facts, window, zone, desk.words);
    auto const text = options.json         ? json_of(morning)
                      : options.night.html ? night::morning_html(morning)
                      : options.night.mail ? night::morning_mail(morning, now)
                                           : night::morning_text(morning);
    if (options.night.out.empty())
        std::fwrite(text.data(), 1, text.size(), stdout);
    else
        io::write_durable(options.night.out, text);
    return morning.needs_person() ? Exit::failed : Exit::done;
}

} // namespace gateway::app
