#include "gateway/app/options_night.hpp"

#include <CLI/CLI.hpp>
#include <utility>

namespace gateway::app {
namespace {

constexpr char const* config_help =
    "configuration file (default: kreislauf.toml in the store, where there is one)";

} // namespace

void add_report(CLI::App& command, NightOptions& options, std::string& config) {
    command.add_option("--date", options.date, "of that day: 2026-11-25; without it, the last 24 hours");
    command.add_option("--config", config, config_help);
    auto* const html = command.add_flag("--html", options.html, "as a page");
    auto* const mail = command.add_flag("--mail", options.mail, "as a message for sendmail");
    html->excludes(mail);
    command.add_option("--out", options.out, "into this file");
    command.footer(
        "Examples:\n"
        "  kreislauf report                                 what the night brought, and what needs you\n"
        "  kreislauf report --date 2026-11-25 --html --out morgen.html\n"
        "  kreislauf report --mail | sendmail statistik@example.org\n\n"
        "Exit codes: 0 nothing to do, 1 something needs a person. docs/night.md says what stands where.\n");
}

void add_plan(CLI::App& command, std::string& config) {
    command.add_option("--config", config, config_help);
    command.footer(
        "Examples:\n"
        "  kreislauf plan --config deploy/sample/kreislauf.toml   what a sync should do next, and why\n"
        "  kreislauf plan --json --now 2026-11-27T02:00:00Z       what it should do then\n\n"
        "Nobody is asked: the plan comes from what the store knows. docs/night.md has its rules.\n");
}

void add_sync_scope(CLI::App& command, NightOptions& options) {
    auto* const due =
        command.add_flag("--due", options.due, "only what the plan says is due, as the daemon does");
    command
        .add_flag("--all", options.all,
                  "also what should wait: after a failure, or what the source does not have")
        ->excludes(due);
}

void add_daemon(CLI::App& command, std::string& config, std::vector<std::string>& service_urls) {
    command.add_option("--config", config, config_help);
    command.add_option("--service-url", service_urls, "SERVICE=URL in place of the service's address");
    command.footer(
        "Examples:\n"
        "  kreislauf daemon --config /etc/kreislauf/kreislauf.toml   until it is told to stop\n"
        "  systemctl reload kreislauf-sync                           SIGHUP: reads the configuration "
        "again\n\n"
        "SIGTERM and SIGINT stop it before the next request. Exit codes: 0 stopped, 1 failed, 2 a fault in "
        "the\n"
        "configuration, 5 another daemon has taken over the store. docs/night.md says what it does when.\n");
}

void add_held(CLI::App& command, NightOptions& options, std::string& action,
              std::vector<std::string>& names) {
    command.require_subcommand(1);
    auto const add = [&](char const* name, char const* help) {
        auto* const one = command.add_subcommand(name, help);
        one->callback([&action, name] { action = name; });
        return one;
    };
    add("list", "What waits for a decision")->add_flag("--all", options.all, "also what was decided");
    for (auto const& [name, help] : {std::pair{"show", "Why it is held, and a sample of the changes"},
                                     std::pair{"release", "Load it: the source means it"},
                                     std::pair{"refuse", "Never load it: what is in force stays"}}) {
        auto* const one = add(name, help);
        one->add_option("id", names, "as held list names it")->required()->expected(1);
        if (std::string_view{name} != "show")
            one->add_option("--reason", options.reason,
                            "why; stays with the decision, of a release with the vintage")
                ->required();
    }
    command.footer("Examples:\n"
                   "  kreislauf held list\n"
                   "  kreislauf held release regionalstatistik_12411-01-01-4_0a1b2c3d4e5f --reason "
                   "\"Zensus 2022, laut Amt\"\n");
}

} // namespace gateway::app
