// The morning report as a message: text and page, so that every reader of mail shows it.
//
// Source   RFC 5322, RFC 2045, RFC 2046 5.1.4 (multipart/alternative), RFC 3834 (Auto-Submitted). Bodies are base64: lines
//          of a page may be longer than the 998 bytes that a mail allows.
#include <array>
#include <chrono>

#include "gateway/feed/german.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/morning_parts.hpp"

namespace gateway::night {
namespace {

/// Cannot stand in base64.
constexpr std::string_view boundary = "=_kreislauf_morgenbericht";

std::string two(unsigned number) {
    return (number < 10 ? "0" : "") + std::to_string(number);
}

/// "Thu, 26 Nov 2026 07:10:00 +0000"
std::string mail_date(UnixTime time) {
    using namespace std::chrono;
    constexpr std::array<char const*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<char const*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    sys_seconds const point{seconds{time}};
    auto const day = floor<days>(point);
    year_month_day const date{day};
    auto const of_day = static_cast<unsigned>((point - day).count());
    return std::string{weekdays[weekday{day}.c_encoding()]} + ", " +
           std::to_string(static_cast<unsigned>(date.day())) + " " +
           months[static_cast<unsigned>(date.month()) - 1] + " " +
           std::to_string(static_cast<int>(date.year())) + " " + two(of_day / 3600) + ":" +
           two(of_day / 60 % 60) + ":" + two(of_day % 60) + " +0000";
}

std::string part(std::string_view type, std::string const& body) {
    constexpr std::size_t width = 76;
    auto const coded = io::to_base64(body);
    std::string out = "--" + std::string{boundary} + "\nContent-Type: " + std::string{type} +
                      "; charset=utf-8\nContent-Transfer-Encoding: base64\n\n";
    for (std::size_t at = 0; at < coded.size(); at += width) out += coded.substr(at, width) + "\n";
    return out;
}

} // namespace

std::string morning_mail(Morning const& morning, UnixTime made) {
    std::uint64_t tasks = 0;
    for (auto const& line : morning.lines) tasks += line.needs_person ? 1 : 0;
    // ASCII, so that no header needs a code.
    auto const what = tasks == 0   ? std::string{"nichts zu tun"}
                      : tasks == 1 ? std::string{"ein Punkt braucht Sie"}
                                   : std::to_string(tasks) + " Punkte brauchen Sie";
    return "Subject: Kreislauf, Morgenbericht " + feed::date_de(morning.day) + ": " + what +
           "\nDate: " + mail_date(made) +
           "\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Language: de\n"
           "Content-Type: multipart/alternative; boundary=\"" +
           std::string{boundary} + "\"\n\n" + part("text/plain", morning_text(morning)) +
           part("text/html", morning_html(morning)) + "--" + std::string{boundary} + "--\n";
}

} // namespace gateway::night
