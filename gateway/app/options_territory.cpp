#include <CLI/CLI.hpp>

#include "gateway/app/options.hpp"

namespace gateway::app {
namespace {

constexpr char const* examples =
    "Examples:\n"
    "  kreislauf territory status 03152 --on 2016-10-31           what a key is on a day, and what replaced "
    "it\n"
    "  kreislauf territory history Eisenach                       where an area came from and where it went\n"
    "  kreislauf territory events --from 2019-01-01 --to 2024-12-31\n"
    "  kreislauf territory map --from 1990-12-31 --to 2024-12-31 --format csv > umsteiger.csv\n"
    "  kreislauf territory import kreise_2020.csv GV100AD_311223.txt\n"
    "  kreislauf territory map --level gemeinden --from 2005-06-30 --to 2023-12-31\n"
    "\n"
    "map knows counties without further files. A share that nobody has told stays empty until a table with "
    "it is\n"
    "imported; municipalities need imported registers and change lists.\n";

} // namespace

void add_territory(CLI::App& territory, Options& options) {
    territory.require_subcommand(1);
    territory.footer(examples);
    auto const action = [&](char const* name, char const* help) {
        auto* const command = territory.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    auto* const status = action("status", "What a key is on a day");
    status->add_option("key", options.names, "03152, or a name")->required()->expected(1);
    status->add_option("--on", options.on, "day: 2016-10-31 (default: today)");
    auto* const history = action("history", "Where an area came from and where it went");
    history->add_option("key", options.names, "16063, or a name")->required()->expected(1);
    auto* const events = action("events", "Changes between two days");
    events->add_option("--from", options.from, "first day (default: 1990-01-01)");
    events->add_option("--to", options.to, "last day (default: today)");
    events->add_option("--level", options.level, "kreise, regions or all")->capture_default_str();
    auto* const map = action("map", "The crosswalk from one day to another, with weights");
    map->add_option("--from", options.from, "day of the data: 1990-12-31")->required();
    map->add_option("--to", options.to, "day wanted: 2024-12-31")->required();
    map->add_option("--level", options.level, "kreise, or gemeinden from imported files");
    map->add_option("--weight", options.weight, "only this weight")
        ->check(CLI::IsMember({"pop", "area", "emp"}));
    map->add_option("--format", options.format, "csv or json")->check(CLI::IsMember({"csv", "json"}));
    auto* const nuts = action("nuts", "The NUTS-3 codes of a county");
    nuts->add_option("key", options.names, "03159, or a name")->required()->expected(1);
    nuts->add_option("--on", options.on, "day: its version only");
    auto* const import =
        action("import", "Check and keep official files: change lists, registers, GV100AD, crosswalks");
    import->add_option("file", options.names, "CSV in UTF-8, or GV100AD as it comes")->required();
    import->add_flag("--force", options.force, "keep a file that the audit refuses");
    action("list", "What was imported");
}

} // namespace gateway::app
