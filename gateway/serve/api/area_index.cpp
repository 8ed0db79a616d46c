#include "gateway/serve/api/area_index.hpp"

#include <algorithm>
#include <array>

namespace gateway::serve::api {

using harmonize::territory::folded;

namespace {

constexpr unsigned no_match = 99;

/// What people say beside a name.
constexpr std::array<std::string_view, 8> kinds{"landkreis", "kreis",      "kreisfreie", "stadt",
                                                "gemeinde",  "stadtkreis", "region",     "land"};

/// 0 the name itself, 1 its beginning, 2 a part of it, 3 each word of it somewhere.
unsigned distance(std::string_view name, std::string const& wanted) {
    auto const whole = folded(name);
    auto const first = std::string_view{whole}.substr(0, whole.find(','));
    if (first == wanted || whole == wanted) return 0;
    if (whole.starts_with(wanted)) return 1;
    if (whole.find(wanted) != std::string::npos) return 2;
    // "Stadt Goslar": the register says "Goslar, Stadt", and of a county its name alone.
    unsigned words = 0;
    unsigned of_kind = 0;
    for (std::size_t at = 0; at < wanted.size();) {
        auto const end = std::min(wanted.find_first_of(" ,", at), wanted.size());
        auto const word = std::string_view{wanted}.substr(at, end - at);
        at = end + 1;
        if (word.empty()) continue;
        if (whole.find(word) != std::string::npos)
            ++words;
        else if (std::find(kinds.begin(), kinds.end(), word) != kinds.end())
            ++of_kind;
        else
            return no_match;
    }
    return words > 0 && words + of_kind > 1 ? 3 : no_match;
}

bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<std::int32_t> bound(std::int32_t day) noexcept {
    using namespace harmonize::territory;
    return day == no_begin || day == no_end ? std::nullopt : std::optional{day};
}

} // namespace

AreaIndex::AreaIndex(harmonize::territory::Register const& areas, store::Store const& store)
    : register_(areas) {
    for (auto const& life : areas.all()) {
        auto& entry = areas_[std::string{life.key}];
        entry.key = life.key;
        entry.area = {CodeList::ags, life.level, std::string{life.key}};
        entry.name = life.name;
        entry.lives.push_back({std::string{life.name}, bound(life.first), bound(life.last)});
    }
    for (auto const& event : areas.events()) {
        if (event.old_key != event.new_key || event.old_name == event.new_name || event.old_name.empty())
            continue;
        auto const found = areas_.find(event.new_key);
        if (found == areas_.end()) continue;
        auto& names = found->second.former_names;
        if (std::find(names.begin(), names.end(), event.old_name) == names.end())
            names.emplace_back(event.old_name);
    }
    for (auto const& dataset : store.datasets())
        for (auto const& label : store.labels(dataset.id, std::nullopt)) {
            if (label.dimension != "AREA") continue;
            auto found = areas_.find(label.code);
            if (found == areas_.end()) {
                auto const numbers = store.find_areas(label.code);
                if (numbers.empty()) continue;
                KnownArea entry;
                entry.key = label.code;
                entry.area = store.area(numbers.front());
                entry.name = label.text;
                found = areas_.emplace(label.code, std::move(entry)).first;
            }
            found->second.datasets.push_back(dataset.id);
        }
    for (auto& [key, entry] : areas_) std::sort(entry.datasets.begin(), entry.datasets.end());
}

KnownArea const* AreaIndex::find(std::string_view key) const {
    auto const found = areas_.find(key);
    return found == areas_.end() ? nullptr : &found->second;
}

std::vector<AreaMatch> AreaIndex::search(std::string_view words) const {
    constexpr unsigned former = 4; // behind the present names
    constexpr unsigned near = 10;
    constexpr std::size_t longest = 200; // no name is, and nearness takes time with the length of both
    std::vector<AreaMatch> matches;
    if (words.size() > longest) return matches;
    auto const wanted = folded(words);
    bool const number = is_number(words);
    for (auto const& [key, entry] : areas_) {
        unsigned best = no_match;
        if (key == words)
            best = 0;
        else if (number && key.starts_with(words))
            best = 1;
        if (!number) {
            best = std::min(best, distance(entry.name, wanted));
            for (auto const& name : entry.former_names)
                if (auto const one = distance(name, wanted); one < no_match)
                    best = std::min(best, one + former);
            for (auto const& life : entry.lives)
                if (auto const one = distance(life.name, wanted); one < no_match)
                    best = std::min(best, one + former);
        }
        if (best < no_match) matches.push_back({&entry, best});
    }
    // A slip of the pen: what the register takes for near.
    if (matches.empty())
        for (auto const& candidate : register_.near(words, 20)) {
            auto const* const entry = find(candidate.life->key);
            bool const twice = std::any_of(matches.begin(), matches.end(),
                                           [entry](AreaMatch const& one) { return one.area == entry; });
            if (!twice) matches.push_back({entry, near + candidate.distance});
        }
    // Whoever asks means a living area more often than a dead one.
    for (auto& match : matches) {
        auto const& lives = match.area->lives;
        match.rank = 2 * match.rank + (!lives.empty() && lives.back().last ? 1 : 0);
    }
    std::stable_sort(matches.begin(), matches.end(), [](AreaMatch const& a, AreaMatch const& b) {
        return a.rank != b.rank ? a.rank < b.rank : a.area->key < b.area->key;
    });
    return matches;
}

std::vector<KnownArea const*> AreaIndex::children(KnownArea const& parent) const {
    auto const level = parent.area.level;
    std::vector<KnownArea const*> found;
    for (auto const& [key, entry] : areas_) {
        auto const below = entry.area.level;
        bool fits = false;
        switch (level) {
        case AreaLevel::country: fits = below == AreaLevel::land; break;
        case AreaLevel::land:
            fits = (below == AreaLevel::region || below == AreaLevel::county) &&
                   lies_in(entry.area, parent.area.code);
            break;
        case AreaLevel::region:
            fits = below == AreaLevel::county && lies_in(entry.area, parent.area.code);
            break;
        case AreaLevel::county:
            fits = (below == AreaLevel::municipality || below == AreaLevel::subunit ||
                    below == AreaLevel::association) &&
                   lies_in(entry.area, parent.area.code);
            break;
        default: break;
        }
        if (fits && &entry != &parent) found.push_back(&entry);
    }
    return found;
}

} // namespace gateway::serve::api
