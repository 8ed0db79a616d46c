// Expect: deleted
// A zero is a value; 'if (value)' would ask the wrong question.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    if (value) return 1; // does not compile
    return 0;
}
