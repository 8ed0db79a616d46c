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

/// The months [first, first + count) of a reporting year, counted from 1.
std::optional<DayRange> months(int year, ReportingYear const& start, unsigned first,
                               unsigned count) noexcept {
    // The day of the year's begin in another month, or the last one of a shorter month.
    auto const day_of = [&](unsigned month) -> std::optional<std::int32_t> {
        month += start.month - 1;
        auto const in_year = year + static_cast<int>((month - 1) / 12);
        month = (month - 1) % 12 + 1;
        for (auto day = start.day; day > 0; --day)
            if (auto const found = days_from_date(in_year, month, day)) return found;
        return std::nullopt;
    };
    auto const begin = day_of(first);
    auto const end = day_of(first + count);
    return begin && end ? std::optional{DayRange{*begin, *end}} : std::nullopt;
}

/// Day of the Monday of the first week of a reporting year. From 1 January on these are the weeks of ISO 8601.
std::optional<std::int32_t> first_monday(int year, ReportingYear const& start) noexcept {
    auto const first = days_from_date(year, start.month, start.day);
    if (!first) return std::nullopt;
    auto const weekday = ((*first + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday; Monday = 0
    return *first - weekday + (weekday > 3 ? 7 : 0);
}

std::optional<DayRange> reporting_period(int year, ReportingYear const& start, char kind,
                                         unsigned number) noexcept {
    auto const in_year = [&](unsigned parts) -> std::optional<DayRange> {
        if (number < 1 || number > parts) return std::nullopt;
        return months(year, start, (number - 1) * (12 / parts) + 1, 12 / parts);
    };
    switch (kind) {
    case 'A': return in_year(1);
    case 'S': return in_year(2);
    case 'T': return in_year(3);
    case 'Q': return in_year(4);
    case 'M': return in_year(12);
    case 'W': {
        auto const first = first_monday(year, start);
        auto const after = first_monday(year + 1, start);
        if (!first || !after || number < 1) return std::nullopt;
        auto const begin = *first + static_cast<std::int32_t>(number - 1) * 7;
        return begin < *after ? std::optional{DayRange{begin, begin + 7}} : std::nullopt;
    }
    case 'D': {
        auto const whole = months(year, start, 1, 12);
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

std::optional<ReportingYear> parse_reporting_year(std::string_view text) noexcept {
    if (text.size() != 7 || text.substr(0, 2) != "--" || text[4] != '-') return std::nullopt;
    auto const month = digits_of(text.substr(2, 2));
    auto const day = digits_of(text.substr(5));
    constexpr int common_year = 2023; // a day that only leap years have begins no year
    if (!month || !day || !days_from_date(common_year, *month, *day)) return std::nullopt;
    return ReportingYear{*month, *day};
}

std::optional<DayRange> parse_time_range(std::string_view text, ReportingYear const& start) noexcept {
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
        return reporting_period(static_cast<int>(*year), start, text[5], *number);
    }
    auto const period = parse_sdmx_period(text);
    return period ? std::optional{DayRange{period->start_day(), period->end_day()}} : std::nullopt;
}

} // namespace gateway::query
