#include "gateway/intake/embargo.hpp"

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"

namespace gateway::intake {
namespace {

constexpr UnixTime day_seconds = 86400;
constexpr UnixTime hour_seconds = 3600;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Seconds after midnight of "08:00".
std::optional<UnixTime> clock_seconds(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (auto const at : {0U, 1U, 3U, 4U})
        if (!is_digit(text[at])) return std::nullopt;
    auto const hours = (text[0] - '0') * 10 + (text[1] - '0');
    auto const minutes = (text[3] - '0') * 10 + (text[4] - '0');
    if (hours > 23 || minutes > 59) return std::nullopt;
    return hours * hour_seconds + UnixTime{minutes} * 60;
}

/// "2026-12-01 08:00", as if the wall clock showed UTC.
std::string plain_text(UnixTime wall) {
    auto text = utc_text(wall);
    text[10] = ' ';
    return text.substr(0, text.substr(17, 2) == "00" ? 16 : 19);
}

UnixTime wall_of(std::string_view words, TimeZone const& zone) {
    auto text = words;
    // The name of the zone may be said again.
    if (text.size() > zone.name().size() && text.ends_with(zone.name())) {
        text.remove_suffix(zone.name().size());
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    }
    auto const day = text.size() == 16 && (text[10] == ' ' || text[10] == 'T')
                         ? parse_date(text.substr(0, 10))
                         : std::nullopt;
    auto const clock = day ? clock_seconds(text.substr(11)) : std::nullopt;
    if (!day || !clock)
        throw Error{Errc::invalid_argument, "embargo '" + std::string{words} +
                                                "' is no minute; write day and time as the clocks in " +
                                                zone.name() + " show them: 2026-12-01 08:00"};
    return UnixTime{*day} * day_seconds + *clock;
}

} // namespace

Embargo embargo_at(std::string_view words, TimeZone const& zone) {
    auto const wall = wall_of(words, zone);
    auto const instants = zone.instants_of(wall);
    if (instants.empty()) {
        // What the clocks show when they have skipped it.
        auto const before = zone.offset_at(wall - day_seconds);
        auto const after = wall - before;
        throw Error{Errc::invalid_argument, "embargo '" + std::string{words} + "': the clocks in " +
                                                zone.name() +
                                                " skip this minute; what you mean is probably " +
                                                plain_text(after + zone.offset_at(after))};
    }
    Embargo result{instants.front(), {}};
    if (instants.size() > 1)
        result.note = "the clocks in " + zone.name() + " show " + plain_text(wall) +
                      " twice on this day; the first of the two was taken, " + utc_text(result.at);
    return result;
}

std::optional<Embargo> embargo_for(std::string_view words, Agreement const& agreement, UnixTime now) {
    auto const about = "agreement '" + agreement.id + "': ";
    if (words.empty()) {
        if (agreement.embargo == EmbargoRule::required)
            throw Error{Errc::invalid_argument, about +
                                                    "every delivery names the minute of its release; add an "
                                                    "embargo such as 2026-12-01 08:00"};
        return std::nullopt;
    }
    if (agreement.embargo == EmbargoRule::none)
        throw Error{Errc::invalid_argument,
                    about + "knows no embargo, and '" + std::string{words} +
                        "' is one; deliver without it, or have the agreement changed (policy.embargo)"};
    auto const zone = TimeZone::load(agreement.time_zone);
    auto result = embargo_at(words, zone);
    if (result.at <= now)
        throw Error{Errc::invalid_argument, "embargo '" + std::string{words} + "' is over; it is " +
                                                wall_text(now, zone) +
                                                "; name a later minute, or none for a release at once"};
    return result;
}

std::string wall_text(UnixTime time, TimeZone const& zone) {
    return plain_text(time + zone.offset_at(time)) + " " + zone.name();
}

} // namespace gateway::intake
