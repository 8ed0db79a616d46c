#include "gateway/http/byte_range.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/http/conditional.hpp"
#include "gateway/http/request_head.hpp"

namespace gateway::http {
namespace {

/// Digits alone; a number beyond 64 bits is behind every end.
std::optional<std::uint64_t> position_of(std::string_view text) noexcept {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    std::uint64_t value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    static_cast<void>(end);
    return error == std::errc{} ? value : ~std::uint64_t{0};
}

std::string_view trimmed(std::string_view text) noexcept {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

} // namespace

std::optional<ByteRange> read_range(std::string_view range, std::size_t body_bytes) noexcept {
    auto const equals = range.find('=');
    if (equals == std::string_view::npos || !same_name(trimmed(range.substr(0, equals)), "bytes"))
        return std::nullopt;
    auto const text = trimmed(range.substr(equals + 1));
    auto const dash = text.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    auto const last = position_of(text.substr(dash + 1));
    if (dash == 0) {
        if (!last) return std::nullopt;
        auto const count = static_cast<std::size_t>(std::min<std::uint64_t>(*last, body_bytes));
        return ByteRange{body_bytes - count, count};
    }
    auto const first = position_of(text.substr(0, dash));
    bool const is_open = dash + 1 == text.size();
    if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
    if (*first >= body_bytes) return ByteRange{0, 0};
    auto const end = is_open ? body_bytes - 1 : std::min<std::uint64_t>(*last, body_bytes - 1);
    return ByteRange{static_cast<std::size_t>(*first), static_cast<std::size_t>(end - *first + 1)};
}

bool holds_part_of(std::string_view if_range, std::string_view tag,
                   std::optional<std::int64_t> last_modified) noexcept {
    auto const held = trimmed(if_range);
    if (held.empty()) return true;
    // A weak tag names content, not bytes.
    if (held.front() == '"') return held == tag;
    if (held.substr(0, 2) == "W/") return false;
    auto const date = read_http_date(held);
    return date && last_modified && *date == *last_modified;
}

std::string content_range(ByteRange const& range, std::size_t body_bytes) {
    auto text = std::string{"bytes "};
    if (range.count == 0)
        text += '*';
    else
        text += std::to_string(range.first) + "-" + std::to_string(range.first + range.count - 1);
    return text + "/" + std::to_string(body_bytes);
}

} // namespace gateway::http
