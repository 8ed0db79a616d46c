// What a series read from Avro must fulfil beyond its schema: fields into the types of gateway/core.
//
// Shape    days since 1970-01-01, milliseconds since then for times. Internal to gateway/feed/avro.
// Errors   malformed for what the schema allows and nobody can mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::feed::avro {

// Order of the symbols of ObsStatus and ConfStatus in the schema; the other enums follow gateway/core.
inline constexpr std::string_view obs_symbols = "ABDEMNOPQU";
inline constexpr std::string_view conf_symbols = "FCADSN";
inline constexpr std::uint32_t code_lists = 4;
inline constexpr std::uint32_t area_levels = 9;
inline constexpr std::uint32_t period_kinds = 8;
inline constexpr std::uint32_t missing_reasons = 7;
inline constexpr std::uint32_t protections = 8;
inline constexpr std::int64_t ms_per_second = 1000;

Error impossible(std::string const& why);

/// No longer than 7 bytes.
Sign sign_from(std::string_view text);
/// 0 to 2^31 - 1.
VintageNo vintage_from(std::int64_t number);
/// Rounded down.
UnixTime seconds_from(std::int64_t ms) noexcept;
/// `kind` is below period_kinds.
TimePeriod period_from(std::int32_t start, std::int32_t end, std::uint32_t kind);
/// Exactly one of both.
Value value_from(std::optional<Decimal> number, std::optional<MissingReason> reason);
/// UNIT and UNIT_MULT into the key where they say something.
void set_dimensions(IndicatorKey& indicator, std::string_view unit, std::int64_t multiplier);

} // namespace gateway::feed::avro
