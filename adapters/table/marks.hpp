// Which marks the figures of a column have: proven by the column as a whole, or not at all.
//
// "1.234" may be 1234 or 1 + 234/1000. A column decides it by figures that have one reading only: "0.5",
// "1.23", "1.234.567", "1.234,5". Two proofs against each other, or no proof where a figure needs one, are an
// error that names the column, lines and what to declare.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "adapters/table/number.hpp"

namespace adapters::table {

class MarkEvidence {
  public:
    void look(std::string_view text, std::uint64_t line);
    /// What the column proves. `declared` are marks that the layout gives ('\0' = left open; '\x01' = none).
    /// \throws Error ambiguous_number naming `column`
    [[nodiscard]] Marks decide(Marks const& declared, std::string const& column) const;

  private:
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
    Proof blanks_;     ///< "126 775"
    Proof apostrophe_; ///< "126'775"
};

} // namespace adapters::table
