// Numbers as the source writes them, read by hand: every row has one.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/core/decimal.hpp"

namespace adapters::genesis {

struct ReadNumber {
    enum class Kind : std::uint8_t {
        number,
        empty,
        sign,     ///< no digits at all: "-", "...", "x"
        overflow, ///< a number of more than 18 digits
        malformed,
    };
    gateway::Decimal value;
    Kind kind = Kind::malformed;
    char mark = '\0'; ///< decimal mark seen in a number: ',' or '.'
};

/// Reads '-'? digits ([,.] digits)?; says which mark stood there, the caller decides whether it may.
inline ReadNumber read_number(std::string_view text) noexcept {
    ReadNumber result;
    if (text.empty()) {
        result.kind = ReadNumber::Kind::empty;
        return result;
    }
    auto const* at = text.data();
    auto const* const end = at + text.size();
    bool const negative = *at == '-';
    if (negative) ++at;
    std::int64_t mantissa = 0;
    unsigned digits = 0;
    unsigned scale = 0;
    bool digit_last = false;
    bool fits = true;
    for (; at != end; ++at) {
        auto const digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit <= 9) {
            digit_last = true;
            if (digits == gateway::Decimal::max_scale) {
                fits = false;
                continue;
            }
            mantissa = mantissa * 10 + static_cast<std::int64_t>(digit);
            // Leading zeros of a whole number take no room.
            digits += static_cast<unsigned>(mantissa != 0 || result.mark != '\0');
            scale += static_cast<unsigned>(result.mark != '\0');
        } else if ((*at == ',' || *at == '.') && digit_last && result.mark == '\0') {
            result.mark = *at;
            digit_last = false;
        } else {
            break;
        }
    }
    if (at == end && digit_last) {
        result.kind = fits ? ReadNumber::Kind::number : ReadNumber::Kind::overflow;
        result.value = gateway::Decimal::from_scaled(negative ? -mantissa : mantissa, scale);
        return result;
    }
    result.mark = '\0';
    for (char const c : text)
        if (c >= '0' && c <= '9') return result;
    result.kind = ReadNumber::Kind::sign;
    return result;
}

} // namespace adapters::genesis
