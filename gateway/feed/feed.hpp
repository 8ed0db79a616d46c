// Feeds: series in the formats that counties use.
//
// A writer gets datasets, then series with all their observations, and writes to a sink. The same input gives
// the same bytes. docs/handover.md describes each format.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/feed/derived.hpp"

namespace gateway::feed {

/// When a vintage was received, and from where.
struct VintageSource {
    UnixTime received = 0;
    std::optional<UnixTime> published;
    std::string document_sha256;
    std::string origin;
};

/// A dataset as a feed shows it.
struct DatasetContext {
    DatasetInfo info;
    std::map<VintageNo, VintageSource> vintages;
    /// (dimension, code) to German label; "AREA" uses area_key().
    std::map<std::pair<std::string, std::string>, std::string> labels;
};

/// One series to write. Views live for the call.
struct SeriesRecord {
    DatasetContext const& dataset;
    Area const& area;
    std::string_view area_name;
    IndicatorKey const& indicator;
    std::vector<Observation> const& observations;
    std::vector<Derived> const* derived = nullptr; ///< one per observation; none = all as published
    std::string_view view = {};                    ///< FigureId::view of the figures
};

using ByteSink = std::function<void(std::string_view)>;

/// What a writer must know before the first series; it and the datasets must outlive the writer. A series of
/// a dataset that is not listed here is refused.
struct FeedContext {
    std::vector<DatasetContext const*> datasets; ///< exactly one for formats with one file per dataset
    std::string title;                           ///< "Landkreis Goslar"
    bool derived = false;                        ///< figures carry Derived: formats have columns for it
};

class Writer {
  public:
    Writer() = default;
    Writer(Writer const&) = delete;
    Writer& operator=(Writer const&) = delete;
    virtual ~Writer() = default;
    /// \throws Error invalid_argument for a series that the context does not announce; overflow for a bound
    /// that 64 bits do not hold; whatever the sink throws
    virtual void series(SeriesRecord const& series) = 0;
    /// Once, after the last series.
    virtual void finish() = 0;
};

} // namespace gateway::feed
