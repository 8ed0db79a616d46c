#include <cstdio>

#include "gateway/app/commands.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/json.hpp"
#include "gateway/app/report.hpp"
#include "gateway/app/series_figures.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/ingest/package.hpp"

namespace gateway::app {
namespace {

/// "11.06.2025": the package is for county staff.
std::string german_date(UnixTime time) {
    auto const text = utc_text(time);
    return text.substr(8, 2) + "." + text.substr(5, 2) + "." + text.substr(0, 4);
}

} // namespace

Exit run_export(Options const& options) {
    auto const store = store::open_sqlite(options.store, true);
    ingest::PackageRequest request;
    request.area = options.area;
    request.as_of = as_of_time(options.as_of);
    warn_of_future(request.as_of);
    request.directory = options.out;
    std::optional<ingest::TerritoryKnowledge> knowledge;
    if (ingest::is_territory(options.territory)) {
        knowledge.emplace(data_directory(), options.store);
        request.knowledge = &*knowledge;
        request.territory = derive::territory_day_from(knowledge->atlas(), options.territory);
        request.partial = options.partial;
    } else if (options.partial) {
        throw Error{Errc::invalid_argument,
                    "--partial goes with --territory DATE: it allows sums of what is there"};
    }
    request.series = request_of(options.series, {});
    request.mappings = data_directory() + "/mappings";
    request.command = "kreislauf export --area " + options.area +
                      (options.as_of.empty() ? "" : " --as-of " + options.as_of) +
                      (request.territory ? " --territory " + date_text(*request.territory) : "") +
                      (request.partial ? " --partial" : "") + words_of(options.series) + " --out ORDNER";
    auto const package = ingest::write_package(*store, request);
    if (package.series) say_left_out(*package.series);
    auto const& info = package.info;
    if (options.json) {
        Json json;
        json.object()
            .field("area", info.area_key)
            .field("name", info.area_name)
            .field("directory", options.out)
            .field("series", info.counts.series)
            .field("figures", info.counts.observations())
            .field("as_of", utc_text(info.as_of))
            .field("superseded", info.superseded);
        if (info.territory) {
            json.field("territory", date_text(*info.territory));
            json.key("left_out").object();
            for (auto const& [reason, series] : info.absent) json.field(reason, series);
            json.end_object();
        }
        json.key("datasets").array();
        for (auto const* dataset : info.datasets) {
            json.object().field("dataset", dataset->info.id);
            if (auto const last = dataset->vintages.rbegin(); last != dataset->vintages.rend())
                json.field("vintage", std::uint64_t{last->first})
                    .field("received", utc_text(last->second.received));
            json.end_object();
        }
        json.end_array();
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
    std::printf("Paket für %s %s, Stand %s: %s Angaben in %s Reihen aus %zu Tabellen\n",
                info.area_key.c_str(), info.area_name.c_str(), german_date(info.as_of).c_str(),
                grouped(info.counts.observations()).c_str(), grouped(info.counts.series).c_str(),
                info.datasets.size());
    for (auto const* dataset : info.datasets)
        if (auto const last = dataset->vintages.rbegin(); last != dataset->vintages.rend())
            std::printf("  %-28s Stand %u, abgerufen am %s%s%s\n", dataset->info.id.c_str(), last->first,
                        german_date(last->second.received).c_str(),
                        last->second.published ? ", veröffentlicht am " : "",
                        last->second.published ? utc_text(*last->second.published).substr(0, 10).c_str()
                                               : "");
    if (info.territory) {
        std::printf("  Gebietsstand %s:", feed::date_de(*info.territory).c_str());
        for (auto const& [origin, count] : info.counts.origins)
            std::printf(" %s %s", grouped(count).c_str(), std::string{feed::origin_de(origin)}.c_str());
        std::printf("\n");
        for (auto const& [reason, series] : info.absent)
            std::printf("  nicht enthalten: %s %s: %s\n", grouped(series).c_str(),
                        series == 1 ? "Reihe" : "Reihen", reason.c_str());
    }
    if (info.superseded > 0)
        std::printf("  %s frühere Angaben stehen in revisionen.csv\n", grouped(info.superseded).c_str());
    for (auto const& file : info.files)
        std::printf("  %s/%-40s %12s Bytes\n", options.out.c_str(), file.name.c_str(),
                    grouped(file.bytes).c_str());
    std::printf("  %s/datapackage.json beschreibt alle Dateien für Programme\n", options.out.c_str());
    std::printf("  %s/LIESMICH.txt erklärt den Inhalt\n", options.out.c_str());
    return Exit::done;
}

} // namespace gateway::app
