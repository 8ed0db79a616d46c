// Expect: success
// The ways to and from a value that do work: by name, and with both outcomes in sight.
#include "gateway/core/observation.hpp"

int main() {
    auto const number = gateway::Value::of(gateway::Decimal::from_integer(127712));
    auto const secret = gateway::Value::missing(gateway::MissingReason::confidential);
    gateway::DecimalSum sum;
    if (auto const digits = number.number()) sum.add(*digits);
    bool const both = number == secret;
    auto const scale = secret.visit([](gateway::Decimal digits) { return digits.scale(); },
                                    [](gateway::MissingReason) { return 0U; });
    gateway::Observation observation;
    observation.value = number;
    return both || scale != 0 || observation.value.is_missing() ? 1 : 0;
}
