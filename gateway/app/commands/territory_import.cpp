// kreislauf territory import: look at official files, say what they are, keep what is sound.
#include <algorithm>
#include <cstdio>
#include <memory>

#include "gateway/app/commands/territory.hpp"
#include "gateway/app/commands/territory_workbook.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/ingest/territory_news.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;

void report_json(Json& json, ImportReport const& report, std::string_view done) {
    json.object()
        .field("file", report.name)
        .field("kind", to_string(report.kind))
        .field("level", report.level);
    json.field("from", report.from)
        .field("to", report.to)
        .field("rows", report.rows)
        .field("bytes", report.bytes);
    json.field("rows_in", report.rows_in)
        .field("other_level", report.other_level)
        .field("notes", report.notes)
        .field("set_aside", report.set_aside);
    json.field("sha256", report.sha256).field("licence", report.licence).field("result", done);
    json.key("findings").array();
    for (auto const& finding : report.findings) {
        json.object().field("code", to_string(finding.code)).field("severity", to_string(finding.severity));
        json.field("count", finding.count)
            .field("text", finding.text)
            .field("next_step", finding.next_step)
            .end_object();
    }
    json.end_array().end_object();
}

void print_report(ImportReport const& report, std::string_view done) {
    std::printf("%s: %s, %s, %s to %s, %llu rows\n", report.name.c_str(),
                std::string{to_string(report.kind)}.c_str(),
                report.level.empty() ? "no one level" : report.level.c_str(), report.from.c_str(),
                report.to.c_str(), static_cast<unsigned long long>(report.rows));
    std::printf("  rows: %llu in, %llu used, %llu of other levels, %llu notes, %llu set aside\n",
                static_cast<unsigned long long>(report.rows_in), static_cast<unsigned long long>(report.rows),
                static_cast<unsigned long long>(report.other_level),
                static_cast<unsigned long long>(report.notes),
                static_cast<unsigned long long>(report.set_aside));
    for (auto const& finding : report.findings) {
        std::printf("  %s (%llu): %s; %s\n", std::string{to_string(finding.severity)}.c_str(),
                    static_cast<unsigned long long>(finding.count), finding.text.c_str(),
                    finding.next_step.c_str());
    }
    std::printf("  licence: %s\n  %s\n", report.licence.c_str(), std::string{done}.c_str());
}

/// Files one after the other: each is reported, and kept where it is sound.
class Import {
  public:
    Import(Options const& options, Register const& areas)
        : options_(options), areas_(areas), imported_(options.store),
          when_(utc_text(clock_for(options).now())) {
        json_.array();
    }
    /// True where the file is in the store now.
    bool take(ImportReport const& report, std::string_view bytes) {
        std::string_view done = "refused; next step: repair the file, or keep it with --force";
        bool const kept = report.sound() || options_.force;
        if (kept) {
            announce(report, bytes);
            done = imported_.keep(report, bytes, when_) ? "kept" : "was there already";
        } else
            exit_ = Exit::incomplete;
        if (report.set_aside > 0) exit_ = Exit::incomplete;
        options_.json ? report_json(json_, report, done) : print_report(report, done);
        return kept;
    }
    /// Tables of its sheets, and the workbook itself beside them.
    void take_workbook(std::string_view bytes, std::string const& name) {
        bool any = false;
        for (auto const& table : tables_of_workbook(bytes, name, areas_)) {
            auto report = audit_import(table.csv, table.name, areas_);
            report.findings.insert(report.findings.begin(), table.findings.begin(), table.findings.end());
            // A sheet for several years gives several lines for each of its rows.
            auto const twice = report.set_aside;
            report.rows_in = table.rows - table.header;
            report.other_level = table.other_level;
            report.notes = table.notes;
            report.set_aside = table.set_aside + twice;
            report.rows = table.used - std::min(table.used, twice);
            any = take(report, table.csv) || any;
        }
        if (any) imported_.keep(workbook_report(bytes, name), bytes, when_);
    }
    Exit finish() {
        json_.end_array();
        if (options_.json) json_.print();
        return exit_;
    }

  private:
    /// Followers of the feed hear of it before it takes effect. Where there is no store yet, nobody follows.
    void announce(ImportReport const& report, std::string_view bytes) {
        auto const entries = imported_.entries();
        if (!io::file_exists(options_.store + "/store.sqlite") ||
            std::any_of(entries.begin(), entries.end(),
                        [&report](ImportEntry const& each) { return each.sha256 == report.sha256; }))
            return;
        if (!store_) store_ = store::open_sqlite(options_.store);
        ingest::announce_import(*store_, report, bytes, clock_for(options_).now());
    }

    Options const& options_;
    Register const& areas_;
    ImportStore imported_;
    std::unique_ptr<store::Store> store_;
    std::string when_;
    Json json_;
    Exit exit_ = Exit::done;
};

} // namespace

Exit run_territory_import(Options const& options, Register const& areas) {
    Import import{options, areas};
    for (auto const& path : options.names) {
        auto const bytes = io::read_file(path);
        auto const name = path.substr(path.rfind('/') + 1);
        if (looks_like_workbook(bytes))
            import.take_workbook(bytes, name);
        else
            import.take(audit_import(bytes, name, areas), bytes);
    }
    return import.finish();
}

Exit run_territory_list(Options const& options) {
    auto const entries = ImportStore{options.store}.entries();
    Json json;
    json.array();
    for (auto const& entry : entries) {
        if (options.json) {
            json.object().field("file", entry.name).field("kind", entry.kind).field("level", entry.level);
            json.field("from", entry.from)
                .field("to", entry.to)
                .field("rows", entry.rows)
                .field("bytes", entry.bytes);
            json.field("imported", entry.when)
                .field("sha256", entry.sha256)
                .field("licence", entry.licence)
                .end_object();
        } else {
            std::printf("%s  %s  %s  %s to %s  %llu rows  %s\n", entry.name.c_str(), entry.kind.c_str(),
                        entry.level.c_str(), entry.from.c_str(), entry.to.c_str(),
                        static_cast<unsigned long long>(entry.rows), entry.when.c_str());
        }
    }
    json.end_array();
    if (options.json)
        json.print();
    else if (entries.empty())
        std::puts("nothing imported; the register of counties is there without it");
    return Exit::done;
}

} // namespace gateway::app
