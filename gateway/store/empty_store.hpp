// The file of an empty store, made when the program was built: writing its bytes takes a tenth of the time in
// which SQLite creates the tables. Internal to gateway/store.
//
// Errors   none: where the file system cannot do it, false, and SQLite creates the store as usual.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace gateway::store {

/// Bytes of the file from `at` on; everything between the runs is zero.
struct EmptyStoreRun {
    std::size_t at;
    std::span<unsigned char const> bytes;
};
extern std::size_t const empty_store_bytes;
extern std::span<EmptyStoreRun const> const empty_store_runs;

/// Makes `path` an empty store whose bytes, but not yet its name, are durable. The name appears with the whole
/// content; what is there already, by whomever, is left alone. True where this call made it.
bool place_empty_store(std::string const& path) noexcept;

} // namespace gateway::store
