#include "gateway/app/series_figures.hpp"

#include <utility>

#include "gateway/core/error.hpp"

namespace gateway::app {
namespace {

std::string in_words(derive::series::LeftOut const& left) {
    return std::to_string(left.count) + (left.figures ? " figures of " : " series of ") + left.what +
           (left.figures ? " not used: " : " left out: ") + left.why;
}

} // namespace

derive::series::PipelineRequest request_of(SeriesOptions const& options, std::vector<std::string> datasets) {
    derive::series::PipelineRequest request;
    request.ages = options.ages;
    request.nationality = options.nationality;
    request.frequency = options.frequency;
    request.unit = options.unit;
    request.join = std::move(datasets);
    request.breaks = options.breaks;
    return request;
}

SeriesFigures::SeriesFigures(std::vector<feed::FigureSource const*> sources,
                             std::vector<std::string> datasets, SeriesOptions const& options,
                             std::string const& mappings)
    : several_(std::move(sources)), pipeline_(std::make_unique<derive::series::Pipeline>(
                                        several_, request_of(options, std::move(datasets)),
                                        harmonize::MappingFiles::from_directory(mappings))) {}

void say_left_out(derive::series::Pipeline const& pipeline) {
    for (auto const& left : pipeline.left_out())
        std::fprintf(stderr, "kreislauf: %s\n", in_words(left).c_str());
}

std::string words_of(SeriesOptions const& options) {
    std::string words;
    auto const add = [&words](char const* option, std::string const& value) {
        if (!value.empty()) words += std::string{" "} + option + " '" + value + "'";
    };
    add("--nationality", options.nationality);
    add("--ages", options.ages);
    add("--frequency", options.frequency);
    add("--unit", options.unit);
    return options.breaks ? words + " --breaks" : words;
}

void SeriesFigures::say_left_out() const {
    app::say_left_out(*pipeline_);
}

void SeriesFigures::require_something(std::size_t shown) const {
    if (shown > 0) return;
    std::string reasons;
    for (auto const& left : pipeline_->left_out())
        reasons += (reasons.empty() ? "" : "\n  ") + in_words(left);
    if (!reasons.empty())
        throw Error{Errc::invalid_argument, "nothing can be had in this form:\n  " + reasons};
}

} // namespace gateway::app
