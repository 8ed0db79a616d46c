// What the TOML library must not be given: texts on which it runs into undefined behaviour instead of an error.
//
// Shape    1-based line and column, in bytes
// Source   TOML 1.0: letters beyond ASCII stand in quotation marks and comments only; toml++ 3.3
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::io {

struct TomlTrouble {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    std::string_view found;
    std::string_view next_step;
};

/// The first such place, or nothing.
std::optional<TomlTrouble> toml_trouble(std::string_view text);

} // namespace gateway::io
