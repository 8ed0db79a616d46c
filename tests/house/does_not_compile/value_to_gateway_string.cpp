// Expect: deleted|no matching|ambiguous
// The same for the names of this project.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    auto text = gateway::to_string(value); // does not compile
    return 0;
}
