// Expect: deleted|ambiguous|no match for|invalid operands
// Figures are not added by accident.
#include "gateway/core/observation.hpp"

gateway::Observation observation;
int main() {
    auto sum = observation.value + observation.value; // does not compile
    return 0;
}
