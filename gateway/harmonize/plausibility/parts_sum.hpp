// What is known of one total and its parts, for one area and period. Internal to the checker.
//
// Two of them that saw different parts are merged into what one would have seen that saw all: that is how they can
// leave memory and come back (parts_runs.hpp).
#pragma once

#include <algorithm>
#include <cstdint>

#include "gateway/core/decimal.hpp"
#include "gateway/harmonize/plausibility/tolerance.hpp"

namespace gateway::harmonize::plausibility {

/// There is one for every cell of a total, so it is small: a line of the cache.
struct PartsSum {
    std::uint64_t key = 0; ///< number of the area, then of the period
    std::int64_t parts = 0, total = 0, largest = 0;
    double tolerance = 0; ///< of the parts; exact to the millionth whatever the order in which they come
    float total_tolerance = 0;
    float largest_tolerance = 0;
    std::uint32_t line = 0; ///< of the total
    std::uint32_t largest_line = 0;
    std::uint16_t largest_code = 0;
    std::uint16_t cells = 0;        ///< parts with a number; stays at its largest value
    std::uint32_t numbers : 12 = 0; ///< of them those that must be there; stays at its largest value
    std::uint32_t parts_scale : 5 = 0;
    std::uint32_t total_scale : 5 = 0;
    std::uint32_t largest_scale : 5 = 0;
    std::uint32_t all_fives : 1 = 1; ///< every part is a whole number that ends in 0 or 5
    std::uint32_t has_total : 1 = 0;
    std::uint32_t has_largest : 1 = 0;
    std::uint32_t absent : 1 = 0;   ///< some part has no number
    std::uint32_t overflow : 1 = 0; ///< the parts cannot be added up

    static constexpr std::uint32_t most_numbers = (1U << 12U) - 1;

    [[nodiscard]] Decimal whole() const { return Decimal::from_scaled(total, total_scale); }
    [[nodiscard]] Decimal sum() const { return Decimal::from_scaled(parts, parts_scale); }
    [[nodiscard]] Decimal largest_part() const { return Decimal::from_scaled(largest, largest_scale); }

    void add_to_sum(std::int64_t mantissa, unsigned scale) noexcept {
        if (scale != parts_scale) {
            bool const fits = scale > parts_scale ? widen(parts, scale - parts_scale)
                                                  : widen(mantissa, parts_scale - scale);
            if (!fits) overflow = 1;
            parts_scale = std::max<unsigned>(parts_scale, scale) & 31U;
        }
        if (__builtin_add_overflow(parts, mantissa, &parts)) overflow = 1;
    }
    void add_numbers(std::uint32_t count) noexcept {
        numbers = std::min<std::uint32_t>(numbers + count, most_numbers) & most_numbers;
    }
    void add_cells(std::uint32_t count) noexcept {
        cells = static_cast<std::uint16_t>(std::min<std::uint32_t>(cells + count, UINT16_MAX));
    }

    /// Takes in what `later` saw after this one.
    void merge(PartsSum const& later) noexcept {
        add_to_sum(later.parts, later.parts_scale);
        overflow |= later.overflow;
        add_numbers(later.numbers);
        add_cells(later.cells);
        all_fives &= later.all_fives;
        absent |= later.absent;
        tolerance += later.tolerance;
        if (later.has_total != 0) {
            has_total = 1;
            total = later.total;
            total_scale = later.total_scale;
            total_tolerance = later.total_tolerance;
            line = later.line;
        }
        if (later.has_largest != 0 && (has_largest == 0 || is_more(later.largest_part(), largest_part()))) {
            has_largest = 1;
            largest = later.largest;
            largest_scale = later.largest_scale;
            largest_code = later.largest_code;
            largest_tolerance = later.largest_tolerance;
            largest_line = later.largest_line;
        }
    }

  private:
    /// `mantissa` with `by` decimals more; false where it does not fit.
    static bool widen(std::int64_t& mantissa, unsigned by) noexcept {
        for (; by > 0; --by)
            if (__builtin_mul_overflow(mantissa, std::int64_t{10}, &mantissa)) return false;
        return true;
    }
};
static_assert(sizeof(PartsSum) == 64);

} // namespace gateway::harmonize::plausibility
