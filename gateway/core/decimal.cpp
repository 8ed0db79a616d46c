#include "gateway/core/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace gateway {
namespace {

__extension__ using Wide = __int128;

constexpr std::array<std::int64_t, 19> powers = [] {
    std::array<std::int64_t, 19> table{};
    std::int64_t power = 1;
    for (auto& entry : table) {
        entry = power;
        if (power <= std::numeric_limits<std::int64_t>::max() / 10) power *= 10;
    }
    return table;
}();

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

/// Both mantissas at the larger scale: below 2^63 * 10^18, so that sums and differences stay within 128 bits.
std::pair<Wide, Wide> common_scale(Decimal a, Decimal b) noexcept {
    auto const scale = std::max(a.scale(), b.scale());
    return {Wide{a.mantissa()} * powers[scale - a.scale()], Wide{b.mantissa()} * powers[scale - b.scale()]};
}

std::optional<Decimal> narrowed(Wide mantissa, unsigned scale) noexcept {
    if (mantissa > std::numeric_limits<std::int64_t>::max() ||
        mantissa < std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return Decimal::from_scaled(static_cast<std::int64_t>(mantissa), scale);
}

} // namespace

std::weak_ordering operator<=>(Decimal const& a, Decimal const& b) noexcept {
    auto const [left, right] = common_scale(a, b);
    if (left < right) return std::weak_ordering::less;
    return left > right ? std::weak_ordering::greater : std::weak_ordering::equivalent;
}

char* write_decimal(char* out, std::int64_t mantissa, unsigned scale, char mark) noexcept {
    std::uint64_t magnitude = static_cast<std::uint64_t>(mantissa);
    if (mantissa < 0) {
        *out++ = '-';
        magnitude = 0 - magnitude;
    }
    std::array<char, 20> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), magnitude).ptr;
    auto const count = static_cast<unsigned>(end - digits.data());
    char const* from = digits.data();
    if (scale == 0) {
        for (; from != end; ++from) *out++ = *from;
        return out;
    }
    if (count <= scale) {
        *out++ = '0';
        *out++ = mark;
        for (unsigned zeros = scale - count; zeros > 0; --zeros) *out++ = '0';
    } else {
        for (unsigned i = 0; i < count - scale; ++i) *out++ = *from++;
        *out++ = mark;
    }
    for (; from != end; ++from) *out++ = *from;
    return out;
}

std::string Decimal::to_string(char mark) const {
    std::array<char, max_decimal_chars> buffer{};
    return {buffer.data(), write_decimal(buffer.data(), mantissa_, scale_, mark)};
}

ParsedDecimal parse_decimal(std::string_view text, char mark) noexcept {
    auto const malformed = ParsedDecimal{{}, DecimalFault::malformed};
    std::size_t at = 0;
    bool const negative = !text.empty() && text[0] == '-';
    if (negative) at = 1;
    std::int64_t mantissa = 0;
    unsigned digits = 0; // significant ones
    unsigned scale = 0;
    bool mark_seen = false;
    bool other_seen = false;
    bool digit_before = false;
    bool digit_after = false;
    for (; at < text.size(); ++at) {
        char const c = text[at];
        if (is_digit(c)) {
            if (digits > 0 || c != '0') ++digits;
            if (digits <= 18) mantissa = mantissa * 10 + (c - '0');
            if (mark_seen || other_seen) {
                ++scale;
                digit_after = true;
            } else {
                digit_before = true;
            }
        } else if ((c == '.' || c == ',') && !mark_seen && !other_seen && digit_before) {
            (c == mark ? mark_seen : other_seen) = true;
        } else {
            return malformed;
        }
    }
    if (!digit_before || ((mark_seen || other_seen) && !digit_after)) return malformed;
    if (other_seen) return {{}, DecimalFault::other_mark};
    if (digits > 18 || scale > Decimal::max_scale) return {{}, DecimalFault::overflow};
    return {Decimal::from_scaled(negative ? -mantissa : mantissa, scale), DecimalFault::none};
}

std::optional<Decimal> rescaled(Decimal value, unsigned scale) noexcept {
    if (scale < value.scale() || scale > Decimal::max_scale) return std::nullopt;
    std::int64_t mantissa = 0;
    if (__builtin_mul_overflow(value.mantissa(), powers[scale - value.scale()], &mantissa))
        return std::nullopt;
    return Decimal::from_scaled(mantissa, scale);
}

std::optional<Decimal> checked_add(Decimal a, Decimal b) noexcept {
    auto const [left, right] = common_scale(a, b);
    return narrowed(left + right, std::max(a.scale(), b.scale()));
}

std::optional<Decimal> checked_subtract(Decimal a, Decimal b) noexcept {
    auto const [left, right] = common_scale(a, b);
    return narrowed(left - right, std::max(a.scale(), b.scale()));
}

void DecimalSum::add(Decimal value) noexcept {
    if (overflow_) return;
    if (value.scale() > scale_) {
        overflow_ = __builtin_mul_overflow(total_, Wide{powers[value.scale() - scale_]}, &total_);
        scale_ = value.scale();
    }
    Wide const term = Wide{value.mantissa()} * powers[scale_ - value.scale()];
    overflow_ = overflow_ || __builtin_add_overflow(total_, term, &total_);
}

std::optional<std::string> DecimalSum::to_string() const {
    if (overflow_) return std::nullopt;
    bool const negative = total_ < 0;
    __extension__ using Unsigned = unsigned __int128;
    Unsigned rest = negative ? Unsigned{0} - static_cast<Unsigned>(total_) : static_cast<Unsigned>(total_);
    std::string reversed;
    while (rest > 0 || reversed.size() <= scale_) {
        if (scale_ > 0 && reversed.size() == scale_) reversed.push_back('.');
        reversed.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
        rest /= 10;
        if (rest == 0 && reversed.size() > scale_) break;
    }
    if (negative) reversed.push_back('-');
    return std::string{reversed.rbegin(), reversed.rend()};
}

std::optional<Decimal> DecimalSum::to_decimal() const noexcept {
    if (overflow_) return std::nullopt;
    return narrowed(total_, scale_);
}

} // namespace gateway
