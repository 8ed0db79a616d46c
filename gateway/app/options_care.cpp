#include "gateway/app/options_care.hpp"

#include <CLI/CLI.hpp>

#include "gateway/app/options.hpp"

namespace gateway::app {

void add_backup(CLI::App& command, CareOptions& care) {
    command.footer(
        "Examples:\n"
        "  kreislauf backup --to /srv/backup/kreislauf         while syncs and the service run\n"
        "  kreislauf restore --from /srv/backup/kreislauf --compare\n\n"
        "Into the same directory again, only what is new is copied. docs/operation.md says what is in "
        "it.\n");
    command.add_option("--to", care.to, "directory of the backup, best on another disk")->required();
}

void add_restore(CLI::App& command, CareOptions& care) {
    command.footer(
        "Examples:\n"
        "  kreislauf --store /var/lib/kreislauf restore --from /srv/backup/kreislauf\n"
        "  kreislauf restore --from /srv/backup/kreislauf --compare    exit 0 equal, 3 not equal, 4 "
        "damaged\n"
        "  kreislauf --store neu restore --rebuild --from /var/lib/kreislauf   from the raw archive\n");
    command.add_option("--from", care.from, "directory of the backup, or of the store to rebuild")
        ->required();
    auto* const compare =
        command.add_flag("--compare", care.compare, "write nothing; say whether store and backup are equal");
    command
        .add_flag("--rebuild", care.rebuild,
                  "--from names a damaged store: read its documents again, with the mappings of that time")
        ->excludes(compare);
}

void add_repair(CLI::App& verify, CareOptions& care) {
    auto* const repair = verify.add_flag("--repair", care.repair,
                                         "mend what can be mended; stop the service and syncs before");
    verify
        .add_option("--from", care.from,
                    "with --repair: a backup to take from what cannot be mended in place")
        ->needs(repair);
}

void add_doctor(CLI::App& command, Options& options) {
    command.footer("Examples:\n"
                   "  kreislauf doctor --config /etc/kreislauf/kreislauf.toml\n"
                   "  kreislauf doctor --network --json                   for monitoring\n\n"
                   "Exit codes: 0 all is well, 1 something needs attention, 2 something does not work.\n");
    command.add_option("--config", options.config,
                       "configuration file (default: kreislauf.toml in the store)");
    command.add_flag("--network", options.care.network, "also ask every source whether it can be reached");
}

} // namespace gateway::app
