// The views: other frequencies, other classes, other units, one line out of several tables, breaks marked.
//
// Source   docs/series.md
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "gateway/derive/series/view.hpp"
#include "gateway/harmonize/series/ages.hpp"
#include "gateway/harmonize/series/breaks.hpp"
#include "gateway/harmonize/series/citizenship.hpp"
#include "gateway/harmonize/series/concepts.hpp"
#include "gateway/harmonize/series/frequency.hpp"
#include "gateway/harmonize/series/units.hpp"

namespace gateway::derive::series {

namespace rules = harmonize::series;

/// Every series at another frequency; those that have none are left out with the reason. A figure is not made of
/// figures on both sides of a jump (a mean over two census bases has no number); other breaks inside it are said.
class FrequencyView : public SeriesView {
  public:
    FrequencyView(feed::FigureSource const& source, rules::FrequencyTarget target,
                  rules::MeasureRules const& measures, rules::BreakRegister const& breaks);
    void each(feed::SeriesSink const& sink) const override;

  private:
    [[nodiscard]] std::vector<rules::Break> inside(feed::SeriesRecord const& record,
                                                   rules::Made const& made) const;
    rules::FrequencyTarget target_;
    rules::MeasureRules const& measures_;
    rules::BreakRegister const& breaks_;
};

/// Series that differ in one dimension only, put together into the classes asked for. Series without the dimension
/// are left out. Only counts are summed: a ratio, mean or index of a class has a figure only where it is published.
class ClassView : public SeriesView {
  public:
    void each(feed::SeriesSink const& sink) const override;

  protected:
    using Sources = std::vector<std::pair<std::string, Observation>>; ///< code and figure
    ClassView(feed::FigureSource const& source, std::string step, std::string dimension,
              std::vector<std::string> targets, rules::MeasureRules const& measures);
    /// The figure of the class `target` for one period; its parts are named by source code.
    [[nodiscard]] virtual rules::Made made(std::string const& target, Sources const& sources,
                                           TimePeriod const& period) const = 0;
    /// What the class is called.
    [[nodiscard]] virtual std::string label(std::string const& target) const = 0;

  private:
    struct Member;
    struct Family;
    void flush(std::vector<Family>& families, feed::SeriesSink const& sink) const;
    std::string dimension_;
    std::vector<std::string> targets_;
    rules::MeasureRules const& measures_;
};

class AgeView : public ClassView {
  public:
    AgeView(feed::FigureSource const& source, std::vector<rules::AgeGroup> const& groups,
            rules::MeasureRules const& measures);

  protected:
    [[nodiscard]] rules::Made made(std::string const& target, Sources const& sources,
                                   TimePeriod const& period) const override;
    [[nodiscard]] std::string label(std::string const& target) const override;
};

class NationalityView : public ClassView {
  public:
    NationalityView(feed::FigureSource const& source, std::vector<std::string> groups,
                    rules::CitizenshipTable const& table, rules::MeasureRules const& measures);

  protected:
    [[nodiscard]] rules::Made made(std::string const& target, Sources const& sources,
                                   TimePeriod const& period) const override;
    [[nodiscard]] std::string label(std::string const& target) const override;

  private:
    rules::CitizenshipTable const& table_;
};

/// Every series in another unit; those of another kind are left out.
class UnitView : public SeriesView {
  public:
    UnitView(feed::FigureSource const& source, rules::UnitTarget target, rules::UnitTable const& units);
    void each(feed::SeriesSink const& sink) const override;

  private:
    rules::UnitTarget target_;
    rules::UnitTable const& units_;
};

/// One line per area and codes out of all datasets of the source, in the order of `datasets`; lines that the first
/// does not have are left out. Handed out as
/// consecutive pieces, each a record of the dataset it is from, so that every value keeps its source and its id.
/// \throws Error invalid_argument, from each(), where two series must not be one
class JoinView : public SeriesView {
  public:
    JoinView(feed::FigureSource const& source, std::vector<std::string> datasets,
             rules::ConceptGuard const& guard, rules::BreakRegister const& breaks);
    void each(feed::SeriesSink const& sink) const override;

  private:
    struct Piece;
    using Lines = std::map<std::tuple<AreaLevel, std::string, CodeList, IndicatorKey>, std::vector<Piece>>;
    void require_common_lines(Lines const& lines) const;
    std::vector<std::string> datasets_;
    rules::ConceptGuard const& guard_;
    rules::BreakRegister const& breaks_;
};

/// Marks breaks: flags "break:ID", a note, OBS_STATUS B where nothing else is said.
class BreaksView : public SeriesView {
  public:
    BreaksView(feed::FigureSource const& source, rules::BreakRegister const& breaks);
    void each(feed::SeriesSink const& sink) const override;

  private:
    rules::BreakRegister const& breaks_;
};

/// Says breaks in a Derived: flags, basis and both notes.
void say_breaks(feed::Derived& derived, std::vector<rules::Break> const& breaks);
/// A figure as far as breaks are concerned.
rules::Point point_of(feed::DatasetContext const& dataset, Observation const& figure);

} // namespace gateway::derive::series
