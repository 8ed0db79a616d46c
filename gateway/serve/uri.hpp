// URIs: percent-encoding, queries of GET requests, lists of header values.
//
// Source   RFC 3986 (percent-encoding); HTML Living Standard, application/x-www-form-urlencoded ('+' is a blank)
// Errors   nothing for text that cannot be decoded: a cut escape, or one that makes no UTF-8
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::serve {

/// Name and value, decoded, in the order given.
using Pairs = std::vector<std::pair<std::string, std::string>>;

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_blank = false);
/// Everything but letters, digits and - . _ ~ as %XX; with `keep_slashes` also '/' stays.
std::string percent_encoded(std::string_view text, bool keep_slashes = false);

/// "a=1&b=x%20y". Nothing where a part cannot be decoded.
std::optional<Pairs> query_pairs(std::string_view query);
std::string query_text(Pairs const& pairs);

/// Path and query of a target as received; "http://host/path" is a path, too.
std::pair<std::string_view, std::string_view> path_and_query(std::string_view target) noexcept;

/// True for well-formed UTF-8 without NUL.
bool is_utf8(std::string_view text) noexcept;

/// Media ranges or languages of a header with their weights, the heaviest first, those with weight 0 last.
struct Weighted {
    std::string value; ///< lower case, with parameters other than q: "text/csv;version=2"
    double weight = 1;
};
std::vector<Weighted> weighted_values(std::string_view header);

} // namespace gateway::serve
