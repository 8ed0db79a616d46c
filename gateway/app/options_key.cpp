#include "gateway/app/options_key.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_key(CLI::App& key, KeyOptions& options) {
    key.require_subcommand(1);
    key.footer(
        "Examples:\n"
        "  kreislauf key create --scope county:03153 --expires 2027-12-31 --purpose \"Integrationsbericht\"\n"
        "  kreislauf key list\n"
        "  kreislauf key revoke 7f3a09c2\n"
        "  kreislauf key log --verify\n\n"
        "docs/api.md, access, explains release classes, scopes and the record of transmissions.\n");
    auto const action = [&](char const* name, char const* help) {
        auto* const command = key.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    auto* const create = action("create", "Make a key for what is not public; it is shown once");
    create->add_option("--scope", options.scope, "office:03, office:DG or county:03153")->required();
    create->add_option("--expires", options.expires, "last day on which it counts: 2027-12-31")->required();
    create
        ->add_option("--purpose", options.purpose,
                     "what the data are for; stands in the record of transmissions")
        ->required();
    action("list", "Name the keys: id, scope, days, purpose");
    auto* const revoke = action("revoke", "Let a key count no more; a running service knows within a second");
    revoke->add_option("id", options.id, "id of the key, as list shows it")->required();
    auto* const log = action("log", "Show the record of transmissions of RESTRICTED data");
    log->add_flag("--verify", options.verify, "check that no record is missing or was changed");
    log->add_flag("--prune", options.prune, "remove the records of years that ended five years ago");
}

} // namespace gateway::app
