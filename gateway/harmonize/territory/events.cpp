#include "gateway/harmonize/territory/events.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/register_lines.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::array<std::pair<std::string_view, ChangeType>, 6> types{
    {{"dissolution", ChangeType::dissolution},
     {"transfer", ChangeType::transfer},
     {"key", ChangeType::key},
     {"name", ChangeType::name},
     {"key+name", ChangeType::key_and_name},
     {"formation", ChangeType::formation}}};

/// A day, or 1 January of a year whose day is not known.
std::int32_t day_or_year(RegisterLines const& lines, std::string_view text, bool& known) {
    known = text.size() != 4;
    return known ? lines.day(text, 0) : lines.day(std::string{text} + "-01-01", 0);
}

} // namespace

std::string_view to_string(ChangeType type) noexcept {
    for (auto const& [name, value] : types)
        if (value == type) return name;
    return {};
}

std::vector<ChangeEvent> read_events(std::string_view text) {
    std::array<std::string_view, 12> fields;
    RegisterLines lines{
        text, "events.csv", fields,
        "event;level;type;old_key;old_name;new_key;new_name;legal;statistical;area_m2;population;"
        "figures"};
    std::vector<ChangeEvent> events;
    events.reserve(1024);
    while (lines.next()) {
        ChangeEvent event;
        event.id = fields[0];
        auto const level = area_level_from(fields[1]);
        if (!level) lines.refuse("level '" + std::string{fields[1]} + "'", "land, region or county");
        event.level = *level;
        auto const* const type =
            std::find_if(types.begin(), types.end(), [&](auto const& row) { return row.first == fields[2]; });
        if (type == types.end()) {
            lines.refuse("type '" + std::string{fields[2]} + "'",
                         "dissolution, transfer, key, name, key+name or formation");
        }
        event.type = type->second;
        event.old_key = fields[3];
        event.old_name = fields[4];
        event.new_key = fields[5];
        event.new_name = fields[6];
        if (event.new_key.empty()) lines.refuse("no new key", "the key after the change");
        if (event.old_key.empty() != (event.type == ChangeType::formation))
            lines.refuse("type '" + std::string{fields[2]} + "'", "an old key, but for a formation");
        event.legal = day_or_year(lines, fields[7], event.day_known);
        bool statistical_known = true;
        event.statistical = day_or_year(lines, fields[8], statistical_known);
        event.area_m2 = lines.count(fields[9]);
        event.population = lines.count(fields[10]);
        event.figures = fields[11];
        event.line = lines.line();
        if (!events.empty() && events.back().legal > event.legal)
            lines.refuse("the day " + std::string{fields[7]}, "lines in the order of their days");
        events.push_back(event);
    }
    return events;
}

} // namespace gateway::harmonize::territory
