#include "gateway/core/time_period.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace gateway {
namespace {

namespace calendar = std::chrono;
using std::chrono::sys_days;
using std::chrono::year_month_day;

year_month_day ymd_of(std::int32_t days) noexcept {
    return year_month_day{sys_days{std::chrono::days{days}}};
}

// Bounds of what a period can span: 0001-01-01, and the end of the longest that starts on 9999-12-31.
constexpr std::int32_t first_day = -719162;
constexpr std::int32_t last_day = 3'300'000;
constexpr unsigned max_months = 12'000;

std::optional<unsigned> number(std::string_view text, std::size_t max_digits = 4) noexcept {
    unsigned value = 0;
    if (text.empty() || text.size() > max_digits) return std::nullopt;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// Months between two days on the same day of month, or nothing.
std::optional<int> whole_months(std::int32_t start, std::int32_t end) noexcept {
    auto const from = ymd_of(start);
    auto const to = ymd_of(end);
    // From the 29th on, some months have no such day: those intervals are counted in days.
    if (from.day() != to.day() || from.day() > calendar::day{28}) return std::nullopt;
    return (static_cast<int>(to.year()) - static_cast<int>(from.year())) * 12 +
           (static_cast<int>(static_cast<unsigned>(to.month())) -
            static_cast<int>(static_cast<unsigned>(from.month())));
}

/// A school year or term however it was written: one text must not stand for two kinds.
TimePeriod::Kind kind_of_interval(std::int32_t start, std::int32_t end) noexcept {
    auto const from = ymd_of(start);
    auto const month = static_cast<unsigned>(from.month());
    auto const months = whole_months(start, end);
    if (from.day() == calendar::day{1} && month == 8 && months == 12) return TimePeriod::Kind::school_year;
    if (from.day() == calendar::day{1} && (month == 4 || month == 10) && months == 6)
        return TimePeriod::Kind::term;
    return TimePeriod::Kind::interval;
}

std::string duration_text(std::int32_t start, std::int32_t end) {
    if (auto const count = whole_months(start, end);
        count && *count > 0 && *count <= static_cast<int>(max_months)) {
        if (*count % 12 == 0) return "P" + std::to_string(*count / 12) + "Y";
        return "P" + std::to_string(*count) + "M";
    }
    return "P" + std::to_string(end - start) + "D";
}

} // namespace

std::optional<std::int32_t> days_from_date(int y, unsigned m, unsigned d) noexcept {
    // The calendar types keep one byte of each: 257 would become January.
    if (y < 1 || y > 9999 || m > 12 || d > 31) return std::nullopt;
    year_month_day const date{calendar::year{y}, calendar::month{m}, calendar::day{d}};
    if (!date.ok()) return std::nullopt;
    return static_cast<std::int32_t>(sys_days{date}.time_since_epoch().count());
}

std::string date_text(std::int32_t days) {
    auto const date = ymd_of(days);
    auto const year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) { // beyond every period that is read
        std::array<char, 32> buffer{};
        auto const size =
            std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", year,
                          static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
        return {buffer.data(), static_cast<std::size_t>(size)};
    }
    auto const digit = [](unsigned number) { return static_cast<char>('0' + number % 10); };
    auto const y = static_cast<unsigned>(year);
    auto const m = static_cast<unsigned>(date.month());
    auto const d = static_cast<unsigned>(date.day());
    return {digit(y / 1000), digit(y / 100), digit(y / 10), digit(y),      '-',
            digit(m / 10),   digit(m),       '-',           digit(d / 10), digit(d)};
}

std::optional<std::int32_t> parse_date(std::string_view text) noexcept {
    if (text.size() != 10) return std::nullopt;
    bool const iso = text[4] == '-' && text[7] == '-';
    if (!iso && !(text[2] == '.' && text[5] == '.')) return std::nullopt;
    auto const y = number(iso ? text.substr(0, 4) : text.substr(6));
    auto const m = number(iso ? text.substr(5, 2) : text.substr(3, 2));
    auto const d = number(iso ? text.substr(8) : text.substr(0, 2));
    if (!y || !m || !d) return std::nullopt;
    return days_from_date(static_cast<int>(*y), *m, *d);
}

std::optional<TimePeriod> TimePeriod::date(int y, unsigned m, unsigned d) noexcept {
    auto const start = days_from_date(y, m, d);
    if (!start) return std::nullopt;
    return TimePeriod{Kind::date, *start, *start + 1};
}

std::optional<TimePeriod> TimePeriod::months_from(int y, unsigned m, unsigned d, unsigned count) noexcept {
    auto const start = days_from_date(y, m, d);
    if (!start || d > 28 || count == 0 || count > max_months) return std::nullopt;
    auto const last = year_month_day{calendar::year{y}, calendar::month{m}, calendar::day{d}} +
                      calendar::months{static_cast<int>(count)};
    if (!last.ok()) return std::nullopt;
    return interval(*start, static_cast<std::int32_t>(sys_days{last}.time_since_epoch().count()));
}

std::optional<TimePeriod> TimePeriod::year(int y) noexcept {
    auto result = months_from(y, 1, 1, 12);
    if (result) result->kind_ = Kind::year;
    return result;
}
std::optional<TimePeriod> TimePeriod::half_year(int y, unsigned half) noexcept {
    if (half < 1 || half > 2) return std::nullopt;
    auto result = months_from(y, half == 1 ? 1 : 7, 1, 6);
    if (result) result->kind_ = Kind::half_year;
    return result;
}
std::optional<TimePeriod> TimePeriod::quarter(int y, unsigned q) noexcept {
    if (q < 1 || q > 4) return std::nullopt;
    auto result = months_from(y, 3 * q - 2, 1, 3);
    if (result) result->kind_ = Kind::quarter;
    return result;
}
std::optional<TimePeriod> TimePeriod::month(int y, unsigned m) noexcept {
    auto result = months_from(y, m, 1, 1);
    if (result) result->kind_ = Kind::month;
    return result;
}
std::optional<TimePeriod> TimePeriod::school_year(int y) noexcept {
    auto result = months_from(y, 8, 1, 12);
    if (result) result->kind_ = Kind::school_year;
    return result;
}
std::optional<TimePeriod> TimePeriod::term(int y, bool winter) noexcept {
    auto result = months_from(y, winter ? 10 : 4, 1, 6);
    if (result) result->kind_ = Kind::term;
    return result;
}
std::optional<TimePeriod> TimePeriod::interval(std::int32_t start, std::int32_t end) noexcept {
    if (end <= start || start < first_day || end > last_day) return std::nullopt;
    return TimePeriod{kind_of_interval(start, end), start, end};
}

std::optional<TimePeriod> TimePeriod::from_days(Kind kind, std::int32_t start, std::int32_t end) noexcept {
    if (start < first_day || start > last_day) return std::nullopt;
    auto const from = ymd_of(start);
    int const y = static_cast<int>(from.year());
    unsigned const m = static_cast<unsigned>(from.month());
    std::optional<TimePeriod> result;
    switch (kind) {
    case Kind::date: result = date(y, m, static_cast<unsigned>(from.day())); break;
    case Kind::year: result = year(y); break;
    case Kind::half_year: result = half_year(y, m == 1 ? 1 : 2); break;
    case Kind::quarter: result = quarter(y, (m + 2) / 3); break;
    case Kind::month: result = month(y, m); break;
    case Kind::school_year: result = school_year(y); break;
    case Kind::term: result = term(y, m == 10); break;
    case Kind::interval: result = interval(start, end); break;
    }
    if (!result || result->start_ != start || result->end_ != end || result->kind_ != kind)
        return std::nullopt;
    return result;
}

int TimePeriod::start_year() const noexcept {
    return static_cast<int>(ymd_of(start_).year());
}

std::string TimePeriod::to_iso_interval() const {
    return date_text(start_) + "/" + duration_text(start_, end_);
}

std::string TimePeriod::to_sdmx() const {
    auto first = date_text(start_);
    auto const month_number = static_cast<unsigned>(ymd_of(start_).month());
    switch (kind_) {
    case Kind::date: return first;
    case Kind::year: return first.substr(0, 4);
    case Kind::half_year: return first.substr(0, 4) + (month_number == 1 ? "-S1" : "-S2");
    case Kind::quarter: return first.substr(0, 4) + "-Q" + std::to_string((month_number + 2) / 3);
    case Kind::month: return first.substr(0, 7);
    case Kind::school_year:
    case Kind::term:
    case Kind::interval: break;
    }
    return to_iso_interval();
}

std::optional<TimePeriod> parse_sdmx_period(std::string_view text) noexcept {
    if (text.size() < 4) return std::nullopt;
    auto const y = number(text.substr(0, 4));
    if (!y) return std::nullopt;
    int const first_year = static_cast<int>(*y);
    auto const rest = text.substr(4);
    if (rest.empty()) return TimePeriod::year(first_year);
    if (rest[0] != '-') return std::nullopt;
    if (rest.size() == 3 && (rest[1] == 'S' || rest[1] == 'Q')) {
        auto const n = number(rest.substr(2));
        if (!n) return std::nullopt;
        return rest[1] == 'S' ? TimePeriod::half_year(first_year, *n) : TimePeriod::quarter(first_year, *n);
    }
    if (rest.size() == 3) {
        auto const m = number(rest.substr(1));
        return m ? TimePeriod::month(first_year, *m) : std::nullopt;
    }
    if (rest.size() < 6 || rest[3] != '-') return std::nullopt;
    auto const m = number(rest.substr(1, 2));
    auto const d = number(rest.substr(4, 2));
    if (!m || !d) return std::nullopt;
    auto tail = rest.substr(6);
    if (tail.empty()) return TimePeriod::date(first_year, *m, *d);
    if (tail[0] == '/')
        tail.remove_prefix(1);
    else if (tail.substr(0, 2) == "--")
        tail.remove_prefix(2);
    else
        return std::nullopt;
    if (tail.size() < 3 || tail[0] != 'P') return std::nullopt;
    auto const count = number(tail.substr(1, tail.size() - 2), 7);
    if (!count || *count == 0) return std::nullopt;
    if (tail.back() == 'D') {
        auto const start = days_from_date(first_year, *m, *d);
        return start ? TimePeriod::interval(*start, *start + static_cast<std::int32_t>(*count))
                     : std::nullopt;
    }
    if (tail.back() == 'Y') return TimePeriod::months_from(first_year, *m, *d, *count * 12);
    if (tail.back() == 'M') return TimePeriod::months_from(first_year, *m, *d, *count);
    return std::nullopt;
}

} // namespace gateway
