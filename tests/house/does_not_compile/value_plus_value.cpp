// Expect: deleted|ambiguous|no match for|invalid operands
// Not with one another either: missing plus one is not one.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    auto sum = value + value; // does not compile
    return 0;
}
