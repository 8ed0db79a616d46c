// FigureSource: whatever hands out series: the store, or a view of another source.
//
// Views are stacked: ingest::FigureSet reads the store, derive::TerritorialView puts another source on the areas
// of a date, others may bring it to another frequency or classification. A view changes SeriesRecord::derived
// of what it computes and passes on what it does not touch.
//
// Order    (dataset, area, indicator) by key, so that the same content gives the same order everywhere
// Lifetime what datasets() points to lives as long as the source; records live for the call
// Threads  one user at a time
#pragma once

#include <algorithm>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

using SeriesSink = std::function<void(SeriesRecord const&)>;

class FigureSource {
  public:
    FigureSource() = default;
    FigureSource(FigureSource const&) = delete;
    FigureSource& operator=(FigureSource const&) = delete;
    virtual ~FigureSource() = default;

    /// The datasets that hold something, with vintages and labels.
    [[nodiscard]] virtual std::vector<DatasetContext const*> datasets() const = 0;
    /// Areas that have series in a dataset, in order.
    [[nodiscard]] virtual std::vector<Area> areas(std::string_view dataset) const {
        std::vector<Area> all;
        each([&](SeriesRecord const& record) {
            if (record.dataset.info.id == dataset && (all.empty() || all.back() != record.area))
                all.push_back(record.area);
        });
        return all;
    }
    /// Calls `each` for every series with at least one figure.
    virtual void each(SeriesSink const& each) const = 0;
    /// The series of some areas of one dataset. Sources with random access do better than this.
    virtual void each_in(std::string_view dataset, std::span<Area const> areas,
                         SeriesSink const& sink) const {
        each([&](SeriesRecord const& record) {
            if (record.dataset.info.id == dataset &&
                std::find(areas.begin(), areas.end(), record.area) != areas.end())
                sink(record);
        });
    }
    /// Values that were valid once and were revised or deleted; views have none.
    virtual void each_superseded(SeriesSink const&) const {}
};

} // namespace gateway::feed
