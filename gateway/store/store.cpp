#include "gateway/store/store.hpp"

namespace gateway::store {

Observation unpacked(Store const& store, PackedObservation const& packed) {
    auto const& state = store.state(packed.state);
    auto const value = state.reason ? Value::missing(*state.reason) : Value::of(packed.number);
    return {packed.period, value, state.quality, packed.vintage};
}

} // namespace gateway::store
