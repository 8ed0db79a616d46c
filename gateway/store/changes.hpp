// Reading the change log: blocks with names, and what a vintage changed, from series and history.
//
// Errors   as gateway/store/change_log.hpp and gateway/store/reading.hpp
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/store/core.hpp"

namespace gateway::store {

void read_changes(Core& core, std::uint64_t from, std::function<bool(ChangeBlock const&)> const& each);

/// The same without blocks that hold nothing of `scope`; found by gateway/store/change_index.hpp.
void read_changes_of(Core& core, ChangeScope const& scope, std::uint64_t from,
                     std::function<bool(ChangeBlock const&)> const& each);

void read_changed(Core& core, VintageNo vintage, ChangedRow const& row, bool without_sealed,
                  std::function<void(Change const&)> const& each);

std::optional<LogState> read_state_at(Core& core, std::string_view dataset, std::uint64_t number);

/// What every vintage of a dataset changed, as series and history say; `with_settled`: and what a sealed recall left as it
/// was (Change::settles).
std::map<VintageNo, std::vector<RowChange>> changes_in_history(Core& core, DatasetNo dataset,
                                                               bool with_settled);

/// Writes the log of everything that is stored, in the order in which vintages were received; for a store that had
/// none. In a transaction of the caller.
void rebuild_log(Core& core);

/// What is wrong with the log: gaps, blocks that cannot be read, and what disagrees with series and history.
void check_log(Core& core, std::function<void(Problem)> const& problem);

} // namespace gateway::store
