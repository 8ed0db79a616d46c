#include "gateway/derive/series/pipeline.hpp"

#include <utility>

namespace gateway::derive::series {

/// What the views refer to; it lives as long as they do.
struct Pipeline::Rules {
    std::optional<rules::MeasureRules> measures;
    std::optional<rules::CitizenshipTable> citizenship;
    std::optional<rules::UnitTable> units;
    std::optional<rules::ConceptGuard> guard;
    std::optional<rules::BreakRegister> breaks;
};

Pipeline::Pipeline(feed::FigureSource const& source, PipelineRequest const& request,
                   harmonize::MappingFiles const& files)
    : source_(source), rules_(std::make_unique<Rules>()) {
    auto const top = [this]() -> feed::FigureSource const& { return figures(); };
    if (!request.nationality.empty() || !request.ages.empty() || !request.frequency.empty())
        rules_->measures = rules::MeasureRules::load(files);
    if (!request.nationality.empty()) {
        rules_->citizenship = rules::CitizenshipTable::load(files);
        views_.push_back(std::make_unique<NationalityView>(
            top(), rules_->citizenship->parse(request.nationality), *rules_->citizenship, *rules_->measures));
    }
    if (!request.ages.empty())
        views_.push_back(std::make_unique<AgeView>(top(), rules::AgeLists::load(files).parse(request.ages),
                                                   *rules_->measures));
    if (!request.frequency.empty()) {
        auto const target = rules::parse_frequency(request.frequency);
        rules_->breaks = rules::BreakRegister::load(files);
        views_.push_back(std::make_unique<FrequencyView>(top(), target, *rules_->measures, *rules_->breaks));
    }
    if (!request.unit.empty()) {
        rules_->units = rules::UnitTable::load(files);
        views_.push_back(
            std::make_unique<UnitView>(top(), rules_->units->parse(request.unit), *rules_->units));
    }
    bool const joined = request.join.size() > 1;
    if ((joined || request.breaks) && !rules_->breaks) rules_->breaks = rules::BreakRegister::load(files);
    if (joined) {
        rules_->guard = rules::ConceptGuard::load(files);
        views_.push_back(std::make_unique<JoinView>(top(), request.join, *rules_->guard, *rules_->breaks));
    } else if (request.breaks) {
        views_.push_back(std::make_unique<BreaksView>(top(), *rules_->breaks));
    }
}

Pipeline::~Pipeline() {
    // The last view reads the one before it.
    while (!views_.empty()) views_.pop_back();
}

feed::FigureSource const& Pipeline::figures() const noexcept {
    return views_.empty() ? source_ : *views_.back();
}

std::vector<LeftOut> Pipeline::left_out() const {
    std::vector<LeftOut> all;
    for (auto const& view : views_)
        for (auto& one : view->left_out()) all.push_back(std::move(one));
    return all;
}

} // namespace gateway::derive::series
