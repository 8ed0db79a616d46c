// The crosswalk of `kreislauf convert --to DATE`: from every day of the data to that date, by the register and what
// was imported.
#include <algorithm>
#include <set>

#include "gateway/app/commands/territory.hpp"
#include "gateway/app/context.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/graph_municipal.hpp"
#include "gateway/harmonize/territory/import.hpp"
#include "gateway/io/csv.hpp"
#include "gateway/io/file.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;

struct Seen {
    std::set<std::int32_t> days;
    bool municipal = false; ///< keys of municipalities; their counties go another way
};

std::optional<std::int32_t> last_of(std::string_view year) {
    return parse_date(std::string{year} + "-12-31");
}

/// Days of the data, a year being its last one, and the level of its keys.
Seen look_at(std::string const& path, std::string const& key, std::string const& time) {
    io::MappedFile const file{path};
    Seen seen;
    if (file.view().substr(0, 2) == "PK") {
        // Packed flat files are unpacked by the conversion only; their years are those of the register.
        for (int year = 1990; year <= 2100; ++year)
            if (auto const day = days_from_date(year, 12, 31)) seen.days.insert(*day);
        seen.municipal = key == "GEMEIN";
        return seen;
    }
    io::CsvReader reader{file.view(), path};
    if (!reader.next()) return seen;
    auto const column = [&reader](std::string const& name) {
        auto const fields = reader.fields();
        return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
    };
    auto const key_at = column(key);
    auto const time_at = column(time.empty() ? "time" : time);
    std::size_t municipal = 0;
    std::size_t counties = 0;
    std::string last;
    while (reader.next()) {
        auto const fields = reader.fields();
        if (key_at < fields.size()) {
            municipal += fields[key_at].size() == 8 ? 1U : 0U;
            counties += fields[key_at].size() == 5 ? 1U : 0U;
        }
        if (time_at >= fields.size() || fields[time_at] == last) continue;
        last = fields[time_at];
        auto const day = last.size() >= 10  ? parse_date(std::string_view{last}.substr(0, 10))
                         : last.size() >= 4 ? last_of(std::string_view{last}.substr(0, 4))
                                            : std::nullopt;
        if (day) seen.days.insert(*day);
    }
    seen.municipal = municipal > counties || key == "GEMEIN";
    return seen;
}

} // namespace

std::int32_t known_until(Options const& options) {
    constexpr std::int64_t day_seconds = 86400;
    auto const today = date_text(static_cast<std::int32_t>(clock_for(options).now() / day_seconds));
    return last_of(std::string_view{today}.substr(0, 4)).value_or(0);
}

void refuse_unknown_day(char const* option, std::int32_t day, Options const& options) {
    if (day >= days_from_date(1990, 1, 1).value_or(0) && day <= known_until(options)) return;
    throw Error(Errc::invalid_argument, std::string{option} + " " + date_text(day) +
                                            " lies outside of what the register knows, 1990-01-01 to " +
                                            date_text(known_until(options)) + "; give a day within");
}

Crosswalk crosswalk_to(Options const& options, std::string const& path, std::string const& key,
                       std::string const& time) {
    auto const to = parse_date(options.to);
    if (!to) {
        throw Error(Errc::invalid_argument,
                    "--to '" + options.to + "' is not a day; expected 2024-12-31 or 31.12.2024");
    }
    auto seen = look_at(path, key, time);
    auto const begin = days_from_date(1990, 1, 1).value_or(0);
    auto const end = known_until(options);
    refuse_unknown_day("--to", *to, options);
    // Days outside are reported as such by the conversion: nobody knows the areas of 2050.
    seen.days.erase(seen.days.begin(), seen.days.lower_bound(begin));
    seen.days.erase(seen.days.upper_bound(end), seen.days.end());
    seen.days.insert(*to);
    std::vector<std::int32_t> const days{seen.days.begin(), seen.days.end()};
    ImportStore const imported{options.store};
    if (!seen.municipal) {
        auto const folder = data_directory() + "/mappings/territory";
        auto const areas = Register::from_directory(folder);
        Graph graph{areas, io::read_file(folder + "/parts.csv")};
        for (auto& table : imported.crosswalks("kreise"))
            if (table.status == Crosswalk::Status::year && table.target) graph.use(std::move(table));
        return graph.crosswalk(days, *to);
    }
    for (auto& table : imported.crosswalks("gemeinden"))
        if (table.status == Crosswalk::Status::year && table.target &&
            days_from_date(*table.target, 12, 31) == *to)
            return std::move(table);
    MunicipalGraph graph{imported.registers(), imported.changes()};
    CrosswalkBuilder builder{Crosswalk::Status::day};
    builder.source({"imported registers and change lists", "", graph.changes().size()});
    auto const earliest = graph.days().front();
    for (auto const day : days) {
        if (day < earliest) continue;
        auto const& one = graph.map(day, *to).crosswalk;
        for (std::uint32_t old = 0; old < one.old_keys.size(); ++old)
            for (auto part : one.parts_of(one.entry(old, day))) {
                part.source = 0;
                builder.add(day, one.old_keys.text(old), one.new_keys.text(part.key), part,
                            {no_weight, no_weight, no_weight}, one.old_names[old], one.new_names[part.key]);
            }
    }
    builder.result().target = *to;
    return builder.finish();
}

} // namespace gateway::app
