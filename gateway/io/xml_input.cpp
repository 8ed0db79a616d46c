#include "gateway/io/xml_input.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/io/unicode.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gateway::io {
namespace {

constexpr bool is_plain(unsigned char c) noexcept {
    return (c >= 0x20 && c < 0x80) || c == '\n' || c == '\t' || c == '\r';
}

/// First byte in [at, end) that is not plain ASCII of XML.
char const* skip_plain(char const* at, char const* end) noexcept {
#if defined(__SSE2__)
    auto const low = _mm_set1_epi8(0x20);
    auto const tab = _mm_set1_epi8('\t');
    auto const feed = _mm_set1_epi8('\n');
    auto const carriage = _mm_set1_epi8('\r');
    while (end - at >= 16) {
        __m128i bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        // Signed comparison: bytes from 0x80 on are negative, hence below 0x20 as well.
        auto const below = _mm_cmplt_epi8(bytes, low);
        auto const white = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, tab), _mm_cmpeq_epi8(bytes, feed)),
                                        _mm_cmpeq_epi8(bytes, carriage));
        if (_mm_movemask_epi8(_mm_andnot_si128(white, below)) != 0) break;
        at += 16;
    }
#endif
    while (at != end && is_plain(static_cast<unsigned char>(*at))) ++at;
    return at;
}

std::size_t count_lines(char const* at, char const* end) noexcept {
    std::size_t lines = 0;
#if defined(__SSE2__)
    auto const feed = _mm_set1_epi8('\n');
    while (end - at >= 16) {
        __m128i bytes;
        std::memcpy(&bytes, at, sizeof bytes);
        lines += static_cast<std::size_t>(
            __builtin_popcount(static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, feed)))));
        at += 16;
    }
#endif
    for (; at != end; ++at) lines += *at == '\n' ? 1U : 0U;
    return lines;
}

/// Length of the character at `at`; 0 = none, -1 = cut by the end. XML's [Char] without the ASCII part.
int character_length(char const* at, char const* end) noexcept {
    auto const byte = [&](std::ptrdiff_t i) { return static_cast<unsigned char>(at[i]); };
    auto const first = byte(0);
    int const length = first >= 0xC2 && first <= 0xDF   ? 2
                       : first >= 0xE0 && first <= 0xEF ? 3
                       : first >= 0xF0 && first <= 0xF4 ? 4
                                                        : 0;
    if (length == 0) return 0;
    auto const there = std::min<std::ptrdiff_t>(length, end - at);
    for (std::ptrdiff_t i = 1; i < there; ++i)
        if ((byte(i) & 0xC0U) != 0x80U) return 0;
    if (there > 1) {
        auto const second = byte(1);
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
            (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
            return 0;
    }
    if (there < length) return -1;
    if (first == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE) return 0; // U+FFFE, U+FFFF
    return length;
}

std::string hex(unsigned char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {digits[c >> 4U], digits[c & 15U]};
}

std::string upper(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return result;
}

} // namespace

XmlInput::XmlInput(XmlSource source, std::string name) : source_(std::move(source)), name_(std::move(name)) {
    window_.resize(2 * step_bytes + slack_bytes);
    window_[0] = '\0';
}

void XmlInput::detect() {
    // Enough for a byte order mark and a declaration.
    std::vector<char> head(256);
    std::size_t size = 0;
    while (size < head.size()) {
        auto const got = source_(head.data() + size, head.size() - size);
        if (got == 0) break;
        size += got;
    }
    std::string_view const text{head.data(), size};
    auto const starts = [&](std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; };
    using namespace std::string_view_literals;
    if (starts("\xFF\xFE"sv) || starts("\xFE\xFF"sv) || starts("<\0"sv) || starts("\0<"sv))
        throw Error{Errc::wrong_charset, name_ +
                                             ":1:1: the document is UTF-16 or UTF-32; XML is read as UTF-8, "
                                             "ISO-8859-1, ISO-8859-15 or windows-1252: convert it, for "
                                             "example with iconv -f UTF-16 -t UTF-8"};
    std::size_t skip = starts("\xEF\xBB\xBF"sv) ? 3 : 0;
    encoding_ = Encoding::utf8;
    auto const rest = text.substr(skip);
    auto const declaration =
        rest.substr(0, 5) == "<?xml" ? rest.substr(0, rest.find("?>")) : std::string_view{};
    if (auto const at = declaration.find("encoding"); at != std::string_view::npos) {
        auto const open = declaration.find_first_of("\"'", at);
        auto const close =
            open == std::string_view::npos ? open : declaration.find(declaration[open], open + 1);
        if (close != std::string_view::npos) {
            auto const encoding = upper(declaration.substr(open + 1, close - open - 1));
            if (encoding == "UTF-8" || encoding == "UTF8" || encoding == "US-ASCII" || encoding == "ASCII")
                encoding_ = Encoding::utf8;
            else if (skip == 0 && (encoding == "ISO-8859-1" || encoding == "LATIN1"))
                encoding_ = Encoding::latin1;
            else if (skip == 0 && encoding == "ISO-8859-15")
                encoding_ = Encoding::latin9;
            else if (skip == 0 && (encoding == "WINDOWS-1252" || encoding == "CP1252"))
                encoding_ = Encoding::windows1252;
            else
                throw Error{Errc::wrong_charset,
                            name_ + ":1:" + std::to_string(open + 2 + skip) + ": encoding '" + encoding +
                                (skip != 0
                                     ? "' contradicts the byte order mark of UTF-8; mend the declaration"
                                     : "' is not read here; convert the document to UTF-8, for example "
                                       "with iconv")};
        }
    }
    raw_.assign(head.begin() + static_cast<std::ptrdiff_t>(skip),
                head.begin() + static_cast<std::ptrdiff_t>(size));
}

std::size_t XmlInput::fill(char* into) {
    if (encoding_ == Encoding::unknown) detect();
    if (encoding_ == Encoding::utf8) {
        if (!raw_.empty()) {
            auto const size = raw_.size();
            std::memcpy(into, raw_.data(), size);
            raw_.clear();
            raw_.shrink_to_fit();
            return size;
        }
        return source_(into, step_bytes);
    }
    // A byte becomes up to three.
    auto const room = step_bytes / 3;
    if (raw_.empty()) {
        raw_.resize(room);
        raw_.resize(source_(raw_.data(), room));
    }
    char* out = into;
    for (char const c : raw_) {
        auto const byte = static_cast<unsigned char>(c);
        unsigned code = byte;
        if (encoding_ == Encoding::latin9) code = latin9(byte);
        if (encoding_ == Encoding::windows1252) {
            code = windows_1252(byte);
            // Stays a byte that is no UTF-8 and is refused in its place.
            if (code == 0) {
                *out++ = c;
                continue;
            }
        }
        out = write_utf8(out, code);
    }
    raw_.clear();
    return static_cast<std::size_t>(out - into);
}

void XmlInput::check(std::size_t from) {
    auto const* at = window_.data() + from;
    auto const* const end = at + held_;
    while (true) {
        at = skip_plain(at, end);
        if (at == end) break;
        if (static_cast<unsigned char>(*at) < 0x80) {
            fault_ = true;
            break;
        }
        auto const length = character_length(at, end);
        if (length == 0 || (length < 0 && ended_)) fault_ = true;
        if (length <= 0) break;
        at += length;
    }
    size_ = static_cast<std::size_t>(at - window_.data());
    held_ = static_cast<std::size_t>(end - at);
}

std::ptrdiff_t XmlInput::more(char const* keep, bool& grew) {
    if (fault_) {
        auto const byte = static_cast<unsigned char>(hidden_);
        if (byte < 0x80)
            fail(Errc::malformed, end(),
                 "control character 0x" + hex(byte) + ", which XML does not allow; mend the source");
        fail(Errc::wrong_charset, end(),
             "byte 0x" + hex(byte) +
                 " is not UTF-8; if the document has another encoding its first line must say "
                 "so (<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>)");
    }
    if (held_ != 0) window_[size_] = hidden_;
    auto const shift = keep - window_.data();
    if (shift > 0) {
        count_to(keep);
        std::memmove(window_.data(), keep, size_ + held_ - static_cast<std::size_t>(shift));
        size_ -= static_cast<std::size_t>(shift);
        mark_ -= static_cast<std::size_t>(shift);
        dropped_ += static_cast<std::uint64_t>(shift);
    }
    auto const used = size_ + held_;
    if (window_.size() < used + step_bytes + slack_bytes) window_.resize(2 * (used + step_bytes));
    auto const got = ended_ ? 0 : fill(window_.data() + used);
    ended_ = ended_ || got == 0;
    held_ += got;
    auto const before = size_;
    check(size_);
    hidden_ = window_[size_];
    window_[size_] = '\0';
    grew = size_ != before || fault_ || !ended_;
    return shift;
}

void XmlInput::count_to(char const* place) noexcept {
    auto const* const from = window_.data() + mark_;
    if (place <= from) return;
    auto const lines = count_lines(from, place);
    line_ += lines;
    auto const* start = from;
    if (lines != 0) {
        start = place;
        while (start[-1] != '\n') --start;
        column_ = 1;
    }
    for (; start != place; ++start)
        column_ += (static_cast<unsigned char>(*start) & 0xC0U) != 0x80U ? 1U : 0U;
    mark_ = static_cast<std::size_t>(place - window_.data());
}

Position XmlInput::locate(char const* place) {
    if (place < window_.data() + mark_) {
        // Behind the mark: only the line start counts, and lines are counted back.
        auto const* const mark = window_.data() + mark_;
        Position position{line_ - count_lines(place, mark), 1};
        auto const* start = place;
        while (start != window_.data() && start[-1] != '\n') --start;
        for (; start != place; ++start)
            position.column += (static_cast<unsigned char>(*start) & 0xC0U) != 0x80U ? 1U : 0U;
        return position;
    }
    count_to(place);
    return {line_, column_};
}

void XmlInput::fail(Errc code, char const* place, std::string const& text) {
    auto const position = locate(place);
    throw Error{code, name_ + ":" + std::to_string(position.line) + ":" + std::to_string(position.column) +
                          ": " + text};
}

} // namespace gateway::io
