#include "gateway/night/morning.hpp"

#include <algorithm>
#include <map>

#include "gateway/core/error.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/item_state.hpp"
#include "gateway/night/morning_parts.hpp"

namespace gateway::night {
namespace {

/// Rounds as item_states() forms them, counted in the window.
void count_rounds(Desk const& desk) {
    auto& tally = desk.morning.tally;
    std::map<std::pair<std::string, std::string>, std::pair<UnixTime, Outcome>> open;
    auto const close = [&](Outcome outcome) {
        ++tally.rounds;
        if (is_failure(outcome))
            ++tally.failed;
        else if (outcome == Outcome::loaded)
            ++tally.loaded;
        else if (outcome == Outcome::held)
            ++tally.held;
        else if (outcome == Outcome::postponed)
            ++tally.postponed;
        else if (is_success(outcome) && outcome != Outcome::not_newer)
            ++tally.unchanged; // also what was skipped, is late, or was refused before
        else if (outcome == Outcome::not_newer)
            ++tally.not_newer;
        else if (outcome == Outcome::other)
            ++tally.other;
        else
            ++tally.gone;
    };
    for (auto const& attempt : desk.facts.attempts) {
        if (!desk.is_in(attempt.time)) continue;
        std::pair const key{attempt.source, attempt.item};
        auto const outcome = outcome_of(attempt.outcome);
        auto const found = open.find(key);
        if (found != open.end() && attempt.time - found->second.first <= round_seconds) {
            found->second.second = std::max(found->second.second, outcome);
            continue;
        }
        if (found != open.end()) close(found->second.second);
        open.insert_or_assign(key, std::pair{attempt.time, outcome});
    }
    for (auto const& [key, round] : open) close(round.second);
}

std::string summary_of(Morning const& morning) {
    auto const& tally = morning.tally;
    if (tally.rounds == 0 && tally.received == 0 && tally.released == 0 && morning.lines.empty())
        return "In diesem Zeitraum ist nichts geschehen: kein Abruf, kein Import, keine Lieferung.";
    std::string text;
    if (tally.rounds == 0) {
        text = "Kein Abruf und kein Import in diesem Zeitraum.";
    } else {
        text = counted_de(tally.rounds, "Abruf oder Import: ", "Abrufe und Importe: ");
        bool is_first = true;
        auto const add = [&](std::uint64_t number, std::string_view what) {
            if (number == 0) return;
            text += (is_first ? "" : ", ") + intake::number_de(number) + " " + std::string{what};
            is_first = false;
        };
        add(tally.loaded, "mit Änderungen");
        add(tally.unchanged, "unverändert");
        add(tally.not_newer, "älter als der gültige Stand");
        add(tally.gone, "bei der Quelle nicht vorhanden");
        add(tally.held, "angehalten");
        add(tally.postponed, "verschoben");
        add(tally.failed, "misslungen");
        add(tally.other, "ohne Zahlen");
        text += ".";
    }
    if (tally.received + tally.released > 0)
        text += " Lieferungen: " + intake::number_de(tally.received) + " eingegangen, " +
                intake::number_de(tally.released) + " freigegeben.";
    if (tally.loaded == 0 && tally.released == 0 && tally.rounds > 0) text += " Kein Wert hat sich geändert.";
    return text;
}

} // namespace

bool Morning::needs_person() const noexcept {
    return std::any_of(lines.begin(), lines.end(), [](auto const& line) { return line.needs_person; });
}

std::string_view name_of(Topic topic) noexcept {
    constexpr std::array<std::string_view, 7> names{"needs_you", "failed",  "held", "late",
                                                    "withdrawn", "revised", "new"};
    return names[static_cast<std::size_t>(topic)];
}

std::string_view title_of(Topic topic) noexcept {
    constexpr std::array<std::string_view, 7> titles{
        "Braucht Sie", "Fehlgeschlagen", "Angehalten", "Verspätet", "Zurückgezogen", "Revidiert", "Neu"};
    return titles[static_cast<std::size_t>(topic)];
}

MorningWindow window_before(UnixTime now) noexcept {
    return {now - now % hour_seconds - day_seconds, now};
}

MorningWindow window_of_day(std::int32_t day, UnixTime now, intake::TimeZone const& zone) {
    MorningWindow window{beginning_of(day, zone), beginning_of(day + 1, zone) - 1};
    if (window.from > now)
        throw Error{Errc::invalid_argument,
                    "--date " + date_text(day) + " has not begun; today is " + date_text(day_of(now, zone))};
    window.until = std::min(window.until, now);
    return window;
}

Morning morning_report(Facts const& facts, MorningWindow const& window, intake::TimeZone const& zone,
                       CommandWords const& words) {
    Morning morning;
    morning.window = window;
    morning.day = day_of(window.until, zone);
    morning.period = time_de(window.from, zone) + ", bis " + time_de(window.until, zone);
    Desk const desk{facts, window, zone, words, morning};
    count_rounds(desk);
    report_datasets(desk);
    report_items(desk);
    report_deliveries(desk);
    std::stable_sort(morning.lines.begin(), morning.lines.end(), [](auto const& a, auto const& b) {
        if (a.topic != b.topic) return a.topic < b.topic;
        if (a.needs_person != b.needs_person) return a.needs_person;
        return a.weight > b.weight;
    });
    auto const tasks = static_cast<std::uint64_t>(std::count_if(
        morning.lines.begin(), morning.lines.end(), [](auto const& line) { return line.needs_person; }));
    morning.verdict = tasks == 0   ? "Nichts zu tun."
                      : tasks == 1 ? "Ein Punkt braucht Sie."
                                   : intake::number_de(tasks) + " Punkte brauchen Sie.";
    morning.summary = summary_of(morning);
    return morning;
}

} // namespace gateway::night
