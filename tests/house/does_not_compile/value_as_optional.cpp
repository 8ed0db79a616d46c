// Expect: deleted|ambiguous
// An optional number comes from number() only.
#include "gateway/core/observation.hpp"

#include <optional>

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    std::optional<gateway::Decimal> number{value}; // does not compile
    return 0;
}
