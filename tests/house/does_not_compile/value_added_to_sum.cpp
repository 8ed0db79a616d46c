// Expect: deleted|cannot convert|could not convert|no viable conversion|no matching
// A sum takes numbers.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    gateway::DecimalSum sum;
    sum.add(value); // does not compile
    return 0;
}
