// Expect: deleted
// A cast does not help.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    static_cast<void>(static_cast<long>(value)); // does not compile
    return 0;
}
