#include "gateway/harmonize/territory/register.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/register_lines.hpp"
#include "gateway/io/file.hpp"

namespace gateway::harmonize::territory {
namespace {

AreaLevel level_of_region(std::string_view key) {
    if (key == "DG") return AreaLevel::country;
    return key.size() <= 2 ? AreaLevel::land : AreaLevel::region;
}

void read_lives(std::string_view text, std::string const& file, bool counties, std::vector<AreaLife>& lives) {
    std::array<std::string_view, 5> fields;
    RegisterLines lines{text, file, fields, "key;name;valid_from;valid_to;successors"};
    while (lines.next()) {
        AreaLife life{fields[0], fields[1], lines.day(fields[2], no_begin), lines.day(fields[3], no_end),
                      counties ? AreaLevel::county : level_of_region(fields[0])};
        if (life.last < life.first) lines.refuse("an end before the beginning", "valid_from <= valid_to");
        lives.push_back(life);
    }
}

int version_of(RegisterLines const& lines, std::string_view text) {
    return static_cast<int>(lines.count(text).value_or(0));
}

std::vector<NutsCode> read_nuts(std::string_view text) {
    std::array<std::string_view, 4> fields;
    RegisterLines lines{text, "nuts3.csv", fields, "key;code;first_version;last_version"};
    std::vector<NutsCode> codes;
    while (lines.next())
        codes.push_back({fields[0], fields[1], version_of(lines, fields[2]), version_of(lines, fields[3])});
    return codes;
}

std::vector<AuthorityRegion> read_authorities(std::string_view text) {
    std::array<std::string_view, 4> fields;
    RegisterLines lines{text, "authority_regions.csv", fields, "key;name;members;where"};
    std::vector<AuthorityRegion> regions;
    while (lines.next()) {
        AuthorityRegion region{fields[0], fields[1], {}, fields[3]};
        for (auto rest = fields[2]; !rest.empty();) {
            auto const stop = std::min(rest.find(' '), rest.size());
            region.members.push_back(rest.substr(0, stop));
            rest.remove_prefix(std::min(stop + 1, rest.size()));
        }
        if (region.members.size() < 2) lines.refuse("fewer than two members", "the counties booked together");
        regions.push_back(std::move(region));
    }
    return regions;
}

} // namespace

Register Register::load(TextOf const& text_of) {
    Register result;
    for (auto const* name :
         {"counties.csv", "regions.csv", "events.csv", "nuts3.csv", "authority_regions.csv"})
        result.texts_.emplace(name, text_of(name));
    result.lives_.reserve(1024);
    read_lives(result.texts_["counties.csv"], "counties.csv", true, result.lives_);
    read_lives(result.texts_["regions.csv"], "regions.csv", false, result.lives_);
    std::sort(result.lives_.begin(), result.lives_.end(), [](AreaLife const& a, AreaLife const& b) {
        return a.key != b.key ? a.key < b.key : a.first < b.first;
    });
    result.events_ = read_events(result.texts_["events.csv"]);
    result.nuts_ = read_nuts(result.texts_["nuts3.csv"]);
    result.authorities_ = read_authorities(result.texts_["authority_regions.csv"]);
    return result;
}

Register Register::from_directory(std::string const& path) {
    return load([&path](std::string const& name) { return io::read_file(path + "/" + name); });
}

std::span<AreaLife const> Register::lives(std::string_view key) const noexcept {
    auto const begin =
        std::lower_bound(lives_.begin(), lives_.end(), key,
                         [](AreaLife const& life, std::string_view wanted) { return life.key < wanted; });
    auto end = begin;
    while (end != lives_.end() && end->key == key) ++end;
    return {begin, end};
}

AreaLife const* Register::life_on(std::string_view key, std::int32_t day) const noexcept {
    for (auto const& life : lives(key))
        if (life.on(day)) return &life;
    return nullptr;
}

std::vector<AreaLife const*> Register::counties_on(std::int32_t day) const {
    std::vector<AreaLife const*> result;
    result.reserve(600);
    for (auto const& life : lives_)
        if (life.level == AreaLevel::county && life.on(day)) result.push_back(&life);
    return result;
}

std::span<ChangeEvent const> Register::events_between(std::int32_t from, std::int32_t to) const {
    auto const after = [](std::int32_t day, ChangeEvent const& event) { return day < event.legal; };
    auto const begin = std::upper_bound(events_.begin(), events_.end(), from, after);
    auto const end = std::upper_bound(begin, events_.end(), std::max(from, to), after);
    return {begin, end};
}

std::vector<ChangeEvent const*> Register::into(AreaLife const& life) const {
    std::vector<ChangeEvent const*> result;
    for (auto const& event : events_)
        if (event.new_key == life.key && life.on(event.legal)) result.push_back(&event);
    return result;
}

std::vector<ChangeEvent const*> Register::out_of(AreaLife const& life) const {
    std::vector<ChangeEvent const*> result;
    for (auto const& event : events_)
        if (event.old_key == life.key && event.moves() && life.on(event.legal - 1)) result.push_back(&event);
    return result;
}

std::vector<NutsCode> Register::nuts(std::string_view key) const {
    std::vector<NutsCode> result;
    for (auto const& code : nuts_)
        if (code.key == key) result.push_back(code);
    std::sort(result.begin(), result.end(),
              [](NutsCode const& a, NutsCode const& b) { return a.first_version < b.first_version; });
    return result;
}

int Register::nuts_version(std::int32_t day) {
    // First day of use in European statistics, Regulation (EC) No 1059/2003 and its amendments.
    constexpr std::array<std::pair<int, int>, 7> versions{
        {{2024, 2024}, {2021, 2021}, {2018, 2016}, {2015, 2013}, {2012, 2010}, {2008, 2006}, {2003, 2003}}};
    for (auto const& [year, version] : versions)
        if (day >= days_from_date(year, 1, 1).value_or(0)) return version;
    return versions.back().second;
}

std::vector<AuthorityRegion const*> Register::authorities(std::string_view key) const {
    std::vector<AuthorityRegion const*> result;
    for (auto const& region : authorities_)
        if (std::find(region.members.begin(), region.members.end(), key) != region.members.end())
            result.push_back(&region);
    return result;
}

std::string validity_text(AreaLife const& life) {
    if (life.first == no_begin && life.last == no_end) return "since before 1991";
    if (life.first == no_begin) return "until " + date_text(life.last);
    if (life.last == no_end) return "since " + date_text(life.first);
    return date_text(life.first) + " to " + date_text(life.last);
}

} // namespace gateway::harmonize::territory
