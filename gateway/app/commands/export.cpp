#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"
#include "gateway/ingest/package.hpp"

namespace gateway::app {

Exit run_export(Options const& options) {
    auto const store = store::open_sqlite(options.store, true);
    ingest::PackageRequest request;
    request.area = options.area;
    request.as_of = as_of_time(options.as_of);
    request.directory = options.out;
    request.command = "kreislauf export --area " + options.area +
                      (options.as_of.empty() ? "" : " --as-of " + options.as_of) + " --out ORDNER";
    auto const info = ingest::write_package(*store, request);
    if (options.json) {
        Json json;
        json.object()
            .field("area", info.area_key)
            .field("name", info.area_name)
            .field("directory", options.out)
            .field("series", info.counts.series)
            .field("figures", info.counts.observations());
        json.key("files").array();
        for (auto const& file : info.files)
            json.object()
                .field("name", file.name)
                .field("bytes", file.bytes)
                .field("sha256", file.sha256)
                .end_object();
        json.end_array().end_object();
        json.print();
        return Exit::done;
    }
    std::printf("Paket für %s %s: %s Zahlen in %s Reihen aus %zu Tabellen\n", info.area_key.c_str(),
                info.area_name.c_str(), grouped(info.counts.observations()).c_str(),
                grouped(info.counts.series).c_str(), info.datasets.size());
    for (auto const& file : info.files)
        std::printf("  %s/%-40s %12s Bytes\n", options.out.c_str(), file.name.c_str(),
                    grouped(file.bytes).c_str());
    std::printf("  %s/LIESMICH.txt erklärt den Inhalt\n", options.out.c_str());
    return Exit::done;
}

} // namespace gateway::app
