#include "gateway/harmonize/series/calendar.hpp"

#include <array>
#include <chrono>

namespace gateway::harmonize::series {
namespace {

using Kind = TimePeriod::Kind;

/// Months of a kind whose periods begin with a month; 0 for others.
int months_of(Kind kind) noexcept {
    switch (kind) {
    case Kind::year:
    case Kind::school_year: return 12;
    case Kind::half_year: return 6;
    case Kind::quarter: return 3;
    case Kind::month: return 1;
    case Kind::date:
    case Kind::term:
    case Kind::interval: return 0;
    }
    return 0;
}

struct Words {
    char const *de, *de_plural, *en, *en_plural;
};
Words words_of(Kind kind) noexcept {
    switch (kind) {
    case Kind::date: return {"Stichtag", "Stichtage", "reference date", "reference dates"};
    case Kind::year: return {"Jahr", "Jahre", "year", "years"};
    case Kind::half_year: return {"Halbjahr", "Halbjahre", "half-year", "half-years"};
    case Kind::quarter: return {"Quartal", "Quartale", "quarter", "quarters"};
    case Kind::month: return {"Monat", "Monate", "month", "months"};
    case Kind::school_year: return {"Schuljahr", "Schuljahre", "school year", "school years"};
    case Kind::term: return {"Semester", "Semester", "term", "terms"};
    case Kind::interval: return {"Zeitraum", "Zeiträume", "interval", "intervals"};
    }
    return {"", "", "", ""};
}

} // namespace

Day day_of(std::int32_t days_since_1970) noexcept {
    std::chrono::year_month_day const date{std::chrono::sys_days{std::chrono::days{days_since_1970}}};
    return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day())};
}

unsigned last_day(int year, unsigned month) noexcept {
    std::chrono::year_month_day_last const last{std::chrono::year{year},
                                                std::chrono::month_day_last{std::chrono::month{month}}};
    return static_cast<unsigned>(last.day());
}

std::optional<TimePeriod> period_around(std::int32_t day, Kind kind) noexcept {
    auto const date = day_of(day);
    switch (kind) {
    case Kind::year: return TimePeriod::year(date.year);
    case Kind::half_year: return TimePeriod::half_year(date.year, date.month <= 6 ? 1 : 2);
    case Kind::quarter: return TimePeriod::quarter(date.year, (date.month - 1) / 3 + 1);
    case Kind::month: return TimePeriod::month(date.year, date.month);
    case Kind::school_year: return TimePeriod::school_year(date.month >= 8 ? date.year : date.year - 1);
    case Kind::date:
    case Kind::term:
    case Kind::interval: return std::nullopt;
    }
    return std::nullopt;
}

std::vector<TimePeriod> periods_in(TimePeriod const& whole, Kind kind) {
    std::vector<TimePeriod> parts;
    if (months_of(kind) == 0 || kind == Kind::year || kind == Kind::school_year) return parts;
    for (auto day = whole.start_day(); day < whole.end_day();) {
        auto const part = period_around(day, kind);
        if (!part || part->start_day() != day || part->end_day() > whole.end_day()) return {};
        parts.push_back(*part);
        day = part->end_day();
    }
    return parts;
}

std::string kind_de(Kind kind, bool plural) {
    auto const words = words_of(kind);
    return plural ? words.de_plural : words.de;
}
std::string kind_en(Kind kind, bool plural) {
    auto const words = words_of(kind);
    return plural ? words.en_plural : words.en;
}

} // namespace gateway::harmonize::series
