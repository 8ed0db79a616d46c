// Expect: cannot convert|no viable conversion|conversion from
// What was parsed has a fault to look at first.
#include "gateway/core/observation.hpp"

int main() {
    gateway::Decimal number = gateway::parse_decimal("1"); // does not compile
    return 0;
}
