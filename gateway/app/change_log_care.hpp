// What is done for the change log after the sources were asked: by `kreislauf sync`, by the daemon after each pass.
//
// Errors   as gateway/store/store.hpp
#pragma once

#include <functional>
#include <string>

#include "gateway/app/context.hpp"
#include "gateway/query/retention.hpp"

namespace gateway::app {

/// What [changes] says in the configuration of `--config`, else in that of the store; everything is kept where there is
/// none.
query::Retention retention_of(Options const& options);

/// Tells followers of the feed where the register of counties is another than last time, and drops what the
/// configuration no longer keeps ([changes]). A second call finds nothing to do. `say` gets a sentence for each.
void tend_change_log(JobContext& context, query::Retention const& retention,
                     std::function<void(std::string const&)> const& say);

} // namespace gateway::app
