// Conditional requests: entity tags and dates.
//
// An encoded answer carries the tag of the plain one with a mark inside the quotes ("abc-gzip"), because a strong
// tag names bytes; a client may come back with any of them.
// Units    times are seconds since 1970-01-01 UTC
// Source   RFC 9110 (8.8, 13.1, 5.6.7)
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/http/coding.hpp"

namespace gateway::http {

/// `tag` with its quotes, perhaps W/ before them.
std::string marked_tag(std::string_view tag, Coding coding);
/// If-None-Match as the Service should see it: the marks of codings taken off.
std::string without_marks(std::string_view if_none_match);
/// Whether the list, or "*", names this tag; compared weakly, marks ignored.
bool names_tag(std::string_view if_none_match, std::string_view tag) noexcept;

/// "Sun, 06 Nov 1994 08:49:37 GMT", and what clients send besides: RFC 850, asctime, and the text of a JavaScript
/// Date ("Mon Nov 23 2026 10:00:00 GMT+0100 (CET)"). Empty where it is no date.
std::optional<std::int64_t> read_http_date(std::string_view text) noexcept;
std::string http_date(std::int64_t seconds);

/// Whether a GET or HEAD with these fields is answered 304. If-None-Match decides alone where it is there.
bool not_modified(std::string_view if_none_match, std::string_view if_modified_since, std::string_view tag,
                  std::optional<std::int64_t> last_modified) noexcept;

} // namespace gateway::http
