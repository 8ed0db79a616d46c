#include "gateway/subscribe/mail.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/io/internet_date.hpp"

namespace gateway::subscribe {
namespace {

constexpr std::size_t line_width = 76;
/// Cannot stand in base64, nor in quoted-printable, where '=' begins an escape.
constexpr std::string_view boundary = "=_kreislauf";

bool is_plain(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string base64_lines(std::string_view bytes) {
    auto const coded = io::to_base64(bytes);
    std::string out;
    for (std::size_t at = 0; at < coded.size(); at += line_width)
        out += coded.substr(at, line_width) + "\r\n";
    return out;
}

std::string domain_of(std::string_view address) {
    return std::string{address.substr(address.rfind('@') + 1)};
}

/// A name in front of an address: quoted where it is ASCII.
std::string display_name(std::string const& name) {
    if (name.empty()) return {};
    if (!is_plain(name)) return encoded_words(name, 6) + " ";
    std::string out = "\"";
    for (char const c : name) (out += c == '"' || c == '\\' ? "\\" : "") += c;
    return out + "\" ";
}

} // namespace

std::string objection_to_mail_address(std::string_view address) {
    auto const at = address.find('@');
    if (at == std::string_view::npos || at == 0 || at + 1 == address.size() ||
        address.find('@', at + 1) != std::string_view::npos)
        return "expected one address such as statistik@kreis.example";
    constexpr std::size_t longest = 254;
    if (address.size() > longest) return "a mail address has at most 254 characters";
    constexpr std::string_view special = "()<>[],;:\\\"";
    if (!std::all_of(address.begin(), address.end(), [&](char c) {
            return c > ' ' && c <= '~' && special.find(c) == std::string_view::npos;
        }))
        return "a mail address has letters, digits and signs such as . - _ +; no blanks, brackets or umlauts";
    return {};
}

std::string encoded_words(std::string_view text, std::size_t column) {
    if (is_plain(text) && column + text.size() <= 998) return std::string{text};
    constexpr std::string_view begin = "=?UTF-8?B?", end = "?=";
    constexpr std::size_t longest = 75;
    std::string out;
    while (!text.empty()) {
        auto const room = longest - std::min(column, std::size_t{40}) - begin.size() - end.size();
        auto take = std::min(text.size(), room / 4 * 3);
        // No character is cut in two.
        while (take < text.size() && take > 0 && (static_cast<unsigned char>(text[take]) & 0xC0U) == 0x80U)
            --take;
        if (take == 0) take = text.size(); // no UTF-8: as it is
        if (!out.empty()) out += "\r\n ";
        out += begin;
        out += io::to_base64(text.substr(0, take));
        out += end;
        text.remove_prefix(take);
        column = 1;
    }
    return out;
}

std::string quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\n') {
            out += "\r\n";
            column = 0;
            continue;
        }
        bool const ends_line = i + 1 == text.size() || text[i + 1] == '\n';
        bool const plain = (c > ' ' && c <= '~' && c != '=') || (c == ' ' && !ends_line);
        std::size_t const width = plain ? 1 : 3;
        if (column + width > line_width - 1) {
            out += "=\r\n";
            column = 0;
        }
        // A dot at the beginning of a line could end the message on its way, "From " is changed by some.
        if (plain && !(column == 0 && (c == '.' || c == 'F'))) {
            out += c;
            ++column;
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        out += '=';
        out += digits[byte >> 4U];
        out += digits[byte & 0xFU];
        column += 3;
    }
    return out;
}

std::string mail_bytes(Mail const& mail) {
    for (auto const* address : {&mail.from, &mail.to})
        if (auto const why = objection_to_mail_address(*address); !why.empty())
            throw Error{Errc::invalid_argument, "mail address '" + *address + "': " + why};
    for (auto const* text : {&mail.id, &mail.list_unsubscribe})
        if (!is_plain(*text))
            throw Error{Errc::invalid_argument, "a mail header holds more than ASCII: " + *text};
    std::string subject = mail.subject;
    std::replace_if(
        subject.begin(), subject.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    std::string out = "Date: " + io::internet_date(mail.date) +
                      " +0000\r\nFrom: " + display_name(mail.from_name) + "<" + mail.from + ">\r\nTo: <" +
                      mail.to + ">\r\nSubject: " + encoded_words(subject, 9) + "\r\nMessage-ID: <" + mail.id +
                      "@" + domain_of(mail.from) +
                      ">\r\nAuto-Submitted: auto-generated\r\nPrecedence: bulk\r\n"
                      "X-Auto-Response-Suppress: All\r\n";
    if (!mail.list_unsubscribe.empty()) out += "List-Unsubscribe: <" + mail.list_unsubscribe + ">\r\n";
    out += "Content-Language: de\r\nMIME-Version: 1.0\r\n";
    std::string const text = "Content-Type: text/plain; charset=utf-8\r\n"
                             "Content-Transfer-Encoding: quoted-printable\r\n\r\n" +
                             quoted_printable(mail.text) + (mail.text.ends_with('\n') ? "" : "\r\n");
    if (mail.html.empty()) return out + text;
    std::string const bar{"--" + std::string{boundary}};
    return out + "Content-Type: multipart/alternative; boundary=\"" + std::string{boundary} + "\"\r\n\r\n" +
           bar + "\r\n" + text + bar +
           "\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
           base64_lines(mail.html) + bar + "--\r\n";
}

} // namespace gateway::subscribe
