#include "gateway/app/options_delivery.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_delivery(CLI::App& delivery, DeliveryOptions& options, std::string& config) {
    delivery.require_subcommand(1);
    delivery.footer("Examples:\n"
                    "  kreislauf delivery list --stage checked\n"
                    "  kreislauf delivery report D-2026-000017\n"
                    "  kreislauf delivery release D-2026-000017 --reason \"mit dem Amt besprochen\"\n"
                    "  kreislauf delivery recall D-2026-000017 --why \"falsche Datei\"\n"
                    "  kreislauf delivery quarantine D-2026-000017 --out berichtigen.csv\n\n"
                    "docs/agreements.md explains agreements; docs/de/lieferung.md the way of a delivery.\n");
    auto const action = [&](char const* name, char const* help) {
        auto* const command = delivery.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    auto const of_one = [&](char const* name, char const* help) {
        auto* const command = action(name, help);
        command->add_option("id", options.id, "id of the delivery, as list shows it: D-2026-000017")
            ->required();
        return command;
    };
    auto const by = [&](CLI::App* command) {
        command->add_option("--as", options.who,
                            "who acts; stands in every record (else the user of this machine)");
    };
    auto* const list = action("list", "Name the deliveries, newest first");
    list->add_option("--agreement", options.agreement, "of this agreement only");
    list->add_option("--office", options.office, "of this Land only: 03");
    list->add_option("--stage", options.stage, "received, checked, held, released, withdrawn or refused");
    of_one("show", "One delivery with every step: who, when, why");
    auto* const report = of_one("report", "What the check found, and what a release would change");
    report->add_flag("--html", options.html, "as a page");
    report->add_option("--out", options.out, "into this file");
    auto* const release = of_one("release", "Release it, at its minute where it has one");
    release->add_option("--reason", options.reason, "where its report wants one, or the brake holds it");
    by(release);
    auto* const withdraw = of_one("withdraw", "Take back what is not released");
    withdraw->add_option("--why", options.why, "stands in the receipt")->required();
    by(withdraw);
    auto* const recall = of_one("recall", "Take what is released out of what is current");
    recall->add_option("--why", options.why, "readers see it")->required();
    recall->add_flag("--sealed", options.sealed,
                     "readers get it under no date any more: it should be secret");
    by(recall);
    auto* const quarantine = of_one("quarantine", "The rows that were set aside, in the sender's format");
    quarantine->add_option("--out", options.out, "into this file");
    action("agreements", "Who may deliver what, and when it is due");
    auto* const work = action("work", "Check and release what is due; for stores without a service");
    work->add_flag("--wait", options.wait, "go on until it is ended");
    work->add_option(
        "--intake-folder", options.folder,
        "take deliveries from this folder too: one folder in it for each agreement (else [intake] of the "
        "configuration)");
    work->add_option("--config", config, "configuration file (default: kreislauf.toml in the store)");
}

} // namespace gateway::app
