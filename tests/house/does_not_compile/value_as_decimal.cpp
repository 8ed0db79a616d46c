// Expect: deleted|ambiguous
// The way to the digits is number(), which may give nothing.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    gateway::Decimal number = value; // does not compile
    return 0;
}
