// Holdings: what the structures must know of a store, so that they are tested without one.
//
// Threads  one user at a time, except a RegionOf
// Errors   whatever the implementation throws
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/query/dataset_view.hpp"
#include "gateway/sdmx/structure/artefact.hpp"
#include "gateway/store/store.hpp"

namespace gateway::sdmx::structure {

class Holdings {
  public:
    Holdings() = default;
    Holdings(Holdings const&) = delete;
    Holdings& operator=(Holdings const&) = delete;
    virtual ~Holdings() = default;

    virtual std::vector<DatasetInfo> datasets() = 0;
    /// Changes whenever the figures of the dataset may have: its region, once read, is kept until then.
    virtual std::string stamp(std::string_view dataset) = 0;
    virtual std::vector<IndicatorKey> indicators(std::string_view dataset) = 0;
    virtual std::vector<store::Label> labels(std::string_view dataset) = 0;
    /// False where nobody has counted what there is: then there is no constraint.
    virtual bool has_region(std::string_view /*dataset*/) { return true; }
    /// Every area of the store.
    virtual std::vector<Area> areas() = 0;
};

/// Reads what a dataset has, going through all its series. Called from any thread, once per dataset and state.
using RegionOf = std::function<Region(std::string_view dataset)>;

/// The holdings of a store, which must outlive them.
std::unique_ptr<Holdings> holdings_of(store::Store const& store);
/// Of the dataset of `view`. The store has one user meanwhile.
Region region_of(store::Store const& store, query::DatasetViewPtr const& view);

} // namespace gateway::sdmx::structure
