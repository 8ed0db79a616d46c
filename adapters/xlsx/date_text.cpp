#include <array>
#include <cstdint>
#include <cstdio>

#include "adapters/xlsx/number_format.hpp"

namespace adapters::xlsx {
namespace {

struct Day {
    int year;
    unsigned month;
    unsigned day;
};

/// Day of the Gregorian calendar, from days since 1970-01-01 (Howard Hinnant, civil_from_days).
Day civil(std::int64_t days) noexcept {
    days += 719468;
    auto const era = days / 146097;
    auto const of_era = days - era * 146097;
    auto const year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    auto const of_year = of_era - (365 * year + year / 4 - year / 100);
    auto const month = (5 * of_year + 2) / 153;
    auto const day = of_year - (153 * month + 2) / 5 + 1;
    auto const real_month = month < 10 ? month + 3 : month - 9;
    return {static_cast<int>(year + era * 400 + (real_month <= 2 ? 1 : 0)), static_cast<unsigned>(real_month),
            static_cast<unsigned>(day)};
}

} // namespace

std::optional<std::string> date_text(DecimalText const& serial, bool epoch_1904, std::string_view parts) {
    constexpr std::int64_t last_day = 2958465; // 9999-12-31 counted from 1900
    if (serial.negative || serial.point > 8) return std::nullopt;
    // Whole days and seconds of the day, the seconds rounded.
    auto const places = static_cast<int>(serial.digits.size()) - serial.point;
    std::int64_t days = 0;
    for (int i = 0; i < serial.point; ++i)
        days = days * 10 + (static_cast<std::size_t>(i) < serial.digits.size()
                                ? serial.digits[static_cast<std::size_t>(i)] - '0'
                                : 0);
    // The fraction in units of 10^-12, which is finer than Excel stores.
    constexpr int kept = 12;
    constexpr std::int64_t one = 1000000000000;
    std::int64_t fraction = 0;
    for (int i = 0; i < kept; ++i) {
        auto const at = serial.point + i;
        bool const there = at >= 0 && i < places;
        fraction = fraction * 10 + (there ? serial.digits[static_cast<std::size_t>(at)] - '0' : 0);
    }
    auto seconds = (fraction * 86400 + one / 2) / one;
    if (seconds == 86400) {
        seconds = 0;
        ++days;
    }
    bool const has_day = parts.find_first_of("ymd") != std::string_view::npos;
    bool const has_time = parts.find_first_of("hns") != std::string_view::npos;
    std::array<char, 48> text{};
    if (!has_day) {
        std::snprintf(text.data(), text.size(), "%02lld:%02lld:%02lld",
                      static_cast<long long>(days) * 24 + seconds / 3600,
                      static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
        return std::string{text.data()};
    }
    // Excel counts a 29 February 1900 that never was: serial 60. Serial 0 is "0 January 1900".
    if (!epoch_1904 && (days == 0 || days == 60)) return std::nullopt;
    auto const since_1970 = epoch_1904 ? days - 24107 : days < 60 ? days - 25568 : days - 25569;
    if ((epoch_1904 ? days + 1462 : days) > last_day) return std::nullopt;
    auto const day = civil(since_1970);
    bool const has_month = parts.find('m') != std::string_view::npos;
    bool const has_d = parts.find('d') != std::string_view::npos;
    if (!has_time && has_month && !has_d)
        std::snprintf(text.data(), text.size(), "%04d-%02u", day.year, day.month);
    else if (!has_time && !has_month && !has_d)
        std::snprintf(text.data(), text.size(), "%04d", day.year);
    else if (has_time && seconds != 0)
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", day.year, day.month, day.day,
                      static_cast<int>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                      static_cast<int>(seconds % 60));
    else
        std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", day.year, day.month, day.day);
    return std::string{text.data()};
}

} // namespace adapters::xlsx
