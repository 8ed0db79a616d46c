#include "gateway/care/restore.hpp"

#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/rebuild.hpp"
#include "gateway/app/report.hpp"

namespace gateway::app {
namespace {

Exit exit_of(care::Comparison const& comparison) {
    if (!comparison.damages.empty()) return Exit::damaged;
    return comparison.is_equal() ? Exit::done : Exit::incomplete;
}

void print_json(care::Comparison const& comparison) {
    Json json;
    json.object().flag("equal", comparison.is_equal()).field("made", utc_text(comparison.manifest.made));
    json.flag("same_content", comparison.same_content).flag("same_documents", comparison.same_documents);
    json.field("content_hash", comparison.content_hash)
        .field("content_hash_of_backup", comparison.manifest.content_hash);
    json.field("objects_only_here", comparison.objects_only_here)
        .field("objects_only_in_backup", comparison.objects_only_in_backup);
    auto const list = [&json](char const* name, std::vector<store::Problem> const& problems) {
        json.key(name).array();
        for (auto const& problem : problems)
            json.object().field("place", problem.place).field("text", problem.text).end_object();
        json.end_array();
    };
    list("differences", comparison.differences);
    list("damages", comparison.damages);
    json.end_object();
    json.print();
}

Exit compare(Options const& options) {
    auto const comparison = care::compare(options.store, options.care.from);
    if (options.json) {
        print_json(comparison);
        return exit_of(comparison);
    }
    for (auto const& damage : comparison.damages)
        std::printf("backup   %s: %s\n", damage.place.c_str(), damage.text.c_str());
    for (auto const& difference : comparison.differences)
        std::printf("differs  %s: %s\n", difference.place.c_str(), difference.text.c_str());
    std::printf("content    %s (backup of %s, content hash %s)\n",
                comparison.same_content ? "equal" : "DIFFERENT", utc_text(comparison.manifest.made).c_str(),
                comparison.manifest.content_hash.c_str());
    std::printf("documents  %s (%s in the backup, %s in the store)\n",
                comparison.same_documents ? "equal" : "DIFFERENT",
                grouped(comparison.manifest.documents).c_str(), grouped(comparison.documents).c_str());
    bool const same_archive = comparison.objects_only_here == 0 && comparison.objects_only_in_backup == 0;
    std::printf("archive    %s (%s objects only in the archive, %s only in the backup)\n",
                same_archive ? "equal" : "DIFFERENT", grouped(comparison.objects_only_here).c_str(),
                grouped(comparison.objects_only_in_backup).c_str());
    std::printf("%s\n", comparison.is_equal()        ? "store and backup are equal"
                        : comparison.damages.empty() ? "store and backup differ"
                                                     : "THE BACKUP IS DAMAGED");
    return exit_of(comparison);
}

Exit rebuild_store(Options const& options) {
    auto const report = rebuild(options, options.care.from);
    bool const same = report.differences.empty();
    if (options.json) {
        Json json;
        json.object()
            .flag("same", same)
            .field("documents", report.documents)
            .field("vintages", report.vintages);
        json.field("content_hash", report.content_hash).key("differences").array();
        for (auto const& difference : report.differences)
            json.object().field("place", difference.place).field("text", difference.text).end_object();
        json.end_array().end_object();
        json.print();
        return same ? Exit::done : Exit::incomplete;
    }
    for (auto const& difference : report.differences)
        std::printf("differs  %s: %s\n", difference.place.c_str(), difference.text.c_str());
    std::printf("rebuilt %s vintages from %s documents; %s\n", grouped(report.vintages).c_str(),
                grouped(report.documents).c_str(),
                same ? "each came out as it did then" : "NOT ALL CAME OUT AS THEY DID THEN");
    std::printf("content hash %s\n", report.content_hash.c_str());
    return same ? Exit::done : Exit::incomplete;
}

} // namespace

Exit run_restore(Options const& options) {
    if (options.care.compare) return compare(options);
    if (options.care.rebuild) return rebuild_store(options);
    auto const report = care::restore(options.care.from, options.store);
    if (options.json) {
        Json json;
        json.object().field("made", utc_text(report.manifest.made)).field("files", report.files);
        json.field("bytes", report.bytes).field("content_hash", report.manifest.content_hash).end_object();
        json.print();
        return Exit::done;
    }
    std::printf("restored the backup of %s: %s files, %s bytes, each agrees with the manifest\n",
                utc_text(report.manifest.made).c_str(), grouped(report.files).c_str(),
                grouped(report.bytes).c_str());
    std::printf("content hash %s\n", report.manifest.content_hash.c_str());
    return Exit::done;
}

} // namespace gateway::app
