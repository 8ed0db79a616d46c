#include "gateway/intake/findings.hpp"

#include <array>
#include <utility>

namespace gateway::intake {
namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 5> verdict_names{{
    {Verdict::sound, "sound"},
    {Verdict::partly, "partly"},
    {Verdict::needs_reason, "needs_reason"},
    {Verdict::held, "held"},
    {Verdict::unusable, "unusable"},
}};

} // namespace

std::string_view name_of(Verdict verdict) noexcept {
    for (auto const& [known, name] : verdict_names)
        if (known == verdict) return name;
    return "unusable";
}

std::optional<Verdict> verdict_from(std::string_view name) noexcept {
    for (auto const& [known, text] : verdict_names)
        if (text == name) return known;
    return std::nullopt;
}

} // namespace gateway::intake
