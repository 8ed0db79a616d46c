// kreislauf territory import: look at official files, say what they are, keep what is sound.
#include <cstdio>

#include "gateway/app/commands/territory.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/harmonize/territory/import.hpp"
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
    for (auto const& finding : report.findings) {
        std::printf("  %s (%llu): %s; %s\n", std::string{to_string(finding.severity)}.c_str(),
                    static_cast<unsigned long long>(finding.count), finding.text.c_str(),
                    finding.next_step.c_str());
    }
    std::printf("  licence: %s\n  %s\n", report.licence.c_str(), std::string{done}.c_str());
}

} // namespace

Exit run_territory_import(Options const& options, Register const& areas) {
    ImportStore imported{options.store};
    auto const when = utc_text(clock_for(options).now());
    Json json;
    json.array();
    auto exit = Exit::done;
    for (auto const& path : options.names) {
        auto const bytes = io::read_file(path);
        auto const report = audit_import(bytes, path.substr(path.rfind('/') + 1), areas);
        std::string_view done;
        if (!report.sound() && !options.force) {
            done = "refused; next step: repair the file, or keep it with --force";
            exit = Exit::incomplete;
        } else {
            done = imported.keep(report, bytes, when) ? "kept" : "was there already";
        }
        options.json ? report_json(json, report, done) : print_report(report, done);
    }
    json.end_array();
    if (options.json) json.print();
    return exit;
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
