// Several sources, one after the other: what --join reads from.
#pragma once

#include <vector>

#include "gateway/feed/source.hpp"

namespace gateway::derive::series {

class Several : public feed::FigureSource {
  public:
    /// The sources must outlive it and hold different datasets.
    explicit Several(std::vector<feed::FigureSource const*> sources) : sources_(std::move(sources)) {}

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override {
        std::vector<feed::DatasetContext const*> all;
        for (auto const* source : sources_)
            for (auto const* dataset : source->datasets()) all.push_back(dataset);
        return all;
    }
    void each(feed::SeriesSink const& each) const override {
        for (auto const* source : sources_) source->each(each);
    }
    void each_superseded(feed::SeriesSink const& each) const override {
        for (auto const* source : sources_) source->each_superseded(each);
    }

  private:
    std::vector<feed::FigureSource const*> sources_;
};

} // namespace gateway::derive::series
