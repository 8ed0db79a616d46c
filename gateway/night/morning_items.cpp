// What the morning report says of tables and sources: those that fail, that a source does not have, that nobody fetched.
#include <algorithm>
#include <optional>
#include <set>

#include "gateway/intake/report_german.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/item_state.hpp"
#include "gateway/night/morning_parts.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::night {
namespace {

constexpr UnixTime late_after = 2 * day_seconds; ///< without success, of a table that is asked every night
constexpr unsigned patience = 3; ///< failures in a row of a source that is merely out of reach

std::string sync_command(Desk const& desk, std::string const& source, std::string const& table) {
    return desk.words.program + " sync " + shell_word(source) +
           (table.empty() ? "" : " --table " + shell_word(table)) + desk.words.config;
}

std::string message_of(store::Attempt const& attempt) {
    if (attempt.text.empty()) return "";
    return " Meldung: „" + intake::cut_text(attempt.text, longest_message) + "“.";
}

/// Names what an item is; the source as a whole has an empty table.
std::string item_name(Desk const& desk, std::string const& source, std::string const& table) {
    if (!table.empty()) return desk.facts.name_of(source, table);
    auto const* const known = desk.facts.source(source);
    return known == nullptr || known->title.empty() ? "Quelle " + source : known->title + " (" + source + ")";
}

bool is_out_of_reach(ItemState const& state) {
    return state.failures > 0 &&
           (state.outcome == Outcome::failed || state.outcome == Outcome::unavailable) &&
           cause_of(state.last) == Errc::source_unavailable;
}

void report_failure(Desk const& desk, std::string const& source, std::string const& table,
                    ItemState const& state) {
    auto const cause = cause_of(state.last);
    MorningLine line{state.outcome == Outcome::empty ? Topic::needs_you : Topic::failed,
                     true,
                     table.empty() ? source : table,
                     item_name(desk, source, table),
                     "",
                     {sync_command(desk, source, table)},
                     state.failures};
    if (state.outcome == Outcome::empty)
        line.text = "Die Quelle lieferte keine einzige Zeile; der bisherige Stand bleibt.";
    else if (state.outcome == Outcome::not_ready)
        line.text = "Der Auftrag bei der Quelle ist noch nicht fertig; der nächste Lauf holt ihn ab.";
    else
        line.text = (cause ? std::string{intake::title_of(*cause)} : std::string{"Abruf misslungen"}) + ".";
    if (state.failures > 1)
        line.text += " Zum " + std::to_string(state.failures) + ". Mal in Folge, seit " +
                     time_de(state.failing_since, desk.zone) + ".";
    line.text += message_of(state.last);
    if (state.last_success)
        line.text += " Letzter Erfolg " + ago_de(desk.window.until - *state.last_success) + ".";
    else if (!table.empty())
        line.text += " Noch nie geglückt.";
    bool const may_pass = state.outcome == Outcome::not_ready || cause == Errc::source_unavailable;
    if (may_pass && state.failures < patience) {
        line.needs_person = false;
        line.text += " Der nächste Lauf versucht es von selbst wieder.";
    }
    if (cause == Errc::source_refused)
        line.commands.insert(line.commands.begin(),
                             desk.words.program + " doctor --network" + desk.words.config);
    desk.add(std::move(line));
}

/// A source that is down fails with each of its tables: that is one piece of news. True where it was told.
bool report_outage(Desk const& desk, SourceFacts const& source, ItemStates const& states) {
    constexpr std::size_t few = 3, named = 3;
    unsigned most_failures = 0;
    UnixTime since = desk.window.until;
    std::vector<std::string> tables;
    for (auto const& table : source.tables) {
        auto const found = states.find({source.id, table});
        if (found == states.end() || !is_out_of_reach(found->second)) continue;
        tables.push_back(table);
        most_failures = std::max(most_failures, found->second.failures);
        since = std::min(since, found->second.failing_since);
    }
    if (tables.size() <= few) return false;
    std::string names;
    for (std::size_t i = 0; i < named; ++i) names += (i == 0 ? "" : ", ") + tables[i];
    bool const needs_person = most_failures >= patience;
    desk.add({Topic::failed,
              needs_person,
              source.id,
              item_name(desk, source.id, ""),
              std::string{intake::title_of(Errc::source_unavailable)} + ": " +
                  counted_de(tables.size(), "Tabelle", "Tabellen") + " von " +
                  intake::number_de(source.tables.size()) + " misslungen (" + names + " und " +
                  intake::number_de(tables.size() - named) + " weitere), seit " + time_de(since, desk.zone) +
                  "." + (needs_person ? "" : " Der nächste Lauf versucht es von selbst wieder."),
              {sync_command(desk, source.id, "")},
              tables.size()});
    return true;
}

/// True where something was said of the item.
bool report_item(Desk const& desk, std::string const& source, std::string const& table,
                 ItemState const& state) {
    if (state.failures > 0) return report_failure(desk, source, table, state), true;
    if (state.outcome == Outcome::absent) {
        desk.add({Topic::needs_you,
                  true,
                  table,
                  desk.facts.name_of(source, table),
                  "Die Quelle kennt diese Tabelle nicht: bitte den Code in der Konfiguration prüfen." +
                      message_of(state.last),
                  {sync_command(desk, source, table)},
                  0});
        return true;
    }
    if (state.outcome == Outcome::late) {
        desk.add({Topic::late,
                  false,
                  table,
                  desk.facts.name_of(source, table),
                  "Der neue Stand ist überfällig; der nächste Lauf fragt wieder." + message_of(state.last),
                  {sync_command(desk, source, table)},
                  0});
        return true;
    }
    if (state.outcome == Outcome::postponed && desk.is_in(state.last.time)) {
        desk.add({Topic::late,
                  false,
                  table.empty() ? source : table,
                  item_name(desk, source, table),
                  "Verschoben, der nächste Lauf holt es nach." + message_of(state.last),
                  {sync_command(desk, source, table)},
                  0});
        return true;
    }
    // Told by its vintage, and by what is held.
    return state.outcome == Outcome::withdrawn || state.outcome == Outcome::held;
}

/// Documents that the brake stopped wait for a person.
void report_held(Desk const& desk) {
    for (auto const& held : desk.facts.held) {
        std::string text = "Nicht übernommen seit " + time_de(held.at, desk.zone) +
                           ", weil zu viel auf einmal anders wäre: " +
                           counted_de(held.deleted, "Wert gelöscht", "Werte gelöscht") + ", " +
                           intake::number_de(held.revised) + " geändert, " +
                           intake::number_de(held.unchanged) + " gleich; der bisherige Stand bleibt.";
        for (auto const& why : held.why) text += " " + why + ".";
        auto const command = desk.words.program + " held ";
        desk.add({Topic::held,
                  true,
                  held.table,
                  desk.facts.name_of(held.source, held.table),
                  std::move(text),
                  {command + "show " + shell_word(held.id),
                   command + "release " + shell_word(held.id) + " --reason 'GRUND'",
                   command + "refuse " + shell_word(held.id) + " --reason 'GRUND'"},
                  held.deleted + held.revised});
    }
}

void report_late(Desk const& desk, SourceFacts const& source, std::string const& table,
                 ItemState const* state) {
    auto const success = state == nullptr ? std::nullopt : state->last_success;
    if (success && desk.window.until - *success <= late_after) return;
    desk.add({Topic::late,
              true,
              table,
              desk.facts.name_of(source.id, table),
              success ? "Zuletzt " + ago_de(desk.window.until - *success) + " abgeholt, am " +
                            time_de(*success, desk.zone) + "."
                      : "Steht in der Konfiguration und wurde noch nie abgeholt.",
              {sync_command(desk, source.id, table)},
              0});
}

} // namespace

void report_items(Desk const& desk) {
    report_held(desk);
    auto const states = item_states(desk.facts.attempts);
    std::set<std::pair<std::string, std::string>> configured;
    bool was_tried = false;
    std::optional<UnixTime> last_try;
    for (auto const& source : desk.facts.sources) {
        for (auto const& table : source.tables) configured.insert({source.id, table});
        configured.insert({source.id, ""});
    }
    for (auto const& [key, state] : states) {
        if (configured.count(key) == 0) continue;
        was_tried = was_tried || desk.is_in(state.last.time);
        last_try = std::max(last_try.value_or(state.last.time), state.last.time);
    }
    bool const has_run = was_tried || desk.facts.sources.empty();
    if (!has_run)
        desk.add({Topic::late,
                  true,
                  "sync",
                  "Nächtlicher Lauf",
                  last_try ? "Hat in diesem Zeitraum nicht stattgefunden; der letzte Abruf war am " +
                                 time_de(*last_try, desk.zone) + "."
                           : "Hat noch nie stattgefunden: keine der eingerichteten Quellen wurde je gefragt.",
                  {desk.words.program + " sync" + desk.words.config},
                  0});
    for (auto const& source : desk.facts.sources) {
        if (auto const whole = states.find({source.id, ""}); whole != states.end())
            report_item(desk, source.id, "", whole->second);
        bool const is_outage = report_outage(desk, source, states);
        for (auto const& table : source.tables) {
            auto const found = states.find({source.id, table});
            auto const* const state = found == states.end() ? nullptr : &found->second;
            if (is_outage && state != nullptr && is_out_of_reach(*state)) continue;
            bool const is_told = state != nullptr && report_item(desk, source.id, table, *state);
            if (!is_told && has_run) report_late(desk, source, table, state);
        }
    }
    // What no configuration names, files imported by hand, is told in the night in which it happened.
    for (auto const& [key, state] : states)
        if (configured.count(key) == 0 && desk.is_in(state.last.time))
            report_item(desk, key.first, key.second, state);
}

} // namespace gateway::night
