// Shifted rows: values that stand one row, or one column, off.
//
// A shift leaves a trace that nothing else leaves: line after line, the value of a row is the one that is due in the
// row below, or above, it; or values of one row are those due in other columns of the same row. Due is what the
// current vintage has for a cell (compared exactly), or, for cells that are new, the value of the neighbouring period
// (compared roughly, and only where the cell's own value is far from it).
//
// Limits   at least three rows in a row with three different values, or a dozen where the numbers are below 20: small
//          numbers agree by chance
// Source   domain handbook 5, "must be detected": label/key shift by one row
#pragma once

#include <cstdint>
#include <vector>

#include "gateway/core/time_period.hpp"
#include "gateway/core/value.hpp"
#include "gateway/store/store.hpp"

namespace gateway::intake {

/// A cell whose value is not the one that is due. A sign in place of a number is shift_token() of its reason.
struct ShiftCandidate {
    std::uint64_t line = 0;
    double found = 0;
    double due = 0;
    bool exact = false; ///< `due` is what the current vintage has
    store::IndicatorNo indicator = 0;
    store::AreaNo area = 0;
    TimePeriod period;
};

/// Far from every figure, so that signs agree with equal signs only.
constexpr double shift_token(MissingReason reason) noexcept {
    constexpr double far = -1e300;
    return far * (1 + static_cast<double>(reason) / 16);
}

struct Shift {
    std::uint64_t first_line = 0, last_line = 0;
    std::uint64_t rows = 0; ///< lines with a cell that is off
    bool is_column = false; ///< off by a column within each row
    int rows_off = 0;       ///< +1: each value is due in the row below
    std::size_t first = 0;  ///< index of a candidate in the first line
};

/// Sorts the candidates by line. Shifts in the order of lines.
std::vector<Shift> find_shifts(std::vector<ShiftCandidate>& candidates);

} // namespace gateway::intake
