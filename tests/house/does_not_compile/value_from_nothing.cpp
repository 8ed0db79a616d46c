// Expect: no matching|no default constructor
// There is no value that nobody decided on.
#include "gateway/core/observation.hpp"

int main() {
    gateway::Value value; // does not compile
    return 0;
}
