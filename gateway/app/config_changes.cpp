#include "gateway/app/config_changes.hpp"

#include "gateway/app/config_keys.hpp"

namespace gateway::app {
namespace {

constexpr int most_years = 1000, most_entries = 2'000'000'000;
/// A year of a county's nights, roughly; fewer would cut followers that are ill for a week.
constexpr int least_entries = 1000;

} // namespace

query::Retention read_changes(std::string const& file, toml::table const& table) {
    Keys keys{file, table};
    int years = 0, entries = 0;
    keys.number("keep_years", years, 1, most_years);
    keys.number("keep_entries", entries, least_entries, most_entries);
    keys.refuse_others();
    return {static_cast<unsigned>(years), static_cast<std::uint64_t>(entries)};
}

} // namespace gateway::app
