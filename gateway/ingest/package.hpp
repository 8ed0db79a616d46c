// The package of a county: every format, a descriptor and a German LIESMICH in one folder.
#pragma once

#include <string>

#include "gateway/feed/package.hpp"
#include "gateway/ingest/figures.hpp"

namespace gateway::ingest {

struct PackageRequest {
    std::string area; ///< key of the county; its municipalities come along
    std::optional<UnixTime> as_of;
    std::string directory; ///< made where it does not exist
    std::string command;   ///< shown in LIESMICH
};

/// Writes the package; each file is complete under its name or absent. The same store content and request
/// give the same bytes.
/// \throws Error not_found where the store holds nothing for the area; io
feed::PackageInfo write_package(store::Store const& store, PackageRequest const& request);

} // namespace gateway::ingest
