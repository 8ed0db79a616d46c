// Expect: no viable conversion|conversion from|no matching|could not convert
// A number becomes a value by name: Value::of.
#include "gateway/core/observation.hpp"

int main() {
    gateway::Value value = 0; // does not compile
    return 0;
}
