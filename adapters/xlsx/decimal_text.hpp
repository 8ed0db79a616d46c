// Decimal digits as text: what Excel does to a stored number before it shows it, without any double.
//
// Excel stores binary numbers as up to 17 digits ("74.599999999999994") and shows them from their first 15
// (74.6), rounded half away from zero to the places of the format.
//
// Units    value = 0.d1d2d3... x 10^point; no digits = zero.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adapters::xlsx {

struct DecimalText {
    bool negative = false;
    std::string digits; ///< first and last are not '0'
    int point = 0;

    /// Reads "-12.5", "1.2E-05". Nothing where the text is no finite number or has over 400 digits.
    static std::optional<DecimalText> from(std::string_view text);

    /// Half away from zero.
    void round_to_digits(int significant);
    void round_to_places(int places);

    /// Plain digits with at least `least` and, where given, exactly `most` places; `whole` pads the front
    /// with zeros ("00000"). Rounded to `most` before. Beyond 40 places with exponent ("1E+50").
    void write(std::string& out, int least, int whole = 1) const;
    [[nodiscard]] std::string text() const;

  private:
    void round_at(std::ptrdiff_t keep);
    void trim();
};

} // namespace adapters::xlsx
