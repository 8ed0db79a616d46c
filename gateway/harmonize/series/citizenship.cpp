#include "gateway/harmonize/series/citizenship.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping_load.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/harmonize/series/combine.hpp"

namespace gateway::harmonize::series {
namespace {

constexpr std::array<std::string_view, 4> groups{"DE", "FOR", "EU_F", "NEU_F"};
constexpr std::array<std::string_view, 5> aggregates{"_T", "FOR", "EU_F", "NEU_F", "_U"};

Observation const* find(std::vector<std::pair<std::string, Observation>> const& sources,
                        std::string_view code) {
    for (auto const& source : sources)
        if (source.first == code) return &source.second;
    return nullptr;
}

Made none(TimePeriod const& period, char const* id, std::string const& de, std::string const& en) {
    Made made;
    made.figure = without_number(period, MissingReason::unknown);
    made.making = Making::none;
    made.note = {id, "mappings/correspondences/citizenship.toml", "kein Wert: " + de, "no value: " + en};
    return made;
}

/// Foreigners who are in no state of the table: least and most, as far as the figures are certain.
struct Rest {
    Decimal most;
    bool possible = false; ///< nothing says that someone is missing
};
std::optional<Rest> rest_of(Observation const& foreigners, std::vector<Part> const& states) {
    auto const total = foreigners.value.number();
    auto const total_bounds = certain_bounds(foreigners);
    auto const all = sum_of(states, foreigners.period);
    auto const sum = all.figure.value.number();
    if (!total || !total_bounds || !sum) return std::nullopt;
    Bounds width;
    if (all.figure.quality.bounds)
        width = *all.figure.quality.bounds;
    else if (std::any_of(states.begin(), states.end(),
                         [](Part const& part) { return !certain_bounds(part.figure); }))
        return std::nullopt;
    auto const gap = checked_subtract(*total, *sum);
    auto const up = checked_add(total_bounds->above, width.below);
    auto const down = checked_add(total_bounds->below, width.above);
    if (!gap || !up || !down) return std::nullopt;
    auto const most = checked_add(*gap, *up);
    auto const least = checked_subtract(*gap, *down);
    if (!most || !least) return std::nullopt;
    return Rest{*most, !most->is_negative() && (least->is_zero() || least->is_negative())};
}

} // namespace

CitizenshipTable CitizenshipTable::load(MappingFiles const& files) {
    FileLoader loader{files};
    CitizenshipTable table;
    std::string const name = "correspondences/citizenship.toml";
    auto const& tree = loader.get(name, "correspondences", "the members of the European Union");
    for (auto const& entry : Section{&name, &tree}.tables("member")) {
        Membership const membership{entry.day("from").value(), entry.day("until")};
        for (auto const* key : {"code", "source"})
            if (entry.has(key)) table.members_[entry.text(key)] = membership;
    }
    std::string const states_name = "variables/citizenship.toml";
    auto const& states_tree = loader.get(states_name, "variables", "the codes of nationalities");
    Section const states{&states_name, &states_tree};
    auto const codes = states.table("codes");
    for (auto const& member : codes.members()) table.states_.insert(codes.text(member.key));
    for (auto const& code : states.texts("kept")) table.states_.insert(code);
    return table;
}

CitizenshipTable::Group CitizenshipTable::group_of(std::string_view code, std::int32_t day) const {
    if (code == "DE") return Group::german;
    if (code.empty() || std::find(aggregates.begin(), aggregates.end(), code) != aggregates.end())
        return Group::aggregate;
    if (auto const member = members_.find(code); member != members_.end()) {
        bool const in = day >= member->second.from && (!member->second.until || day <= *member->second.until);
        return in ? Group::member : Group::third;
    }
    return states_.find(code) == states_.end() ? Group::unknown : Group::third;
}

std::vector<std::string> CitizenshipTable::parse(std::string_view text) const {
    std::vector<std::string> wanted;
    for (std::size_t at = 0; at <= text.size();) {
        auto const comma = std::min(text.find(',', at), text.size());
        auto const word = text.substr(at, comma - at);
        bool const known = std::find(groups.begin(), groups.end(), word) != groups.end();
        if (!known || std::find(wanted.begin(), wanted.end(), word) != wanted.end())
            throw Error{Errc::invalid_argument,
                        "nationality '" + std::string{word} + "' in '" + std::string{text} +
                            (known ? "' stands twice" : "' is no group; there are DE, FOR, EU_F, NEU_F")};
        wanted.emplace_back(word);
        at = comma + 1;
    }
    return wanted;
}

Made CitizenshipTable::at_group(std::string_view group,
                                std::vector<std::pair<std::string, Observation>> const& sources,
                                TimePeriod const& period) const {
    if (auto const* published = find(sources, group)) {
        Made made;
        made.figure = *published;
        made.parts = {{std::string{group}, *published}};
        made.note = {"citizenship.as-published",
                     {},
                     "Staatsangehörigkeit wie veröffentlicht",
                     "nationality as published"};
        return made;
    }
    if (group == "EU_F" || group == "NEU_F") return from_states(group, sources, period);
    auto const* members = find(sources, "EU_F");
    auto const* third = find(sources, "NEU_F");
    if (group == "FOR" && members != nullptr && third != nullptr) {
        auto made = sum_of({{"EU_F", *members}, {"NEU_F", *third}}, period);
        if (made.making == Making::summed)
            made.note = {
                "citizenship.sum", {}, "Summe aus EU und Drittstaaten", "sum of EU and third countries"};
        return made;
    }
    return none(period, "citizenship.not-in-table", "die Tabelle hat keine Angabe für " + std::string{group},
                "the table has no figure for " + std::string{group});
}

Made CitizenshipTable::from_states(std::string_view group,
                                   std::vector<std::pair<std::string, Observation>> const& sources,
                                   TimePeriod const& period) const {
    auto const day = period.end_day() - 1;
    std::vector<Part> all;
    std::vector<Part> wanted;
    for (auto const& [code, figure] : sources) {
        auto const belongs = group_of(code, day);
        if (belongs == Group::aggregate || belongs == Group::german) continue;
        if (belongs == Group::unknown)
            return none(
                period, "citizenship.unknown-code",
                "ob " + code + " zur EU gehört, ist nicht bekannt (mappings/variables/citizenship.toml)",
                "whether " + code + " is in the EU is not known (mappings/variables/citizenship.toml)");
        all.push_back({code, figure});
        if ((belongs == Group::member) == (group == "EU_F")) wanted.push_back({code, figure});
    }
    if (wanted.empty())
        return none(period, "citizenship.not-in-table",
                    "die Tabelle hat keine Staaten für " + std::string{group},
                    "the table has no states for " + std::string{group});
    auto const* foreigners = find(sources, "FOR");
    if (foreigners == nullptr)
        return none(period, "citizenship.not-provable",
                    "ohne die Ausländer insgesamt ist nicht zu belegen, dass kein Staat fehlt",
                    "without all foreigners nothing proves that no state is missing");
    auto made = sum_of(wanted, period);
    if (made.making != Making::summed) return made;
    auto const rest = rest_of(*foreigners, all);
    if (!rest || !rest->possible)
        return none(period, "citizenship.incomplete",
                    "die einzelnen Staaten ergeben nicht die Ausländer insgesamt; es fehlen welche",
                    "the single states do not make up all foreigners; some are missing");
    if (!rest->most.is_zero()) {
        auto bounds = made.figure.quality.bounds.value_or(Bounds{});
        auto const above = checked_add(bounds.above, rest->most);
        if (above) bounds.above = *above;
        made.figure.quality.bounds = above ? std::optional{bounds} : std::nullopt;
    }
    auto const count = std::to_string(wanted.size());
    auto const date = date_text(day);
    made.note = {"citizenship.sum", "mappings/correspondences/citizenship.toml",
                 "Summe aus " + count + " Staaten; EU nach dem Stand vom " + date,
                 "sum of " + count + " states; EU as of " + date};
    return made;
}

} // namespace gateway::harmonize::series
