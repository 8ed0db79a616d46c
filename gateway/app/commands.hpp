// The commands: each reads options, does one thing, prints, and returns an exit code. Errors leave as Error.
#pragma once

#include "gateway/app/options.hpp"

namespace gateway::app {

Exit run_sync(Options const& options);
Exit run_import(Options const& options);
Exit run_inspect(Options const& options);
Exit run_list(Options const& options);
Exit run_get(Options const& options);
Exit run_explain(Options const& options);
Exit run_export(Options const& options);
Exit run_verify(Options const& options);
Exit run_backup(Options const& options);
Exit run_restore(Options const& options);
Exit run_doctor(Options const& options);
Exit run_check(Options const& options);
Exit run_key(Options const& options);
Exit run_receipt(Options const& options);
Exit run_changes(Options const& options);
Exit run_subscribe(Options const& options);
Exit run_convert(Options const& options);
Exit run_deliver(Options const& options);
Exit run_delivery(Options const& options);
Exit run_plan(Options const& options);
Exit run_report(Options const& options);
Exit run_daemon(Options const& options);
Exit run_held(Options const& options);
Exit run_feed(Options const& options);
Exit run_feed_compare(Options const& options); ///< feed compare
Exit run_territory(Options const& options);

} // namespace gateway::app
