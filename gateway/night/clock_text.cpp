#include "gateway/night/clock_text.hpp"

#include <algorithm>

#include "gateway/feed/german.hpp"
#include "gateway/intake/report_german.hpp"

namespace gateway::night {
namespace {

UnixTime floor_div(UnixTime a, UnixTime b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

struct Ago {
    UnixTime number;
    bool is_days, is_hours;
};

Ago ago(UnixTime seconds) {
    seconds = std::max<UnixTime>(seconds, 0);
    if (seconds >= 2 * day_seconds) return {seconds / day_seconds, true, false};
    if (seconds >= hour_seconds) return {seconds / hour_seconds, false, true};
    return {seconds / 60, false, false};
}

} // namespace

intake::TimeZone german_zone() {
    return intake::TimeZone::load("Europe/Berlin");
}

std::int32_t day_of(UnixTime time, intake::TimeZone const& zone) {
    return static_cast<std::int32_t>(floor_div(time + zone.offset_at(time), day_seconds));
}

UnixTime beginning_of(std::int32_t day, intake::TimeZone const& zone) {
    auto const wall = UnixTime{day} * day_seconds;
    auto const instants = zone.instants_of(wall);
    // German clocks never skipped midnight since 1970; where a zone does, its day begins with the change.
    return instants.empty() ? wall - zone.offset_at(wall - day_seconds) : instants.front();
}

std::string time_de(UnixTime time, intake::TimeZone const& zone) {
    auto const wall = time + zone.offset_at(time);
    auto const day = floor_div(wall, day_seconds);
    auto const minutes = (wall - day * day_seconds) / 60;
    auto const minute = std::to_string(minutes % 60);
    return feed::date_de(static_cast<std::int32_t>(day)) + ", " + std::to_string(minutes / 60) + ":" +
           (minute.size() == 1 ? "0" : "") + minute + " Uhr";
}

std::string ago_de(UnixTime seconds) {
    auto const [number, is_days, is_hours] = ago(seconds);
    if (is_days) return "vor " + std::to_string(number) + " Tagen";
    if (is_hours) return number == 1 ? "vor einer Stunde" : "vor " + std::to_string(number) + " Stunden";
    return number == 1 ? "vor einer Minute" : "vor " + std::to_string(number) + " Minuten";
}

std::string ago_en(UnixTime seconds) {
    auto const [number, is_days, is_hours] = ago(seconds);
    return std::to_string(number) +
           (is_days    ? " day"
            : is_hours ? " hour"
                       : " minute") +
           (number == 1 ? "" : "s") + " ago";
}

std::string counted_de(std::uint64_t number, std::string_view one, std::string_view many) {
    return intake::number_de(number) + " " + std::string{number == 1 ? one : many};
}

} // namespace gateway::night
