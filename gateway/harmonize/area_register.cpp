// AreaRegister: counties and regions with the days on which they existed.
//
// The files are lists of their own making (docs/mappings.md, territory): fields parted by ';', no quotes, '#'
// opens a comment. They are read whole, without a TOML tree, because every run needs them.
#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {
namespace {

constexpr std::int32_t always = std::numeric_limits<std::int32_t>::max();

struct Life {
    std::string_view key;
    std::string_view name;
    std::int32_t first = -always; ///< first day
    std::int32_t last = always;   ///< last day
};

constexpr std::size_t fields_per_line = 5; ///< key; name; valid_from; valid_to; successors

[[noreturn]] void refuse(std::string const& file, std::size_t line, std::string const& found,
                         std::string const& expected) {
    throw Error(Errc::malformed, "mappings/" + file + ":" + std::to_string(line) + ":1: found " + found +
                                     ", expected " + expected +
                                     "; next step: correct the line, see docs/mappings.md, territory");
}

std::int32_t day_of(std::string_view text, std::int32_t otherwise, std::string const& file,
                    std::size_t line) {
    if (text.empty()) return otherwise;
    auto const day = parse_date(text);
    if (!day) refuse(file, line, "'" + std::string{text} + "'", "a date such as 2024-12-31, or nothing");
    return *day;
}

std::vector<Life> read_lives(std::string_view text, std::string const& file) {
    std::vector<Life> lives;
    lives.reserve(text.size() / 32); // a line has 33 characters
    std::size_t line_number = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto line = text.substr(at, end - at);
        at = end + 1;
        ++line_number;
        if (line.empty() || line.front() == '#') continue;
        std::string_view fields[fields_per_line];
        std::size_t count = 0;
        for (;;) {
            auto const stop = std::min(line.find(';'), line.size());
            if (count < fields_per_line) fields[count] = line.substr(0, stop);
            ++count;
            if (stop == line.size()) break;
            line.remove_prefix(stop + 1);
        }
        if (count != fields_per_line) {
            refuse(file, line_number, std::to_string(count) + " fields",
                   "key;name;valid_from;valid_to;successors");
        }
        Life life{fields[0], fields[1], day_of(fields[2], -always, file, line_number),
                  day_of(fields[3], always, file, line_number)};
        if (life.last < life.first)
            refuse(file, line_number, "an end before the beginning", "valid_from <= valid_to");
        if (!lives.empty() && lives.back().key > life.key) {
            refuse(file, line_number,
                   "the key " + std::string{life.key} + " behind " + std::string{lives.back().key},
                   "lines in the order of their keys");
        }
        lives.push_back(life);
    }
    return lives;
}

} // namespace

struct AreaRegister::Data {
    std::shared_ptr<std::string const> county_text;
    std::shared_ptr<std::string const> region_text;
    std::vector<Life> counties; ///< by key
    std::vector<Life> regions;  ///< country, Länder and regions, by key

    [[nodiscard]] std::vector<Life> const& list_for(AreaLevel level) const {
        return level == AreaLevel::country || level == AreaLevel::land || level == AreaLevel::region
                   ? regions
                   : counties;
    }

    /// Calls `visit` with every life of a key; false where the key is not listed.
    template <typename Visit>
    static bool each(std::vector<Life> const& lives, std::string_view key, Visit visit) {
        auto at =
            std::lower_bound(lives.begin(), lives.end(), key,
                             [](Life const& life, std::string_view wanted) { return life.key < wanted; });
        bool listed = false;
        for (; at != lives.end() && at->key == key; ++at) {
            listed = true;
            visit(*at);
        }
        return listed;
    }
};

AreaRegister::AreaRegister() : data_(std::make_unique<Data>()) {}
AreaRegister::~AreaRegister() = default;
AreaRegister::AreaRegister(AreaRegister&&) noexcept = default;
AreaRegister& AreaRegister::operator=(AreaRegister&&) noexcept = default;

AreaRegister AreaRegister::load(MappingFiles const& files) {
    AreaRegister result;
    auto const read = [&files](std::string const& name, std::shared_ptr<std::string const>& text,
                               std::vector<Life>& lives) {
        text = files.shared_text(name);
        if (!text) {
            throw Error(Errc::not_found, "mappings/" + name +
                                             ": found no such file, expected the list of areas; "
                                             "next step: restore the file");
        }
        lives = read_lives(*text, name);
    };
    read("territory/counties.csv", result.data_->county_text, result.data_->counties);
    read("territory/regions.csv", result.data_->region_text, result.data_->regions);
    return result;
}

Existence AreaRegister::existence(Area const& area, TimePeriod const& period) const {
    auto const first = period.start_day();
    auto const last = period.end_day() - 1;
    auto const life_of = [&](AreaLevel level, std::string_view key, Existence unlisted) {
        // A year's figures stand on the territory of its last day. An area that ended earlier in the year has
        // either no figures or those of its last months: neither zero nor absence is certain.
        bool on_last_day = false;
        bool within = false;
        auto const visit = [&](Life const& life) {
            on_last_day = on_last_day || (life.first <= last && last <= life.last);
            within = within || (life.first <= last && first <= life.last);
        };
        if (!Data::each(data_->list_for(level), key, visit)) return unlisted;
        if (on_last_day) return Existence::existed;
        return within ? Existence::not_known : Existence::did_not_exist;
    };
    switch (area.level) {
    case AreaLevel::country:
    case AreaLevel::land:
    case AreaLevel::other: return Existence::existed;
    case AreaLevel::region:
        // Regions are drawn by statistics: an unlisted one counts as existing, a listed one may have an end.
        return life_of(area.level, area.code, Existence::existed);
    case AreaLevel::county:
    case AreaLevel::authority: return life_of(AreaLevel::county, area.code, Existence::not_known);
    case AreaLevel::subunit: {
        auto const county = std::string_view{area.code}.substr(0, 5);
        bool const existed = life_of(AreaLevel::county, county, Existence::not_known) == Existence::existed;
        return existed ? Existence::existed : Existence::not_known;
    }
    case AreaLevel::association:
    case AreaLevel::municipality: break;
    }
    return Existence::not_known;
}

std::string AreaRegister::name(Area const& area, std::int32_t day) const {
    std::string name;
    if (area.level == AreaLevel::municipality || area.level == AreaLevel::subunit) return name;
    Data::each(data_->list_for(area.level), area.code, [&](Life const& life) {
        if (life.first <= day && day <= life.last) name = std::string{life.name};
    });
    return name;
}

std::vector<std::string> AreaRegister::counties_on(std::int32_t day) const {
    std::vector<std::string> keys;
    for (auto const& life : data_->counties)
        if (life.first <= day && day <= life.last) keys.emplace_back(life.key);
    return keys;
}

} // namespace gateway::harmonize
