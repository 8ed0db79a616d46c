#include "gateway/harmonize/territory/graph.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "gateway/core/time_period.hpp"
#include "gateway/harmonize/territory/graph_edges.hpp"
#include "gateway/harmonize/territory/register_lines.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::harmonize::territory {

std::string_view to_string(Passage::Kind kind) noexcept {
    constexpr std::string_view names[] = {"same", "whole", "divided", "backwards"};
    return names[static_cast<std::size_t>(kind)];
}

Graph::Graph(Register const& areas, std::string_view parts) : areas_(&areas), sha256_(io::sha256_hex(parts)) {
    std::array<std::string_view, 4> fields;
    RegisterLines lines{parts, "parts.csv", fields, "since;path;population;area_m2"};
    parts_.reserve(2048);
    while (lines.next()) {
        auto const since = lines.day(fields[0], 0);
        if (snapshots_.empty() || snapshots_.back().day != since) {
            if (!snapshots_.empty() && snapshots_.back().day > since)
                lines.refuse("the day " + std::string{fields[0]}, "lines in the order of their days");
            auto const at = static_cast<std::uint32_t>(parts_.size());
            snapshots_.push_back({since, at, at});
        }
        Part part;
        part.first = static_cast<std::uint32_t>(steps_.size());
        for (auto rest = fields[1]; !rest.empty();) {
            auto const stop = std::min(rest.find('>'), rest.size());
            auto const step = rest.substr(0, stop);
            rest.remove_prefix(std::min(stop + 1, rest.size()));
            auto const at = step.find('@');
            auto const day =
                at == std::string_view::npos ? no_begin : lines.day(step.substr(at + 1), no_begin);
            bool const first = steps_.size() == part.first;
            if (first != (day == no_begin) || (!first && day < steps_.back().day))
                lines.refuse("the path '" + std::string{fields[1]} + "'",
                             "KEY>KEY@DAY>KEY@DAY, days ascending");
            steps_.push_back({keys_.intern(step.substr(0, at)), day});
        }
        part.last = static_cast<std::uint32_t>(steps_.size());
        if (part.first == part.last) lines.refuse("an empty path", "KEY>KEY@DAY");
        if (auto const people = lines.count(fields[2])) part.population = static_cast<double>(*people);
        if (auto const area = lines.count(fields[3])) part.area = static_cast<double>(*area);
        parts_.push_back(part);
        snapshots_.back().last = static_cast<std::uint32_t>(parts_.size());
    }
    if (snapshots_.empty()) lines.refuse("no parts", "at least those of 1990-01-01");
}

std::uint32_t Graph::key_on(Part const& part, std::int32_t day) const {
    auto key = steps_[part.first].key;
    for (auto i = part.first + 1; i < part.last && steps_[i].day <= day; ++i) key = steps_[i].key;
    return key;
}

Graph::Snapshot const& Graph::snapshot_before(std::int32_t day) const {
    auto const* found = &snapshots_.front();
    if (day < found->day) {
        throw Error(Errc::invalid_argument, "territory of " + date_text(day) + ": the register begins on " +
                                                date_text(found->day) +
                                                "; next step: give a day from then on");
    }
    for (auto const& snapshot : snapshots_)
        if (snapshot.day <= day) found = &snapshot;
    return *found;
}

std::vector<std::uint32_t> Graph::events_of(Part const& part, std::int32_t after, std::int32_t until) const {
    std::vector<std::uint32_t> result;
    auto const& events = areas_->events();
    for (auto i = part.first + 1; i < part.last; ++i) {
        auto const day = steps_[i].day;
        if (day <= after || day > until) continue;
        auto const before = keys_.text(steps_[i - 1].key);
        auto const then = keys_.text(steps_[i].key);
        auto at = std::lower_bound(
            events.begin(), events.end(), day,
            [](ChangeEvent const& event, std::int32_t wanted) { return event.legal < wanted; });
        for (; at != events.end() && at->legal == day; ++at)
            if (at->old_key == before && at->new_key == then)
                result.push_back(static_cast<std::uint32_t>(at - events.begin()));
    }
    return result;
}

Graph::Edges Graph::by_events(std::int32_t from, std::int32_t to) {
    auto const early = std::min(from, to);
    auto const late = std::max(from, to);
    auto const& snapshot = snapshot_before(early);
    struct Sum {
        double population = 0;
        double area = 0;
        std::set<std::uint32_t> events;
    };
    std::map<std::uint32_t, std::map<std::uint32_t, Sum>> sums;
    for (auto i = snapshot.first; i < snapshot.last; ++i) {
        auto const& part = parts_[i];
        auto& sum = sums[key_on(part, from)][key_on(part, to)];
        sum.population += part.population;
        sum.area += part.area;
        auto const events = events_of(part, early, late);
        sum.events.insert(events.begin(), events.end());
    }
    Edges edges;
    edges.reserve(700);
    for (auto const& [old_key, targets] : sums) {
        double population = 0;
        double area = 0;
        for (auto const& target : targets) {
            population += target.second.population;
            area += target.second.area;
        }
        bool const divided = targets.size() > 1;
        std::set<std::uint32_t> all_events;
        for (auto const& target : targets)
            all_events.insert(target.second.events.begin(), target.second.events.end());
        for (auto const& [new_key, sum] : targets) {
            Edge edge{old_key, new_key, {1, 1, 1}, {}, 0};
            // What stayed has no event of its own: those that took the rest away made it a share.
            auto const& events = divided && sum.events.empty() ? all_events : sum.events;
            edge.passage.events.assign(events.begin(), events.end());
            if (divided) {
                edge.weights = {population > 0 ? sum.population / population : no_weight,
                                area > 0 ? sum.area / area : no_weight, no_weight};
                edge.passage.kind = from <= to ? Passage::Kind::divided : Passage::Kind::backwards;
                edge.passage.basis = std::isnan(edge.weights[0]) ? 0 : snapshot.day;
            } else if (!edge.passage.events.empty() || old_key != new_key) {
                edge.passage.kind = Passage::Kind::whole;
            }
            edges.push_back(std::move(edge));
        }
    }
    // Counties that meet no change.
    for (auto const* life : areas_->counties_on(from)) {
        auto const key = keys_.intern(life->key);
        if (sums.count(key) == 0) edges.push_back({key, key, {1, 1, 1}, {}, 0});
    }
    sort_edges(edges);
    return edges;
}

std::vector<std::string> Graph::relatives(std::string_view key, std::int32_t day) const {
    std::set<std::string> found{std::string{key}};
    for (auto const& part : parts_) {
        if (keys_.text(key_on(part, day)) != key) continue;
        for (auto i = part.first; i < part.last; ++i) found.insert(std::string{keys_.text(steps_[i].key)});
    }
    return {found.begin(), found.end()};
}

std::vector<std::string> Graph::contradictions(std::int32_t day) const {
    auto const& snapshot = snapshot_before(day);
    std::set<std::string> found;
    for (auto i = snapshot.first; i < snapshot.last; ++i) {
        auto const key = keys_.text(key_on(parts_[i], day));
        if (areas_->life_on(key, day) == nullptr) found.insert(std::string{key});
    }
    // A county without parts must be there on the snapshot's day already, and to the end of the register.
    std::set<std::string_view> with_parts;
    for (auto i = snapshot.first; i < snapshot.last; ++i)
        with_parts.insert(keys_.text(key_on(parts_[i], day)));
    for (auto const* life : areas_->counties_on(day))
        if (with_parts.count(life->key) == 0 && (life->first > snapshot.day || life->last != no_end))
            found.insert(std::string{life->key});
    return {found.begin(), found.end()};
}

AreaMap const& Graph::map(std::int32_t from, std::int32_t to) {
    auto& slot = cache_[{from, to}];
    if (slot) return *slot;
    auto edges = best_edges(from, to);
    std::sort(edges.begin(), edges.end(), [this](Edge const& a, Edge const& b) {
        return a.from != b.from ? keys_.text(a.from) < keys_.text(b.from)
                                : keys_.text(a.to) < keys_.text(b.to);
    });
    auto map = std::make_unique<AreaMap>();
    map->from = from;
    map->to = to;
    CrosswalkBuilder builder{Crosswalk::Status::day};
    builder.reserve(edges.size());
    builder.source({"mappings/territory/parts.csv", sha256_, parts_.size()});
    for (auto const& table : tables_)
        for (auto const& source : table.crosswalk.sources) builder.source(source);
    map->passages.reserve(edges.size());
    auto const name_on = [this](std::string_view key, std::int32_t day) {
        auto const* const life = areas_->life_on(key, day);
        return life != nullptr ? life->name : std::string_view{};
    };
    for (auto const& edge : edges) {
        auto const old_key = keys_.text(edge.from);
        auto const new_key = keys_.text(edge.to);
        CrosswalkPart part;
        part.row = static_cast<std::uint32_t>(map->passages.size());
        part.source = edge.source;
        part.weights = edge.weights;
        builder.add(from, old_key, new_key, part, {no_weight, no_weight, no_weight}, name_on(old_key, from),
                    name_on(new_key, to));
        map->passages.push_back(edge.passage);
    }
    builder.result().target = to;
    builder.result().target_name = "ags_new";
    map->crosswalk = builder.finish();
    slot = std::move(map);
    return *slot;
}

Crosswalk Graph::crosswalk(std::vector<std::int32_t> const& days, std::int32_t to) {
    CrosswalkBuilder builder{Crosswalk::Status::day};
    bool first = true;
    for (auto const day : days) {
        auto const& one = map(day, to).crosswalk;
        if (first)
            for (auto const& source : one.sources) builder.source(source);
        first = false;
        for (std::uint32_t key = 0; key < one.old_keys.size(); ++key)
            for (auto const& part : one.parts_of(one.entry(key, day)))
                builder.add(day, one.old_keys.text(key), one.new_keys.text(part.key), part,
                            {no_weight, no_weight, no_weight}, one.old_names[key], one.new_names[part.key]);
    }
    builder.result().target = to;
    auto result = builder.finish();
    std::set<std::string> unknown;
    for (std::uint32_t key = 0; key < result.old_keys.size(); ++key)
        for (auto entry = result.first_entry[key]; entry < result.first_entry[key + 1]; ++entry)
            for (auto const& part : result.parts_of(entry))
                if (std::isnan(part.weights[0]))
                    unknown.insert(std::string{result.old_keys.text(key)} + " (" +
                                   date_text(result.statuses[entry]) + ")");
    if (!unknown.empty()) {
        std::string text = "areas that were divided, and nobody has told the shares: ";
        std::size_t shown = 0;
        for (auto const& area : unknown)
            if (++shown <= 5) text += (shown == 1 ? "" : ", ") + area;
        if (unknown.size() > 5) text += ", ...";
        result.issues.push_back({Errc::missing_territory,
                                 Severity::warning,
                                 {},
                                 text,
                                 "import a table that has them: kreislauf territory import kreise_2020.csv",
                                 unknown.size()});
    }
    return result;
}

} // namespace gateway::harmonize::territory
