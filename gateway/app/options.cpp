#include "gateway/app/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace gateway::app {
namespace {

constexpr char const* description =
    "Kreislauf - the gateway between statistical offices and counties.\n\n"
    "  kreislauf sync --config deploy/sample/kreislauf.toml     fetch every source of the configuration\n"
    "  kreislauf import 12411-01-01-4_flat.csv                  load a file that you downloaded\n"
    "  kreislauf list datasets                                  what the store holds\n"
    "  kreislauf get 12411-01-01-4 --area 03153                 figures of one area\n"
    "  kreislauf explain FIGURE-ID                              from a figure back to its bytes\n"
    "  kreislauf export --area 03153 --out paket                the package of a county\n"
    "  kreislauf verify --figures 1000                          check every checksum, recompute 1000 "
    "figures\n"
    "  kreislauf inspect FILE --json                            what a file is, without storing it\n";

constexpr char const* footer =
    "Every command takes --json. Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 done but something was "
    "set "
    "aside or a source failed, 4 verify found damage.\n"
    "The store is the directory given by --store, else $KREISLAUF_HOME, else ./var/kreislauf.";

std::string default_store() {
    char const* const home = std::getenv("KREISLAUF_HOME");
    return home != nullptr && *home != '\0' ? home : "var/kreislauf";
}

void add_figure_filters(CLI::App& command, Options& options) {
    command.add_option("--area", options.area, "area key as text: 03153; DG is Germany");
    command.add_flag("--inside", options.inside, "also everything that lies in the area");
    command.add_option("--level", options.level, "country, land, region, county, municipality, subunit");
    command.add_option("--where", options.codes, "DIMENSION=CODE, as in SEX=F; may be repeated");
    command.add_option("--from", options.from, "first period: 2019 or 2019-12-31");
    command.add_option("--to", options.to, "last period");
    command.add_option("--as-of", options.as_of, "what was known on that day: 2025-04-30");
}

} // namespace

Parsed parse_command_line(int argc, char** argv) {
    Parsed parsed;
    auto& options = parsed.options;
    options.store = default_store();
    for (int i = 0; i < argc; ++i) options.command_line += (i == 0 ? "" : " ") + std::string{argv[i]};

    CLI::App app{description, "kreislauf"};
    app.footer(footer);
    app.require_subcommand(1);
    app.fallthrough();
    app.set_version_flag("--version", KREISLAUF_VERSION);
    app.add_option("--store", options.store, "directory of store and archive")->capture_default_str();
    app.add_flag("--json", options.json, "print JSON");
    app.add_option("--now", options.now, "let the job's clock stand at this time: 2025-04-10T06:00:00Z")
        ->group("Replays and tests");

    auto* const sync =
        app.add_subcommand("sync", "Fetch the sources of the configuration and load what is new");
    sync->add_option("source", options.names, "only these sources of the configuration");
    sync->add_option("--config", options.config, "configuration file (default: kreislauf.toml in the store)");
    sync->add_option("--table", options.table, "only this table");
    sync->add_option("--service-url", options.service_urls, "SERVICE=URL: another address for a service");
    sync->add_flag("--force", options.force, "harmonize again even what is unchanged");

    auto* const import = app.add_subcommand("import", "Load files that were downloaded by hand");
    import
        ->add_option("file", options.names, "flat files, cubes, ZIPs; a folder stands for all of them in it")
        ->required();
    import->add_option("--service", options.service,
                       "which database it is from: genesis, regionalstatistik, zensus");
    import->add_option("--table", options.table, "table code, where the file name does not tell");
    import->add_option("--published", options.published, "when the source published it: 2025-04-10");
    import->add_option("--language", options.language, "of the file: de has a decimal comma, en a point")
        ->check(CLI::IsMember({"de", "en"}));
    import->add_flag("--partial", options.partial, "the file holds a part: absent rows are no deletions");
    import->add_flag("--force", options.force, "harmonize again even what is unchanged");

    auto* const inspect = app.add_subcommand("inspect", "Say what a file is, without storing it");
    inspect->add_option("file", options.names, "any supported file, ZIP included")->required()->expected(1);
    inspect->add_option("--dsd", options.dsd, "structure file for SDMX");
    inspect->add_flag("--compact", options.compact, "JSON on one line");

    auto* const list = app.add_subcommand("list", "Say what the store holds");
    list->add_option("what", options.names,
                     "datasets, areas, indicators, vintages, documents, issues, attempts")
        ->expected(0, 1);
    list->add_option("--dataset", options.dataset, "only this dataset");
    list->add_option("--limit", options.limit, "at most so many lines");

    auto* const get = app.add_subcommand("get", "Print figures");
    get->add_option("dataset", options.dataset, "dataset id or table code; without it all datasets");
    add_figure_filters(*get, options);
    get->add_option("--limit", options.limit, "at most so many figures");
    get->add_option("--format", options.format, "csv, sdmx-csv, ... instead of a table for reading");

    auto* const explain =
        app.add_subcommand("explain", "Show where a figure comes from and compute it again");
    explain->add_option("id", options.names, "figure id, as get and every export show it")
        ->required()
        ->expected(1);

    auto* const export_command = app.add_subcommand("export", "Write the package of a county");
    export_command->add_option("--area", options.area, "area key as text: 03153")->required();
    export_command->add_option("--as-of", options.as_of, "what was known on that day: 2025-04-30");
    export_command->add_option("--out", options.out, "folder to write")->required();

    auto* const verify = app.add_subcommand("verify", "Check every checksum of store and archive");
    verify->add_option("--figures", options.figures, "recompute so many random figures from the raw bytes");
    verify->add_option("--seed", options.seed, "seed of the random choice")->capture_default_str();

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        int const code = app.exit(error);
        parsed.exit = code == 0 ? 0 : static_cast<int>(Exit::usage);
        return parsed;
    }
    struct Row {
        CLI::App* command;
        Command which;
    };
    for (auto const& [command, which] :
         {Row{sync, Command::sync}, Row{import, Command::import_}, Row{inspect, Command::inspect},
          Row{list, Command::list}, Row{get, Command::get}, Row{explain, Command::explain},
          Row{export_command, Command::export_}, Row{verify, Command::verify}})
        if (command->parsed()) parsed.command = which;
    return parsed;
}

} // namespace gateway::app
