// Expect: cannot convert|cannot initialize
// A reason is no number.
#include "gateway/core/observation.hpp"

int main() {
    int number = gateway::MissingReason::pending; // does not compile
    return 0;
}
