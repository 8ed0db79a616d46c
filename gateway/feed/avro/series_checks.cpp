#include "gateway/feed/avro/series_checks.hpp"

#include <limits>

namespace gateway::feed::avro {

[[gnu::cold, gnu::noinline]] Error impossible(std::string const& why) {
    return {Errc::malformed, why};
}

Sign sign_from(std::string_view text) {
    if (auto const sign = Sign::from(text)) return *sign;
    throw impossible("sign '" + std::string{text.substr(0, 40)} + "' is longer than 7 bytes");
}

VintageNo vintage_from(std::int64_t number) {
    if (number < 0 || number > std::numeric_limits<std::int32_t>::max())
        throw impossible("vintage number " + std::to_string(number));
    return static_cast<VintageNo>(number);
}

UnixTime seconds_from(std::int64_t ms) noexcept {
    return ms >= 0 ? ms / ms_per_second : (ms - (ms_per_second - 1)) / ms_per_second;
}

TimePeriod period_from(std::int32_t start, std::int32_t end, std::uint32_t kind) {
    // Beyond the years 1 to 9999 no calendar date exists.
    constexpr std::int32_t first_day = -719162;
    constexpr std::int32_t last_day = 2932897;
    if (start >= first_day && end <= last_day)
        if (auto const period = TimePeriod::from_days(static_cast<TimePeriod::Kind>(kind), start, end))
            return *period;
    throw impossible("days " + std::to_string(start) + " to " + std::to_string(end) +
                     " are no period of kind " + std::to_string(kind));
}

Value value_from(std::optional<Decimal> number, std::optional<MissingReason> reason) {
    if (number.has_value() == reason.has_value())
        throw impossible(number ? "a figure has a number and a reason for having none"
                                : "a figure has neither a number nor a reason");
    return number ? Value::of(*number) : Value::missing(*reason);
}

void set_dimensions(IndicatorKey& indicator, std::string_view unit, std::int64_t multiplier) {
    if (!unit.empty()) indicator.set("UNIT", std::string{unit});
    if (multiplier != 0) indicator.set("UNIT_MULT", std::to_string(multiplier));
}

} // namespace gateway::feed::avro
