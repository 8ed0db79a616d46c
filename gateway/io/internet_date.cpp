#include "gateway/io/internet_date.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace gateway::io {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

} // namespace

std::string internet_date(std::int64_t seconds) {
    using namespace std::chrono;
    sys_seconds const time{std::chrono::seconds{seconds}};
    auto const day = floor<days>(time);
    year_month_day const date{day};
    hh_mm_ss const clock{time - day};
    std::string text;
    auto const two = [&](auto value) {
        text += static_cast<char>('0' + static_cast<int>(value) / 10);
        text += static_cast<char>('0' + static_cast<int>(value) % 10);
    };
    text += weekdays[weekday{day}.c_encoding()];
    text += ", ";
    two(static_cast<unsigned>(date.day()));
    (text += ' ') += months[static_cast<unsigned>(date.month()) - 1];
    (text += ' ') += std::to_string(static_cast<int>(date.year()));
    text += ' ';
    two(clock.hours().count());
    text += ':';
    two(clock.minutes().count());
    text += ':';
    two(clock.seconds().count());
    return text;
}

} // namespace gateway::io
