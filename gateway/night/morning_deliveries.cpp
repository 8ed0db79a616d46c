// What the morning report says of deliveries: those that wait for somebody, those refused, those that did not come.
#include <algorithm>
#include <optional>

#include "gateway/feed/german.hpp"
#include "gateway/intake/calendar.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/morning_parts.hpp"
#include "gateway/night/plan.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::night {
namespace {

constexpr UnixTime check_takes = UnixTime{15} * 60; ///< longer than any check
constexpr UnixTime release_takes = UnixTime{5} * 60;

std::string title_of(Desk const& desk, intake::Delivery const& delivery) {
    auto const* const agreement = desk.facts.agreement(delivery.agreement);
    return "Lieferung " + delivery.id + ", " +
           (agreement == nullptr ? delivery.agreement : agreement->title + ", " + agreement->office_name);
}

/// What the last step says; it was written for people.
std::string last_why(intake::Delivery const& delivery) {
    if (delivery.steps.empty() || delivery.steps.back().why.empty()) return "";
    return " Vermerk: „" + intake::cut_text(delivery.steps.back().why, longest_message) + "“.";
}

bool was_released(intake::Delivery const& delivery) {
    return std::any_of(delivery.steps.begin(), delivery.steps.end(),
                       [](auto const& step) { return step.stage == intake::Stage::released; });
}

void report_delivery(Desk const& desk, intake::Delivery const& delivery) {
    auto const command = desk.words.program + " delivery ";
    auto const id = shell_word(delivery.id);
    auto const changed = delivery.steps.empty() ? delivery.received : delivery.steps.back().time;
    auto const age = desk.window.until - changed;
    auto const line = [&](Topic topic, bool needs_person, std::string const& text,
                          std::vector<std::string> commands) {
        desk.add({topic, needs_person, delivery.id, title_of(desk, delivery), text, std::move(commands), 0});
    };
    switch (delivery.stage) {
    case intake::Stage::received:
        if (desk.window.until - delivery.received > check_takes)
            line(Topic::failed, true,
                 "Am " + time_de(delivery.received, desk.zone) +
                     " eingegangen und noch nicht geprüft: der Dienst läuft wohl nicht.",
                 {command + "work"});
        break;
    case intake::Stage::held:
        line(Topic::held, true, "Angehalten " + ago_de(age) + "." + last_why(delivery),
             {command + "report " + id, command + "release " + id + " --reason GRUND",
              command + "withdraw " + id + " --why GRUND"});
        break;
    case intake::Stage::checked:
        if (!delivery.release_wanted)
            line(Topic::held, true, "Geprüft " + ago_de(age) + ", wartet auf Freigabe." + last_why(delivery),
                 {command + "report " + id, command + "release " + id,
                  command + "withdraw " + id + " --why GRUND"});
        else if (desk.window.until - delivery.release_at.value_or(changed) > release_takes)
            line(Topic::failed, true,
                 "Freigegeben und noch nicht sichtbar, obwohl ihre Minute vorbei ist: der Dienst läuft wohl "
                 "nicht.",
                 {command + "work"});
        else if (delivery.release_at)
            line(Topic::held, false,
                 "Freigegeben; sichtbar ab " + time_de(*delivery.release_at, desk.zone) + ".",
                 {command + "show " + id});
        break;
    case intake::Stage::refused:
        if (desk.is_in(changed))
            line(Topic::needs_you, true,
                 "Abgewiesen: nichts davon ist brauchbar. Bitte das Amt verständigen." + last_why(delivery),
                 {command + "report " + id});
        break;
    case intake::Stage::withdrawn:
        // What had been released is told by its dataset.
        if (desk.is_in(changed) && !was_released(delivery))
            line(Topic::withdrawn, false, "Vor der Freigabe zurückgezogen." + last_why(delivery),
                 {command + "show " + id});
        break;
    case intake::Stage::released: break; // told by its dataset and by the count
    }
}

} // namespace

void report_deliveries(Desk const& desk) {
    auto& tally = desk.morning.tally;
    for (auto const& delivery : desk.facts.deliveries) {
        if (desk.is_in(delivery.received)) ++tally.received;
        for (auto const& step : delivery.steps)
            if (step.stage == intake::Stage::released && desk.is_in(step.time)) {
                ++tally.released;
                break;
            }
        report_delivery(desk, delivery);
    }
    for (auto const& each : desk.facts.agreements) {
        auto const due = overdue(each, desk.facts.deliveries, desk.window.until);
        if (!due) continue;
        auto const& agreement = each.agreement;
        auto const days =
            static_cast<std::uint64_t>(intake::day_in_zone(agreement, desk.window.until) - due->day);
        desk.add({Topic::late,
                  true,
                  agreement.id,
                  agreement.title + " (" + agreement.id + ")",
                  "Fällig war am " + feed::date_de(due->day) + ", vor " +
                      (days == 1 ? "einem Tag" : counted_de(days, "Tag", "Tagen")) +
                      (due->note.empty() ? "" : ": " + due->note) +
                      ". Bitte nachfragen: " + agreement.office_name +
                      (agreement.contact.empty() ? "" : ", " + agreement.contact) + ".",
                  {desk.words.program + " delivery list --agreement " + shell_word(agreement.id)},
                  days});
    }
}

} // namespace gateway::night
