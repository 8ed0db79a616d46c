// Numbers in data of others: exact digits where they have a decimal form, a double only where they have not.
//
// "1.5", "1,5" in files with other delimiters than the comma, "1e+06"; signs that stand in place of a number keep
// their meaning. No thousands marks: "1.234" is read as 1.234 in a file with decimal point, refused in one with
// decimal comma.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "gateway/core/value.hpp"

namespace gateway::harmonize::territory {

struct Amount {
    enum class Kind : std::uint8_t {
        exact,      ///< `digits`
        real,       ///< `real`: an exponent, or more digits than Decimal holds
        missing,    ///< nothing, NA, or a sign for "not there"
        dash,       ///< '-', which offices use for zero and for "does not apply"
        secret,     ///< '.', the sign of values that are not for publication
        unreadable, ///< text that is neither a number nor a sign
    };
    Kind kind = Kind::missing;
    Decimal digits;
    double real = 0;
    bool estimated = false;                        ///< its own source says so
    bool open = false;                             ///< changed by its office, and nobody has told by how much
    MissingReason reason = MissingReason::unknown; ///< why there is no number
    Bounds const* bounds =
        nullptr; ///< how far the true value may lie away; must live until the amount is added
    [[nodiscard]] bool is_number() const noexcept { return kind == Kind::exact || kind == Kind::real; }
    [[nodiscard]] double value() const noexcept;
};

/// A double for "0.25", with the nearest value as in R and C; nothing for anything else, NaN and infinity
/// included.
std::optional<double> real_from(std::string_view text, char mark = '.') noexcept;

Amount amount_from(std::string_view text, char mark) noexcept;

/// A figure of the common schema. Bounds are those of the figure, else those of its protection; what was
/// changed without a known limit (CKM, SAFE, samples) is open. `quality` must live until the amount is added.
Amount amount_of(Value const& value, Quality const& quality) noexcept;

/// Bounds of a number by its protection alone; a zero stays one under CKM.
void protect(Amount& amount, Protection protection) noexcept;

/// Half-widths of R3, R5 and R10 in units of the last of `scale` decimals; nothing for others. Lives forever.
Bounds const* bounds_of(Protection protection, unsigned scale) noexcept;

/// 10^power as double, exact up to 22.
double power_of_ten(unsigned power) noexcept;

/// Removes blanks at both ends.
std::string_view trimmed(std::string_view text) noexcept;

} // namespace gateway::harmonize::territory
