#include "gateway/intake/calendar.hpp"

#include <algorithm>
#include <chrono>

#include "gateway/intake/embargo_zone.hpp"

namespace gateway::intake {
namespace {

using namespace std::chrono;

std::int32_t day_of(year_month month, int day) {
    auto const last_day = static_cast<unsigned>(year_month_day_last{month / last}.day());
    auto const wanted = std::min(static_cast<unsigned>(day), last_day);
    return static_cast<std::int32_t>(sys_days{month / std::chrono::day{wanted}}.time_since_epoch().count());
}

/// Calls `each` for every due day of two years around a day.
template <typename Each>
void each_due(Agreement const& agreement, std::int32_t around, Each const& each) {
    constexpr int window = 13; // a yearly day is in it on either side
    year_month_day const date{sys_days{days{around}}};
    auto const middle = date.year() / date.month();
    for (auto const& due : agreement.due)
        for (int i = -window; i <= window; ++i) {
            auto const month = middle + months{i};
            if (due.month == 0 || static_cast<unsigned>(due.month) == static_cast<unsigned>(month.month()))
                each(DueDay{day_of(month, due.day), due.note});
        }
}

} // namespace

std::optional<DueDay> next_due_day(Agreement const& agreement, std::int32_t day) {
    std::optional<DueDay> found;
    each_due(agreement, day, [&](DueDay const& due) {
        if (due.day >= day && (!found || due.day < found->day)) found = due;
    });
    return found;
}

std::optional<DueDay> last_due_day(Agreement const& agreement, std::int32_t day) {
    std::optional<DueDay> found;
    each_due(agreement, day, [&](DueDay const& due) {
        if (due.day < day && (!found || due.day > found->day)) found = due;
    });
    return found;
}

std::int32_t day_in_zone(Agreement const& agreement, UnixTime time) {
    auto const zone = TimeZone::load(agreement.time_zone);
    return static_cast<std::int32_t>(
        floor<days>(sys_seconds{seconds{time + zone.offset_at(time)}}).time_since_epoch().count());
}

} // namespace gateway::intake
