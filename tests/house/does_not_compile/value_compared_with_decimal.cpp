// Expect: deleted|no match for|invalid operands|no viable
// Nor with a Decimal.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    bool zero = value == gateway::Decimal{}; // does not compile
    return 0;
}
