// Figures: reading series out of the store in the form in which feeds and people see them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/source.hpp"
#include "gateway/store/store.hpp"

namespace gateway::ingest {

struct FigureQuery {
    std::string dataset;                 ///< empty = all datasets
    std::string area;                    ///< key; empty = all areas
    bool inside = false;                 ///< the area and everything that lies in it
    std::vector<std::string> more_areas; ///< keys beside `area`, which is given, too
    bool more_inside = false;            ///< and everything that lies in these
    std::optional<AreaLevel> level;
    std::map<std::string, std::string, std::less<>> codes; ///< dimension to code that must match
    std::optional<std::int32_t> from_day, to_day;          ///< of the period's first day, inclusive
    std::optional<UnixTime> as_of;                         ///< state of knowledge
    bool emptied =
        false; ///< also datasets that had figures and whose source deleted every one; without series
};

/// The datasets that hold something for a query, with vintages and labels. Pointers stay valid with it. While it
/// lives, it shows the state of the store in which it was made, and the store cannot be written through the same
/// Store.
class FigureSet : public feed::FigureSource {
  public:
    FigureSet(store::Store const& store, FigureQuery query);

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override;
    [[nodiscard]] std::vector<Area> areas(std::string_view dataset) const override;
    /// Calls `each` for every series with at least one figure, in (dataset, area, indicator) order by key,
    /// so that the same content gives the same order in every store.
    void each(feed::SeriesSink const& each) const override;
    void each_in(std::string_view dataset, std::span<Area const> areas,
                 feed::SeriesSink const& sink) const override;
    /// The same for what was valid once and was revised or deleted by a later vintage of the state of
    /// knowledge; each figure carries the vintage that brought it. In (area, indicator, period, vintage) order.
    void each_superseded(feed::SeriesSink const& each) const override;

  private:
    /// A table has many series of few areas and indicators: each is looked up, compared and named once.
    struct AreaEntry {
        Area area;
        std::string name;
        bool wanted = false, used = false;
        std::uint32_t rank = 0; ///< in the order of series
    };
    struct IndicatorEntry {
        IndicatorKey indicator;
        bool wanted = false, used = false;
        std::uint32_t rank = 0;
    };
    struct Series {
        store::SeriesRef ref;
        AreaEntry const* place = nullptr;
        IndicatorEntry const* kind = nullptr;
        std::uint32_t begin = 0, count = 0; ///< in Part::kept
    };
    struct Part {
        feed::DatasetContext context;
        std::optional<VintageNo> vintage;
        std::map<store::AreaNo, AreaEntry> places;
        std::map<store::IndicatorNo, IndicatorEntry> kinds;
        std::vector<Series> series;
        /// The newest vintage is read as what is current, which is the same and faster.
        std::optional<VintageNo> read_as;
        /// Figures of an older vintage, where they are not too many: rows are put together from what each vintage brought,
        /// and one by one that takes ten times as long.
        std::vector<store::PackedObservation> kept;
        bool keeps = false;
        std::vector<store::AreaNo> areas; ///< that the query asks for; unused where it asks for all
        std::map<std::pair<std::string, std::string>, std::string> names; ///< labels in force
        bool names_one_by_one = false; ///< `names` has those that were looked up
    };
    [[nodiscard]] bool wanted_area(Area const& area) const;
    [[nodiscard]] std::vector<store::AreaNo> areas_wanted() const;
    void read_all(
        Part const& part, std::optional<VintageNo> vintage,
        std::function<void(store::SeriesRef, std::span<store::PackedObservation const>)> const& each) const;
    std::string const& name_of(Part& part, std::string const& dimension, std::string const& code) const;
    void name_code(Part& part, std::string const& dimension, std::string const& code) const;
    void name_codes(Part& part, IndicatorKey const& indicator) const;
    void collect(DatasetInfo const& dataset);
    void collect_series(Part& part) const;
    void keep(Part& part, std::span<store::PackedObservation const> observations) const;
    static void sort_series(Part& part);
    /// True where an earlier vintage had something that the query wants; names its codes.
    [[nodiscard]] bool had_figures(Part& part) const;
    [[nodiscard]] bool wanted(Area const& area, IndicatorKey const& indicator) const;
    [[nodiscard]] bool has_wanted_codes(IndicatorKey const& indicator) const;
    [[nodiscard]] bool in_time(TimePeriod const& period) const noexcept;
    [[nodiscard]] std::vector<Observation> observations(Part const& part, Series const& series) const;
    using SeriesAt = std::vector<Series>::const_iterator;
    /// Hands out the series of one area.
    void hand_out(Part const& part, SeriesAt first, SeriesAt last, feed::SeriesSink const& sink) const;

    store::Store const& store_;
    std::unique_ptr<store::Snapshot> snapshot_; ///< every pass sees the same figures
    FigureQuery query_;
    std::optional<std::vector<store::AreaNo>> areas_; ///< that the query asks for, once they were looked up
    std::vector<std::unique_ptr<Part>> parts_;
};

/// Why a query found nothing, for people: which of its words the store does not know, and what it knows
/// instead; a state of knowledge before the first vintage.
/// \throws Error not_found for an area, dimension or code that the store does not have
std::string why_nothing(store::Store const& store, FigureQuery const& query);

/// The dataset a person means by `text`: its id, or its table code where only one dataset has that.
/// \throws Error not_found with near names
DatasetInfo find_dataset(store::Store const& store, std::string_view text);

} // namespace gateway::ingest
