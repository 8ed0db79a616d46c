#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"
#include "gateway/ingest/explain.hpp"

namespace gateway::app {

Exit run_verify(Options const& options) {
    JobContext context{options, true};
    auto const problems = context.store->verify();
    auto const damages = context.archive.verify();
    std::vector<store::Problem> lost;
    auto const documents = context.store->documents();
    for (auto const& document : documents)
        if (!context.archive.holds(document.sha256))
            lost.push_back({"document " + std::to_string(document.no) + " (" + document.sha256 + ")",
                            "is in the store but not in the archive"});
    ingest::Recomputation recomputation;
    if (options.figures > 0) recomputation = ingest::recompute(context.shop, options.figures, options.seed);
    bool const sound = problems.empty() && damages.empty() && lost.empty() && recomputation.different.empty();
    auto const hash = problems.empty() ? context.store->content_hash() : std::string{};

    if (options.json) {
        Json json;
        json.object().flag("sound", sound).field("content_hash", hash).field("documents", documents.size());
        json.key("problems").array();
        auto const row = [&json](std::string const& place, std::string const& text) {
            json.object().field("place", place).field("text", text).end_object();
        };
        for (auto const& problem : problems) row(problem.place, problem.text);
        for (auto const& problem : lost) row(problem.place, problem.text);
        for (auto const& damage : damages) row(damage.file, damage.text);
        for (auto const& text : recomputation.different) row("figure", text);
        json.end_array().field("figures_recomputed", recomputation.figures).end_object();
        json.print();
        return sound ? Exit::done : Exit::damaged;
    }
    for (auto const& problem : problems)
        std::printf("store    %s: %s\n", problem.place.c_str(), problem.text.c_str());
    for (auto const& problem : lost)
        std::printf("archive  %s: %s\n", problem.place.c_str(), problem.text.c_str());
    for (auto const& damage : damages)
        std::printf("archive  %s: %s\n", damage.file.c_str(), damage.text.c_str());
    for (auto const& text : recomputation.different) std::printf("figure   %s\n", text.c_str());
    if (options.figures > 0)
        std::printf("recomputed %s figures from the raw bytes, %zu differ\n",
                    grouped(recomputation.figures).c_str(), recomputation.different.size());
    std::printf("%zu documents checked; %s\n", documents.size(), sound ? "everything is sound" : "DAMAGED");
    if (!hash.empty()) std::printf("content hash %s\n", hash.c_str());
    return sound ? Exit::done : Exit::damaged;
}

} // namespace gateway::app
