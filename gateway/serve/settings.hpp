// Settings of the service: where things are and how much is allowed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/observation.hpp"
#include "gateway/ingest/explain_territorial.hpp"
#include "gateway/serve/access/gate.hpp"
#include "gateway/serve/stores.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve {

/// Figures of a county were set aside in a delivery whose rest is released: what is shown may be out of date.
struct UnderReview {
    std::string dataset, area; ///< key of the county, or of the Land where the rows did not tell
    UnixTime since = 0;
};

/// A dataset that is derived from a published one: the same on the areas of today.
struct DerivedListing {
    DatasetInfo info;
    std::string base; ///< the published one
};

/// What SDMX REST knows of derived datasets; empty functions = there are none.
struct DerivedDatasets {
    std::function<std::vector<DerivedListing>(store::Store const&)> list =
        {}; ///< what the caller's view gives
    /// The store of a derived dataset, worked out where it has to be; null for every other id.
    std::function<std::shared_ptr<Lease>(store::Store const&, std::string_view)> lease = {};
    /// A figure of one, explained; nothing for every other figure.
    std::function<std::optional<ingest::TerritorialExplanation>(
        ingest::Workshop&, std::function<ingest::TerritoryKnowledge&()> const&, FigureId const&)>
        explain = {};
};

struct Settings {
    std::string store;           ///< directory of store and archive
    std::string data;            ///< folder with mappings/ and schemas/
    std::string state = {};      ///< the service's own folder; empty = "service" in the store's
    std::string public_url = {}; ///< "https://daten.example.de"; empty = as the request says
    std::string version = {};    ///< of the program
    std::size_t most_stores = 64;
    bool has_sdmx = false; ///< SDMX REST is mounted: the catalogue names it
    access::Limits limits = {};
    std::function<std::vector<UnderReview>()> under_review =
        {}; ///< cheap, from any thread; empty = there is no intake
    DerivedDatasets derived = {};
    /// Whether the program is about to stop: /readyz says 503, and everything else is answered; empty = never.
    std::function<bool()> leaving = {};
    std::function<UnixTime()> now = {};                  ///< clock of keys and records; empty = the system's
    std::function<void(std::string_view)> complain = {}; ///< one line for the operator
};

} // namespace gateway::serve
