#include "gateway/core/value.hpp"

#include <algorithm>

namespace gateway {
namespace {

constexpr std::array<std::string_view, 7> reason_names{
    "CONFIDENTIAL", "UNRELIABLE", "PENDING", "NOT_APPLICABLE", "NO_TERRITORY", "NOT_LOADED", "UNKNOWN"};
constexpr std::array<std::string_view, 8> protection_names{"NONE", "R3",   "R5",    "R10",
                                                           "CKM",  "SAFE", "SUPPR", "SAMPLE"};
constexpr std::string_view obs_codes = "ABDEMNOPQU";
constexpr std::string_view conf_codes = "FCADSN";

template <typename Enum, std::size_t N>
std::optional<Enum> find_name(std::array<std::string_view, N> const& names, std::string_view name) noexcept {
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

} // namespace

std::string_view to_string(MissingReason reason) noexcept {
    return reason_names[static_cast<std::size_t>(reason)];
}
std::string_view to_string(Protection protection) noexcept {
    return protection_names[static_cast<std::size_t>(protection)];
}
std::optional<MissingReason> missing_reason_from(std::string_view name) noexcept {
    return find_name<MissingReason>(reason_names, name);
}
std::optional<Protection> protection_from(std::string_view name) noexcept {
    return find_name<Protection>(protection_names, name);
}
std::optional<ObsStatus> obs_status_from(std::string_view code) noexcept {
    if (code.size() != 1 || obs_codes.find(code[0]) == std::string_view::npos) return std::nullopt;
    return static_cast<ObsStatus>(code[0]);
}
std::optional<ConfStatus> conf_status_from(std::string_view code) noexcept {
    if (code.size() != 1 || conf_codes.find(code[0]) == std::string_view::npos) return std::nullopt;
    return static_cast<ConfStatus>(code[0]);
}
std::optional<Bounds> protection_bounds(Protection protection) noexcept {
    auto const around = [](std::int64_t half) {
        return Bounds{Decimal::from_integer(half), Decimal::from_integer(half)};
    };
    switch (protection) {
    case Protection::r3: return around(1);
    case Protection::r5: return around(2);
    case Protection::r10: return around(5);
    default: return std::nullopt;
    }
}

} // namespace gateway
