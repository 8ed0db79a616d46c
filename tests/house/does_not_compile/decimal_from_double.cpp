// Expect: no viable conversion|conversion from|no matching|could not convert
// Digits do not come from binary fractions.
#include "gateway/core/observation.hpp"

int main() {
    gateway::Decimal number = 12.5; // does not compile
    return 0;
}
