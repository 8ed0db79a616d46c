#include "gateway/app/night_facts.hpp"

#include <memory>

#include "adapters/genesis/services.hpp"
#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/harmonize/feed_description.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::app {
namespace {

/// Names for people. A source that the mappings do not know has none: its sync fails and says why, the report goes on.
night::SourceFacts facts_of(SourceConfig const& source, harmonize::MappingFiles const& mappings) {
    night::SourceFacts facts;
    facts.id = source.id;
    facts.service = source.service;
    facts.tables = source.tables;
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

} // namespace

NightDesk night_desk(Options const& options, UnixTime since, UnixTime until) {
    if (!io::file_exists(options.store + "/store.sqlite"))
        throw Error{Errc::not_found,
                    "no store in " + options.store +
                        "; kreislauf sync or kreislauf import makes one, --store names another"};
    NightDesk desk;
    auto const path = options.config.empty() ? options.store + "/kreislauf.toml" : options.config;
    bool const is_configured = !options.config.empty() || io::file_exists(path);
    if (!options.config.empty()) desk.words.config = " --config " + night::shell_word(options.config);
    if (options.store != default_store())
        desk.words.program += " --store " + night::shell_word(options.store);
    std::vector<night::SourceFacts> sources;
    if (is_configured) {
        auto const mappings = harmonize::MappingFiles::from_directory(data_directory() + "/mappings");
        for (auto const& source : parse_config(io::read_file(path), path).sources)
            sources.push_back(facts_of(source, mappings));
    }
    auto const store = store::open_sqlite(options.store, true);
    desk.facts = night::read_facts(
        {*store, options.store, data_directory(), std::move(sources), is_configured, since, until});
    return desk;
}

} // namespace gateway::app
