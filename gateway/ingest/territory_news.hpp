// News of territories: tells readers of the change log that the areas of the gateway are about to be others.
//
// What is converted to other areas (gateway/derive/territorial.hpp) is worked out when it is asked for; so an entry of
// kind territory, for all datasets, is how its followers learn that their figures may be others from now on. It is
// written before the new areas take effect, and once: what was announced is remembered in the same transaction.
//
// Errors   as gateway/store/store.hpp: conflict where another process is writing, and then nothing may take effect
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/harmonize/territory/import.hpp"
#include "gateway/harmonize/territory/register.hpp"
#include "gateway/store/store.hpp"

namespace gateway::ingest {

/// Of a file that is about to be imported. Nothing where its import was announced before, or where nothing is converted
/// with its kind. \returns the number of the entry
std::optional<std::uint64_t> announce_import(store::Store& store,
                                             harmonize::territory::ImportReport const& report,
                                             std::string_view bytes, UnixTime now);

/// Of the register of counties that the program brings, where it is another than that of the last call. The first call
/// for a store only remembers it.
std::optional<std::uint64_t> announce_register(store::Store& store, std::string const& folder, UnixTime now);

} // namespace gateway::ingest
