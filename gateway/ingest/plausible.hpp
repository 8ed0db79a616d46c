// Plausibility of a load: the rules of a source, fed with what a document says, and with what the store knows beside
// it: inhabitants, earlier vintages, the counties of the day.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/harmonize/plausibility/checker.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

/// Inhabitants by area and year, from the newest population figures of the store (MEASURE BEVSTD, every other
/// dimension a total). Read on demand.
class Inhabitants {
  public:
    explicit Inhabitants(store::Store const& store);
    /// Of the day nearest to the end of `period` within its year.
    std::optional<Decimal> of(Area const& area, TimePeriod const& period);

  private:
    struct Counted {
        std::int32_t day;
        int year;
        Decimal people;
    };
    using Known = std::map<Area, std::vector<Counted>>;
    void read(std::optional<store::AreaNo> area);

    store::Store const& store_;
    std::vector<std::pair<std::string, store::IndicatorNo>> indicators_; ///< with their datasets
    Known known_;
    Known::iterator last_ = known_.end();
    std::size_t asked_ = 0; ///< areas read one by one
    bool is_whole_ = false; ///< all areas were read
};

/// Holds series of one dataset against the rules of its source.
class PlausibilityCheck {
  public:
    /// `areas` must outlive it. `against_stored` compares with the current vintage; not for the content of the store itself.
    PlausibilityCheck(store::Store const& store, harmonize::MappingFiles const& mappings,
                      harmonize::AreaRegister const& areas, DatasetInfo const& dataset, std::int32_t day,
                      bool against_stored);
    [[nodiscard]] bool needed() const noexcept { return !rules_.empty(); }
    void series(harmonize::plausibility::SeriesNumbers numbers, IndicatorKey const& indicator,
                Area const& area, std::span<harmonize::plausibility::CheckedCell const> cells);
    std::vector<harmonize::plausibility::Finding> finish();

  private:
    /// A confidential value of the current vintage.
    struct Secret {
        std::uint32_t area;
        TimePeriod period;
        VintageNo vintage;
    };
    bool find_secrets(IndicatorKey const& indicator);
    std::optional<Observation> secret(Area const& area, TimePeriod const& period);

    store::Store const& store_;
    std::string dataset_;
    harmonize::plausibility::RuleSet rules_;
    std::optional<Inhabitants> inhabitants_;
    std::vector<Secret> secrets_; ///< of the indicator at hand, by area and period
    Area last_area_;
    std::optional<store::AreaNo> last_area_no_;
    std::unique_ptr<harmonize::plausibility::Checker> checker_;
};

/// Holds the current state of a stored dataset against the rules of its source.
std::vector<harmonize::plausibility::Finding> check_stored(Workshop& shop, DatasetInfo const& dataset);

} // namespace gateway::ingest
