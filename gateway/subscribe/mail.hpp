// A mail as it is sent: text and page, readable by every program and by people without one.
//
// Shape    RFC 5322 with CRLF; multipart/alternative of text/plain (quoted-printable, so that it can be read as it is) and
//          text/html (base64). Header words that are not ASCII are encoded words (RFC 2047).
// Bytes    the same Mail gives the same bytes; nothing is random, so that a repeat is a repeat
// Errors   Error invalid_argument for an address that is none; its text names it
// Source   RFC 5322, RFC 2045 to 2047, RFC 2369 (List-Unsubscribe), RFC 3834 (Auto-Submitted)
#pragma once

#include <string>
#include <string_view>

#include "gateway/core/document.hpp"

namespace gateway::subscribe {

struct Mail {
    std::string from;      ///< "statistik@kreis.example"
    std::string from_name; ///< "Kreislauf"; may be empty
    std::string to;
    std::string subject;
    std::string id; ///< local part of Message-ID
    UnixTime date = 0;
    std::string text;             ///< UTF-8, LF
    std::string html;             ///< empty = text alone
    std::string list_unsubscribe; ///< an address to write to or to open; empty = none
};

std::string mail_bytes(Mail const& mail);

/// Why an address cannot be written to; empty where it can. ASCII only, one '@', no blanks, no control characters.
std::string objection_to_mail_address(std::string_view address);

/// A header value: as it is where it is ASCII, otherwise encoded words of at most 75 characters. `column`: how much
/// of the first line is used.
std::string encoded_words(std::string_view text, std::size_t column);
std::string quoted_printable(std::string_view text);

} // namespace gateway::subscribe
