#include "gateway/subscribe/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace gateway::subscribe {
namespace {

constexpr UnixTime minute_s = 60;
constexpr UnixTime hour_s = 3600;
constexpr std::array<UnixTime, 9> pauses{5,           5 * minute_s, 30 * minute_s, 2 * hour_s, 5 * hour_s,
                                         10 * hour_s, 14 * hour_s,  20 * hour_s,   24 * hour_s};

std::optional<int> number(std::string_view text) {
    int value = 0;
    auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "Wed, 21 Oct 2026 07:28:00 GMT", the one form of a date that may be sent (RFC 9110, 5.6.7).
std::optional<UnixTime> http_date(std::string_view text) {
    using namespace std::chrono;
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() != 29 || text.substr(25) != " GMT") return std::nullopt;
    auto const month_at = months.find(text.substr(8, 3));
    auto const day_no = number(text.substr(5, 2));
    auto const year_no = number(text.substr(12, 4));
    auto const hour = number(text.substr(17, 2));
    auto const minute = number(text.substr(20, 2));
    auto const second = number(text.substr(23, 2));
    if (month_at == std::string_view::npos || month_at % 3 != 0 || !day_no || !year_no || !hour || !minute ||
        !second)
        return std::nullopt;
    year_month_day const date{year{*year_no}, month{static_cast<unsigned>(month_at / 3 + 1)},
                              day{static_cast<unsigned>(*day_no)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return UnixTime{sys_days{date}.time_since_epoch().count()} * 86'400 + UnixTime{*hour} * 3600 +
           UnixTime{*minute} * 60 + *second;
}

} // namespace

std::optional<UnixTime> pause_after(unsigned tries, double jitter) noexcept {
    if (tries == 0 || tries > pauses.size()) return std::nullopt;
    auto const pause = pauses[tries - 1];
    return pause + static_cast<UnixTime>(static_cast<double>(pause) * 0.1 * std::clamp(jitter, 0.0, 1.0));
}

std::optional<UnixTime> retry_after(std::string_view value, UnixTime now) noexcept {
    if (value.empty()) return std::nullopt;
    UnixTime at = 0;
    if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        // More digits than a number holds are still more than a day.
        auto const seconds = value.size() > 8 ? longest_retry_s : UnixTime{number(value).value_or(0)};
        at = now + seconds;
    } else if (auto const date = http_date(value)) {
        at = *date;
    } else {
        return std::nullopt;
    }
    return std::clamp(at, now + 1, now + longest_retry_s);
}

} // namespace gateway::subscribe
