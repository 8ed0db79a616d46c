// Expect: private
// The constructor that takes number and reason apart is closed.
#include "gateway/core/observation.hpp"

int main() {
    auto value = gateway::Value{gateway::Decimal{}, 0}; // does not compile
    return 0;
}
