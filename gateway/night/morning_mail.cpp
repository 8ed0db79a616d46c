// The morning report as a message: text and page, so that every reader of mail shows it.
//
// Source   RFC 5322, RFC 2045, RFC 2046 5.1.4 (multipart/alternative), RFC 3834 (Auto-Submitted). Bodies are base64: lines
//          of a page may be longer than the 998 bytes that a mail allows.

#include "gateway/feed/german.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/internet_date.hpp"
#include "gateway/night/clock_text.hpp"
#include "gateway/night/morning_parts.hpp"

namespace gateway::night {
namespace {

/// Cannot stand in base64.
constexpr std::string_view boundary = "=_kreislauf_morgenbericht";

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
           "\nDate: " + io::internet_date(made) + " +0000" +
           "\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Language: de\n"
           "Content-Type: multipart/alternative; boundary=\"" +
           std::string{boundary} + "\"\n\n" + part("text/plain", morning_text(morning)) +
           part("text/html", morning_html(morning)) + "--" + std::string{boundary} + "--\n";
}

} // namespace gateway::night
