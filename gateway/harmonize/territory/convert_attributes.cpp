#include "gateway/harmonize/territory/convert.hpp"

namespace gateway::harmonize::territory {

// An attribute (a type of county, a name) cannot be added up. A target takes it from the source of which most lies
// in it; of two equal ones from the lower key, whatever the order of rows.
void Conversion::add_attributes(std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                                std::span<std::string_view const> texts) {
    auto const& way = route(key, time);
    if (way.kind != Route::steps) return;
    auto const block = sums_.blocks(stratum, time);
    auto const source = plan_.crosswalk().old_keys.text(way.bit);
    auto const& steps = steps_[way.index].steps;
    auto const size = steps_[way.index].size;
    for (std::size_t attribute = 0; attribute < texts.size(); ++attribute) {
        if (texts[attribute].empty()) continue;
        auto const text = attribute_texts_.intern(texts[attribute]);
        for (auto const& step : steps) {
            auto const score = step.weight * size;
            auto& fit = fits_[fit_name(step.target, block, attribute)];
            bool const first = fit.score < 0;
            if (!first && fit.text != text) fit.unanimous = false;
            if (!first && score < fit.score) continue;
            if (!first && score == fit.score && plan_.crosswalk().old_keys.text(fit.source) < source)
                continue;
            fit.score = score;
            fit.source = way.bit;
            fit.text = text;
        }
    }
}

std::optional<Conversion::BestFit> Conversion::best_fit(std::uint32_t target, std::uint32_t stratum,
                                                        std::uint32_t time, std::size_t attribute) const {
    auto const block = sums_.find(stratum, time);
    if (block == Sums::none) return std::nullopt;
    auto const found = fits_.find(fit_name(target, block, attribute));
    if (found == fits_.end()) return std::nullopt;
    return BestFit{attribute_texts_.text(found->second.text), found->second.unanimous};
}

} // namespace gateway::harmonize::territory
