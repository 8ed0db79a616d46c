#include "gateway/http/request_head.hpp"

#include <algorithm>
#include <cstring>

namespace gateway::http {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

} // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view RequestHead::field(std::string_view name) const noexcept {
    for (auto const& [key, value] : fields)
        if (same_name(key, name)) return value;
    return {};
}

std::size_t HeadEnd::find(std::string_view received, HeadLimits const& limits, Refusal& refusal) noexcept {
    if (looked_at_ == 0 && !received.empty() && (received.front() <= ' ' || received.front() > '~')) {
        refusal = {400, "this is not HTTP"}; // a TLS greeting, say: it would be waited for in vain
        return 0;
    }
    while (looked_at_ < received.size()) {
        auto const* const feed = static_cast<char const*>(
            std::memchr(received.data() + looked_at_, '\n', received.size() - looked_at_));
        if (feed == nullptr) {
            looked_at_ = received.size();
            break;
        }
        auto const at = static_cast<std::size_t>(feed - received.data());
        looked_at_ = at + 1;
        if (at == line_ || received[at - 1] != '\r') {
            refusal = {400, "a line ends without carriage return"};
            return 0;
        }
        if (received[line_] == ' ' || received[line_] == '\t') {
            refusal = {400, "a header field is folded"};
            return 0;
        }
        if (at == line_ + 1) {
            if (looked_at_ <= limits.head_bytes) return looked_at_;
            break;
        }
        line_ = looked_at_;
        request_line_ = false;
    }
    // The room for the address is counted apart, so that a long one is told from too many fields.
    if (request_line_ && looked_at_ > limits.target_bytes + 64)
        refusal = {414, "the address is too long"};
    else if (looked_at_ > limits.head_bytes)
        refusal = {431, "the header fields are too long"};
    return 0;
}

} // namespace gateway::http
