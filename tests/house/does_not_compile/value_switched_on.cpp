// Expect: deleted|integral|integer|ambiguous|cannot deduce
// A value is no case.
#include "gateway/core/observation.hpp"

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
// clang-format off
int main() {
    switch (value) { default: return 0; } // does not compile
    return 1;
}
