#include "gateway/http/request_head.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace gateway::http {
namespace {

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::array<bool, 256> token_table() {
    std::array<bool, 256> table{};
    for (auto c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (auto c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (auto c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
    for (auto c : std::string_view{"!#$%&'*+-.^_`|~"}) table[static_cast<unsigned char>(c)] = true;
    return table;
}
constexpr auto is_token_char = token_table();

bool is_token(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](char c) { return is_token_char[static_cast<unsigned char>(c)]; });
}

/// Text of a field: no control characters but the tabulator. Bytes above ASCII pass.
bool is_field_text(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7F;
    });
}

/// Letters of other alphabets, brackets and pipes pass, as browsers and SDMX clients send them; blanks, control
/// characters and a fragment do not.
bool is_target_text(std::string_view text) noexcept {
    return std::none_of(text.begin(), text.end(), [](char c) {
        auto const byte = static_cast<unsigned char>(c);
        return byte <= 0x20 || byte == 0x7F || byte == '#';
    });
}

std::string_view trimmed(std::string_view text) noexcept {
    constexpr std::string_view blanks = " \t";
    auto const first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

template <typename See>
bool any_word(std::string_view list, See see) noexcept {
    while (!list.empty()) {
        auto const comma = list.find(',');
        if (see(trimmed(list.substr(0, comma)))) return true;
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return false;
}

Refusal read_target(std::string_view target, RequestHead& head) {
    if (!is_target_text(target)) return {400, "the address holds a blank, a control character or '#'"};
    if (target.front() == '/') {
        head.target = target;
        return {};
    }
    if (target == "*") {
        if (head.method != "OPTIONS") return {400, "the address '*' belongs to OPTIONS"};
        head.target = target;
        return {};
    }
    // Absolute form, as sent to proxies; its authority replaces Host (RFC 9112, 3.2.2).
    for (std::string_view const scheme : {"http://", "https://"}) {
        if (target.size() <= scheme.size() || !same_name(target.substr(0, scheme.size()), scheme)) continue;
        auto const rest = target.substr(scheme.size());
        auto const slash = rest.find_first_of("/?");
        head.host = rest.substr(0, slash);
        head.target = slash == std::string_view::npos ? std::string_view{"/"} : rest.substr(slash);
        if (head.host.empty() || head.host.find('@') != std::string_view::npos || head.target.front() != '/')
            break;
        return {};
    }
    return {400, "the address does not begin with '/'"};
}

Refusal read_request_line(std::string_view line, HeadLimits const& limits, RequestHead& head) {
    auto const blank = line.find(' ');
    auto const last = line.rfind(' ');
    if (blank == std::string_view::npos || last == blank)
        return {400, "the first line is not METHOD ADDRESS HTTP/1.1"};
    head.method = line.substr(0, blank);
    auto const target = line.substr(blank + 1, last - blank - 1);
    auto const version = line.substr(last + 1);
    if (!is_token(head.method) || target.empty())
        return {400, "the first line is not METHOD ADDRESS HTTP/1.1"};
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        auto const other = version.size() == 8 && version.substr(0, 5) == "HTTP/";
        return other ? Refusal{505, "HTTP/1.1 and HTTP/1.0 are spoken here"}
                     : Refusal{400, "the first line is not METHOD ADDRESS HTTP/1.1"};
    }
    head.http_1_0 = version.back() == '0';
    if (target.size() > limits.target_bytes) return {414, "the address is too long"};
    if (head.method == "CONNECT" || head.method == "TRACE") return {501, "this method is not offered"};
    return read_target(target, head);
}

std::optional<std::uint64_t> length_of(std::string_view digits) noexcept {
    std::uint64_t value = 0;
    auto const* const end = digits.data() + digits.size();
    if (digits.empty() || digits.front() < '0' || digits.front() > '9') return std::nullopt;
    auto const [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

/// Fields that decide where a message ends.
class Framing {
  public:
    Refusal see(std::string_view name, std::string_view value, RequestHead& head) {
        if (same_name(name, "content-length")) {
            if (head.content_length) return {400, "Content-Length stands twice"};
            head.content_length = length_of(value);
            if (!head.content_length) return {400, "Content-Length is not a number of bytes"};
        } else if (same_name(name, "transfer-encoding")) {
            if (coded_) return {400, "Transfer-Encoding stands twice"};
            coded_ = true;
            if (!same_name(value, "chunked")) return {501, "the only Transfer-Encoding read is chunked"};
            head.chunked = true;
        } else if (same_name(name, "host")) {
            if (hosts_++ != 0) return {400, "Host stands twice"};
            if (value.find_first_of(" \t,/@") != std::string_view::npos)
                return {400, "Host is not a name with a port"};
            if (head.host.empty()) head.host = value;
        } else if (same_name(name, "connection")) {
            close_ = close_ || list_has(value, "close");
            stay_ = stay_ || list_has(value, "keep-alive");
        } else if (same_name(name, "expect")) {
            if (!same_name(value, "100-continue")) return {417, "only 100-continue can be expected"};
            head.expects_continue = true;
        }
        return {};
    }
    Refusal judge(RequestHead& head) const {
        if (head.chunked && head.content_length)
            return {400, "Content-Length and Transfer-Encoding contradict each other"};
        if (head.chunked && head.http_1_0) return {400, "HTTP/1.0 has no Transfer-Encoding"};
        if (hosts_ == 0 && !head.http_1_0) return {400, "Host is missing"};
        head.keep_alive = !close_ && (!head.http_1_0 || stay_);
        if (head.http_1_0) head.expects_continue = false;
        return {};
    }

  private:
    bool coded_ = false;
    unsigned hosts_ = 0;
    bool close_ = false;
    bool stay_ = false;
};

} // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

bool list_has(std::string_view list, std::string_view word) noexcept {
    return any_word(list, [&](std::string_view each) { return same_name(each, word); });
}

std::string_view RequestHead::field(std::string_view name) const noexcept {
    for (auto const& [key, value] : fields)
        if (same_name(key, name)) return value;
    return {};
}

std::size_t HeadEnd::find(std::string_view received, HeadLimits const& limits, Refusal& refusal) noexcept {
    if (looked_at_ == 0 && !received.empty() &&
        !is_token_char[static_cast<unsigned char>(received.front())]) {
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

Refusal read_head(std::string_view bytes, HeadLimits const& limits, RequestHead& head) {
    auto fields = std::move(head.fields);
    fields.clear();
    head = RequestHead{};
    head.fields = std::move(fields);

    auto end = bytes.find("\r\n");
    if (end == std::string_view::npos) return {400, "the head has no end"};
    if (auto const refusal = read_request_line(bytes.substr(0, end), limits, head); refusal.status != 0)
        return refusal;
    Framing framing;
    for (;;) {
        bytes.remove_prefix(end + 2);
        end = bytes.find("\r\n");
        if (end == std::string_view::npos) return {400, "the head has no end"};
        if (end == 0) break;
        auto const line = bytes.substr(0, end);
        if (line.front() == ' ' || line.front() == '\t') return {400, "a header field is folded"};
        auto const colon = line.find(':');
        if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
            return {400, "a header field has no usable name"};
        auto const name = line.substr(0, colon);
        auto const value = trimmed(line.substr(colon + 1));
        if (!is_field_text(value)) return {400, "a header field holds a control character"};
        if (head.fields.size() == limits.fields) return {431, "there are too many header fields"};
        if (auto const refusal = framing.see(name, value, head); refusal.status != 0) return refusal;
        head.fields.emplace_back(name, value);
    }
    return framing.judge(head);
}

} // namespace gateway::http
