// SeriesView: what the views of this folder share: contexts with labels of their own, what was left out, and how a
// made figure becomes a figure with its Derived.
//
// A view hands out every series of its source, changed, or counts it in left_out() with the reason. Views stack in
// any order; the pipeline has the order that makes sense: classes, frequency, unit, join, breaks.
//
// Source   docs/series.md
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/feed/source.hpp"
#include "gateway/harmonize/series/made.hpp"

namespace gateway::derive::series {

/// What was not handed out, or not used, and why.
struct LeftOut {
    std::string what; ///< "BEVSTD in Prozent", dataset and measure
    std::string why;
    std::uint64_t count = 0; ///< series, or figures where `figures`
    bool figures = false;
};

/// A figure that went into another: its id in the source of the view, and what it was.
struct Origin {
    FigureId id;
    Observation figure;
};
/// Gets every record that a view hands out, with the origins of each figure in it.
using Trace = std::function<void(feed::SeriesRecord const&, std::vector<std::vector<Origin>> const&)>;

class SeriesView : public feed::FigureSource {
  public:
    /// `step` is what FigureId::view names ("freq:year"). The source must outlive the view.
    SeriesView(feed::FigureSource const& source, std::string step);

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override;
    /// After each(): what it left out. An each() begins the count anew.
    [[nodiscard]] std::vector<LeftOut> left_out() const;
    /// Every each() from now on also calls `trace`.
    void set_trace(Trace trace) { trace_ = std::move(trace); }

  protected:
    /// A figure of the source and how it came about, where it was derived before.
    struct Input {
        Observation const* figure = nullptr;
        feed::Derived const* derived = nullptr;
        IndicatorKey const* indicator = nullptr;
    };
    using Inputs = std::map<std::string, Input, std::less<>>; ///< by the name that a Part has

    struct Output {
        std::vector<Observation> figures;
        std::vector<feed::Derived> derived;
        std::vector<std::vector<std::pair<IndicatorKey, Observation>>> origins; ///< only where traced
    };

    [[nodiscard]] feed::FigureSource const& source() const noexcept { return source_; }
    [[nodiscard]] feed::DatasetContext& context(std::string_view dataset) const;
    void begin() const { left_out_.clear(); }
    void leave_out(feed::SeriesRecord const& record, std::string const& why, std::uint64_t count,
                   bool figures) const;
    /// Adds a made figure; `inputs` are the figures that its parts name.
    void add(Output& output, harmonize::series::Made const& made, Inputs const& inputs,
             feed::DatasetContext const& context) const;
    /// Adds a figure that the view only marks.
    void add_marked(Output& output, Observation const& figure, feed::Derived derived,
                    Observation const& before, IndicatorKey const& indicator) const;
    /// Hands out a series of the view; `before` is the view of the source's record.
    void hand_out(feed::SeriesSink const& sink, feed::DatasetContext const& context, Area const& area,
                  std::string_view name, IndicatorKey const& indicator, Output const& output,
                  std::string_view before) const;

  private:
    feed::FigureSource const& source_;
    std::string step_;
    std::map<std::string, std::unique_ptr<feed::DatasetContext>, std::less<>> contexts_;
    std::vector<feed::DatasetContext const*> order_;
    mutable std::map<std::pair<std::string, std::string>, LeftOut> left_out_;
    Trace trace_;
};

/// The observation at `index` of a record as an input.
feed::Derived const* derived_at(feed::SeriesRecord const& record, std::size_t index) noexcept;

/// Joins two lists of words with `mark` between them, each once.
void merge_words(std::string& into, std::string_view words, char mark);

} // namespace gateway::derive::series
