// By how much a published value may lie off the true one.
#pragma once

#include "gateway/harmonize/plausibility/checker.hpp"

namespace gateway::harmonize::plausibility {

/// True where `a` is more than `b`; the scales of one column are mostly the same.
inline bool is_more(Decimal const& a, Decimal const& b) noexcept {
    return a.scale() == b.scale() ? a.mantissa() > b.mantissa() : a > b;
}

/// Half-width of one value by its bounds, its protection regime, or the rounding of its last digit where digits are
/// cut (a mark, a multiplier).
double half_width(Rule const& rule, bool has_multiplier, CheckedCell const& cell);
/// True where that is zero at first sight: whole numbers that nothing protects.
inline bool is_exact(bool has_multiplier, CheckedCell const& cell) noexcept {
    auto const* const said = cell.quality;
    return !has_multiplier && cell.number && cell.number->scale() == 0 &&
           (said == nullptr || (!said->bounds && said->protection == Protection::none));
}
/// Whether values of the indicator are shown in thousands, millions and so on.
bool has_multiplier(IndicatorKey const& indicator);

/// Evidence of rounding to 5 where nobody names a protection: every number of a sum ends in 0 or 5.
class Fives {
  public:
    Fives() = default;
    /// So many numbers, and whether all of them are like that.
    Fives(std::uint16_t cells, bool all) noexcept : cells_(cells), all_(all) {}
    [[nodiscard]] static bool is_one(Decimal const& number) noexcept {
        return number.scale() == 0 && number.mantissa() % 5 == 0;
    }
    void see(Decimal const& number) noexcept {
        if (cells_ < UINT16_MAX) ++cells_;
        all_ = all_ && is_one(number);
    }
    /// Half-widths of all numbers together, with that of `total`; nothing where they are not all rounded.
    [[nodiscard]] double width(Decimal const& total) const noexcept {
        constexpr std::uint32_t fewest = 2; // two and their total
        constexpr double half_width = 2;
        bool const rounded = all_ && cells_ >= fewest && total.scale() == 0 && total.mantissa() % 5 == 0;
        return rounded ? half_width * (cells_ + 1.0) : 0;
    }

  private:
    std::uint16_t cells_ = 0;
    bool all_ = true;
};

/// For comparisons with a tolerance; sums themselves stay exact.
double as_double(Decimal const& number);

/// "62494 (±2)"
std::string with_tolerance(std::string number, double tolerance);

} // namespace gateway::harmonize::plausibility
