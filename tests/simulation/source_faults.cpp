// Names of faults, and the states in which they may end.
#include <array>

#include "tests/simulation/source.hpp"

namespace simulation {
namespace {

using std::string_view;

constexpr std::array<string_view, 2> later{"unavailable", "postponed"};
constexpr std::array<string_view, 3> sound{"loaded", "unchanged", "not_newer"};

} // namespace

string_view name_of(NetFault fault) noexcept {
    constexpr std::array<string_view, net_faults> names{
        "none",      "too_many",    "busy",          "busy_wait",  "error_page", "page",      "time_out",
        "slow",      "reset",       "cut",           "short_body", "bomb",       "charset",   "loop",
        "elsewhere", "certificate", "nothing",       "no_rows",    "defect",     "crowded",   "credentials",
        "twice",     "moved",       "forgotten_job", "address",    "shortened",  "new_column"};
    return names[static_cast<std::size_t>(fault)];
}

std::span<string_view const> states_of(NetFault fault) noexcept {
    static constexpr std::array<string_view, 3> cut{"unavailable", "partial", "postponed"};
    static constexpr std::array<string_view, 1> big{"too_big"};
    static constexpr std::array<string_view, 2> shape{"changed_shape", "partial"};
    static constexpr std::array<string_view, 1> refused{"refused"};
    // Where the fault is of one table alone, the service has not moved.
    static constexpr std::array<string_view, 2> moved{"refused", "failed"};
    static constexpr std::array<string_view, 1> empty{"empty"};
    static constexpr std::array<string_view, 1> held{"held"};
    switch (fault) {
    case NetFault::none:
    case NetFault::twice:
    case NetFault::moved:
    case NetFault::forgotten_job: return sound;
    case NetFault::address: return moved;
    case NetFault::shortened:
    case NetFault::new_column: return held;
    case NetFault::cut: return cut;
    case NetFault::bomb: return big;
    case NetFault::charset: return shape;
    case NetFault::no_rows: return empty;
    case NetFault::elsewhere:
    case NetFault::credentials: return refused;
    default: return later;
    }
}

} // namespace simulation
