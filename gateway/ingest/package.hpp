// The package of a county: every format, a descriptor and a German LIESMICH in one folder.
#pragma once

#include <memory>
#include <string>

#include "gateway/derive/series/pipeline.hpp"
#include "gateway/feed/package.hpp"
#include "gateway/ingest/territorial.hpp"

namespace gateway::ingest {

struct PackageRequest {
    std::string area; ///< key of the county; its municipalities come along
    std::optional<UnixTime> as_of;
    std::string directory;                   ///< made where it does not exist
    std::string command;                     ///< shown in LIESMICH
    TerritoryKnowledge* knowledge = nullptr; ///< needed with `territory`
    std::optional<std::int32_t> territory;   ///< day whose areas to put the figures on
    bool partial = false;                    ///< sums of what is there
    derive::series::PipelineRequest series;  ///< other classes, frequency, unit; breaks marked
    std::string mappings;                    ///< folder of the mapping files; empty = no breaks are told
};

/// A package that was written. `info` points into what the figures are from.
struct WrittenPackage {
    std::unique_ptr<FigureSet const> stored;
    std::unique_ptr<TerritorialFigures const> territorial;
    std::unique_ptr<derive::series::Pipeline const> series;
    feed::PackageInfo info;
};

/// Writes the package; each file is complete under its name or absent. The same store content and request
/// give the same bytes. Over an earlier package: its files are replaced, those it no longer has are removed,
/// files of others stay.
/// \throws Error not_found where the store holds nothing for the area; conflict for a folder of somebody
/// else's files; io
WrittenPackage write_package(store::Store const& store, PackageRequest const& request);

} // namespace gateway::ingest
