// Expect: deleted
// A value, missing or not, is no integer.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    int number = value; // does not compile
    return 0;
}
