#include "gateway/intake/delivery.hpp"

#include <array>
#include <utility>

namespace gateway::intake {
namespace {

constexpr std::array<std::pair<Stage, std::string_view>, 6> stages{{{Stage::received, "received"},
                                                                    {Stage::checked, "checked"},
                                                                    {Stage::held, "held"},
                                                                    {Stage::released, "released"},
                                                                    {Stage::withdrawn, "withdrawn"},
                                                                    {Stage::refused, "refused"}}};

} // namespace

std::string_view name_of(Stage stage) noexcept {
    for (auto const& each : stages)
        if (each.first == stage) return each.second;
    return {};
}

std::optional<Stage> stage_from(std::string_view name) noexcept {
    for (auto const& each : stages)
        if (each.second == name) return each.first;
    return std::nullopt;
}

} // namespace gateway::intake
