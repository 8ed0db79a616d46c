// Plan: what a night should do, in which order and why.
//
// A pure function: the same facts and the same time make the same plan, and nobody is asked. A task says from when on it
// may be done; one whose time has come is due. Jobs that a source already works on come first, then tables that were never
// had, then those that were had longest ago; what must wait stands behind, in the order of its time.
//
// Units    UnixTime in seconds
// Source   docs/night.md
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/intake/calendar.hpp"
#include "gateway/night/facts.hpp"
#include "gateway/night/morning.hpp"

namespace gateway::night {

enum class Action : std::uint8_t {
    resume,  ///< fetch the result of a background job that the source was given
    deliver, ///< check or release a delivery
    fetch,   ///< ask for a table
    recheck, ///< ask whether a table that the source does not have is there again
    expect   ///< an office has a delivery due; nothing to do but to notice
};
std::string_view name_of(Action action) noexcept; ///< "resume"

struct Task {
    Action action = Action::fetch;
    std::string source; ///< id of the configuration; of deliveries the agreement
    std::string item;   ///< table, or id of the delivery
    std::string name;   ///< for people
    UnixTime not_before = 0;
    bool is_due = false;
    bool is_paused = false; ///< waits because of a fault, or because the source asked for it
    UnixTime last_answer =
        0; ///< when the source last gave the table, or said that it has none newer; 0 = never
    std::optional<std::int32_t> late_since; ///< the day on which something new was expected, and has not come
    std::string reason;                     ///< "last success 3 days ago"
    std::string command;                    ///< does this task alone; empty where there is nothing to do
};

/// How long what is sound is left alone.
inline constexpr UnixTime fetch_every =
    UnixTime{20} * 3600; ///< once a night, also where a night starts some hours earlier
inline constexpr UnixTime recheck_every =
    UnixTime{7} * 24 * 3600; ///< of tables withdrawn or unknown at the source

std::vector<Task> plan(Facts const& facts, UnixTime now, CommandWords const& words);

/// Days between two looks at a table that is expected on certain days only: what was revised in between is seen, too.
inline constexpr UnixTime look_every = recheck_every;

/// The due day that has passed without a delivery, of an agreement in use. A delivery belongs to the due day that is
/// nearest to it; one that was refused or taken back is none.
std::optional<intake::DueDay> overdue(AgreementFacts const& agreement,
                                      std::span<intake::Delivery const> deliveries, UnixTime now);

} // namespace gateway::night
