#include "gateway/app/options_subscribe.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {
namespace {

void add_what(CLI::App& command, SubscribeOptions& options) {
    command.add_option("--area", options.areas,
                       "key; stands for all in it, and for former areas that went into it; may be repeated");
    command.add_option("--dataset", options.datasets, "id or table code; may be repeated");
    command.add_option("--indicator", options.indicators, "code of MEASURE, such as BEVSTD; may be repeated");
    command.add_option(
        "--kind", options.kinds,
        "added, revised, deleted, data, withdrawn, returned, recalled, structure, territory, comment");
    command.add_option("--territory", options.territory, "of the packages of way drop: a day or latest");
    command.add_option("--format", options.format, "of what is delivered, where the way has several");
    command.add_option("--address", options.address,
                       "of the receiver: https://..., a mail address, a folder");
    command.add_option("--title", options.title, "your words for it");
    command.add_option("--option", options.options, "NAME=VALUE, of the way; may be repeated");
}

} // namespace

void add_subscribe(CLI::App& subscribe, SubscribeOptions& options) {
    subscribe.require_subcommand(1);
    subscribe.footer(
        "Examples:\n"
        "  kreislauf subscribe add --way webhook --area 03159 --owner county:03159 \\\n"
        "                          --address https://empfang.example.de/kreislauf\n"
        "  kreislauf subscribe change S-000001 --kind revised --kind recalled --dataset all\n"
        "  kreislauf subscribe failures S-000001\n"
        "  kreislauf subscribe verify S-000001 --sha256 HASH\n\n"
        "kreislauf serve delivers by itself; kreislauf subscribe run does it where no server runs.\n"
        "Networks that are not public are allowed in STORE/subscriptions/subscriptions.toml.\n"
        "docs/subscriptions.md");
    auto const action = [&](char const* name, char const* help, bool with_id) {
        auto* const command = subscribe.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        if (with_id) command->add_option("id", options.id, "of the subscription: S-000042")->required();
        return command;
    };
    auto* const add = action("add", "Subscribe; the secret of a webhook is shown now and never again", false);
    add->add_option("--way", options.way, "webhook, pull, ...: how it is to arrive")->required();
    add_what(*add, options);
    add->add_option("--owner", options.owner,
                    "scope of the key that may see and change it: county:03159; left out: the "
                    "operator's, who hears what is public");
    add->add_option("--begin", options.begin, "now, or start: all that was ever told comes first")
        ->check(CLI::IsMember({"now", "start"}))
        ->capture_default_str();
    auto* const list = action("list", "Show subscriptions", false);
    list->add_option("--way", options.way, "only those");
    list->add_option("--owner", options.owner, "only those");
    list->add_option("--state", options.state, "unconfirmed, active, paused, disabled or ended");
    list->add_flag("--all", options.with_ended, "ended ones, too");
    action("show", "Show one and how far it is", true);
    auto* const change = action("change", "Change what is said; \"all\" takes a restriction away", true);
    add_what(*change, options);
    auto* const secret = change->add_flag("--new-secret", options.new_secret,
                                          "make a new secret; the old one counts for another day");
    change->add_flag("--lost", options.lost, "the old one counts no longer")->needs(secret);
    for (auto const& [name, help] : {std::pair{"pause", "Deliver nothing for now; nothing is lost"},
                                     std::pair{"resume", "Go on; a receiver that was gone must agree anew"},
                                     std::pair{"end", "End it for good"}})
        action(name, help, true)->add_option("--reason", options.reason, "is shown with its state");
    action("failures", "Show messages that did not arrive, the newest first", true)
        ->add_option("--limit", options.limit, "at most so many")
        ->check(CLI::Range(1, 100'000));
    action("replay", "Send what failed once more, under its own message id", true)
        ->add_option("failure", options.failures, "numbers; left out: all that are open");
    auto* const run = action("run", "Deliver what changed, until it is stopped", false);
    run->add_flag("--once", options.once, "deliver what is due and end");
    run->add_option("--public-url", options.public_url,
                    "https://daten.example.de: how links in messages begin");
    auto* const verify =
        action("verify", "SHA-256 of the subscribed set, to compare with that of a copy", true);
    verify->add_option("--cursor", options.cursor, "of a page of its feed; left out: what was delivered");
    verify->add_option("--sha256", options.sha256, "of the copy; exit code 4 where it is another");
}

} // namespace gateway::app
