// Prefixes: texts are told apart by their first characters, as numbers, before they are compared as a whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gateway {

/// The first eight characters as a number that ascends as texts do; the same for texts that begin alike.
constexpr std::uint64_t prefix_of(std::string_view text) noexcept {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < sizeof prefix; ++i)
        prefix = prefix << 8U | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return prefix;
}

} // namespace gateway
