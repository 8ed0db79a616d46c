// Compares a table with what was asked for.
//
// The source ignores misspelt parameters silently, so a filter without effect looks like success. Findings are
// warnings: the rows are true, but they are not, or not only, those that were wanted.
//
// Source   docs/adapters/genesis-access.md, "Does the answer fit the question?"
#pragma once

#include <string_view>
#include <vector>

#include "adapters/genesis/services.hpp"
#include "adapters/genesis/session_outcome.hpp"
#include "adapters/genesis/table_request.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

/// Looks at the first MiB of the table in `reply` (unpacked) and at the name of its ZIP member.
std::vector<gateway::Issue> check_table(Reply const& reply, TableRequest const& request,
                                        Service const& service);

/// The same for the text of a flat file.
std::vector<gateway::Issue> check_flat(std::string_view text, TableRequest const& request,
                                       Service const& service);

} // namespace adapters::genesis
