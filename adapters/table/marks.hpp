// Which marks the figures of a column have: proven by the column as a whole, or not at all.
//
// "1.234" may be 1234 or 1 + 234/1000. A column decides it by figures that have one reading only: "0.5",
// "1.23", "1.234.567", "1.234,5". Two proofs against each other, or no proof where a figure needs one, are an
// error that names the column, lines and what to declare.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/table/number.hpp"

namespace adapters::table {

class MarkEvidence {
  public:
    void look(std::string_view text, std::uint64_t line);
    /// True where look() would learn nothing from digits with these marks among them: bits by place, bit 15 for
    /// the last character.
    [[nodiscard]] bool knows(unsigned points, unsigned commas) const noexcept {
        auto const all = points | commas;
        if ((all & (all - 1)) == 0) return ((points & ~settled_[0]) | (commas & ~settled_[1])) == 0;
        std::size_t const mark = points > commas ? 0 : 1; // the last one
        if (points != 0 && commas != 0) return decimal_[mark].given() && thousands_[1 - mark].given();
        return thousands_[mark].given();
    }
    /// What the column proves. `declared` are marks that the layout gives ('\0' = left open; '\x01' = none).
    /// \throws Error ambiguous_number naming `column`
    [[nodiscard]] Marks decide(Marks const& declared, std::string const& column) const;
    /// What decide() will say whatever texts follow, unless one of these contradicts: the decimal mark is proven, and
    /// thousands marks have been seen or not yet. Nothing where more has to be known, or where proofs contradict.
    [[nodiscard]] std::optional<Marks> certain(Marks const& declared) const noexcept;

  private:
    void weigh(std::string_view text, std::uint64_t line);
    struct Proof {
        std::uint64_t line = 0;
        std::string text;
        [[nodiscard]] bool given() const noexcept { return line != 0; }
    };
    static void note(Proof& proof, std::string_view text, std::uint64_t line);
    // By mark: '.' 0, ',' 1.
    std::array<Proof, 2> decimal_;
    std::array<Proof, 2> thousands_;
    std::array<Proof, 2> either_;
    std::array<unsigned, 2> settled_{}; ///< where a mark that stands alone proves nothing new
    Proof blanks_;                      ///< "126 775"
    Proof apostrophe_;                  ///< "126'775"
};

} // namespace adapters::table
