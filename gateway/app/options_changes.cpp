#include "gateway/app/options_changes.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_changes(CLI::App& changes, ChangesOptions& options, std::string& config) {
    changes.require_subcommand(1);
    changes.footer(
        "Examples:\n"
        "  kreislauf changes list --limit 5\n"
        "  kreislauf changes announce --kind structure --dataset LSN_1-2-4 \\\n"
        "                             --text \"Ab Januar 2027 nach 30 statt 10 Staaten\"\n"
        "  kreislauf changes compact --before 2024-01-01\n"
        "  kreislauf changes compact --due\n\n"
        "Whoever reads the feed from a place that compact has dropped is told so, and begins with the\n"
        "full state. docs/feed.md");
    auto const action = [&](char const* name, char const* help) {
        auto* const command = changes.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    auto* const list =
        action("list", "Show what was committed, in its order; the newest where no --from is given");
    list->add_option("--from", options.from, "number of the first entry");
    list->add_option("--limit", options.limit, "commits at most")->check(CLI::Range(1, 100'000));
    auto* const announce =
        action("announce", "Tell whoever reads the feed something, before or after it happens");
    announce->add_option("--text", options.text, "what there is to say, in German")->required();
    announce->add_option("--dataset", options.dataset, "of which it is said; otherwise of all");
    announce->add_option("--kind", options.kind, "comment, structure (a change that comes) or territory")
        ->check(CLI::IsMember({"comment", "structure", "territory"}));
    auto* const compact = action("compact", "Drop the oldest entries of the log; figures and vintages stay");
    auto* const before =
        compact->add_option("--before", options.before, "what was committed before this day: 2024-01-01");
    compact
        ->add_flag("--due", options.due,
                   "what [changes] in the configuration no longer keeps, as each sync does")
        ->excludes(before);
    compact->add_option("--config", config, "configuration file (default: kreislauf.toml in the store)");
}

} // namespace gateway::app
