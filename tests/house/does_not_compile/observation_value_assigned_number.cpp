// Expect: no viable|no match|deleted|could not convert
// No stand-in zero.
#include "gateway/core/observation.hpp"

gateway::Observation observation;
int main() {
    observation.value = 0; // does not compile
    return 0;
}
