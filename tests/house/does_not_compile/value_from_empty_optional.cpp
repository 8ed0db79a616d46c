// Expect: no viable conversion|conversion from|no matching|could not convert
// An absent number does not become a missing value without a reason.
#include "gateway/core/observation.hpp"

#include <optional>

int main() {
    gateway::Value value = std::optional<gateway::Decimal>{}; // does not compile
    return 0;
}
