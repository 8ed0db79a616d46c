#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/files.hpp"
#include "gateway/app/report.hpp"
#include "gateway/ingest/feeds.hpp"

namespace gateway::app {

namespace {

void record(JobContext& context, ingest::LoadReport const& report) {
    try {
        context.store->record_attempt({context.shop.clock.now(), report.source, report.table, report.outcome,
                                       report.text, report.document});
    } catch (Error const& error) {
        // Another process holds the store: this attempt may have failed for that reason, and the report says so.
        if (error.code() != Errc::conflict) throw;
    }
}

/// A file, or one table of a file that holds several.
struct Part {
    std::string path;
    ingest::TableRef ref;
    std::vector<Issue> warnings;
};

std::vector<Part> parts_of(ingest::Workshop& shop, std::vector<std::string> const& files,
                           ingest::TableRef const& named) {
    std::vector<Part> parts;
    for (auto const& path : files) {
        ingest::FileTables tables;
        try {
            if (named.service.empty() && named.table.empty()) tables = ingest::tables_of_file(shop, path);
        } catch (Error const&) {
            tables = {}; // loading it says the same
        }
        for (auto const& ref : tables.refs) parts.push_back({path, ref, tables.warnings});
        if (tables.refs.empty()) parts.push_back({path, named, {}});
    }
    return parts;
}

} // namespace

Exit run_import(Options const& options) {
    JobContext context{options, false, store::NewFile::beside};
    ingest::LoadOptions load;
    load.record_attempt = true;
    load.partial = options.partial;
    load.force = options.force;
    load.language = options.language;
    load.dsd = options.dsd;
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
        std::fprintf(stderr, "kreislauf: %s is no table that can be loaded and was left alone\n",
                     path.c_str());
    ingest::TableRef ref{options.service, options.table};
    if (!options.feed.name.empty()) {
        auto const feed = ingest::feed_named(context.mappings, options.feed.name);
        ref = {feed.office, feed.feed};
    }
    bool is_over = false;
    auto const parts = parts_of(context.shop, named.files, ref);
    Progress progress{parts.size()};
    context.shop.watch = [&progress](ingest::ReadingState const& state) { progress.tick(state); };
    for (auto const& part : parts) {
        auto const& path = part.path;
        load.warnings = part.warnings;
        if (&part == &parts.back()) context.is_last();
        progress.begin(path);
        ingest::LoadReport report;
        try {
            report = ingest::import_file(context.shop, path, part.ref, load);
        } catch (Error const& error) {
            // What concerns the command where there is one file concerns, in a folder, that file. A damaged
            // store concerns all of them; those that are in it must be reported all the same.
            bool const damaged = error.code() == Errc::corrupt_store;
            if (parts.size() == 1 &&
                (damaged || error.code() == Errc::invalid_argument || error.code() == Errc::conflict))
                throw;
            if (damaged && reports.empty()) throw;
            is_over = damaged;
            report.source = "file";
            report.table = path;
            report.outcome = "failed";
            report.text = std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")";
            report.next_step = ingest::next_step_after(error.code());
        }
        if (!report.is_recorded && !is_over) record(context, report);
        context.shop.new_store = false;
        progress.done(report);
        if (!options.json) print_report(report);
        reports.push_back(std::move(report));
        if (!is_over) continue;
        std::fprintf(stderr, "kreislauf: the store is damaged; %zu more files were not read\n",
                     parts.size() - reports.size());
        break;
    }
    if (options.json) {
        Json json;
        json.array();
        for (auto const& report : reports) write_report(json, report);
        json.end_array();
        json.print();
    }
    return context.leave(exit_of(reports));
}

} // namespace gateway::app
