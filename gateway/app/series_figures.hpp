// Figures as somebody asked for them: of one table or several, changed by views.
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "gateway/app/options_series.hpp"
#include "gateway/derive/series/pipeline.hpp"
#include "gateway/derive/series/several.hpp"

namespace gateway::app {

class SeriesFigures {
  public:
    /// `sources`, one per dataset of `datasets` (ids) where several are joined, must outlive it. `mappings` is
    /// the folder with the mapping files.
    SeriesFigures(std::vector<feed::FigureSource const*> sources, std::vector<std::string> datasets,
                  SeriesOptions const& options, std::string const& mappings);

    [[nodiscard]] feed::FigureSource const& figures() const noexcept { return pipeline_->figures(); }
    /// Figures carry Derived.
    [[nodiscard]] bool derived() const noexcept { return pipeline_->last() != nullptr; }
    /// After reading: says on stderr what was left out and why.
    void say_left_out() const;
    /// \throws Error invalid_argument with the reasons, where everything was left out
    void require_something(std::size_t shown) const;

  private:
    derive::series::Several several_;
    std::unique_ptr<derive::series::Pipeline> pipeline_;
};

/// The request of the views for these words.
derive::series::PipelineRequest request_of(SeriesOptions const& options, std::vector<std::string> datasets);

/// Says on stderr what the views left out and why.
void say_left_out(derive::series::Pipeline const& pipeline);
/// " --frequency year --breaks": the options as they are typed, for LIESMICH.
std::string words_of(SeriesOptions const& options);

/// --compare: the change between two periods of each series, and the breaks between them.
/// \throws Error invalid_argument for words that are no periods; not_found where no series has both
void print_comparison(feed::FigureSource const& figures, SeriesOptions const& options,
                      std::string const& mappings, bool json);

} // namespace gateway::app
