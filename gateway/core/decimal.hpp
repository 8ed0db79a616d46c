// Decimal: exactly the digits published, no double on the way.
//
// Shape    64-bit mantissa and a scale (digits after the mark), 0..18. "12,50" keeps its scale of 2.
// Errors   more than 18 digits and sums that do not fit are refused, never wrapped or rounded.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway {

class Decimal {
  public:
    static constexpr unsigned max_scale = 18;

    constexpr Decimal() = default;
    /// mantissa x 10^-scale; scale must not exceed max_scale.
    static constexpr Decimal from_scaled(std::int64_t mantissa, unsigned scale) {
        Decimal result;
        result.mantissa_ = mantissa;
        result.scale_ = static_cast<std::uint8_t>(scale);
        return result;
    }
    static constexpr Decimal from_integer(std::int64_t value) { return from_scaled(value, 0); }

    [[nodiscard]] constexpr std::int64_t mantissa() const noexcept { return mantissa_; }
    [[nodiscard]] constexpr unsigned scale() const noexcept { return scale_; }
    [[nodiscard]] constexpr bool is_zero() const noexcept { return mantissa_ == 0; }
    [[nodiscard]] constexpr bool is_negative() const noexcept { return mantissa_ < 0; }

    /// The published digits, with '.' or another mark: "12.50", "-0.3".
    [[nodiscard]] std::string to_string(char mark = '.') const;

    /// Numeric order: 1.0 and 1.00 are equivalent.
    friend std::weak_ordering operator<=>(Decimal const& a, Decimal const& b) noexcept;
    friend bool operator==(Decimal const& a, Decimal const& b) noexcept { return (a <=> b) == 0; }

    /// The same digits: 1.0 and 1.00 differ.
    [[nodiscard]] constexpr bool same_digits(Decimal const& other) const noexcept {
        return mantissa_ == other.mantissa_ && scale_ == other.scale_;
    }

  private:
    std::int64_t mantissa_ = 0;
    std::uint8_t scale_ = 0;
};

enum class DecimalFault : std::uint8_t { none, malformed, other_mark, overflow };

struct ParsedDecimal {
    Decimal value;
    DecimalFault fault = DecimalFault::none;
    explicit operator bool() const noexcept { return fault == DecimalFault::none; }
};

/// Reads an optional '-', digits and at most one `mark` with digits on both sides. No blanks, no thousands
/// marks, no exponent. `other_mark` says that the text would be a number with the other of '.' and ','.
ParsedDecimal parse_decimal(std::string_view text, char mark = '.') noexcept;

/// a + b with the larger scale, or nothing where 64 bits do not hold the sum.
std::optional<Decimal> checked_add(Decimal a, Decimal b) noexcept;
std::optional<Decimal> checked_subtract(Decimal a, Decimal b) noexcept;
/// The same value with more digits after the mark, or nothing where it does not fit.
std::optional<Decimal> rescaled(Decimal value, unsigned scale) noexcept;

/// Writes the digits to `out` (room for max_decimal_chars) and returns the end. For encoders.
inline constexpr std::size_t max_decimal_chars = 24;
char* write_decimal(char* out, std::int64_t mantissa, unsigned scale, char mark) noexcept;

/// A sum over many cells in 128 bits; still exact, still refuses what does not fit.
class DecimalSum {
  public:
    void add(Decimal value) noexcept;
    /// The exact sum with the largest scale seen; nothing after an overflow.
    [[nodiscard]] std::optional<std::string> to_string() const;
    [[nodiscard]] std::optional<Decimal> to_decimal() const noexcept;

  private:
    __extension__ using Wide = __int128;
    Wide total_ = 0;
    unsigned scale_ = 0;
    bool overflow_ = false;
};

} // namespace gateway
