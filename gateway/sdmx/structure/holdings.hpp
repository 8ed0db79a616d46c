// Holdings: what the structures must know of a store, so that they are tested without one.
//
// Threads  one user at a time, except an ExtentOf
// Errors   whatever the implementation throws
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/store/store.hpp"

namespace gateway::sdmx::structure {

class Holdings {
  public:
    Holdings() = default;
    Holdings(Holdings const&) = delete;
    Holdings& operator=(Holdings const&) = delete;
    virtual ~Holdings() = default;

    virtual std::vector<DatasetInfo> datasets() = 0;
    /// Changes whenever indicators or labels of the dataset may have: what was made of them is kept until then.
    virtual std::string stamp(std::string_view dataset) = 0;
    virtual std::vector<IndicatorKey> indicators(std::string_view dataset) = 0;
    virtual std::vector<store::Label> labels(std::string_view dataset) = 0;
    /// Every area of the store.
    virtual std::vector<Area> areas() = 0;
};

/// What a dataset really has; reading it goes through all its series.
struct Extent {
    std::vector<std::string> areas;       ///< area_key(), sorted
    std::vector<std::string> frequencies; ///< SDMX CL_FREQ, sorted
    std::optional<TimePeriod> first;      ///< the one that begins first
    std::optional<TimePeriod> last;       ///< the one that ends last
    std::uint64_t series = 0, observations = 0;
};

/// Reads the extent of a dataset. Called from any thread, at most once per dataset and catalogue.
using ExtentOf = std::function<Extent(std::string_view dataset)>;

/// The holdings of a store, which must outlive them.
std::unique_ptr<Holdings> holdings_of(store::Store const& store);
/// Extent by reading every series of the dataset. Of the store's one user.
Extent extent_of(store::Store const& store, DatasetInfo const& dataset);

} // namespace gateway::sdmx::structure
