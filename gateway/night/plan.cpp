#include "gateway/night/plan.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "gateway/core/time_period.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/item_state.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::night {
namespace {

/// A task and what decides its place beside not_before.
struct Ranked {
    Task task;
    UnixTime last_success = 0; ///< 0 = never
    std::size_t order = 0;     ///< in the configuration
};

std::string times_en(unsigned number) {
    if (number == 1) return "once";
    if (number == 2) return "twice";
    return std::to_string(number) + " times";
}

std::string failure_text(ItemState const& state) {
    auto text = "failed " + times_en(state.failures) + ", last at " + utc_text(state.last.time);
    if (auto const cause = cause_of(state.last))
        text += " (" + std::string{to_string(*cause)} + ")";
    else if (state.outcome != Outcome::failed)
        text += " (" + state.last.outcome + ")";
    return text;
}

std::string success_text(ItemState const& state, UnixTime now) {
    return state.last_success ? "last success " + ago_en(now - *state.last_success) : "no success so far";
}

/// What the dataset itself says: since when its figures are as they are.
std::string age_text(Facts const& facts, std::string const& source, std::string const& table, UnixTime now) {
    auto const* const dataset = facts.dataset_of(source, table);
    if (dataset == nullptr) return "";
    return ", vintage " + std::to_string(dataset->vintages.back().no) + " from " +
           ago_en(now - dataset->vintages.back().received);
}

/// A table with a calendar: asked every night from its day on until something new is there, once a week otherwise.
/// Returns the beginning of the day that is waited for; 0 where none is.
UnixTime decide_by_calendar(Task& task, ItemState const& state, Expected const& expected, Facts const& facts,
                            UnixTime now) {
    static auto const zone = german_zone();
    auto const today = day_of(now, zone);
    auto const* const dataset = facts.dataset_of(task.source, task.item);
    auto const changed = dataset == nullptr ? 0 : dataset->vintages.back().received;
    if (auto const last = last_expected(expected, today); last && changed < beginning_of(*last, zone)) {
        if (*last < today) task.late_since = *last;
        auto const begins = beginning_of(*last, zone);
        // What was asked before the day came says nothing of it.
        bool const was_asked = state.last_success && *state.last_success >= begins;
        task.not_before = was_asked ? *state.last_success + fetch_every : begins;
        task.reason = "expected on " + date_text(*last) + " and not there yet, " + success_text(state, now);
        return begins;
    }
    task.not_before = *state.last_answer + look_every;
    task.reason = success_text(state, now) + " (" + state.last.outcome + ")" +
                  age_text(facts, task.source, task.item, now);
    if (auto const next = next_expected(expected, today)) {
        task.not_before = std::min(task.not_before, beginning_of(*next, zone));
        task.reason += "; expected on " + date_text(*next) + ", asked once a week before";
    }
    return 0;
}

/// When and why, from the states of the table and of its source.
UnixTime decide(Task& task, ItemState const* state, ItemState const* whole, Expected const* expected,
                Facts const& facts, UnixTime now) {
    UnixTime awaited = 0;
    auto const pause = [&](UnixTime until, std::string const& why) {
        task.not_before = until;
        task.is_paused = until > now;
        task.reason = why + "; pause until " + utc_text(until) + (until <= now ? " is over" : "");
    };
    if (state == nullptr) {
        task.reason = "never fetched";
        if (auto const* const dataset = facts.dataset_of(task.source, task.item); dataset != nullptr)
            task.reason += " by this source, imported" + age_text(facts, task.source, task.item, now);
    } else if (state->failures > 0) {
        pause(paused_until(*state, facts.seed), failure_text(*state) + ", " + success_text(*state, now));
    } else if (state->outcome == Outcome::withdrawn || state->outcome == Outcome::absent) {
        task.action = Action::recheck;
        task.not_before = state->last.time + recheck_every;
        task.is_paused = task.not_before > now;
        task.reason = std::string{state->outcome == Outcome::withdrawn ? "withdrawn by the source"
                                                                       : "unknown to the source"} +
                      " when asked " + ago_en(now - state->last.time) + "; asked once a week";
    } else if (state->outcome == Outcome::held || state->outcome == Outcome::declined) {
        task.not_before = state->last.time + fetch_every;
        task.reason =
            std::string{state->outcome == Outcome::held ? "held by the brake " : "refused by a person "} +
            ago_en(now - state->last.time) + "; asked once a night for something newer";
    } else if (state->outcome == Outcome::postponed) {
        pause(paused_until(*state, facts.seed), "put off " + ago_en(now - state->last.time));
    } else if (expected != nullptr && state->last_answer) {
        awaited = decide_by_calendar(task, *state, *expected, facts, now);
    } else {
        task.not_before = state->last_success ? *state->last_success + fetch_every : 0;
        task.reason = success_text(*state, now) + " (" + state->last.outcome + ")" +
                      age_text(facts, task.source, task.item, now);
        if (task.not_before > now) task.reason += "; asked once a night";
    }
    if (whole == nullptr) return awaited;
    auto const whole_until = paused_until(*whole, facts.seed);
    if (whole_until <= std::max(now, task.not_before)) return awaited;
    pause(whole_until, whole->failures > 0 ? "the source as a whole " + failure_text(*whole)
                                           : "the source as a whole was put off: " + whole->last.text);
    return awaited;
}

void plan_sources(std::vector<Ranked>& tasks, Facts const& facts, UnixTime now, CommandWords const& words) {
    auto const states = item_states(facts.attempts);
    auto const state_of = [&states](std::string const& source, std::string const& table) {
        auto const found = states.find({source, table});
        return found == states.end() ? nullptr : &found->second;
    };
    for (auto const& source : facts.sources)
        for (auto const& table : source.tables) {
            Ranked ranked;
            auto& task = ranked.task;
            task.source = source.id;
            task.item = table;
            task.name = facts.name_of(source.id, table);
            task.command = words.program + " sync " + shell_word(source.id) + " --table " +
                           shell_word(table) + words.config;
            auto const* const state = state_of(source.id, table);
            if (state != nullptr) task.last_answer = state->last_answer.value_or(0);
            auto const calendar = source.expected.find(table);
            auto const awaited =
                decide(task, state, state_of(source.id, ""),
                       calendar == source.expected.end() ? nullptr : &calendar->second, facts, now);
            if (auto const job = facts.pending_jobs.find({source.service, table});
                job != facts.pending_jobs.end()) {
                // Started is started: to ask anew would start it twice.
                task.action = Action::resume;
                task.reason = "the source was given the job " + job->second + "; " + task.reason;
            }
            if (state != nullptr) ranked.last_success = state->last_success.value_or(0);
            if (awaited != 0) ranked.last_success = awaited; // what was published first comes first
            ranked.order = tasks.size();
            tasks.push_back(std::move(ranked));
        }
}

void plan_deliveries(std::vector<Ranked>& tasks, Facts const& facts, CommandWords const& words) {
    for (auto const& delivery : facts.deliveries) {
        Ranked ranked;
        auto& task = ranked.task;
        task.action = Action::deliver;
        task.source = delivery.agreement;
        task.item = delivery.id;
        auto const* const agreement = facts.agreement(delivery.agreement);
        task.name = agreement == nullptr ? delivery.agreement : agreement->title;
        task.command = words.program + " delivery work";
        if (delivery.stage == intake::Stage::received) {
            task.reason = "received " + utc_text(delivery.received) + ", not yet checked";
        } else if (delivery.stage == intake::Stage::checked && delivery.release_wanted) {
            task.not_before = delivery.release_at.value_or(0);
            task.reason = delivery.release_at ? "its release is due at " + utc_text(*delivery.release_at)
                                              : "its release is wanted";
        } else {
            continue;
        }
        ranked.order = tasks.size();
        tasks.push_back(std::move(ranked));
    }
}

void plan_agreements(std::vector<Ranked>& tasks, Facts const& facts, UnixTime now,
                     CommandWords const& words) {
    for (auto const& each : facts.agreements) {
        if (!each.is_in_use) continue;
        auto const& agreement = each.agreement;
        auto const late = overdue(each, facts.deliveries, now);
        auto const due = late ? late : intake::next_due_day(agreement, intake::day_in_zone(agreement, now));
        if (!due) continue;
        Ranked ranked;
        auto& task = ranked.task;
        task.action = Action::expect;
        task.source = agreement.id;
        task.name = agreement.title;
        auto const zone = intake::TimeZone::load(agreement.time_zone);
        task.not_before = beginning_of(due->day, zone);
        task.reason = (late ? "overdue since " : "due by ") + date_text(due->day) +
                      (due->note.empty() ? "" : ": " + due->note);
        task.command = words.program + " delivery list --agreement " + shell_word(agreement.id);
        ranked.order = tasks.size();
        tasks.push_back(std::move(ranked));
    }
}

} // namespace

std::string_view name_of(Action action) noexcept {
    constexpr std::array<std::string_view, 5> names{"resume", "deliver", "fetch", "recheck", "expect"};
    return names[static_cast<std::size_t>(action)];
}

std::optional<intake::DueDay> overdue(AgreementFacts const& agreement,
                                      std::span<intake::Delivery const> deliveries, UnixTime now) {
    if (!agreement.is_in_use) return std::nullopt;
    auto const today = intake::day_in_zone(agreement.agreement, now);
    auto const due = intake::last_due_day(agreement.agreement, today);
    if (!due) return std::nullopt;
    auto const before = intake::last_due_day(agreement.agreement, due->day);
    auto const belongs = [&](std::int32_t day) {
        return !before || day >= due->day || due->day - day < day - before->day;
    };
    // Nobody is late for a day before anything was agreed: the first delivery shows that it was.
    bool is_old = false;
    for (auto const& delivery : deliveries) {
        if (delivery.agreement != agreement.agreement.id) continue;
        auto const day = intake::day_in_zone(agreement.agreement, delivery.received);
        is_old = is_old || day <= due->day;
        if (delivery.stage != intake::Stage::refused && delivery.stage != intake::Stage::withdrawn &&
            belongs(day))
            return std::nullopt;
    }
    return is_old ? due : std::nullopt;
}

std::vector<Task> plan(Facts const& facts, UnixTime now, CommandWords const& words) {
    std::vector<Ranked> tasks;
    plan_deliveries(tasks, facts, words);
    plan_sources(tasks, facts, now, words);
    plan_agreements(tasks, facts, now, words);
    for (auto& each : tasks) each.task.is_due = each.task.not_before <= now;
    std::sort(tasks.begin(), tasks.end(), [](Ranked const& a, Ranked const& b) {
        auto const rank = [](Ranked const& each) {
            auto const& task = each.task;
            return std::tuple{!task.is_due, task.is_due ? UnixTime{0} : task.not_before, task.action,
                              each.last_success, each.order};
        };
        return rank(a) < rank(b);
    });
    std::vector<Task> out;
    out.reserve(tasks.size());
    for (auto& each : tasks) out.push_back(std::move(each.task));
    return out;
}

} // namespace gateway::night
