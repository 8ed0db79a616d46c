// Expect: deleted|ambiguous|no match|invalid operands|use of overloaded
// A stream would have to invent a text for a missing value.
#include "gateway/core/observation.hpp"

#include <ostream>

gateway::Value const value = gateway::Value::missing(gateway::MissingReason::confidential);
void print(std::ostream& out) {
    out << value; // does not compile
}
