#include "gateway/harmonize/plausibility/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "gateway/harmonize/territory/number.hpp"

namespace gateway::harmonize::plausibility {

double as_double(Decimal const& number) {
    auto const mantissa = static_cast<double>(number.mantissa());
    return number.scale() == 0 ? mantissa : mantissa / territory::power_of_ten(number.scale());
}

bool has_multiplier(IndicatorKey const& indicator) {
    return !indicator.at("UNIT_MULT").empty();
}

double half_width(Rule const& rule, bool has_multiplier, CheckedCell const& cell) {
    if (!cell.number || is_exact(has_multiplier, cell)) return 0;
    auto const unit = 1 / territory::power_of_ten(cell.number->scale());
    if (cell.quality != nullptr) {
        auto const& quality = *cell.quality;
        if (quality.bounds)
            return std::max(as_double(quality.bounds->below), as_double(quality.bounds->above));
        // The cell-key method leaves a zero a zero.
        if (quality.protection == Protection::ckm) return cell.number->is_zero() ? 0 : as_double(rule.ckm);
        if (auto const bounds = protection_bounds(quality.protection)) return as_double(bounds->above) * unit;
    }
    bool const cut = cell.number->scale() > 0 || has_multiplier;
    return cut ? unit / 2 : 0;
}

std::string with_tolerance(std::string number, double tolerance) {
    if (tolerance <= 0) return number;
    char text[40];
    std::snprintf(text, sizeof text, " (±%.15g)", std::round(tolerance * 1e6) / 1e6);
    return number + text;
}

} // namespace gateway::harmonize::plausibility
