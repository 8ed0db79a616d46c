// Cursor: the series that answer a selection, pulled some at a time from packed rows.
//
// Order    by indicator and area, or by area and indicator where that touches fewer rows; numbers of the store
//          decide, so that the same store gives the same order. A series that holds several kinds of periods comes
//          as one series per FREQ, in the order of DatasetView::frequencies.
// Memory   one row of 64 neighbouring series, whatever the size of the answer
// Store    is named at each call and nothing of it is held in between; any Store of the same file will do
// Errors   not_found for a dataset the store does not have; invalid_argument naming component and value for
//          filters that cannot be read
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "gateway/query/dataset_view.hpp"
#include "gateway/query/selection.hpp"

namespace gateway::query {

/// SDMX action of a data set.
enum class Action : std::uint8_t { information, replace, remove };

/// One data set of an answer.
struct Part {
    Action action = Action::information;
    VintageNo vintage = 0; ///< as of
    VintageNo after = 0;   ///< only what a later vintage brought
    bool deleted =
        false; ///< instead: what was in force at `after` and is not at `vintage`; keys without values
    std::optional<UnixTime> valid_from, valid_to;
};

/// The data sets that answer `selection`: one, two for updatedAfter, one per vintage for includeHistory.
std::vector<Part> parts_of(DatasetView const& view, Selection const& selection);

/// One series. Views live for the call.
struct Series {
    std::uint32_t indicator = 0; ///< index in DatasetView::indicators
    store::AreaNo area = 0;
    std::uint8_t frequency = 0; ///< index in DatasetView::frequencies
    std::span<store::PackedObservation const> observations;
    std::uint64_t periods = 0; ///< series with the same number have the same periods; 0 = not known
};

class Cursor {
  public:
    struct Options {
        bool periods_only = false;  ///< numbers, states and vintages of observations are not needed
        bool counts_series = false; ///< offset and limit count series, not observations
        /// The order to keep whatever it costs; deleted observations come by indicator alone.
        std::optional<store::Pull::Order> order = {};
    };

    Cursor(DatasetViewPtr view, Selection const& selection, Part const& part);
    Cursor(DatasetViewPtr view, Selection const& selection, Part const& part, Options options);
    Cursor(Cursor&&) noexcept;
    Cursor& operator=(Cursor&&) noexcept;
    Cursor(Cursor const&) = delete;
    Cursor& operator=(Cursor const&) = delete;
    ~Cursor();

    /// Return false to be given the rest at the next call.
    using Each = std::function<bool(Series const&)>;

    /// Tells the next series; false where nothing is left (it may have told some all the same).
    bool next(store::Store const& store, Each const& each);

    /// State of an observation that was told.
    [[nodiscard]] store::State const& state(store::StateNo no) const;
    [[nodiscard]] DatasetView const& view() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gateway::query
