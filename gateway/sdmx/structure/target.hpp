// Addresses of the SDMX REST interface, taken apart. Shared by the queries of this folder.
//
// Errors   SdmxError syntax naming the part and what is allowed
// Source   RFC 3986
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::sdmx::structure {

/// A path taken apart and decoded, and the parameters behind '?'.
struct Target {
    std::vector<std::string> parts;
    std::vector<std::pair<std::string, std::string>> parameters; ///< names in lower case
    /// Last value of a parameter; nothing where it is not given.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const noexcept;
};

/// Slashes at both ends do not count. In parameters, '+' stays '+'.
Target parse_target(std::string_view target);

std::string lower(std::string_view text);

/// Parts between `separator`; an empty one is an error that names `what` ("agency").
std::vector<std::string> alternatives(std::string_view text, char separator, std::string_view what);

} // namespace gateway::sdmx::structure
