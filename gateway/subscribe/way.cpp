#include "gateway/subscribe/way.hpp"

#include <algorithm>

namespace gateway::subscribe {

void Ways::add(std::unique_ptr<Way> way) {
    auto const place =
        std::lower_bound(ways_.begin(), ways_.end(), way->name(),
                         [](auto const& each, std::string_view name) { return each->name() < name; });
    ways_.insert(place, std::move(way));
}

Way* Ways::find(std::string_view name) const noexcept {
    for (auto const& each : ways_)
        if (each->name() == name) return each.get();
    return nullptr;
}

std::string Ways::names() const {
    std::string text;
    for (auto const& each : ways_) text += (text.empty() ? "" : ", ") + std::string{each->name()};
    return text;
}

} // namespace gateway::subscribe
