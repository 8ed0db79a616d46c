#include "gateway/core/document.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <thread>

#include "gateway/core/time_period.hpp"

namespace gateway {
namespace {

constexpr UnixTime day_seconds = 86400;

char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::string_view HttpResponse::header(std::string_view name) const noexcept {
    for (auto const& [key, value] : headers)
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(),
                       [](char a, char b) { return lower(a) == lower(b); }))
            return value;
    return {};
}

Clock Clock::system() {
    return {[] {
                auto const elapsed = std::chrono::system_clock::now().time_since_epoch();
                return std::chrono::duration_cast<std::chrono::seconds>(elapsed).count();
            },
            [](std::chrono::milliseconds duration) { std::this_thread::sleep_for(duration); }};
}

std::string utc_text(UnixTime time) {
    auto day = time / day_seconds;
    auto rest = time % day_seconds;
    if (rest < 0) {
        rest += day_seconds;
        --day;
    }
    std::array<char, 32> buffer{};
    auto const size =
        std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02dZ", static_cast<int>(rest / 3600),
                      static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
    return date_text(static_cast<std::int32_t>(day)) +
           std::string{buffer.data(), static_cast<std::size_t>(size)};
}

UnixTime utc_from(std::string_view text, UnixTime otherwise) {
    auto const day = parse_date(text.substr(0, 10));
    if (!day) return otherwise;
    UnixTime result = UnixTime{*day} * day_seconds;
    if (text.size() == 10) return result;
    // Exactly this form: an offset such as +02:00 read as UTC would be two hours wrong.
    if (text.size() != 20 || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
        return otherwise;
    struct Part {
        std::size_t at;
        unsigned limit;
        UnixTime seconds;
    };
    for (auto const& part : {Part{11, 24, 3600}, Part{14, 60, 60}, Part{17, 60, 1}}) {
        unsigned value = 0;
        auto const* const first = text.data() + part.at;
        if (std::from_chars(first, first + 2, value).ptr != first + 2 || value >= part.limit)
            return otherwise;
        result += UnixTime{value} * part.seconds;
    }
    return result;
}

} // namespace gateway
