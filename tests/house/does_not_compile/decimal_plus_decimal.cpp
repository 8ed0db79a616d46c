// Expect: no match for|invalid operands
// Sums can overflow: checked_add says so.
#include "gateway/core/observation.hpp"

int main() {
    auto sum = gateway::Decimal{} + gateway::Decimal{}; // does not compile
    return 0;
}
