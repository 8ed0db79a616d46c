// Number formats: what a stored number looks like to the reader of a sheet.
//
// A figure of a sheet is what the office shows: 74.599999999999994 under "0.0" is 74.6, under General too
// (15 digits), 74.5999999 under General is not. Digits come out exact, with '.', without thousands marks;
// what a format writes around them is told apart, because "(12.3)" and "-" are quality signs.
//
// Source   ECMA-376 part 1, 18.8.30 and 18.8.31 (built-in formats, here as German Excel shows them).
// Errors   none: a format that is not understood counts as General and says so (understood()).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/decimal_text.hpp"

namespace adapters::xlsx {

/// What is shown.
struct Shown {
    enum class Kind : unsigned char {
        number,
        date,
        literal,   ///< the format shows a fixed text in place of the digits: "-" for zero, or nothing
        not_a_day, ///< a serial number that is no day: 29 February 1900, negative
    };
    Kind kind = Kind::number;
    std::string text;
    std::string_view
        around; ///< what stands around the digits without blanks: "%", "()", "EUR"; of the format
};

class NumberFormat {
  public:
    /// `code` as in styles.xml: "#,##0.0", "[>=100]0;0.0", "dd/mm/yyyy".
    explicit NumberFormat(std::string_view code = "General");
    /// The code behind a number below 164 that styles.xml does not spell out.
    static std::string_view builtin(unsigned id) noexcept;

    [[nodiscard]] std::string const& code() const noexcept { return code_; }
    [[nodiscard]] bool understood() const noexcept { return understood_; }
    /// True where every number of up to 15 digits is shown as it is.
    [[nodiscard]] bool is_general() const noexcept { return general_; }
    /// True where a plain number ("12", "-0.5") with `places` places is shown as it is stored.
    [[nodiscard]] bool shows_as_is(int places) const noexcept {
        return general_ || (plain_most_ >= 0 && places >= plain_least_ && places <= plain_most_);
    }
    /// Shows `number`, which is the value of the stored text. `epoch_1904`: days count from 1904-01-01.
    void show(DecimalText number, bool epoch_1904, Shown& out) const;

  private:
    struct Section {
        enum class Kind : unsigned char { general, digits, scientific, date, literal };
        enum class Test : unsigned char { none, less, less_equal, equal, not_equal, greater, greater_equal };
        Kind kind = Kind::general;
        Test test = Test::none;
        DecimalText limit;
        int whole = 0;     ///< zeros before the mark
        int least = 0;     ///< zeros after the mark
        int most = 0;      ///< places after the mark
        int hundreds = 0;  ///< percent signs
        int thousands = 0; ///< commas that scale
        std::string parts; ///< of a date: letters of y m d h n(minute) s in order
        std::string around;
    };
    static Section section(std::string_view code, bool& understood);
    [[nodiscard]] Section const& pick(DecimalText const& number) const;

    std::string code_;
    std::vector<Section> sections_; // for numbers, at least one
    bool general_ = false;
    int plain_least_ = 0;
    int plain_most_ = -1; // -1 = never
    bool understood_ = true;
};

/// A serial number as ISO text; `parts` are the letters of the format ("ymd", "hm", "y", "ym"). Nothing for a
/// number that is no day of this calendar.
std::optional<std::string> date_text(DecimalText const& serial, bool epoch_1904, std::string_view parts);

} // namespace adapters::xlsx
