// SeriesRequest: the words of a series query, read and checked.
//
// Every word that the store or the register does not know is refused by name, with what there is instead, in both
// languages; nothing is left out of a query in silence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/derive/series/pipeline.hpp"
#include "gateway/feed/registry.hpp"
#include "gateway/ingest/figures.hpp"
#include "gateway/ingest/territorial.hpp"
#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// A format of /api/v1/series.
struct SeriesFormat {
    std::string_view id; ///< as format= says it
    std::string_view media_type;
    std::string_view extension;
    bool per_dataset = false;
    bool download = false; ///< a browser saves it
    /// Null for JSON-stat, which is written from the figures as a whole.
    std::unique_ptr<feed::Writer> (*make)(feed::ByteSink sink, feed::FeedContext const& context) = nullptr;
};
std::span<SeriesFormat const> series_formats() noexcept;

/// Query parameters of a series query beside ids of dimensions.
std::vector<std::string> series_parameters();

struct SeriesRequest {
    ingest::FigureQuery query;
    SeriesFormat const* format = nullptr;
    std::string territory; ///< as given; empty or "original" = as published
    bool partial = false;
    derive::series::PipelineRequest views;
    std::string name; ///< the query in a fixed form: the same question has the same name
    [[nodiscard]] bool derived() const { return ingest::is_territory(territory) || !views.empty(); }
};

/// \throws Refusal
SeriesRequest read_series_request(Shelf& shelf, Call const& call);

/// A day or time of a state of knowledge: "2025-04-30" is its last second. \throws Refusal
std::optional<UnixTime> as_of_parameter(Call const& call);

/// Throws what is wrong with a query that found nothing, or says why there is nothing.
[[noreturn]] void refuse_empty(store::Store const& store, SeriesRequest const& request);

/// The figures of a request.
class SeriesSource {
  public:
    SeriesSource(Shelf& shelf, store::Store const& store, SeriesRequest const& request);
    [[nodiscard]] feed::FigureSource const& figures() const noexcept;
    /// Areas of a dataset come cheap, and so do the series of one of them.
    [[nodiscard]] ingest::FigureSet const* plain() const noexcept {
        return pipeline_ || territorial_ ? nullptr : stored_.get();
    }
    /// After reading: series and figures that the views could not give, and why. Empty = none.
    [[nodiscard]] std::string left_out() const;

  private:
    std::shared_ptr<ingest::TerritoryKnowledge> knowledge_;
    std::unique_ptr<ingest::FigureSet> stored_;
    std::unique_ptr<ingest::TerritorialFigures> territorial_;
    std::unique_ptr<derive::series::Pipeline> pipeline_;
};

} // namespace gateway::serve::api
