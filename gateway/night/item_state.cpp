#include "gateway/night/item_state.hpp"

#include <algorithm>
#include <array>

namespace gateway::night {
namespace {

constexpr UnixTime first_pause = UnixTime{30} * 60;
constexpr UnixTime longest_pause = UnixTime{24} * 3600;

struct Word {
    std::string_view text;
    Outcome outcome;
};
constexpr std::array<Word, 8> words{{{"unchanged", Outcome::unchanged},
                                     {"loaded", Outcome::loaded},
                                     {"not_newer", Outcome::not_newer},
                                     {"withdrawn", Outcome::withdrawn},
                                     {"absent", Outcome::absent},
                                     {"not_ready", Outcome::not_ready},
                                     {"empty", Outcome::empty},
                                     {"failed", Outcome::failed}}};

/// What the state was before the round under way.
struct Round {
    ItemState before;
    Outcome worst = Outcome::other;
    bool is_first = true;
};

void take(ItemState& state, store::Attempt const& attempt, Outcome outcome) {
    state.last = attempt;
    state.outcome = outcome;
    if (is_failure(outcome)) {
        if (state.failures == 0) state.failing_since = attempt.time;
        ++state.failures;
        return;
    }
    if (outcome == Outcome::other) return; // tells nothing of the table
    state.failures = 0;
    state.failing_since = 0;
    if (is_success(outcome)) state.last_success = attempt.time;
}

} // namespace

Outcome outcome_of(std::string_view word) noexcept {
    auto const* const found =
        std::find_if(words.begin(), words.end(), [word](Word const& each) { return each.text == word; });
    return found == words.end() ? Outcome::other : found->outcome;
}

bool is_success(Outcome outcome) noexcept {
    return outcome == Outcome::loaded || outcome == Outcome::unchanged || outcome == Outcome::not_newer;
}

bool is_failure(Outcome outcome) noexcept {
    return outcome == Outcome::failed || outcome == Outcome::empty || outcome == Outcome::not_ready;
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

UnixTime paused_until(ItemState const& state) noexcept {
    if (state.failures == 0) return 0;
    if (cause_of(state.last) == Errc::source_refused) return state.last.time + longest_pause;
    auto pause = first_pause;
    for (unsigned i = 1; i < state.failures && pause < longest_pause; ++i) pause *= 2;
    return state.last.time + std::min(pause, longest_pause);
}

} // namespace gateway::night
