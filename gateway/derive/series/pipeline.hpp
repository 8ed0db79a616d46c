// Pipeline: the views that somebody asked for, stacked in the order that makes sense.
//
// Order    nationalities, age groups, frequency, unit, then one line (join) or breaks
// Source   docs/series.md
// Errors   Error invalid_argument for words that cannot be read
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/derive/series/views.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::derive::series {

struct PipelineRequest {
    std::string ages, nationality, frequency, unit; ///< as typed; empty = as published
    std::vector<std::string> join; ///< dataset ids in order of preference; fewer than 2 = no line
    bool breaks = false;

    [[nodiscard]] bool empty() const {
        return ages.empty() && nationality.empty() && frequency.empty() && unit.empty() && join.size() < 2 &&
               !breaks;
    }
};

class Pipeline {
  public:
    /// Loads only the mapping files that the request needs. `source` must outlive the pipeline.
    Pipeline(feed::FigureSource const& source, PipelineRequest const& request,
             harmonize::MappingFiles const& files);
    ~Pipeline();
    Pipeline(Pipeline const&) = delete;
    Pipeline& operator=(Pipeline const&) = delete;

    [[nodiscard]] feed::FigureSource const& figures() const noexcept;
    /// After the figures were read: what no view handed out.
    [[nodiscard]] std::vector<LeftOut> left_out() const;
    /// The last view; nothing where the request was empty.
    [[nodiscard]] SeriesView* last() const noexcept { return views_.empty() ? nullptr : views_.back().get(); }

  private:
    struct Rules;
    feed::FigureSource const& source_;
    std::unique_ptr<Rules> rules_;
    std::vector<std::unique_ptr<SeriesView>> views_;
};

} // namespace gateway::derive::series
