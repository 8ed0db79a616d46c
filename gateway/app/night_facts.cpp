#include "gateway/app/night_facts.hpp"

#include <memory>

#include "gateway/app/config.hpp"
#include "gateway/app/context.hpp"
#include "gateway/app/night_run.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/shell.hpp"

namespace gateway::app {
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
            sources.push_back(source_facts(source, mappings));
    }
    auto const store = store::open_sqlite(options.store, true);
    desk.facts = night::read_facts(
        {*store, options.store, data_directory(), std::move(sources), is_configured, since, until});
    desk.facts.seed = jitter_seed(options);
    return desk;
}

} // namespace gateway::app
