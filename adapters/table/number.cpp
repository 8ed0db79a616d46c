#include "adapters/table/number.hpp"

#include <algorithm>

namespace adapters::table {
namespace {

using Kind = Figure::Kind;

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Bytes of a blank that may stand between groups of digits or around a figure; 0 = none.
std::size_t blank_size(std::string_view text) noexcept {
    if (text.empty()) return 0;
    if (text[0] == ' ' || text[0] == '\t') return 1;
    if (text.starts_with("\xC2\xA0")) return 2;
    for (std::string_view const blank : {"\xE2\x80\xAF", "\xE2\x80\x89", "\xE2\x80\x87"})
        if (text.starts_with(blank)) return 3;
    return 0;
}

std::string_view trimmed(std::string_view text) noexcept {
    while (auto const size = blank_size(text)) text.remove_prefix(size);
    for (bool cut = true; cut && !text.empty();) {
        cut = false;
        for (std::size_t size = 1; size <= std::min<std::size_t>(3, text.size()) && !cut; ++size)
            if (blank_size(text.substr(text.size() - size)) == size) {
                text.remove_suffix(size);
                cut = true;
            }
    }
    return text;
}

/// The digits of a figure, collected one by one.
struct Digits {
    std::int64_t mantissa = 0;
    unsigned count = 0; ///< without leading zeros
    int scale = 0;
    bool fits = true;

    void add(char digit, bool fraction) noexcept {
        if (count == gateway::Decimal::max_scale) {
            fits = false;
            return;
        }
        mantissa = mantissa * 10 + (digit - '0');
        count += static_cast<unsigned>(mantissa != 0);
        scale += static_cast<int>(fraction);
    }
    /// Moves the mark so that the scale is one that Decimal has.
    void settle() noexcept {
        constexpr int most = gateway::Decimal::max_scale;
        for (; scale < 0 && fits; ++scale) add('0', false);
        for (; scale > most && mantissa % 10 == 0; --scale) mantissa /= 10;
        fits = fits && scale >= 0 && scale <= most;
    }
};

/// Groups of three digits with `mark` between them, and what follows; false where the groups are wrong.
bool take_whole(std::string_view& text, char mark, Digits& digits) noexcept {
    std::size_t group = 0;
    bool grouped = false;
    while (!text.empty()) {
        if (is_digit(text[0])) {
            digits.add(text[0], false);
            text.remove_prefix(1);
            ++group;
            continue;
        }
        if (mark == '\0' || group == 0) break;
        auto const size = mark == ' ' ? blank_size(text) : std::size_t{text[0] == mark};
        if (size == 0 || text.size() <= size || !is_digit(text[size])) break;
        if (grouped ? group != 3 : group > 3) return false;
        grouped = true;
        group = 0;
        text.remove_prefix(size);
    }
    return grouped ? group == 3 : group > 0;
}

/// "E-02" behind the digits; false where it is none.
bool take_exponent(std::string_view& text, Digits& digits) noexcept {
    if (text.size() < 2 || (text[0] != 'E' && text[0] != 'e')) return true;
    auto rest = text.substr(1);
    bool const negative = rest[0] == '-';
    if (rest[0] == '-' || rest[0] == '+') rest.remove_prefix(1);
    int exponent = 0;
    std::size_t count = 0;
    for (; count < rest.size() && is_digit(rest[count]); ++count)
        if (count < 3) exponent = exponent * 10 + (rest[count] - '0');
    if (count == 0) return true; // a letter beside the figure
    if (count > 3) return false;
    text = rest.substr(count);
    digits.scale += negative ? exponent : -exponent;
    if (digits.mantissa == 0) digits.scale = std::clamp(digits.scale, 0, 18);
    return true;
}

/// A sign beside a figure: one letter or star, with or without a blank before it.
std::string_view sign_behind(std::string_view text) noexcept {
    auto const sign = trimmed(text);
    if (sign.size() == 1 && ((sign[0] >= 'a' && sign[0] <= 'z') || sign[0] == '*' || sign[0] == '/'))
        return sign;
    return {};
}

Figure fault(Kind kind) noexcept {
    Figure figure;
    figure.kind = kind;
    return figure;
}

Figure read_plain(std::string_view text, Marks const& marks) noexcept {
    bool negative = false;
    constexpr std::string_view minus = "\xE2\x88\x92";
    constexpr std::string_view dash = "\xE2\x80\x93";
    if (text.starts_with('-') || text.starts_with('+')) {
        negative = text[0] == '-';
        text.remove_prefix(1);
    } else if (text.starts_with(minus) || text.starts_with(dash)) {
        negative = true;
        text.remove_prefix(minus.size());
    }
    if (text.empty() || !is_digit(text[0])) return fault(Kind::malformed);
    Digits digits;
    if (!take_whole(text, marks.thousands, digits)) return fault(Kind::malformed);
    if (text.size() > 1 && text[0] == marks.decimal && is_digit(text[1])) {
        text.remove_prefix(1);
        for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) digits.add(text[0], true);
    }
    if (!take_exponent(text, digits)) return fault(Kind::overflow);
    Figure figure;
    figure.sign = sign_behind(text);
    if (figure.sign.empty() && !text.empty()) {
        bool const mark = (text[0] == '.' || text[0] == ',') && text.size() > 1 && is_digit(text[1]);
        return fault(mark ? Kind::other_mark : Kind::malformed);
    }
    digits.settle();
    if (!digits.fits) return fault(Kind::overflow);
    figure.kind = Kind::number;
    figure.value = gateway::Decimal::from_scaled(negative ? -digits.mantissa : digits.mantissa,
                                                 static_cast<unsigned>(digits.scale));
    return figure;
}

} // namespace

Figure read_grouped_figure(std::string_view text, Marks const& marks) noexcept {
    auto const* at = text.data();
    auto const* const end = at + text.size();
    constexpr std::ptrdiff_t longest = 24; // 18 digits with their marks
    if (text.size() > longest || marks.thousands == ' ') return read_written_figure(text, marks);
    bool const negative = *at == '-';
    if (negative) ++at;
    std::uint64_t mantissa = 0; // wraps where there are too many digits, which is asked below
    unsigned digits = 0;
    unsigned group = 0;
    bool grouped = false;
    for (; at != end; ++at) {
        auto const digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit <= 9) {
            mantissa = mantissa * 10 + digit;
            ++digits;
            ++group;
        } else if (*at == marks.thousands && (grouped ? group == 3 : group >= 1 && group <= 3)) {
            grouped = true;
            group = 0;
        } else {
            break;
        }
    }
    if (group != 3) return read_written_figure(text, marks);
    unsigned scale = 0;
    if (at != end) {
        if (*at != marks.decimal || at + 1 == end) return read_written_figure(text, marks);
        for (++at; at != end && is_digit(*at); ++at, ++scale)
            mantissa = mantissa * 10 + static_cast<unsigned>(*at - '0');
    }
    if (at != end || digits + scale > gateway::Decimal::max_scale) return read_written_figure(text, marks);
    Figure figure;
    figure.kind = Kind::number;
    auto const value = static_cast<std::int64_t>(mantissa);
    figure.value = gateway::Decimal::from_scaled(negative ? -value : value, scale);
    return figure;
}

Figure read_written_figure(std::string_view text, Marks const& marks) noexcept {
    text = trimmed(text);
    if (text.empty()) return fault(Kind::empty);
    if (std::none_of(text.begin(), text.end(), is_digit)) {
        auto figure = fault(Kind::sign);
        figure.sign = text;
        return figure;
    }
    if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
        auto figure = read_plain(trimmed(text.substr(1, text.size() - 2)), marks);
        if (figure.kind == Kind::number) {
            if (!figure.sign.empty()) return fault(Kind::malformed);
            figure.sign = "()";
        }
        return figure;
    }
    return read_plain(text, marks);
}

} // namespace adapters::table
