#include "gateway/query/time_range.hpp"

#include <charconv>

#include "gateway/core/time_period.hpp"

namespace gateway::query {
namespace {

/// Exactly `text` as a number of digits alone.
std::optional<unsigned> digits_of(std::string_view text) noexcept {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    unsigned value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{value} : std::nullopt;
}

/// The months [first, first + count) of a year, counted from 1.
std::optional<DayRange> months(int year, unsigned first, unsigned count) noexcept {
    auto const last = first + count;
    auto const begin = days_from_date(year, first, 1);
    auto const end = days_from_date(last > 12 ? year + 1 : year, last > 12 ? last - 12 : last, 1);
    return begin && end ? std::optional{DayRange{*begin, *end}} : std::nullopt;
}

/// Day of the Monday of the first ISO week: the week that holds 4 January.
std::optional<std::int32_t> first_monday(int year) noexcept {
    auto const fourth = days_from_date(year, 1, 4);
    if (!fourth) return std::nullopt;
    auto const weekday = ((*fourth + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday; Monday = 0
    return *fourth - weekday;
}

std::optional<DayRange> reporting_period(int year, char kind, unsigned number) noexcept {
    auto const in_year = [&](unsigned parts) -> std::optional<DayRange> {
        if (number < 1 || number > parts) return std::nullopt;
        return months(year, (number - 1) * (12 / parts) + 1, 12 / parts);
    };
    switch (kind) {
    case 'A': return in_year(1);
    case 'S': return in_year(2);
    case 'T': return in_year(3);
    case 'Q': return in_year(4);
    case 'M': return in_year(12);
    case 'W': {
        auto const first = first_monday(year);
        auto const after = first_monday(year + 1);
        if (!first || !after || number < 1) return std::nullopt;
        auto const begin = *first + static_cast<std::int32_t>(number - 1) * 7;
        return begin < *after ? std::optional{DayRange{begin, begin + 7}} : std::nullopt;
    }
    case 'D': {
        auto const whole = months(year, 1, 12);
        if (!whole || number < 1) return std::nullopt;
        auto const begin = whole->begin + static_cast<std::int32_t>(number - 1);
        return begin < whole->end ? std::optional{DayRange{begin, begin + 1}} : std::nullopt;
    }
    default: return std::nullopt;
    }
}

/// Digits that follow the letter, as SDMX writes them; one leading zero more or less is not held against anyone.
constexpr bool is_width(char kind, std::size_t digits) noexcept {
    return digits >= 1 && digits <= (kind == 'D' ? 3U : 2U);
}

} // namespace

std::optional<DayRange> parse_time_range(std::string_view text) noexcept {
    if (auto const time = text.find('T');
        time != std::string_view::npos && time >= 10 && text.find('/') == std::string_view::npos) {
        // A moment lies in its day; figures know no finer time.
        if (time != 10 || text.size() < 13) return std::nullopt;
        text = text.substr(0, 10);
    }
    if (text.size() >= 7 && text[4] == '-' && text[5] >= 'A' && text[5] <= 'Z') {
        auto const year = digits_of(text.substr(0, 4));
        auto const number = digits_of(text.substr(6));
        if (!year || !number || !is_width(text[5], text.size() - 6)) return std::nullopt;
        return reporting_period(static_cast<int>(*year), text[5], *number);
    }
    auto const period = parse_sdmx_period(text);
    return period ? std::optional{DayRange{period->start_day(), period->end_day()}} : std::nullopt;
}

} // namespace gateway::query
