// Upgrades: a store that an older kreislauf wrote is brought up to date when it is opened for writing.
//
// One transaction: after a kill the store is as it was, and the next opening does it again. Readers that have the
// store open go on, and see the new tables with their next question. Internal to gateway/store.
//
// Errors   as gateway/store/sql.hpp
#pragma once

#include "gateway/store/core.hpp"

namespace gateway::store {

void upgrade(Core& core);

} // namespace gateway::store
