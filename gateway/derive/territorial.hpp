// TerritorialView: another source's series on the areas of one day.
//
// Counties (and municipalities, where registers of them were imported) become those of the day; Germany, Länder and
// regions pass where no inhabited land crossed their border. Sub-units, authority regions and pseudo areas have no
// history in the register: they are left out, and left_out() says so. The source must hold every area that ever
// shared land with those wanted: widened() names them.
//
// Bytes    the same source, day and mappings give the same series
// Source   docs/territory.md, series of the store
// Errors   those of the source; Error invalid_argument for a day before the register begins
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/derive/periods.hpp"
#include "gateway/feed/source.hpp"

namespace gateway::derive {

struct TerritoryRequest {
    std::int32_t day = 0;
    bool partial = false;
    std::function<bool(Area const&)> wants; ///< of the areas of that day; empty = all
};

/// Series that the view does not hand out.
struct LeftOut {
    AreaLevel level = AreaLevel::other;
    std::string why;
    std::uint64_t series = 0;
};

class TerritorialView : public feed::FigureSource {
  public:
    /// `municipal` (may be null) has series of municipalities, for splits of counties. All must outlive the view.
    TerritorialView(feed::FigureSource const& source, feed::FigureSource const* municipal, Atlas& atlas,
                    Measures const& measures, TerritoryRequest request);
    ~TerritorialView() override;

    [[nodiscard]] std::vector<feed::DatasetContext const*> datasets() const override;
    void each(feed::SeriesSink const& each) const override;
    void each_in(std::string_view dataset, std::span<Area const> areas,
                 feed::SeriesSink const& sink) const override;
    /// What each() leaves out; worked out once, as are the datasets: by the first each() where that comes first.
    [[nodiscard]] std::vector<LeftOut> const& left_out() const;

    /// One figure with everything that it was made of; nothing where there is none.
    [[nodiscard]] std::optional<Combined> trace(std::string_view dataset, Area const& area,
                                                IndicatorKey const& indicator,
                                                TimePeriod const& period) const;
    [[nodiscard]] MeasureUse use_of(std::string_view dataset, IndicatorKey const& indicator) const;

  private:
    struct Part;
    struct Group;
    using Wanted = std::function<bool(Area const&)>;
    /// Hands out everything, and remembers datasets and what was left out.
    void count_and(feed::SeriesSink const& each) const;
    void run(Part const& part, Wanted const& wanted, feed::SeriesSink const& sink) const;
    void run_unchanged(Part const& part, Area const& area, feed::SeriesSink const& sink) const;
    void run_county(Part const& part, Area const& area, feed::SeriesSink const& sink) const;
    void run_untouched(Part const& part, Area const& area, feed::SeriesSink const& sink) const;
    void run_municipalities(Part const& part, std::string_view county, Wanted const& wanted,
                            feed::SeriesSink const& sink) const;
    void hand_out(Part const& part, Area const& area, std::string_view name, Pool const& pool, bool municipal,
                  feed::SeriesSink const& sink) const;
    [[nodiscard]] std::optional<Combined> trace_unchanged(std::string_view dataset, Area const& area,
                                                          IndicatorKey const& indicator,
                                                          TimePeriod const& period) const;
    [[nodiscard]] Pool pool_of(Part const& part, std::vector<Area> const& areas) const;
    [[nodiscard]] PeriodRequest period_request(Part const& part, bool municipal) const;
    [[nodiscard]] std::optional<MunicipalPart> split(Part const& part, IndicatorKey const& indicator,
                                                     TimePeriod const& period, std::string_view source,
                                                     std::string_view target,
                                                     Observation const& figure) const;
    void leave_out(AreaLevel level, std::string why, std::uint64_t series) const;
    [[nodiscard]] std::string name_of_area(Part const& part, std::string_view key) const;
    [[nodiscard]] Part const* find(std::string_view dataset) const;

    feed::FigureSource const& source_;
    feed::FigureSource const* municipal_;
    Atlas& atlas_;
    Measures const& measures_;
    TerritoryRequest request_;
    std::string view_; ///< "2024-12-31", "2024-12-31:partial"
    std::vector<std::unique_ptr<Part>> parts_;
    mutable std::vector<feed::DatasetContext const*> filled_; ///< datasets with something; worked out once
    mutable bool counted_ = false;
    mutable std::vector<LeftOut>* counting_ = nullptr; ///< where a run counts what it leaves out
    mutable std::vector<LeftOut> left_out_;
    mutable std::map<std::string, Pool, std::less<>> municipal_pools_; ///< by "DATASET/COUNTY"
};

/// Keys of all areas whose figures may go into those of `key` (2 to 8 digits) on `day`, beside it and what lies in
/// it: to widen a query. Municipalities come by their county.
std::vector<std::string> widened(Atlas& atlas, std::string_view key, std::int32_t day);

/// What the view of a figure id means; nothing where it is not one of ours.
struct TerritoryOfView {
    std::int32_t day = 0;
    bool partial = false;
};
std::optional<TerritoryOfView> territory_of_view(std::string_view view);

/// The day that "latest", "2016-12-31" or "31.12.2016" means. \throws Error invalid_argument
std::int32_t territory_day_from(Atlas const& atlas, std::string_view text);

/// \throws Error not_found where `key` is a county that is not in force on `day`, naming what it was and became
void require_area(Atlas& atlas, std::string_view key, std::int32_t day);

} // namespace gateway::derive
