#include "gateway/derive/atlas.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/core/time_period.hpp"
#include "gateway/io/file.hpp"

namespace gateway::derive {
namespace {

using namespace harmonize::territory;

std::string day_text(std::int32_t day) {
    return date_text(day);
}

} // namespace

std::span<Inflow const> Flows::of(std::string_view key) const {
    auto const found = into.find(key);
    return found == into.end() ? std::span<Inflow const>{} : std::span<Inflow const>{found->second};
}

Atlas::Atlas(std::string const& folder, std::string const& store)
    : areas_(Register::from_directory(folder)), graph_(areas_, io::read_file(folder + "/parts.csv")),
      imported_(store.empty() ? std::string{"."} : store) {
    for (auto const& life : areas_.all())
        if (life.level == AreaLevel::county && life.first != no_begin)
            latest_ = std::max(latest_, life.first);
    for (auto const& event : areas_.events()) {
        if (event.level != AreaLevel::county) continue;
        latest_ = std::max(latest_, event.legal);
        if (!event.moves()) continue;
        touched_.insert(event.old_key);
        touched_.insert(event.new_key);
    }
    first_day_ = days_from_date(1990, 1, 1).value_or(0);
    if (store.empty()) {
        municipal_read_ = true;
        return;
    }
    for (auto& table : imported_.crosswalks("kreise"))
        if (table.status == Crosswalk::Status::year && table.target) graph_.use(std::move(table));
}

Flows Atlas::flows_from(AreaMap const& map, Weight weight) const {
    Flows flows;
    flows.map = &map;
    ConvertRequest request;
    request.weight = weight;
    Plan const plan{map.crosswalk, request};
    auto const& crosswalk = map.crosswalk;
    std::vector<Step> steps;
    for (std::uint32_t old = 0; old < crosswalk.old_keys.size(); ++old) {
        auto const entry = crosswalk.entry(old, map.from);
        if (entry == Crosswalk::no_entry) continue;
        auto const parts = crosswalk.parts_of(entry);
        auto const flags = plan.resolve(entry, steps);
        auto const total = [&parts](Weight of) {
            double sum = 0;
            for (auto const& part : parts) sum += part.weights[static_cast<std::size_t>(of)];
            return sum;
        };
        bool const has_population = std::abs(total(Weight::population) - 1) < 1e-3;
        bool const has_area = std::abs(total(Weight::area) - 1) < 1e-3;
        Inflow inflow;
        inflow.key = crosswalk.old_keys.text(old);
        inflow.name = crosswalk.old_names[old];
        inflow.flags = flags;
        inflow.split = parts.size() > 1;
        inflow.unknown = inflow.split && steps.empty();
        std::sort(steps.begin(), steps.end(),
                  [](Step const& a, Step const& b) { return a.target < b.target; });
        for (auto const& step : steps) inflow.shares.push_back(step.weight);
        for (auto const& part : parts) {
            auto const target = plan.target_of(part.key);
            auto one = inflow;
            for (auto const& other : parts)
                if (plan.target_of(other.key) == target) one.passages.push_back(other.row);
            for (std::size_t i = 0; i < steps.size(); ++i) {
                if (steps[i].target != target) continue;
                one.place = i;
                one.share = steps[i].weight;
                one.population = has_population ? steps[i].population : no_weight;
                one.area = has_area ? steps[i].area : no_weight;
            }
            if (one.unknown) one.share = one.population = one.area = no_weight;
            auto& list = flows.into[std::string{crosswalk.new_keys.text(part.key)}];
            if (list.empty() || list.back().key != one.key) list.push_back(std::move(one));
        }
    }
    return flows;
}

Flows const& Atlas::counties(std::int32_t from, std::int32_t to, Weight weight) {
    auto& slot = counties_[Key{from, to, weight}];
    if (!slot) slot = std::make_unique<Flows>(flows_from(graph_.map(from, to), weight));
    return *slot;
}

AreaMap const* Atlas::municipal_map(std::int32_t from, std::int32_t to) {
    if (!municipal_read_) {
        municipal_read_ = true;
        municipal_tables_ = imported_.crosswalks("gemeinden");
        auto registers = imported_.registers();
        auto changes = imported_.changes();
        if (!registers.empty() && !changes.empty())
            municipal_ = std::make_unique<MunicipalGraph>(std::move(registers), std::move(changes));
    }
    auto& slot = table_maps_[{from, to}];
    if (slot) return slot.get();
    for (auto const& table : municipal_tables_)
        if (auto map = map_of_table(table, from, to)) {
            slot = std::move(map);
            return slot.get();
        }
    if (municipal_ == nullptr || municipal_->days().front() > std::min(from, to)) return nullptr;
    return &municipal_->map(from, to);
}

Flows const* Atlas::municipalities(std::int32_t from, std::int32_t to, Weight weight) {
    auto& slot = municipalities_[Key{from, to, weight}];
    if (slot) return slot.get();
    auto const* const map = municipal_map(from, to);
    if (map == nullptr) return nullptr;
    slot = std::make_unique<Flows>(flows_from(*map, weight));
    return slot.get();
}

std::vector<std::string> const& Atlas::relatives(std::string_view key, std::int32_t day) {
    auto& slot = relatives_[{day, std::string{key}}];
    if (!slot.empty()) return slot;
    slot = graph_.relatives(key, day);
    return slot;
}

bool Atlas::same_border(std::string_view prefix, std::int32_t from, std::int32_t to) {
    if (from == to) return true;
    auto const& map = graph_.map(from, to).crosswalk;
    auto const inside = [prefix](std::string_view key) { return key.substr(0, prefix.size()) == prefix; };
    bool any = false;
    for (std::uint32_t old = 0; old < map.old_keys.size(); ++old)
        for (auto const& part : map.parts_of(map.entry(old, from))) {
            bool const was = inside(map.old_keys.text(old));
            if (was != inside(map.new_keys.text(part.key))) return false;
            any = any || was;
        }
    return any;
}

std::vector<std::string> Atlas::events_of(Flows const& flows, Inflow const& inflow) const {
    std::vector<std::string> lines;
    bool const municipal = inflow.key.size() == 8 && municipal_ != nullptr;
    for (auto const number : inflow.passages) {
        for (auto const event : flows.map->passages[number].events) {
            std::string line;
            if (municipal) {
                auto const& row = municipal_->changes()[event];
                line = row.id + " " + day_text(row.legal) + ": " + row.old_key + " " + row.old_name + " > " +
                       row.new_key + " " + row.new_name;
            } else {
                auto const& change = areas_.events()[event];
                line = std::string{change.id} + " " + day_text(change.legal) + ": " +
                       std::string{to_string(change.type)} + " " + std::string{change.old_key} + " " +
                       std::string{change.old_name} + " > " + std::string{change.new_key} + " " +
                       std::string{change.new_name};
            }
            if (std::find(lines.begin(), lines.end(), line) == lines.end()) lines.push_back(std::move(line));
        }
    }
    return lines;
}

std::string const& Atlas::basis_of(Flows const& flows, std::span<Inflow const* const> used) const {
    auto const [known, is_new] = bases_.try_emplace(Used{&flows, {used.begin(), used.end()}});
    if (is_new) known->second = basis_text(flows, used);
    return known->second;
}

std::string Atlas::basis_text(Flows const& flows, std::span<Inflow const* const> used) const {
    std::set<std::string> events, shares;
    for (auto const* inflow : used) {
        for (auto const& line : events_of(flows, *inflow)) {
            auto const colon = line.find(": ");
            auto const blank = line.find(' ');
            events.insert(line.substr(0, blank) + " (" + line.substr(blank + 1, colon - blank - 1) + ")");
        }
        if (!inflow->split) continue;
        for (auto const number : inflow->passages) {
            auto const& passage = flows.map->passages[number];
            for (auto const& part : flows.map->crosswalk.parts) {
                if (part.row != number) continue;
                auto const& source = flows.map->crosswalk.sources[part.source];
                shares.insert((passage.basis != 0 ? "shares of " + day_text(passage.basis) + ": "
                                                  : std::string{"shares: "}) +
                              source.name + " (sha256 " + source.sha256 + ")");
            }
        }
    }
    std::string text;
    for (auto const* list : {&events, &shares})
        for (auto const& item : *list) text += (text.empty() ? "" : "; ") + item;
    return text;
}

} // namespace gateway::derive
