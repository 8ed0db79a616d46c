// Figures as people write them: marks, signs beside them, exponents.
//
// Reads  -12,5 · +12.6 · −8,3 (U+2212) · 1.234.567,8 with its marks known · 126 775 (also narrow blanks) ·
//        6.42E-02 (exact: the digits move, nothing is rounded) · (12,3) and 12,3p (a sign beside the figure)
// Not    %, currency, words: a field with digits that is no figure is malformed; one without is a sign.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/core/decimal.hpp"

namespace adapters::table {

/// Which marks a column uses. '\0' = none.
struct Marks {
    char decimal = '.';
    char thousands = '\0';
    friend bool operator==(Marks const&, Marks const&) = default;
};

struct Figure {
    enum class Kind : std::uint8_t {
        number,
        empty,
        sign,       ///< no digits; `sign` is the text
        overflow,   ///< more digits than Decimal holds
        other_mark, ///< a number with another mark than the column's
        malformed,
    };
    gateway::Decimal value;
    Kind kind = Kind::malformed;
    std::string_view sign; ///< in place of the number, or beside it: "()", "p"; a view into the field
};

/// Everything read_figure() does not do in a few instructions.
Figure read_written_figure(std::string_view text, Marks const& marks) noexcept;

/// Figures with thousands marks, the short way; hands on what has another form.
Figure read_grouped_figure(std::string_view text, Marks const& marks) noexcept;

inline Figure read_figure(std::string_view text, Marks const& marks) noexcept {
    auto const* at = text.data();
    auto const* const end = at + text.size();
    bool const negative = at != end && *at == '-';
    if (negative) ++at;
    std::int64_t mantissa = 0;
    auto const* const first = at;
    for (; at != end; ++at) {
        auto const digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
        if (digit > 9) break;
        mantissa = mantissa * 10 + static_cast<std::int64_t>(digit);
        if (at - first >= 17) return read_written_figure(text, marks);
    }
    if (at == first) return read_written_figure(text, marks);
    unsigned scale = 0;
    if (at != end) {
        if (*at != marks.decimal)
            return *at == marks.thousands ? read_grouped_figure(text, marks)
                                          : read_written_figure(text, marks);
        auto const* const fraction = ++at;
        for (; at != end; ++at) {
            auto const digit = static_cast<unsigned>(static_cast<unsigned char>(*at)) - '0';
            if (digit > 9 || at - first >= 18) return read_written_figure(text, marks);
            mantissa = mantissa * 10 + static_cast<std::int64_t>(digit);
        }
        if (at == fraction) return read_written_figure(text, marks);
        scale = static_cast<unsigned>(at - fraction);
    }
    Figure figure;
    figure.kind = Figure::Kind::number;
    figure.value = gateway::Decimal::from_scaled(negative ? -mantissa : mantissa, scale);
    return figure;
}

} // namespace adapters::table
