// Plausibility of a load: the rules of a source, fed with what a document says, and with what the store knows beside
// it: inhabitants, earlier vintages, the counties of the day.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/harmonize/plausibility/checker.hpp"
#include "gateway/harmonize/table.hpp"
#include "gateway/ingest/batch_pipe.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

/// Inhabitants by area and year, from the newest population figures of the store (MEASURE BEVSTD, every other
/// dimension a total). Read on demand.
class Inhabitants {
  public:
    struct Counted {
        std::int32_t day;
        int year;
        Decimal people;
    };
    explicit Inhabitants(store::Store const& store);
    /// Whatever is known of an area, nullptr where nothing is. Stays as long as this object.
    std::vector<Counted> const* of(Area const& area);
    /// Of the day nearest to the end of `period` within its year.
    [[nodiscard]] static std::optional<Decimal> in(std::vector<Counted> const& counted,
                                                   TimePeriod const& period);

  private:
    using Known = std::map<Area, std::vector<Counted>>;
    void read(std::optional<store::AreaNo> area);

    store::Store const& store_;
    std::vector<std::pair<std::string, store::IndicatorNo>> indicators_; ///< with their datasets
    Known known_;
    Known first_few_;       ///< those read one by one, before all were
    std::size_t asked_ = 0; ///< areas read one by one
    bool is_whole_ = false; ///< all areas were read
};

/// Holds series of one dataset against the rules of its source.
///
/// The store is asked by the thread that calls add(); the rules are applied by another one where there are
/// several, batch by batch.
class PlausibilityCheck {
  public:
    /// `rules` are all there are; `areas` must outlive it. `against_stored` compares with the current vintage; not
    /// for the content of the store itself. `scratch` is a folder for temporary files.
    PlausibilityCheck(store::Store const& store, std::vector<harmonize::plausibility::Rule> rules,
                      harmonize::AreaRegister const& areas, DatasetInfo const& dataset, std::int32_t day,
                      bool against_stored, std::string scratch, unsigned threads = 1);
    [[nodiscard]] bool needed() const noexcept { return !rules_.empty(); }
    /// Cells of a document, their states by number. `indicator` and `area` must stay until finish().
    void add(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator, Area const& area,
             store::AreaNo stored_area, std::span<harmonize::ResolvedCell const> cells,
             std::vector<harmonize::CellState> const& states);
    /// Nothing is added any more: the other thread, where there is one, goes on with what is left.
    void close();
    /// Waits until all is checked. Without close() before it, closes.
    std::vector<harmonize::plausibility::Finding> finish();

    /// A series that is checked at once; not together with add().
    void series(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator,
                Area const& area, std::span<harmonize::plausibility::CheckedCell const> cells);

  private:
    using People = std::vector<Inhabitants::Counted>;
    /// A confidential value of the current vintage.
    struct Secret {
        store::AreaNo area;
        TimePeriod period;
        VintageNo vintage;
    };
    struct Series {
        harmonize::plausibility::SeriesNumbers numbers;
        IndicatorKey const* indicator;
        Area const* area;
        store::AreaNo stored_area;
        std::uint32_t cells;
        People const* people;
    };
    struct Batch {
        std::vector<Series> series;
        std::vector<harmonize::ResolvedCell> cells;
        std::vector<harmonize::CellState> states; ///< those that its cells use for the first time
        /// Of the indicators that begin here and have some: position of the first series, then by area and period.
        std::vector<std::pair<std::size_t, std::vector<Secret>>> secrets;
        bool is_last = false;
    };
    [[nodiscard]] bool speaks_of(harmonize::plausibility::Rule::Kind kind,
                                 IndicatorKey const& indicator) const;
    void start(Batch& batch, IndicatorKey const& indicator);
    [[nodiscard]] std::vector<Secret> find_secrets(IndicatorKey const& indicator) const;
    People const* people_of(std::uint32_t number, Area const& area);
    void apply(Batch& batch);
    [[nodiscard]] std::optional<Observation> secret(TimePeriod const& period) const;

    store::Store const& store_;
    std::string dataset_;
    harmonize::plausibility::RuleSet rules_;
    bool against_stored_;

    // Of the calling thread:
    std::optional<Inhabitants> inhabitants_;
    std::vector<std::optional<People const*>> people_; ///< by number of the area
    std::optional<std::uint32_t> indicator_;
    bool needs_people_ = false;
    std::size_t announced_ = 0;     ///< states
    std::size_t batch_limit_ = 256; ///< cells of the batch at hand
    std::size_t shipped_ = 0;       ///< cells of those before
    bool is_closed_ = false;

    // Of the thread that applies the rules:
    std::unique_ptr<harmonize::plausibility::Checker> checker_;
    std::vector<harmonize::CellState> states_;
    std::vector<harmonize::plausibility::CheckedCell> checked_;
    std::optional<std::uint32_t> indicator_applied_;
    std::vector<Secret> secrets_; ///< of the indicator at hand
    Series const* at_hand_ = nullptr;
    std::vector<harmonize::plausibility::Finding> findings_; ///< after the last batch

    BatchPipe<Batch, 8> pipe_; ///< the last member: its thread uses the others
};

/// Holds the current state of a stored dataset against the rules of its source.
std::vector<harmonize::plausibility::Finding> check_stored(Workshop& shop, DatasetInfo const& dataset);

} // namespace gateway::ingest
