#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "adapters/genesis/directory_transport.hpp"
#include "gateway/app/change_log_care.hpp"
#include "gateway/app/commands.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/report.hpp"
#include "gateway/http/curl_transport.hpp"
#include "gateway/ingest/feed_sync.hpp"
#include "gateway/ingest/sync.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using adapters::genesis::Credentials;

/// The sources of the configuration that were named, or all.
std::vector<SourceConfig> chosen(Config const& config, std::vector<std::string> const& names) {
    if (names.empty()) return config.sources;
    std::vector<SourceConfig> sources;
    for (auto const& name : names) {
        auto const found = std::find_if(config.sources.begin(), config.sources.end(),
                                        [&name](auto const& source) { return source.id == name; });
        if (found == config.sources.end()) {
            std::string known;
            for (auto const& source : config.sources) known += (known.empty() ? "" : ", ") + source.id;
            throw Error{Errc::invalid_argument,
                        "no source '" + name + "' in " + config.file + "; there are: " + known};
        }
        sources.push_back(*found);
    }
    return sources;
}

std::string url_for(SourceConfig const& source, std::vector<std::string> const& overrides) {
    for (auto const& text : overrides) {
        auto const equals = text.find('=');
        if (equals == std::string::npos)
            throw Error{Errc::invalid_argument, "--service-url '" + text + "' is not SERVICE=URL"};
        if (text.substr(0, equals) == source.service) return text.substr(equals + 1);
    }
    return source.url;
}

std::unique_ptr<Transport> transport_for(std::string const& url) {
    if (url.compare(0, 10, "directory:") == 0)
        return std::make_unique<adapters::genesis::DirectoryTransport>();
    return std::make_unique<http::CurlTransport>();
}

Credentials credentials_for(SourceConfig const& source) {
    if (!source.credentials_file.empty()) return Credentials::from_file(source.credentials_file);
    return Credentials::from_environment(source.service, [](char const* name) { return std::getenv(name); });
}

} // namespace

Exit run_sync(Options const& options) {
    auto const path = options.config.empty() ? options.store + "/kreislauf.toml" : options.config;
    if (options.config.empty() && !io::file_exists(path))
        throw Error{Errc::invalid_argument, "no configuration at " + path +
                                                "; name one with --config, for instance --config "
                                                "deploy/sample/kreislauf.toml"};
    auto const config = load_config(path);
    auto const sources = chosen(config, options.names);
    JobContext context{options};
    auto const services = context.mappings.text("services.toml");
    if (!services) throw Error{Errc::not_found, "no mappings/services.toml in " + data_directory()};

    std::size_t total = 0;
    for (auto const& source : sources) total += source.tables.size();
    std::vector<ingest::LoadReport> reports;
    Progress progress{total};
    context.shop.watch = [&progress](ingest::ReadingState const& state) { progress.tick(state); };
    auto const show = [&](ingest::LoadReport report) {
        progress.done(report);
        if (!options.json) {
            print_report(report);
            std::fflush(stdout);
        }
        reports.push_back(std::move(report));
    };
    for (auto const& source : sources) {
        try {
            auto const url = url_for(source, options.service_urls);
            auto const transport = transport_for(url);
            if (context.mappings.text("feeds/" + source.service + ".toml")) {
                for (auto const& table : source.tables) {
                    if (!options.table.empty() && options.table != table) continue;
                    progress.begin(source.id + " " + table);
                    for (auto& report : ingest::sync_feed(context.shop, *transport, {source.service, table},
                                                          {source.id, url, options.force}))
                        show(std::move(report));
                }
                continue;
            }
            ingest::SourceSync sync{context.shop, source.id, *transport,
                                    adapters::genesis::load_service(*services, source.service, url),
                                    credentials_for(source)};
            for (auto const& table : source.tables) {
                if (!options.table.empty() && options.table != table) continue;
                progress.begin(source.id + " " + table);
                adapters::genesis::TableRequest request;
                request.name = table;
                request.language = source.language;
                request.start_year = source.start_year;
                request.quality = source.quality;
                request.compress = source.compress;
                for (auto& report : sync.table(request, options.force)) show(std::move(report));
            }
        } catch (Error const& error) {
            if (error.code() == Errc::io || error.code() == Errc::conflict ||
                error.code() == Errc::corrupt_store)
                throw;
            ingest::LoadReport report;
            report.source = source.id;
            report.table = source.id;
            report.outcome = "failed";
            report.text = std::string{error.what()} + " (" + std::string{to_string(error.code())} + ")";
            report.next_step = ingest::next_step_after(error.code());
            context.store->record_attempt(
                {context.shop.clock.now(), source.id, "", "failed", report.text, 0});
            show(std::move(report));
        }
    }
    tend_change_log(context, config.changes,
                    [](std::string const& text) { std::fprintf(stderr, "kreislauf: %s\n", text.c_str()); });
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
