// What goes with the data of a package: datapackage.json for programs, LIESMICH.txt for people.
//
// Source   Data Package, https://specs.frictionlessdata.io/data-package/; docs/handover.md.
// Bytes    the same PackageInfo gives the same text: no clock, no machine name.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/feed/feed.hpp"

namespace gateway::feed {

/// Counted while the series go to the writers.
struct PackageCounts {
    std::uint64_t series = 0;
    std::uint64_t values = 0;
    std::map<std::string, std::uint64_t> of_dataset; ///< observations by dataset id
    std::map<MissingReason, std::uint64_t> missing;
    std::map<std::string, std::uint64_t> signs; ///< as published, "" left out
    std::map<ObsStatus, std::uint64_t> statuses;
    std::map<Protection, std::uint64_t> protections;  ///< NONE left out
    std::map<Derived::Origin, std::uint64_t> origins; ///< of series that are derived

    void add(SeriesRecord const& series);
    [[nodiscard]] std::uint64_t observations() const;
};

/// A file that was written.
struct PackageFile {
    std::string name;    ///< relative to the package, with '/'
    std::string format;  ///< Format::id
    std::string dataset; ///< dataset id for formats with one file per dataset, else empty
    std::string sha256;
    std::uint64_t bytes = 0;
    std::string about = {}; ///< what it holds, where that is not what its format holds
};

struct PackageInfo {
    std::string area_key;         ///< "03153"
    std::string area_name;        ///< "Goslar, Landkreis"
    UnixTime as_of = 0;           ///< state of knowledge shown
    bool is_past = false;         ///< that state was asked for: later vintages are left out
    std::uint64_t superseded = 0; ///< earlier values, in a file of their own
    std::map<std::string, std::uint64_t> superseded_of; ///< the same by dataset id
    std::string command;                                ///< the exact command that repeats it
    std::optional<std::int32_t> territory; ///< day whose areas the figures are on; nothing = the source's own
    std::vector<std::string> views;        ///< what was done to the series, in German
    std::vector<std::string> breaks;       ///< breaks that series run across, in German
    std::uint64_t unused_series = 0;       ///< series that could not be had in that form
    std::uint64_t unused_figures = 0;      ///< and figures that stand for no period asked for
    std::string territory_basis;           ///< what the register knows up to: "2026-01-01"
    std::map<std::string, std::uint64_t>
        absent; ///< series that are not on that territory, by reason (German)
    std::vector<PackageFile> files;
    std::vector<DatasetContext const*> datasets;
    PackageCounts counts;
};

/// What `counts` say of a dataset; 0 where nothing.
std::uint64_t count_of(std::map<std::string, std::uint64_t> const& counts, std::string const& dataset);

/// datapackage.json.
std::string datapackage_json(PackageInfo const& info);
/// LIESMICH.txt: German, UTF-8 with BOM and CRLF, so that any editor on Windows shows it.
std::string readme_de(PackageInfo const& info);

} // namespace gateway::feed
