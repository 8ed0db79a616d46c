// Expect: no viable conversion|conversion from|no matching
// The same for a Decimal.
#include "gateway/core/observation.hpp"

int main() {
    gateway::Value value{gateway::Decimal{}}; // does not compile
    return 0;
}
