#include "gateway/care/backup.hpp"

#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"

namespace gateway::app {

Exit run_backup(Options const& options) {
    auto const report = care::back_up(options.store, options.care.to, clock_for(options).now());
    bool const whole = report.problems.empty();
    if (options.json) {
        Json json;
        json.object().flag("whole", whole).field("made", utc_text(report.manifest.made));
        json.field("content_hash", report.manifest.content_hash)
            .field("documents", report.manifest.documents);
        json.field("files", report.manifest.files.size()).field("copied", report.copied);
        json.field("copied_bytes", report.copied_bytes).key("problems").array();
        for (auto const& problem : report.problems)
            json.object().field("place", problem.place).field("text", problem.text).end_object();
        json.end_array().end_object();
        json.print();
        return whole ? Exit::done : Exit::damaged;
    }
    for (auto const& problem : report.problems)
        std::printf("archive  %s: %s\n", problem.place.c_str(), problem.text.c_str());
    std::printf("%s files, %s of them new (%s bytes), %s documents; %s\n",
                grouped(report.manifest.files.size()).c_str(), grouped(report.copied).c_str(),
                grouped(report.copied_bytes).c_str(), grouped(report.manifest.documents).c_str(),
                whole ? "the backup is whole" : "THE BACKUP LACKS WHAT IS NAMED ABOVE");
    std::printf("content hash %s\n", report.manifest.content_hash.c_str());
    return whole ? Exit::done : Exit::damaged;
}

} // namespace gateway::app
