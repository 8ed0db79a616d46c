#include "gateway/app/options_feed.hpp"

#include <CLI/CLI.hpp>

namespace gateway::app {

void add_feed(CLI::App& feed, FeedOptions& options) {
    feed.require_subcommand(1);
    feed.footer("Examples:\n"
                "  kreislauf feed draft tabelle.csv --out tabelle.toml\n"
                "  kreislauf feed map STRUCTURES.xml --out mappings/variables\n"
                "  kreislauf feed check mappings/feeds/lsn/1-2-4.toml indicator_1-2-4.csv\n"
                "  kreislauf feed compare indicator_1-2-4.csv 2025_1-2-4.xlsx\n"
                "  kreislauf feed list\n\n"
                "docs/feeds.md explains descriptions with worked examples.\n");
    auto const action = [&](char const* name, char const* help) {
        auto* const command = feed.add_subcommand(name, help);
        command->callback([&options, name] { options.action = name; });
        return command;
    };
    auto* const draft =
        action("draft", "Write a first description of a file, with guesses and doubts as comments");
    draft->add_option("file", options.file, "a table in any format")->required();
    draft->add_option("--dsd", options.dsd, "data structure of an SDMX message that needs it");
    draft->add_option("--out", options.out, "file to write (default: standard output)");
    auto* const check =
        action("check", "Try a description on a file and show the first rows; nothing is stored");
    check->add_option("description", options.description, "a TOML file, or the name of a feed")->required();
    check->add_option("file", options.file, "the file that it describes")->required();
    check->add_option("--office", options.office, "office (default: the folder of the description)");
    check->add_option("--rows", options.rows, "figures to show")->capture_default_str();
    auto* const compare =
        action("compare", "Compare two files of one indicator (its CSV and its workbook, two "
                          "editions) figure by figure; nothing is stored");
    compare->add_option("first", options.file, "a file that a feed describes")->required();
    compare->add_option("second", options.other, "another")->required();
    auto* const map =
        action("map", "Write the structure maps of an SDMX message as files of mappings/variables");
    map->add_option("file", options.file, "SDMX structure message with structure maps")->required();
    map->add_option("--out", options.out, "folder to write to (default: standard output)");
    action("list", "Name the feeds that are described");
}

} // namespace gateway::app
