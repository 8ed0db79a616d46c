// Expect: deleted|ambiguous|no match for|invalid operands
// Values have no order: a missing one is neither small nor large.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    bool smaller = value < value; // does not compile
    return 0;
}
