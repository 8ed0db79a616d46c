// CatalogEntries: the catalogue of the service as statements after DCAT-AP.de.
//
// Contents the catalogue, its publisher, the services that answer (county API, SDMX), and each dataset with one
//          distribution per format. Texts are German and English; the title of a table is German alone, as published, and
//          the English one names subject and table.
// Source   DCAT-AP.de 2.0 and 3.0 and the handbook of conventions of 2.0 (K01, K12, K13, K30 to K32, K36); authority tables
//          of the Publications Office of the EU
// Errors   what reading the store throws
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/area.hpp"
#include "gateway/serve/api/publisher.hpp"
#include "gateway/serve/api/rdf.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve::api {

/// What a dataset covers.
struct Coverage {
    std::set<AreaLevel> levels;
    std::set<std::string> lands;                     ///< "03"
    std::string county;                              ///< "03153", where everything lies in it
    std::optional<std::int32_t> first_day, last_day; ///< both included; nothing = not told
};

/// From the labels of its areas, and, where `with_time`, from its periods: reads all of the dataset.
Coverage coverage_of(store::Store const& store, DatasetInfo const& info, bool with_time);

struct CatalogEntry {
    DatasetInfo info;
    std::vector<store::VintageInfo> vintages;
    Coverage coverage;
    bool restricted = false;
};

/// `base` is the address of the service without slash at the end. `has_sdmx`: SDMX REST is served beside.
rdf::Thing catalogue_of(std::vector<CatalogEntry> const& entries, Publisher const& publisher,
                        std::string const& base, bool has_sdmx);

/// Address of a licence in the list of GovData, the only one that it takes.
std::string licence_uri(std::string_view licence);

} // namespace gateway::serve::api
