#include "gateway/store/store.hpp"

namespace gateway::store {

std::unique_ptr<LoadGroup> Store::group() {
    throw Error{Errc::invalid_argument, "store: a view of a store writes nothing"};
}

// Whoever overrides it keeps the function.
void Store::guard(std::function<void()> /*check*/) { // NOLINT(performance-unnecessary-value-param)
    throw Error{Errc::invalid_argument, "store: a view of a store writes nothing, and needs no guard"};
}

Observation unpacked(Store const& store, PackedObservation const& packed) {
    auto const& state = store.state(packed.state);
    auto const value = state.reason ? Value::missing(*state.reason) : Value::of(packed.number);
    return {packed.period, value, state.quality, packed.vintage};
}

} // namespace gateway::store
