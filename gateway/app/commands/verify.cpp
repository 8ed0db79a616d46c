#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"
#include "gateway/care/verification.hpp"
#include "gateway/ingest/explain.hpp"

namespace gateway::app {
namespace {

void print_json(care::Verification const& found, ingest::Recomputation const& recomputation, bool sound) {
    Json json;
    json.object().flag("sound", sound).field("content_hash", found.content_hash);
    json.field("documents", found.documents).field("objects", found.objects).field("pages", found.pages);
    json.flag("page_sums", found.has_page_sums).field("repaired", found.repaired());
    json.key("problems").array();
    for (auto const& each : found.findings)
        json.object()
            .field("part", each.part)
            .field("place", each.place)
            .field("text", each.text)
            .flag("repaired", each.repaired)
            .end_object();
    for (auto const& text : recomputation.different)
        json.object()
            .field("part", "figure")
            .field("place", "figure")
            .field("text", text)
            .flag("repaired", false)
            .end_object();
    json.end_array().field("figures_recomputed", recomputation.figures).end_object();
    json.print();
}

void print_text(Options const& options, care::Verification const& found,
                ingest::Recomputation const& recomputation, bool sound) {
    for (auto const& each : found.findings)
        std::printf("%-8s %s%s: %s\n", each.part.c_str(), each.repaired ? "repaired " : "",
                    each.place.c_str(), each.text.c_str());
    for (auto const& text : recomputation.different) std::printf("figure   %s\n", text.c_str());
    if (options.figures > 0 && found.readable)
        std::printf("recomputed %s figures from the raw bytes, %zu differ\n",
                    grouped(recomputation.figures).c_str(), recomputation.different.size());
    if (found.sums_added)
        std::printf("every page of the store has a checksum from now on\n");
    else if (!found.has_page_sums)
        std::printf("the store stems from an earlier version and has no checksums of pages; kreislauf verify "
                    "--repair adds them\n");
    if (found.readable)
        std::printf("%llu documents checked; %s\n", static_cast<unsigned long long>(found.documents),
                    sound ? "everything is sound" : "DAMAGED");
    else
        std::printf("%llu objects of the archive checked; DAMAGED: pages of the store\n",
                    static_cast<unsigned long long>(found.objects));
    if (!sound)
        std::printf("%s\n", !options.care.repair ? "next: kreislauf verify --repair"
                            : options.care.from.empty()
                                ? "next: kreislauf verify --repair --from BACKUP"
                                : "next: kreislauf --store NEW restore --rebuild --from STORE; "
                                  "docs/operation.md, Damage");
    if (!found.content_hash.empty()) std::printf("content hash %s\n", found.content_hash.c_str());
}

} // namespace

Exit run_verify(Options const& options) {
    // Before the store is opened here: its pages are looked at beside SQLite.
    auto const found = care::verify(options.store, {options.care.repair, options.care.from});
    ingest::Recomputation recomputation;
    if (options.figures > 0 && found.readable) {
        JobContext context{options, true};
        recomputation = ingest::recompute(context.shop, options.figures, options.seed);
    }
    bool const sound = found.is_sound() && recomputation.different.empty();
    if (options.json)
        print_json(found, recomputation, sound);
    else
        print_text(options, found, recomputation, sound);
    return sound ? Exit::done : Exit::damaged;
}

} // namespace gateway::app
