// Expect: deleted|no matching|ambiguous
// to_string knows reasons and areas, not values.
#include "gateway/core/observation.hpp"

#include <string>

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
int main() {
    auto text = std::to_string(value); // does not compile
    return 0;
}
