// One number for what a table says, whatever the format, layout and order it comes in.
//
// A row is normalized to text: a line "ID=CODE" for every component with a code, in the order of the ids, with
// what data set, group and series hand down, then "#ID=VALUE" for every measure that has a value, the number
// without superfluous zeros. Absent values, empty texts and absent attributes have no line; rows to be deleted
// begin with "!Delete". The SHA-256 of the rows are added up as 256-bit numbers, so that order does not matter
// and a row that comes twice counts twice; the hash is the SHA-256 of
// "kreislauf-content-1\nROWS\nSUM\n". It finds every difference by accident; it is no signature.
//
// Structures of the agency KREISLAUF: where a figure came from (FIGURE_ID, VINTAGE, RETRIEVED, LICENCE,
// SOURCE_TABLE), FREQ, which follows from the period, and dimensions that do not apply (_Z) have no line.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "adapters/sdmx/rows.hpp"

namespace adapters::sdmx {

class ContentHash final : public RowSink {
  public:
    void data_set(DataSetInfo const& info) override { is_own_ = info.structure.agency == "KREISLAUF"; }
    void component(std::uint32_t number, Component const& component) override;
    void code(std::uint32_t component, std::uint32_t number, std::string_view text) override;
    void row(Row const& row) override;
    void issue(Issue issue) override { static_cast<void>(issue); }

    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    /// 64 lower-case hex digits, of the rows so far.
    [[nodiscard]] std::string hex() const;

  private:
    void append_measures(Row const& row);

    struct Known {
        std::string prefix; ///< "FREQ="
        bool is_provenance = false;
        std::vector<std::string> codes;
    };
    std::vector<Known> components_;
    std::array<std::uint64_t, 4> sum_{};
    std::uint64_t rows_ = 0;
    std::string text_;
    std::vector<Measured> measures_;
    bool is_own_ = false;
};

/// The number without superfluous zeros: "-12.5", "0".
std::string plain_number(Decimal number);

} // namespace adapters::sdmx
