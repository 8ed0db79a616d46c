#include "gateway/harmonize/series/ages.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::harmonize::series {
namespace {

constexpr unsigned oldest = 150;
constexpr unsigned open_end = std::numeric_limits<unsigned>::max();

std::optional<unsigned> years(std::string_view text) {
    unsigned value = 0;
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || value > oldest) return std::nullopt;
    return value;
}

/// First age behind a group.
unsigned end_of(AgeGroup const& group) noexcept {
    return group.to ? *group.to + 1 : open_end;
}

/// "0-17", "18", "65+".
std::optional<AgeGroup> read_group(std::string_view text) {
    if (!text.empty() && text.back() == '+') {
        auto const from = years(text.substr(0, text.size() - 1));
        return from ? std::optional{AgeGroup{*from, std::nullopt}} : std::nullopt;
    }
    auto const dash = text.find('-');
    auto const from = years(text.substr(0, dash));
    auto const to = dash == std::string_view::npos ? from : years(text.substr(dash + 1));
    if (!from || !to || *to < *from) return std::nullopt;
    return AgeGroup{*from, *to};
}

[[noreturn]] void refuse(std::string_view text, std::string const& why) {
    throw Error{Errc::invalid_argument,
                "age groups '" + std::string{text} + "': " + why +
                    "; write them as in 0-17,18-64,65+ (both bounds belong to the group)"};
}

/// Fewest groups from one age on to each other age; the previous group on that way.
struct Ways {
    std::map<unsigned, std::pair<std::size_t, std::optional<std::size_t>>> best; ///< age -> (parts, last)
};
Ways ways_from(unsigned start, std::vector<AgeGroup> const& sources, std::vector<std::size_t> const& order) {
    Ways ways;
    ways.best[start] = {0, std::nullopt};
    // By first age: when a group is looked at, every way to its first age is known.
    for (auto const index : order) {
        auto const here = ways.best.find(sources[index].from);
        if (here == ways.best.end()) continue;
        auto const parts = here->second.first + 1;
        auto const end = end_of(sources[index]);
        auto const known = ways.best.find(end);
        if (known == ways.best.end() || parts < known->second.first) ways.best[end] = {parts, index};
    }
    return ways;
}

std::vector<std::size_t> by_age(std::vector<AgeGroup> const& sources) {
    std::vector<std::size_t> order(sources.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&sources](std::size_t a, std::size_t b) {
        return std::pair{sources[a].from, end_of(sources[a])} <
               std::pair{sources[b].from, end_of(sources[b])};
    });
    return order;
}

AgeGroup group_between(unsigned from, unsigned end) {
    return {from, end == open_end ? std::nullopt : std::optional{end - 1}};
}

std::vector<AgeGroup> nearest(AgeGroup const& target, std::vector<AgeGroup> const& sources,
                              std::vector<std::size_t> const& order) {
    std::set<unsigned> starts;
    for (auto const& group : sources) starts.insert(group.from);
    std::optional<AgeGroup> inside;
    std::optional<AgeGroup> around;
    auto const last = end_of(target);
    // Groups to an open end count as if nobody grew older than `oldest`.
    auto const width = [](unsigned from, unsigned end) { return std::min(end, oldest + 1) - from; };
    for (auto const start : starts)
        for (auto const& [end, way] : ways_from(start, sources, order).best) {
            if (end == start) continue;
            if (start >= target.from && end <= last &&
                (!inside || width(start, end) > width(inside->from, end_of(*inside))))
                inside = group_between(start, end);
            if (start <= target.from && end >= last &&
                (!around || width(start, end) < width(around->from, end_of(*around))))
                around = group_between(start, end);
        }
    std::vector<AgeGroup> result;
    if (inside) result.push_back(*inside);
    if (around) result.push_back(*around);
    return result;
}

std::string list_of(std::vector<AgeGroup> const& groups) {
    std::string text;
    for (auto const& group : groups) text += (text.empty() ? "" : ", ") + group.text();
    return text;
}

} // namespace

std::string AgeGroup::code() const {
    if (!to) return from == 0 ? "_T" : "Y_GE" + std::to_string(from);
    if (*to == from) return "Y" + std::to_string(from);
    if (from == 0) return "Y_LT" + std::to_string(*to + 1);
    return "Y" + std::to_string(from) + "T" + std::to_string(*to);
}

std::string AgeGroup::text() const {
    if (!to) return std::to_string(from) + "+";
    return *to == from ? std::to_string(from) : std::to_string(from) + "-" + std::to_string(*to);
}

std::optional<AgeGroup> age_group(std::string_view code) {
    if (code == "_T") return AgeGroup{};
    if (!code.starts_with('Y')) return std::nullopt;
    if (code.starts_with("Y_LT")) {
        auto const end = years(code.substr(4));
        return end && *end > 0 ? std::optional{AgeGroup{0, *end - 1}} : std::nullopt;
    }
    if (code.starts_with("Y_GE")) {
        auto const from = years(code.substr(4));
        return from ? std::optional{AgeGroup{*from, std::nullopt}} : std::nullopt;
    }
    code.remove_prefix(1);
    auto const t = code.find('T');
    auto const from = years(code.substr(0, t));
    auto const to = t == std::string_view::npos ? from : years(code.substr(t + 1));
    if (!from || !to || *to < *from) return std::nullopt;
    return AgeGroup{*from, *to};
}

AgeLists AgeLists::load(MappingFiles const& files) {
    std::string const name = "correspondences/age_groups.toml";
    FileLoader loader{files};
    auto const& tree = loader.get(name, "correspondences", "age groups with a name");
    auto const lists = Section{&name, &tree}.table("ages");
    AgeLists result;
    for (auto const& member : lists.members()) {
        std::vector<AgeGroup> groups;
        for (auto const& text : lists.table(member.key).texts("groups")) {
            auto const group = read_group(text);
            if (!group)
                fault(name, member.mark, "the group '" + text + "'", "a group such as \"0-17\" or \"65+\"",
                      "both bounds belong to the group");
            groups.push_back(*group);
        }
        result.lists_.emplace(member.key, std::move(groups));
    }
    return result;
}

std::vector<AgeGroup> AgeLists::parse(std::string_view text) const {
    if (auto const list = lists_.find(text); list != lists_.end()) return list->second;
    std::vector<AgeGroup> groups;
    for (std::size_t at = 0; at <= text.size();) {
        auto const comma = std::min(text.find(',', at), text.size());
        auto const word = text.substr(at, comma - at);
        auto const group = read_group(word);
        if (!group) {
            std::string names;
            for (auto const& list : lists_) names += (names.empty() ? "" : ", ") + list.first;
            refuse(text, "'" + std::string{word} + "' is no group, and no list (" + names + ")");
        }
        if (std::find(groups.begin(), groups.end(), *group) != groups.end())
            refuse(text, "'" + std::string{word} + "' stands twice");
        groups.push_back(*group);
        at = comma + 1;
    }
    return groups;
}

AgeTiling tile(AgeGroup const& target, std::vector<AgeGroup> const& sources) {
    auto const order = by_age(sources);
    auto const ways = ways_from(target.from, sources, order);
    AgeTiling tiling;
    auto const end = ways.best.find(end_of(target));
    if (end == ways.best.end()) {
        tiling.nearest = nearest(target, sources, order);
        return tiling;
    }
    for (auto step = end->second.second; step;) {
        tiling.parts.push_back(*step);
        step = ways.best.at(sources[*step].from).second;
    }
    std::reverse(tiling.parts.begin(), tiling.parts.end());
    return tiling;
}

Made at_ages(AgeGroup const& target, std::vector<std::pair<AgeGroup, Observation>> const& sources,
             TimePeriod const& period) {
    std::vector<AgeGroup> groups;
    groups.reserve(sources.size());
    for (auto const& source : sources) groups.push_back(source.first);
    auto const tiling = tile(target, groups);
    if (tiling.parts.empty()) {
        Made made;
        made.figure = without_number(period, MissingReason::unknown);
        made.making = Making::none;
        auto const near = list_of(tiling.nearest);
        made.note = {"ages.do-not-nest",
                     {},
                     "kein Wert: die Altersgruppen der Quelle ergeben nicht genau " + target.text() +
                         (near.empty() ? "" : "; möglich wären: " + near),
                     "no value: the source's age groups do not make up " + target.text() + " exactly" +
                         (near.empty() ? "" : "; possible are: " + near)};
        return made;
    }
    std::vector<Part> parts;
    for (auto const index : tiling.parts) parts.push_back({groups[index].text(), sources[index].second});
    if (parts.size() == 1) {
        Made made;
        made.figure = parts.front().figure;
        made.parts = std::move(parts);
        made.note = {"ages.as-published", {}, "Altersgruppe wie veröffentlicht", "age group as published"};
        return made;
    }
    auto made = sum_of(std::move(parts), period);
    if (made.making != Making::summed) return made;
    std::string names;
    for (auto const& part : made.parts) names += (names.empty() ? "" : ", ") + part.name;
    made.note = {"ages.sum", {}, "Summe der Altersgruppen " + names, "sum of the age groups " + names};
    return made;
}

} // namespace gateway::harmonize::series
