// Derived flows: a published dataset D with counties, on the areas of today, as a dataset D_LATEST of its own.
//
// Store    its figures, vintage by vintage, in a small store in FOLDER/D/STAMP; the stamp names everything that they follow
//          from. The service makes it when it is first asked; it may be deleted at any time.
// Figures  D_LATEST/...@2 is the figure in force at vintage 2 of that store. published_id() says which figure of D, on
//          other areas, it is: explain_territorial() leads from there to the bytes.
// Errors   Error not_found for a vintage that there is not; what reading stores throws
// Source   docs/sdmx-structures.md, today's areas
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/ingest/explain_territorial.hpp"
#include "gateway/store/store.hpp"

namespace gateway::ingest {

inline constexpr std::string_view derived_suffix = "_LATEST";

std::string derived_id(std::string_view base); ///< "D_LATEST"
bool has_counties(store::Store const& store, std::vector<store::Label> const& labels);
/// The flow derived from `base`, with the day in its title and attribution.
DatasetInfo derived_info(DatasetInfo base, std::int32_t day);
/// The dataset behind the id of a derived flow; nothing for every other id. Who may see it is not looked at.
std::optional<DatasetInfo> base_of_derived(store::Store const& store, std::string_view id);

/// Where the store of a derived flow lies, below its dataset's folder.
std::string derived_stamp(store::Store const& store, DatasetInfo const& base, TerritoryKnowledge& knowledge);

/// A store of a derived flow that is there, or was made for this call in a folder that goes with it.
class DerivedStore {
  public:
    /// `folder` is where the service keeps them; nothing is written there.
    DerivedStore(store::Store const& store, DatasetInfo const& base, TerritoryKnowledge& knowledge,
                 std::string const& folder);
    ~DerivedStore();
    DerivedStore(DerivedStore const&) = delete;
    DerivedStore& operator=(DerivedStore const&) = delete;
    [[nodiscard]] store::Store const& store() const noexcept { return *store_; }

  private:
    std::string scratch_; ///< empty = there is none
    std::unique_ptr<store::Store> store_;
};

/// The figure of the published dataset, on the areas of today, that a figure of its derived flow is.
FigureId published_id(store::Store const& store, DatasetInfo const& base, store::Store const& derived,
                      FigureId const& id, std::int32_t day);

/// Explains a figure of a derived flow: the published figures that it was made of, each down to its bytes, the figure made
/// of them anew, and whether that is the one that the flow has.
TerritorialExplanation explain_derived(Workshop& shop, TerritoryKnowledge& knowledge, DatasetInfo const& base,
                                       store::Store const& derived, FigureId const& id);

} // namespace gateway::ingest
