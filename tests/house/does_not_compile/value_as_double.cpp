// Expect: deleted
// Nor a floating-point number: digits go through Decimal.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    double number = value; // does not compile
    return 0;
}
