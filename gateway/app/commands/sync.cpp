// kreislauf sync: asks the sources of the configuration once, in the order of the plan.
#include <algorithm>
#include <cstdio>

#include "gateway/app/brake_wiring.hpp"
#include "gateway/app/change_log_care.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/night_run.hpp"
#include "gateway/app/report.hpp"

namespace gateway::app {
namespace {

/// Words that match nothing would be silently without effect.
void check_names(Config const& config, Options const& options) {
    std::string known;
    for (auto const& source : config.sources) known += (known.empty() ? "" : ", ") + source.id;
    std::string tables;
    bool has_table = options.table.empty();
    for (auto const& name : options.names) {
        auto const found = std::find_if(config.sources.begin(), config.sources.end(),
                                        [&name](auto const& source) { return source.id == name; });
        if (found == config.sources.end())
            throw Error{Errc::invalid_argument,
                        "no source '" + name + "' in " + config.file + "; there are: " + known};
    }
    for (auto const& source : config.sources) {
        if (!options.names.empty() &&
            std::find(options.names.begin(), options.names.end(), source.id) == options.names.end())
            continue;
        for (auto const& table : source.tables) {
            has_table = has_table || table == options.table;
            tables += (tables.empty() ? "" : ", ") + table;
        }
    }
    if (!has_table)
        throw Error{Errc::invalid_argument, "no table '" + options.table + "' in " + config.file +
                                                "; the sources have: " + tables.substr(0, 400)};
}

night::Scope scope_of(Options const& options) {
    if (options.night.due) return night::Scope::due;
    // Who names a source, or wants everything, does not want to be told to wait.
    return options.names.empty() && options.table.empty() && !options.night.all && !options.force
               ? night::Scope::unpaused
               : night::Scope::all;
}

} // namespace

Exit run_sync(Options const& options) {
    auto const config = night_config(options);
    check_names(config, options);
    JobContext context{options};
    auto sources = run_sources(config, context.mappings, options.service_urls);

    std::size_t total = 0;
    for (auto const& source : config.sources) total += source.tables.size();
    Progress progress{total};
    context.shop.watch = [&progress](ingest::ReadingState const& state) { progress.tick(state); };
    night::Brake brake{context.shop, options.store, brake_rule(config)};
    night::RunParts parts{
        context.shop,
        transport_for,
        options.store,
        data_directory(),
        jitter_seed(options),
        false,
        {},
        [&progress](std::string const& source, std::string const& table) {
            progress.begin(source + " " + table);
        },
        [&](ingest::LoadReport const& report) {
            progress.done(report);
            if (options.json) return;
            print_report(report);
            std::fflush(stdout);
        },
        [](std::string const& text) { std::fprintf(stderr, "kreislauf: %s\n", text.c_str()); },
        [&brake](ingest::Arrival const& arrival, ingest::LoadOptions& load) { brake.attach(arrival, load); }};
    night::Runner runner{std::move(parts), std::move(sources)};
    night::RunOptions wanted;
    wanted.scope = scope_of(options);
    wanted.sources = options.names;
    wanted.table = options.table;
    wanted.force = options.force;
    auto const result = runner.pass(wanted);
    tend_change_log(context, config.changes,
                    [](std::string const& text) { std::fprintf(stderr, "kreislauf: %s\n", text.c_str()); });
    if (options.json) {
        Json json;
        json.array();
        for (auto const& report : result.reports) write_report(json, report);
        json.end_array();
        json.print();
    }
    for (auto const& text : result.waiting) std::fprintf(stderr, "kreislauf: waits: %s\n", text.c_str());
    if (!result.waiting.empty() && wanted.scope == night::Scope::unpaused)
        std::fprintf(stderr, "kreislauf: kreislauf sync --all asks for them now\n");
    auto const exit = exit_of(result.reports);
    return exit == Exit::done && !result.waiting.empty() && wanted.scope != night::Scope::due
               ? Exit::incomplete
               : exit;
}

} // namespace gateway::app
