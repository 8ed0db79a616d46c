// Expect: deleted|ambiguous|no match for|invalid operands
// A value is not compared with a number: what would a missing one answer?
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    bool zero = value == 0; // does not compile
    return 0;
}
