#include "gateway/harmonize/territory/successors.hpp"

#include <set>

namespace gateway::harmonize::territory {
namespace {

/// The life of a key that ended last before a day; null where there is none.
AreaLife const* ended_before(Register const& areas, std::string_view key, std::int32_t day) {
    AreaLife const* found = nullptr;
    for (auto const& life : areas.lives(key))
        if (life.last < day) found = &life;
    return found;
}

void follow(Register const& areas, AreaLife const& life, std::int32_t day, std::set<AreaLife const*>& seen,
            std::set<std::string>& found) {
    if (!seen.insert(&life).second) return;
    for (auto const* const event : areas.out_of(life)) {
        // Land that went before the end is no part of what ended.
        bool const ends_it = event->type != ChangeType::transfer || event->legal > life.last;
        if (!ends_it || event->legal > day) continue;
        auto const* next = areas.life_on(event->new_key, day);
        if (next != nullptr && next->first <= event->legal) {
            found.emplace(event->new_key);
            continue;
        }
        next = areas.life_on(event->new_key, event->legal);
        if (next != nullptr) follow(areas, *next, day, seen, found);
    }
}

} // namespace

std::vector<std::string> successors(Register const& areas, std::string_view key, std::int32_t day) {
    std::set<std::string> found;
    std::set<AreaLife const*> seen;
    auto const* const ended = areas.life_on(key, day) == nullptr ? ended_before(areas, key, day) : nullptr;
    if (ended != nullptr) follow(areas, *ended, day, seen, found);
    if (found.empty()) found.emplace(key);
    return {found.begin(), found.end()};
}

} // namespace gateway::harmonize::territory
