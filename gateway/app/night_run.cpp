#include "gateway/app/night_run.hpp"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>

#include "adapters/genesis/directory_transport.hpp"
#include "adapters/genesis/services.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/http/curl_transport.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using adapters::genesis::Credentials;

constexpr int usual_spacing_ms = 200;

std::map<std::string, std::string> read_overrides(std::vector<std::string> const& texts) {
    std::map<std::string, std::string> urls;
    for (auto const& text : texts) {
        auto const equals = text.find('=');
        if (equals == std::string::npos)
            throw Error{Errc::invalid_argument, "--service-url '" + text + "' is not SERVICE=URL"};
        urls.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return urls;
}

/// Nobody has to be polite to a folder or to this machine.
bool is_local(std::string_view url) {
    for (std::string_view const mark : {"directory:", "http://127.0.0.1", "http://localhost", "http://[::1]"})
        if (url.substr(0, mark.size()) == mark) return true;
    return false;
}

Credentials credentials_for(SourceConfig const& source) {
    if (!source.credentials_file.empty()) return Credentials::from_file(source.credentials_file);
    return Credentials::from_environment(source.service, [](char const* name) { return std::getenv(name); });
}

} // namespace

Config night_config(Options const& options) {
    auto const path = options.config.empty() ? options.store + "/kreislauf.toml" : options.config;
    if (options.config.empty() && !io::file_exists(path))
        throw Error{Errc::invalid_argument, "no configuration at " + path +
                                                "; name one with --config, for instance --config "
                                                "deploy/sample/kreislauf.toml"};
    return load_config(path);
}

night::SourceFacts source_facts(SourceConfig const& source, harmonize::MappingFiles const& mappings) {
    night::SourceFacts facts;
    facts.id = source.id;
    facts.service = source.service;
    facts.tables = source.tables;
    facts.expected = source.limits.expected;
    if (mappings.text("feeds/" + source.service + ".toml")) {
        for (auto const& table : source.tables) {
            try {
                facts.titles.emplace(table, harmonize::load_feed(mappings, {source.service, table}).title);
            } catch (Error const&) {
                facts.titles.emplace(table, "");
            }
        }
        return facts;
    }
    try {
        if (auto const services = mappings.text("services.toml"))
            facts.title = adapters::genesis::load_service(*services, source.service, source.url).title;
    } catch (Error const&) {
        facts.title.clear();
    }
    return facts;
}

std::vector<night::RunSource> run_sources(Config const& config, harmonize::MappingFiles const& mappings,
                                          std::vector<std::string> const& overrides) {
    auto const urls = read_overrides(overrides);
    std::vector<night::RunSource> sources;
    for (auto const& source : config.sources) {
        night::RunSource run;
        run.facts = source_facts(source, mappings);
        auto const other = urls.find(source.service);
        run.url = other == urls.end() ? source.url : other->second;
        run.language = source.language;
        run.start_year = source.start_year;
        run.quality = source.quality;
        run.compress = source.compress;
        run.budget = source.limits.budget;
        run.spacing = std::chrono::milliseconds{
            source.limits.spacing_ms.value_or(is_local(run.url) ? 0 : usual_spacing_ms)};
        run.parallel = static_cast<unsigned>(source.limits.parallel);
        run.ask_modified = source.limits.ask_modified;
        run.credentials = [source] { return credentials_for(source); };
        sources.push_back(std::move(run));
    }
    return sources;
}

std::unique_ptr<Transport> transport_for(night::RunSource const& source) {
    if (source.url.compare(0, 10, "directory:") == 0)
        return std::make_unique<adapters::genesis::DirectoryTransport>();
    return std::make_unique<http::CurlTransport>();
}

std::uint64_t jitter_seed(Options const& options) {
    if (!options.now.empty()) return 0;
    constexpr std::uint64_t prime = 1'099'511'628'211U; // FNV-1a
    std::array<char, 256> host{};
    if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
    std::uint64_t hash = 14'695'981'039'346'656'037U;
    for (auto const c : host.data() + options.store) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    return hash | 1U;
}

} // namespace gateway::app
