#include "gateway/app/options_night.hpp"

#include <CLI/CLI.hpp>

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

} // namespace gateway::app
