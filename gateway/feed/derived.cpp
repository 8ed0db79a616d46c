#include "gateway/feed/derived.hpp"

#include <array>

namespace gateway::feed {

std::string_view to_string(Derived::Origin origin) noexcept {
    constexpr std::array<std::string_view, 6> names{"OBSERVED", "SUMMED",     "ESTIMATED",
                                                    "COMPUTED", "INCOMPLETE", "NONE"};
    return names[static_cast<std::size_t>(origin)];
}

} // namespace gateway::feed
