// Expect: deleted|ambiguous|no match for|invalid operands
// No arithmetic with values.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    auto sum = value + 1; // does not compile
    return 0;
}
