// Expect: deleted|no match for|no viable|not an integer
// A value is no index.
#include "gateway/core/observation.hpp"

int table[3];
gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    return table[value]; // does not compile
}
