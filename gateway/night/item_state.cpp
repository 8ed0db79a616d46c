#include "gateway/night/item_state.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace gateway::night {
namespace {

constexpr UnixTime first_pause = UnixTime{30} * 60;
constexpr UnixTime longest_pause = UnixTime{24} * 3600;

struct Word {
    std::string_view text;
    Outcome outcome;
};
constexpr std::array<Word, 18> words{{{"skipped", Outcome::skipped},
                                      {"unchanged", Outcome::unchanged},
                                      {"late", Outcome::late},
                                      {"loaded", Outcome::loaded},
                                      {"not_newer", Outcome::not_newer},
                                      {"declined", Outcome::declined},
                                      {"withdrawn", Outcome::withdrawn},
                                      {"absent", Outcome::absent},
                                      {"postponed", Outcome::postponed},
                                      {"not_ready", Outcome::not_ready},
                                      {"unavailable", Outcome::unavailable},
                                      {"held", Outcome::held},
                                      {"too_big", Outcome::too_big},
                                      {"partial", Outcome::partial},
                                      {"changed_shape", Outcome::changed_shape},
                                      {"empty", Outcome::empty},
                                      {"refused", Outcome::refused},
                                      {"failed", Outcome::failed}}};

/// What the state was before the round under way.
struct Round {
    ItemState before;
    Outcome worst = Outcome::other;
    bool is_first = true;
};

/// 0 to `most`, from what is known of the attempt alone: the plan stays a function of its facts.
UnixTime jitter(store::Attempt const& attempt, std::uint64_t seed, UnixTime most) noexcept {
    constexpr std::uint64_t prime = 1'099'511'628'211U; // FNV-1a
    std::uint64_t hash = 14'695'981'039'346'656'037U ^ seed;
    auto const mix = [&hash](std::string_view text) {
        for (auto const c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    };
    mix(attempt.source);
    mix(attempt.item);
    mix(std::to_string(attempt.time));
    hash ^= hash >> 32U;
    return most == 0 ? 0 : static_cast<UnixTime>(hash % static_cast<std::uint64_t>(most + 1));
}

void take(ItemState& state, store::Attempt const& attempt, Outcome outcome) {
    state.last = attempt;
    state.outcome = outcome;
    if (is_failure(outcome)) {
        if (state.failures == 0) state.failing_since = attempt.time;
        ++state.failures;
        return;
    }
    if (outcome == Outcome::other || outcome == Outcome::postponed) return; // tells nothing of the table
    state.failures = 0;
    state.failing_since = 0;
    if (is_success(outcome)) state.last_success = attempt.time;
    if (is_success(outcome) && outcome != Outcome::skipped) state.last_answer = attempt.time;
}

} // namespace

Outcome outcome_of(std::string_view word) noexcept {
    auto const* const found =
        std::find_if(words.begin(), words.end(), [word](Word const& each) { return each.text == word; });
    return found == words.end() ? Outcome::other : found->outcome;
}

std::string_view name_of(Outcome outcome) noexcept {
    auto const* const found = std::find_if(words.begin(), words.end(),
                                           [outcome](Word const& each) { return each.outcome == outcome; });
    return found == words.end() ? "other" : found->text;
}

bool is_success(Outcome outcome) noexcept {
    return outcome == Outcome::skipped || outcome == Outcome::unchanged || outcome == Outcome::late ||
           outcome == Outcome::loaded || outcome == Outcome::not_newer || outcome == Outcome::declined;
}

bool is_failure(Outcome outcome) noexcept {
    return outcome == Outcome::not_ready || outcome == Outcome::unavailable || outcome >= Outcome::too_big;
}

ItemStates item_states(std::span<store::Attempt const> oldest_first) {
    ItemStates states;
    std::map<std::pair<std::string, std::string>, Round> rounds;
    for (auto const& attempt : oldest_first) {
        std::pair const key{attempt.source, attempt.item};
        auto const outcome = outcome_of(attempt.outcome);
        auto& state = states[key];
        auto& round = rounds[key];
        bool const goes_on = !round.is_first && attempt.time - state.last.time <= round_seconds;
        if (!goes_on) {
            round.before = state;
            round.worst = outcome;
            round.is_first = false;
            take(state, attempt, outcome);
        } else if (outcome > round.worst) {
            round.worst = outcome;
            state = round.before;
            take(state, attempt, outcome);
        }
        if (!attempt.item.empty() && is_success(outcome)) {
            auto const whole = states.find({attempt.source, ""});
            if (whole != states.end()) {
                whole->second.failures = 0;
                whole->second.failing_since = 0;
                whole->second.outcome = Outcome::other;
            }
        }
    }
    return states;
}

std::optional<Errc> cause_of(store::Attempt const& attempt) noexcept {
    std::string_view const text = attempt.text;
    if (text.empty() || text.back() != ')') return std::nullopt;
    auto const open = text.rfind('(');
    if (open == std::string_view::npos) return std::nullopt;
    auto const name = text.substr(open + 1, text.size() - open - 2);
    for (unsigned i = 0; i <= static_cast<unsigned>(Errc::conflict); ++i)
        if (to_string(static_cast<Errc>(i)) == name) return static_cast<Errc>(i);
    return std::nullopt;
}

UnixTime not_before_of(store::Attempt const& attempt) noexcept {
    constexpr std::string_view mark = "not before ";
    constexpr std::size_t length = 20; // "2026-11-27T11:00:00Z"
    auto const at = attempt.text.rfind(mark);
    if (at == std::string::npos || attempt.text.size() < at + mark.size() + length) return 0;
    return utc_from(std::string_view{attempt.text}.substr(at + mark.size(), length), 0);
}

UnixTime paused_until(ItemState const& state, std::uint64_t seed) noexcept {
    auto const wished = state.outcome == Outcome::other ? 0 : not_before_of(state.last);
    if (state.failures == 0) return wished;
    auto pause = first_pause;
    if (cause_of(state.last) == Errc::source_refused) {
        pause = longest_pause;
    } else {
        for (unsigned i = 1; i < state.failures && pause < longest_pause; ++i) pause *= 2;
        pause = std::min(pause, longest_pause);
        if (seed != 0) pause += jitter(state.last, seed, pause / 4);
    }
    return std::max(wished, state.last.time + pause);
}

} // namespace gateway::night
