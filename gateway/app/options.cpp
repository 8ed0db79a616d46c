#include "gateway/app/options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

namespace gateway::app {

void add_feed(CLI::App& command, FeedOptions& options);           // options_feed.cpp
void add_convert(CLI::App& command, Options& options);            // options_convert.cpp
void add_series(CLI::App& command, SeriesOptions& series);        // options_series.cpp
void add_series_of_get(CLI::App& command, SeriesOptions& series); // options_series.cpp

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
    "  kreislauf backup --to /srv/backup/kreislauf              a copy, while others write\n"
    "  kreislauf doctor                                         is everything as it should be?\n"
    "  kreislauf report                                         what the night brought, what needs you\n"
    "  kreislauf convert --in data.csv --key ags --time year --value n --crosswalk kreise_2020.csv\n"
    "  kreislauf serve                                          http://127.0.0.1:8080\n"
    "  kreislauf territory history 16063                        what an area was and became\n"
    "  kreislauf inspect FILE --json                            what a file is, without storing it\n";

constexpr char const* footer =
    "Every command takes --json, and --store DIRECTORY, else $KREISLAUF_HOME, else ./var/kreislauf.\n"
    "Exit codes: 0 done, 1 failed, 2 wrong arguments, 3 done but something was set aside or a source\n"
    "failed, 4 verify found damage; doctor has its own.";

constexpr char const* sync_examples =
    "Examples:\n"
    "  kreislauf sync --config deploy/sample/kreislauf.toml\n"
    "  kreislauf sync regionalstatistik --table 12411-01-01-4     one table of one source\n"
    "  kreislauf sync --json                                      a report for scripts\n"
    "\n";
constexpr char const* import_examples =
    "Examples:\n"
    "  kreislauf import 12411-01-01-4_de_flat.csv                 the name says table and language\n"
    "  kreislauf import downloads/                                every .csv and .zip in a folder\n"
    "  kreislauf import data.csv --table 12411-01-01-4 --language de --published 2025-04-10\n"
    "\n";
constexpr char const* inspect_examples =
    "Examples:\n"
    "  kreislauf inspect 12411-01-01-4_de_flat.zip\n"
    "  kreislauf inspect answer.json --compact                    one line\n"
    "\n";
constexpr char const* list_examples =
    "Examples:\n"
    "  kreislauf list                                             datasets\n"
    "  kreislauf list derived                                     what is computed from them: D_LATEST\n"
    "  kreislauf list issues --dataset REGIO_12411-01-01-4        what was set aside, with line and column\n"
    "  kreislauf list attempts --limit 20                         the last fetches and what became of them\n"
    "\n";
constexpr char const* get_examples =
    "Examples:\n"
    "  kreislauf get 12411-01-01-4 --area 03153\n"
    "  kreislauf get 12411-01-01-4 --level county --from 2024-12-31 --where SEX=F\n"
    "  kreislauf get 12411-01-01-4 --area 03159 --territory 2016-12-31\n"
    "  kreislauf get 12411-01-01-4 --area 03153 --as-of 2025-04-30\n"
    "  kreislauf get 12411-01-01-4 --area 03 --inside --format csv > niedersachsen.csv\n"
    "  kreislauf get 12411-02-03-4 --area 03153 --ages 0-17,18-64,65+ --breaks\n"
    "  kreislauf get 12411-01-01-4 --area 03153 --join 12411-02-03-4 --frequency year\n"
    "  kreislauf get 12411-01-01-4 --area 03153 --compare 2010-12-31 2024-12-31\n"
    "  kreislauf get 52411-02-01-4 --area 03153 --unit EUR --where MEASURE=FOR002\n"
    "\n";
constexpr char const* explain_examples =
    "Example:\n"
    "  kreislauf explain \"REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@1\"\n"
    "\n";
constexpr char const* export_examples =
    "Examples:\n"
    "  kreislauf export --area 03153 --out paket-goslar\n"
    "  kreislauf export --area 03153 --as-of 2025-04-30 --out paket-april\n"
    "  kreislauf export --area 03159 --territory latest --out paket-goettingen\n"
    "  kreislauf export --area 03153 --frequency year --breaks --out paket-jahre\n"
    "\n";
constexpr char const* verify_examples =
    "Examples:\n"
    "  kreislauf verify                                           every checksum\n"
    "  kreislauf verify --figures 1000 --seed 7                   and 1000 figures anew from the raw bytes\n"
    "  kreislauf verify --repair --from /srv/backup/kreislauf     mend what is damaged\n"
    "\n";
constexpr char const* check_examples =
    "Examples:\n"
    "  kreislauf check                                            totals, parts, borders, jumps of "
    "everything\n"
    "  kreislauf check 12411-01-01-4 --json                       one table, for scripts\n"
    "\n";

constexpr char const* territory_examples =
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

void add_territory_of_figures(CLI::App& command, Options& options) {
    command.add_option("--territory", options.territory,
                       "on the areas of that day: 2016-12-31, latest, or original (as published)");
    command.add_flag("--partial", options.partial,
                     "with --territory: sums of what is there, marked, where a part has no figure");
}

void add_figure_filters(CLI::App& command, Options& options) {
    command.add_option("--area", options.area, "area key as text: 03153; DG is Germany");
    command.add_flag("--inside", options.inside, "also everything that lies in the area");
    command.add_option("--level", options.level, "country, land, region, county, municipality, subunit");
    command.add_option("--where", options.codes, "DIMENSION=CODE, as in SEX=F; may be repeated")
        ->allow_extra_args(false);
    command.add_option("--from", options.from, "first period: 2019 or 2019-12-31");
    command.add_option("--to", options.to, "last period");
    command.add_option("--as-of", options.as_of, "what was known on that day: 2025-04-30");
}

/// What is wrong with the words, and where to look.
std::string complaint_of(CLI::App const& app, CLI::ParseError const& error,
                         std::vector<std::string> const& words) {
    auto const chosen = app.get_subcommands();
    if (!chosen.empty())
        return std::string{error.what()} + "; kreislauf " + chosen.front()->get_name() +
               " --help shows examples";
    std::string commands;
    for (auto const* command : app.get_subcommands([](CLI::App const*) { return true; }))
        commands += (commands.empty() ? "" : ", ") + command->get_name();
    std::string first;
    for (std::size_t i = 0; i < words.size() && first.empty(); ++i) {
        if (words[i] == "--store" || words[i] == "--now")
            ++i;
        else if (words[i].compare(0, 1, "-") != 0)
            first = words[i];
    }
    return (first.empty() ? std::string{error.what()} : "'" + first + "' is no command") +
           "; there are: " + commands + "; kreislauf --help shows examples";
}

void add_territory(CLI::App& territory, Options& options) {
    territory.require_subcommand(1);
    territory.footer(territory_examples);
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

} // namespace

std::string default_store() {
    char const* const home = std::getenv("KREISLAUF_HOME");
    return home != nullptr && *home != '\0' ? home : "var/kreislauf";
}

namespace {

/// `all`: with every command, for what lists them; otherwise with those that are named.
Parsed parse(int argc, char** argv, bool all) {
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

    // Making options takes longer than reading a small file: only those of commands that are named are made.
    auto const named = [argc, argv](std::string_view command) {
        return std::any_of(argv, argv + argc, [command](char const* word) { return word == command; });
    };
    auto const add = [&](char const* name, char const* help) -> CLI::App* {
        return all || named(name) ? app.add_subcommand(name, help) : nullptr;
    };

    auto* const sync = add("sync", "Fetch the sources of the configuration and load what is new");
    if (named("sync")) {
        sync->add_option("source", options.names, "only these sources of the configuration");
        sync->add_option("--config", options.config,
                         "configuration file (default: kreislauf.toml in the store)");
        sync->add_option("--table", options.table, "only this table");
        sync->add_option("--service-url", options.service_urls, "SERVICE=URL: another address for a service")
            ->allow_extra_args(false);
        sync->add_flag("--force", options.force, "harmonize again even what is unchanged");
        add_sync_scope(*sync, options.night);
    }

    auto* const import = add("import", "Load files that were downloaded by hand");
    if (named("import")) {
        import
            ->add_option("file", options.names,
                         "flat files, cubes, ZIPs; a folder stands for all of them in it")
            ->required();
        import->add_option("--service", options.service,
                           "which database it is from: genesis, regionalstatistik, zensus");
        import->add_option("--table", options.table, "table code, where the file name does not tell");
        import->add_option("--feed", options.feed.name,
                           "feed that describes the file: lsn/1-2-4 (kreislauf feed list)");
        import->add_option("--dsd", options.dsd, "data structure of an SDMX message that needs it");
        import->add_option("--published", options.published, "when the source published it: 2025-04-10");
        import->add_option("--language", options.language, "of the file: de has a decimal comma, en a point")
            ->check(CLI::IsMember({"de", "en"}));
        import->add_flag("--partial", options.partial, "the file holds a part: absent rows are no deletions");
        import->add_flag("--force", options.force, "harmonize again even what is unchanged");
    }

    auto* const inspect = add("inspect", "Say what a file is, without storing it");
    if (named("inspect")) {
        inspect->add_option("file", options.names, "any supported file, ZIP included")
            ->required()
            ->expected(1);
        inspect->add_option("--dsd", options.dsd, "structure file for SDMX");
        inspect->add_flag("--compact", options.compact, "JSON on one line");
    }

    auto* const list = add("list", "Say what the store holds");
    if (named("list")) {
        list->add_option("what", options.names,
                         "datasets, derived, areas, indicators, vintages, documents, issues, attempts")
            ->expected(0, 1);
        list->add_option("--dataset", options.dataset, "only this dataset");
        list->add_option("--limit", options.limit, "at most so many lines");
    }

    auto* const get = add("get", "Print figures");
    if (named("get")) {
        get->add_option("dataset", options.dataset, "dataset id or table code; without it all datasets");
        add_figure_filters(*get, options);
        add_territory_of_figures(*get, options);
        add_series_of_get(*get, options.series);
        get->add_option("--limit", options.limit, "at most so many figures");
        get->add_option("--format", options.format, "csv, sdmx-csv, ... instead of a table for reading");
    }

    auto* const explain = add("explain", "Show where a figure comes from and compute it again");
    if (named("explain")) {
        explain->add_option("id", options.names, "figure id, as get and every export show it")
            ->required()
            ->expected(1);
    }

    auto* const export_command = add("export", "Write the package of a county");
    if (named("export")) {
        export_command->add_option("--area", options.area, "area key as text: 03153")->required();
        export_command->add_option("--as-of", options.as_of, "what was known on that day: 2025-04-30");
        add_territory_of_figures(*export_command, options);
        add_series(*export_command, options.series);
        export_command->add_option("--out", options.out, "folder to write")->required();
    }

    auto* const verify = add("verify", "Check every checksum of store and archive");
    if (named("verify")) {
        verify->add_option("--figures", options.figures,
                           "recompute so many random figures from the raw bytes");
        verify->add_option("--seed", options.seed, "seed of the random choice")->capture_default_str();
        add_repair(*verify, options.care);
    }

    auto* const backup = add("backup", "Copy store and archive while others write");
    if (named("backup")) add_backup(*backup, options.care);

    auto* const restore = add("restore", "Bring a backup back, or compare one with the store");
    if (named("restore")) add_restore(*restore, options.care);

    auto* const doctor =
        add("doctor", "Look whether configuration, machine, store and sources are as they should be");
    if (named("doctor")) add_doctor(*doctor, options);

    auto* const check = add("check", "Hold stored datasets against the plausibility rules");
    if (check != nullptr)
        check->add_option("dataset", options.names, "dataset ids or table codes; without one all datasets");

    auto* const convert = add("convert", "Put figures of any CSV or flat file on the areas of another date");
    if (named("convert")) add_convert(*convert, options);

    auto* const territory =
        add("territory", "Areas over time: what a key was, what became of it, crosswalks");
    if (named("territory")) add_territory(*territory, options);

    auto* const feed = add("feed", "Describe what an office sends: draft, check, list");
    if (named("feed")) add_feed(*feed, options.feed);

    auto* const deliver =
        add("deliver", "Send a file to the intake of a service, and show what it says of it");
    if (named("deliver")) add_deliver(*deliver, options.deliver);

    auto* const delivery =
        add("delivery", "What offices delivered: list, show, report, release, withdraw, recall, quarantine");
    if (named("delivery")) add_delivery(*delivery, options.delivery, options.config);

    auto* const key = add("key", "Keys of the service: create, list, revoke; what went out with them");
    if (named("key")) add_key(*key, options.key);

    auto* const receipt =
        add("receipt", "Signed receipts of deliveries: list, show, verify, the chain, the key");
    if (named("receipt")) add_receipt(*receipt, options.receipt);

    auto* const changes = add("changes", "The log behind the feed: list, announce what comes, compact");
    if (named("changes")) add_changes(*changes, options.changes, options.config);

    auto* const subscribe =
        add("subscribe", "Subscriptions: who hears of what and how, what failed, deliver it");
    if (named("subscribe")) add_subscribe(*subscribe, options.subscribe);

    auto* const plan = add("plan", "What a night should do next, and why; nobody is asked");
    if (named("plan")) add_plan(*plan, options.config);

    auto* const report = add("report", "The morning report: what the night brought, and what needs you");
    if (named("report")) add_report(*report, options.night, options.config);

    auto* const daemon = add("daemon", "Do what the plan says, night after night");
    if (named("daemon")) add_daemon(*daemon, options.config, options.service_urls);

    auto* const held = add("held", "What the brake stopped: list, show, release, refuse");
    if (named("held")) add_held(*held, options.night, options.action, options.names);

    // Listed here; main() hands the word and all behind it to kreislauf-server before anything is read.
    if (auto* const serve = add("serve", "Answer over HTTP: SDMX REST and the plain API"); serve != nullptr)
        serve->allow_extras();

    struct Examples {
        CLI::App* command;
        char const* text;
    };
    for (auto const& [command, text] :
         {Examples{sync, sync_examples}, Examples{import, import_examples},
          Examples{inspect, inspect_examples}, Examples{list, list_examples}, Examples{get, get_examples},
          Examples{explain, explain_examples}, Examples{export_command, export_examples},
          Examples{verify, verify_examples}, Examples{check, check_examples}})
        if (command != nullptr) command->footer(text + std::string{footer});

    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        if (!all) return parse(argc, argv, true);
        if (error.get_exit_code() == 0) {
            parsed.exit = app.exit(error);
            return parsed;
        }
        std::vector<std::string> const words{argv + 1, argv + argc};
        options.json = std::find(words.begin(), words.end(), "--json") != words.end();
        parsed.complaint = complaint_of(app, error, words);
        return parsed;
    }
    struct Row {
        CLI::App* command;
        Command which;
    };
    for (auto const& [command, which] : {Row{sync, Command::sync},
                                         Row{import, Command::import_},
                                         Row{inspect, Command::inspect},
                                         Row{list, Command::list},
                                         Row{get, Command::get},
                                         Row{explain, Command::explain},
                                         Row{export_command, Command::export_},
                                         Row{verify, Command::verify},
                                         Row{backup, Command::backup},
                                         Row{restore, Command::restore},
                                         Row{doctor, Command::doctor},
                                         Row{check, Command::check},
                                         Row{convert, Command::convert},
                                         Row{territory, Command::territory},
                                         Row{feed, Command::feed},
                                         Row{deliver, Command::deliver},
                                         Row{delivery, Command::delivery},
                                         Row{key, Command::key},
                                         Row{receipt, Command::receipt},
                                         Row{changes, Command::changes},
                                         Row{subscribe, Command::subscribe},
                                         Row{plan, Command::plan},
                                         Row{report, Command::report},
                                         Row{daemon, Command::daemon},
                                         Row{held, Command::held}})
        if (command != nullptr && command->parsed()) parsed.command = which;
    return parsed;
}

} // namespace

Parsed parse_command_line(int argc, char** argv) {
    return parse(argc, argv, false);
}

} // namespace gateway::app
