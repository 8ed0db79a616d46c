#include "gateway/app/change_log_care.hpp"

#include "gateway/app/config.hpp"
#include "gateway/ingest/territory_news.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {

query::Retention retention_of(Options const& options) {
    auto const path = options.config.empty() ? options.store + "/kreislauf.toml" : options.config;
    if (options.config.empty() && !io::file_exists(path)) return {};
    return load_config(path).changes;
}

void tend_change_log(JobContext& context, query::Retention const& retention,
                     std::function<void(std::string const&)> const& say) {
    auto const now = context.shop.clock.now();
    if (auto const entry =
            ingest::announce_register(*context.store, data_directory() + "/mappings/territory", now))
        say("the register of areas is another one; entry " + std::to_string(*entry) + " of the feed says so");
    if (auto const dropped = query::compact_due(*context.store, retention, now); dropped != 0)
        say("dropped the change log up to entry " + std::to_string(dropped) + " of " +
            std::to_string(context.store->last_change()) +
            ", as [changes] says; whoever is behind it takes the full state");
}

} // namespace gateway::app
