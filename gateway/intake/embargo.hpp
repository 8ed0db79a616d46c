// Embargo: the minute in which a delivery becomes visible, from the words of its sender to an instant.
//
// Shape    "2026-12-01 08:00" or "01.12.2026 08:00", in the time zone of the agreement, whose name may stand behind it
// Errors   Error invalid_argument saying what was found and what to write: no date, an hour that the clocks skip in
//          spring, a minute that is over, an embargo where the agreement forbids one, or none where it demands one
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"
#include "gateway/intake/agreement.hpp"
#include "gateway/intake/embargo_zone.hpp"

namespace gateway::intake {

struct Embargo {
    UnixTime at = 0;
    std::string note; ///< what the sender must be told: that the hour comes twice; mostly empty
};

/// The instant of a minute on the wall.
Embargo embargo_at(std::string_view words, TimeZone const& zone);

/// What the agreement makes of the words of a delivery that comes at `now`; nothing where it is released at once.
std::optional<Embargo> embargo_for(std::string_view words, Agreement const& agreement, UnixTime now);

/// "2026-12-01 08:00 Europe/Berlin", and with its second where it has one.
std::string wall_text(UnixTime time, TimeZone const& zone);

} // namespace gateway::intake
