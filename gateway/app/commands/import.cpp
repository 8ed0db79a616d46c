#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/report.hpp"

namespace gateway::app {

Exit run_import(Options const& options) {
    JobContext context{options};
    ingest::LoadOptions load;
    load.record_attempt = true;
    load.partial = options.partial;
    load.force = options.force;
    load.language = options.language;
    if (!options.published.empty()) {
        auto const published = utc_from(options.published, -1);
        if (published < 0)
            throw Error{Errc::invalid_argument,
                        "--published '" + options.published + "' is not a date; expected 2025-04-10"};
        load.published = published;
    }
    std::vector<ingest::LoadReport> reports;
    auto const named = files_named(options.names);
    for (auto const& path : named.left_alone)
        std::fprintf(stderr, "kreislauf: %s is no .csv and no .zip and was left alone\n", path.c_str());
    Progress progress{named.files.size()};
    for (auto const& path : named.files) {
        progress.begin(path);
        ingest::LoadReport report;
        try {
            report = ingest::import_file(context.shop, path, {options.service, options.table}, load);
        } catch (Error const& error) {
            // One wrong word concerns the command; in a folder it concerns one file.
            bool const alone = named.files.size() == 1;
            if ((alone && error.code() == Errc::invalid_argument) || error.code() == Errc::conflict ||
                error.code() == Errc::corrupt_store)
                throw;
            report.source = "file";
            report.table = path;
            report.outcome = "failed";
            report.text = std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")";
            report.next_step = ingest::next_step_after(error.code());
        }
        if (!report.is_recorded)
            context.store->record_attempt({context.shop.clock.now(), report.source, report.table,
                                           report.outcome, report.text, report.document});
        context.shop.new_store = false;
        progress.done(report);
        if (!options.json) print_report(report);
        reports.push_back(std::move(report));
    }
    if (options.json) {
        Json json;
        json.array();
        for (auto const& report : reports) write_report(json, report);
        json.end_array();
        json.print();
    }
    return exit_of(reports);
}

} // namespace gateway::app
