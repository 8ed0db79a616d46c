#include <array>
#include <cctype>

#include "gateway/app/config_keys.hpp"
#include "gateway/app/config_night.hpp"

namespace gateway::app {
namespace {

constexpr std::int64_t most_requests = 10'000'000, most_megabytes = 1'000'000, most_spacing_ms = 3'600'000;
constexpr std::int64_t most_parallel = 16, hundred = 100, most_allowed = 1'000'000'000;
constexpr std::uint64_t megabyte = 1'000'000;

std::optional<int> minute_of(std::string_view text) {
    constexpr std::size_t length = 5; // "03:00"
    constexpr int hours = 24, minutes = 60;
    if (text.size() != length || text[2] != ':') return std::nullopt;
    std::array<int, 2> parts{};
    for (std::size_t i = 0; i < length; ++i) {
        if (i == 2) continue;
        if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) return std::nullopt;
        auto& part = parts[i / 3];
        part = part * 10 + (text[i] - '0');
    }
    if (parts[0] >= hours || parts[1] >= minutes) return std::nullopt;
    return parts[0] * minutes + parts[1];
}

void read_minute(Keys& keys, toml::table const& table, char const* key, std::optional<int>& out) {
    std::string text;
    keys.text(key, text);
    if (text.empty()) return;
    out = minute_of(text);
    if (!out) keys.fail(*table.get(key), "'" + std::string{key} + "' must be a time of the day: \"03:00\"");
}

void add_expected(Keys const& keys, toml::node const& node, night::Expected& expected) {
    auto const text = node.value_exact<std::string>();
    if (!text) keys.fail(node, "a day must be a text: \"15\", \"03-15\" or \"2026-12-15\"");
    try {
        expected.add(*text);
    } catch (Error const& error) {
        keys.fail(node, error.what());
    }
}

} // namespace

void read_source_limits(std::string const& file, Keys& keys, std::vector<std::string> const& tables,
                        SourceLimits& limits) {
    std::optional<int> requests, megabytes;
    keys.number("requests_per_night", requests, 1, most_requests);
    keys.number("megabytes_per_night", megabytes, 1, most_megabytes);
    limits.budget = {static_cast<std::uint64_t>(requests.value_or(0)),
                     static_cast<std::uint64_t>(megabytes.value_or(0)) * megabyte};
    keys.number("spacing_ms", limits.spacing_ms, 0, most_spacing_ms);
    keys.number("parallel", limits.parallel, 1, most_parallel);
    keys.flag("ask_modified", limits.ask_modified);
    auto const* const expected = keys.table("expected");
    if (expected == nullptr) return;
    Keys const of_expected{file, *expected};
    for (auto const& [key, node] : *expected) {
        std::string const code{key.str()};
        if (std::find(tables.begin(), tables.end(), code) == tables.end())
            of_expected.fail(node, "'" + code + "' is not among the 'tables' of this source");
        auto& days = limits.expected[code];
        if (auto const* const list = node.as_array()) {
            for (auto const& each : *list) add_expected(of_expected, each, days);
        } else {
            add_expected(of_expected, node, days);
        }
        if (days.is_empty()) of_expected.fail(node, "the list of days of '" + code + "' is empty");
    }
}

NightConfig read_night(std::string const& file, toml::table const& table) {
    NightConfig night;
    Keys keys{file, table};
    read_minute(keys, table, "begin", night.begin_minute);
    read_minute(keys, table, "end", night.end_minute);
    keys.refuse_others();
    if (night.begin_minute.has_value() != night.end_minute.has_value())
        keys.fail(table, "[night] needs both 'begin' and 'end'");
    if (night.begin_minute && night.begin_minute == night.end_minute)
        keys.fail(table, "'begin' and 'end' of [night] are the same time");
    return night;
}

BrakeConfig read_brake(std::string const& file, toml::table const& table) {
    BrakeConfig brake;
    Keys keys{file, table};
    keys.flag("on", brake.is_on);
    std::optional<int> deleted, changed, allowed;
    keys.number("deleted_percent", deleted, 0, hundred);
    keys.number("changed_percent", changed, 0, hundred);
    keys.number("always_allowed", allowed, 0, most_allowed);
    keys.refuse_others();
    if (deleted) brake.limits.deleted_share = static_cast<double>(*deleted) / static_cast<double>(hundred);
    if (changed) brake.limits.changed_share = static_cast<double>(*changed) / static_cast<double>(hundred);
    if (allowed) brake.limits.always_allowed = static_cast<std::uint64_t>(*allowed);
    return brake;
}

} // namespace gateway::app
