#include "gateway/night/expected.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/intake/calendar.hpp"

namespace gateway::night {
namespace {

constexpr std::size_t yearly_length = 5, date_length = 10;
constexpr int longest_month = 31, months = 12;

std::optional<int> number_of(std::string_view text) {
    int number = 0;
    auto const* const end = text.data() + text.size();
    auto const read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end ? std::optional{number} : std::nullopt;
}

/// The calendar of deliveries counts the same way.
intake::Agreement calendar_of(Expected const& expected) {
    intake::Agreement agreement;
    agreement.due = expected.due;
    return agreement;
}

} // namespace

void Expected::add(std::string_view text) {
    auto const fail = [&]() -> void {
        throw Error{
            Errc::invalid_argument,
            "'" + std::string{text} +
                "' is no day; expected \"15\" (every month), \"03-15\" (every year) or \"2026-12-15\""};
    };
    if (text.size() == date_length) {
        auto const day = parse_date(text);
        if (!day) fail();
        return days.push_back(*day);
    }
    bool const is_yearly = text.size() == yearly_length && text[2] == '-';
    auto const month = is_yearly ? number_of(text.substr(0, 2)) : std::optional{0};
    auto const day = number_of(is_yearly ? text.substr(3) : text);
    if (!day || *day < 1 || *day > longest_month || !month || *month > months || *month < (is_yearly ? 1 : 0))
        fail();
    due.push_back({*month, *day, {}});
}

std::optional<std::int32_t> last_expected(Expected const& expected, std::int32_t day) {
    std::optional<std::int32_t> found;
    if (auto const due = intake::last_due_day(calendar_of(expected), day + 1)) found = due->day;
    for (auto const each : expected.days)
        if (each <= day && (!found || each > *found)) found = each;
    return found;
}

std::optional<std::int32_t> next_expected(Expected const& expected, std::int32_t day) {
    std::optional<std::int32_t> found;
    if (auto const due = intake::next_due_day(calendar_of(expected), day + 1)) found = due->day;
    for (auto const each : expected.days)
        if (each > day && (!found || each < *found)) found = each;
    return found;
}

} // namespace gateway::night
