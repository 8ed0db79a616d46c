#include "adapters/csv/charset.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "gateway/core/error.hpp"
#include "gateway/io/unicode.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace adapters::csv {

using gateway::Errc;
using gateway::Error;

namespace {

constexpr std::size_t npos = std::string_view::npos;

unsigned char byte_at(std::string_view bytes, std::size_t at) noexcept {
    return static_cast<unsigned char>(bytes[at]);
}

std::string hex(unsigned char byte) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {'0', 'x', digits[byte >> 4U], digits[byte & 0x0FU]};
}

std::string line_of(std::string_view bytes, std::size_t at) {
    return "line " + std::to_string(1 + std::count(bytes.begin(),
                                                   bytes.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

/// Whether any of the 64 bytes at `from` is not ASCII.
inline bool has_high(char const* from) noexcept {
#if defined(__SSE2__)
    auto const load = [from](int at) {
        return _mm_loadu_si128(static_cast<__m128i const*>(static_cast<void const*>(from + at)));
    };
    return _mm_movemask_epi8(
               _mm_or_si128(_mm_or_si128(load(0), load(16)), _mm_or_si128(load(32), load(48)))) != 0;
#else
    std::uint64_t all = 0;
    for (int at = 0; at < 64; at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, from + at, sizeof word);
        all |= word;
    }
    return (all & 0x8080808080808080U) != 0;
#endif
}

/// Place of the first byte from `at` on that is not ASCII.
std::size_t next_high(std::string_view bytes, std::size_t at) noexcept {
    constexpr std::uint64_t high = 0x8080808080808080U;
    auto const size = bytes.size();
    auto const load = [&bytes](std::size_t from) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + from, sizeof word);
        return word & high;
    };
    // Texts with letters of other languages have one soon; figures have none for long.
    for (; at + 8 <= size; at += 8) {
        if (auto const word = load(at); word != 0) {
            auto const bits =
                std::endian::native == std::endian::little ? std::countr_zero(word) : std::countl_zero(word);
            return at + static_cast<std::size_t>(bits) / 8;
        }
        while (at + 72 <= size && !has_high(bytes.data() + at + 8)) at += 64;
    }
    for (; at < size; ++at)
        if (byte_at(bytes, at) >= 0x80) return at;
    return npos;
}

/// Bytes of the sound UTF-8 sequence at `at`; 0 where there is none.
std::size_t sequence_at(std::string_view bytes, std::size_t at) noexcept {
    auto const c = byte_at(bytes, at);
    std::size_t const size = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (c < 0xC2 || c > 0xF4 || at + size > bytes.size()) return 0;
    for (std::size_t k = 1; k < size; ++k)
        if ((byte_at(bytes, at + k) & 0xC0U) != 0x80) return 0;
    auto const second = byte_at(bytes, at + 1);
    if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second > 0x9F) || (c == 0xF0 && second < 0x90) ||
        (c == 0xF4 && second > 0x8F))
        return 0;
    return size;
}

/// Counts over the whole document.
struct Census {
    std::size_t sequences = 0;
    std::size_t wrong = 0;
    std::size_t first_wrong = npos;
    std::array<std::size_t, 32> high{};       ///< bytes 0x80-0x9F, where the text is no UTF-8
    std::array<std::size_t, 32> first_high{}; ///< their first places
};

Census take_census(std::string_view bytes) {
    Census census;
    for (auto at = next_high(bytes, 0); at != npos; at = next_high(bytes, at)) {
        if (auto const size = sequence_at(bytes, at)) {
            ++census.sequences;
            at += size;
            continue;
        }
        if (census.wrong++ == 0) census.first_wrong = at;
        auto const c = byte_at(bytes, at);
        if (c < 0xA0 && census.high[c - 0x80U]++ == 0) census.first_high[c - 0x80U] = at;
        ++at;
    }
    return census;
}

CharsetFinding by_single_bytes(std::string_view bytes, Census const& census) {
    CharsetFinding finding;
    std::size_t letters = 0;
    std::size_t first = npos;
    for (std::size_t i = 0; i < census.high.size(); ++i) {
        if (census.high[i] == 0) continue;
        auto const at = census.first_high[i];
        auto const byte = static_cast<unsigned char>(0x80U + i);
        if (gateway::io::windows_1252(byte) == 0)
            throw Error{
                Errc::wrong_charset,
                line_of(bytes, at) + ": the byte " + hex(byte) +
                    " is no letter in windows-1252 and none in ISO-8859-1; the file may have an old PC "
                    "code page (850): save it as UTF-8"};
        letters += census.high[i];
        first = std::min(first, at);
    }
    if (letters > 0) {
        finding.charset = Charset::windows_1252;
        finding.evidence = std::to_string(letters) + " bytes from 0x80 to 0x9F, first " +
                           hex(byte_at(bytes, first)) + " in " + line_of(bytes, first) +
                           ": letters or dashes in windows-1252, control characters in ISO-8859-1";
        return finding;
    }
    finding.charset = Charset::iso_8859_1;
    finding.evidence = "bytes above 0x9F only, first " + hex(byte_at(bytes, census.first_wrong)) + " in " +
                       line_of(bytes, census.first_wrong) +
                       ": no UTF-8; ISO-8859-1 and windows-1252 read them alike";
    return finding;
}

/// UTF-16 without a byte order mark: every other byte of a European text is zero.
CharsetFinding by_zeros(std::string_view bytes) {
    constexpr std::size_t sample = 4096;
    auto const size = std::min(sample, bytes.size()) & ~std::size_t{1};
    std::size_t even = 0;
    std::size_t odd = 0;
    for (std::size_t i = 0; i < size; ++i)
        if (bytes[i] == '\0') ++(i % 2 == 0 ? even : odd);
    CharsetFinding finding;
    if (odd * 4 > size && even * 50 < size)
        finding.charset = Charset::utf16_le;
    else if (even * 4 > size && odd * 50 < size)
        finding.charset = Charset::utf16_be;
    else
        throw Error{Errc::wrong_charset,
                    line_of(bytes, bytes.find('\0')) +
                        ": a zero byte: this is no text; kreislauf inspect FILE shows what it is"};
    finding.evidence = "every other byte is zero";
    return finding;
}

} // namespace

std::string_view to_string(Charset charset) noexcept {
    switch (charset) {
    case Charset::utf8: return "utf-8";
    case Charset::windows_1252: return "windows-1252";
    case Charset::iso_8859_1: return "iso-8859-1";
    case Charset::utf16_le: return "utf-16le";
    case Charset::utf16_be: return "utf-16be";
    }
    return "";
}

CharsetFinding find_charset(std::string_view bytes, std::string_view declared) {
    CharsetFinding finding;
    auto const marked = [&finding](Charset charset, std::size_t size) {
        finding.charset = charset;
        finding.mark_bytes = size;
        finding.evidence = "byte order mark";
        return finding;
    };
    if (bytes.starts_with("\xEF\xBB\xBF")) return marked(Charset::utf8, 3);
    if (bytes.starts_with("\xFF\xFE")) return marked(Charset::utf16_le, 2);
    if (bytes.starts_with("\xFE\xFF")) return marked(Charset::utf16_be, 2);
    if (declared != "auto") {
        for (auto const charset : {Charset::utf8, Charset::windows_1252, Charset::iso_8859_1,
                                   Charset::utf16_le, Charset::utf16_be})
            if (to_string(charset) == declared) {
                finding.charset = charset;
                finding.evidence = "declared";
                return finding;
            }
        throw Error{Errc::invalid_argument, "the character set '" + std::string{declared} +
                                                "' is not known; there are utf-8, windows-1252, iso-8859-1, "
                                                "utf-16le, utf-16be, auto"};
    }
    constexpr std::size_t sample = 4096;
    if (bytes.substr(0, sample).find('\0') != npos) return by_zeros(bytes);
    auto const census = take_census(bytes);
    if (census.wrong == 0) {
        finding.evidence = census.sequences == 0 ? std::string{"ASCII only"}
                                                 : std::to_string(census.sequences) +
                                                       " sound sequences of UTF-8 and nothing else";
        return finding;
    }
    if (census.sequences > 0 && census.sequences * 4 > census.wrong)
        throw Error{Errc::wrong_charset,
                    line_of(bytes, census.first_wrong) + ": the byte " +
                        hex(byte_at(bytes, census.first_wrong)) + " is no UTF-8, but the file has " +
                        std::to_string(census.sequences) +
                        " sound sequences of UTF-8: two character sets are mixed, ask the source; or declare "
                        "charset in the feed description"};
    return by_single_bytes(bytes, census);
}

std::size_t append_utf8(std::string& out, std::string_view bytes, Charset charset, std::uint64_t offset) {
    switch (charset) {
    case Charset::utf8: out.append(bytes); return bytes.size();
    case Charset::windows_1252:
    case Charset::iso_8859_1:
        for (std::size_t at = 0; at < bytes.size();) {
            auto const high = std::min(next_high(bytes, at), bytes.size());
            out.append(bytes.substr(at, high - at));
            at = high;
            if (at == bytes.size()) break;
            auto const c = byte_at(bytes, at);
            std::uint32_t letter = c;
            if (charset == Charset::windows_1252) {
                letter = gateway::io::windows_1252(c);
                if (letter == 0)
                    throw Error{Errc::wrong_charset, "byte " + std::to_string(offset + at) + " (" + hex(c) +
                                                         ") is no letter in windows-1252"};
            }
            gateway::io::append_utf8(out, letter);
            ++at;
        }
        return bytes.size();
    case Charset::utf16_le:
    case Charset::utf16_be: break;
    }
    auto const unit = [&bytes, charset](std::size_t at) {
        auto const a = byte_at(bytes, at);
        auto const b = byte_at(bytes, at + 1);
        return static_cast<char32_t>(charset == Charset::utf16_le ? a | b << 8U : b | a << 8U);
    };
    std::size_t at = 0;
    while (at + 2 <= bytes.size()) {
        auto const high = unit(at);
        if (high < 0xD800 || high > 0xDFFF) {
            gateway::io::append_utf8(out, high);
            at += 2;
            continue;
        }
        if (at + 4 > bytes.size()) break;
        auto const low = unit(at + 2);
        if (high > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            throw Error{Errc::wrong_charset,
                        "byte " + std::to_string(offset + at) + ": half a surrogate pair in UTF-16"};
        gateway::io::append_utf8(out, 0x10000 + ((high - 0xD800) << 10U) + (low - 0xDC00));
        at += 4;
    }
    return at;
}

} // namespace adapters::csv
