// DerivedFlows: published datasets on the areas of today, as dataflows of their own.
//
// Names    the flow of the dataset D is D_LATEST; its title and attribution name the day and that we computed it
// Which    every dataset that everybody may see and that has counties. What is RESTRICTED has none: it would be a second
//          door to it.
// Kept     worked out when its data are first asked for, vintage by vintage, into a small store of its own in
//          service/derived/D/STAMP; the stamp names everything that it follows from, and an older one is removed. It may
//          be deleted at any time. So all that a dataset has, a derived one has: every format, availability, history,
//          updatedAfter.
// Figures  FIGURE_ID is taken by explain()
// Threads  from any; one flow is worked out at a time
// Errors   SdmxError no_results where nothing can be put on today's areas; too_large beyond four million figures; what
//          reading and writing stores throws
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/ingest/explain_territorial.hpp"
#include "gateway/sdmx/structure/holdings.hpp"
#include "gateway/serve/settings.hpp"
#include "gateway/serve/stores.hpp"

namespace gateway::serve::sdmx {

class Library;

struct DerivedSettings {
    std::string store;  ///< directory of the store: what was imported about territories
    std::string data;   ///< folder with mappings/
    std::string folder; ///< for the stores of derived flows
};

/// A derived flow that can be asked.
struct DerivedFlow {
    std::string stamp;
    std::unique_ptr<Stores> stores;
    std::shared_ptr<Library> library;
    std::string left_out; ///< what could not be put on today's areas and why; empty = nothing
    [[nodiscard]] std::shared_ptr<Lease> lease() const;
};

class DerivedFlows {
  public:
    explicit DerivedFlows(DerivedSettings settings);
    ~DerivedFlows();
    DerivedFlows(DerivedFlows const&) = delete;
    DerivedFlows& operator=(DerivedFlows const&) = delete;

    /// The dataset behind a derived flow, as this store shows it; nothing for every other id.
    std::optional<DatasetInfo> base_of(store::Store const& store, std::string_view id);
    /// The holdings of a store and those of the flows derived from it.
    std::unique_ptr<gateway::sdmx::structure::Holdings> holdings(store::Store const& store);
    std::shared_ptr<DerivedFlow const> open(store::Store const& store, DatasetInfo const& base);
    /// Every derived flow of a store, in the order of what they are derived from.
    std::vector<serve::DerivedListing> list(store::Store const& store);
    /// The store of a derived flow, worked out where it is not there; null for every other id.
    std::shared_ptr<Lease> lease(store::Store const& store, std::string_view id);
    /// A figure of a derived flow, explained; nothing for every other figure.
    std::optional<ingest::TerritorialExplanation>
    explain(ingest::Workshop& shop, std::function<ingest::TerritoryKnowledge&()> const& known,
            FigureId const& id);

  private:
    ingest::TerritoryKnowledge& knowledge(); ///< with the guard held
    std::int32_t day();
    std::string stamp_of(store::Store const& store, DatasetInfo const& base);
    /// Counties of today that are not in the dataset and are made of those that are, with their names.
    std::vector<std::pair<Area, std::string>> more_areas(std::vector<store::Label> const& labels);
    std::shared_ptr<DerivedFlow const> made(store::Store const& store, DatasetInfo const& base,
                                            std::string const& stamp);
    void fill(store::Store const& store, DatasetInfo const& base, std::int32_t day, std::string const& place,
              std::string const& stamp);

    DerivedSettings settings_;
    std::mutex guard_; ///< of the knowledge, which has one user at a time
    std::unique_ptr<ingest::TerritoryKnowledge> knowledge_;
    std::string imported_; ///< names the files about territories that the knowledge was read from
    std::mutex flows_guard_;
    std::map<std::string, std::shared_ptr<DerivedFlow const>, std::less<>> flows_; ///< by base
};

} // namespace gateway::serve::sdmx
