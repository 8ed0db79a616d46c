// Short names for what this folder wires together: inside gateway::serve::sdmx, `sdmx` is the folder itself.
#pragma once

#include "gateway/sdmx/common/error.hpp"
#include "gateway/sdmx/data/format.hpp"
#include "gateway/sdmx/structure/writer.hpp"

namespace gateway::serve::sdmx {

namespace data = gateway::sdmx::data;
namespace structure = gateway::sdmx::structure;
using gateway::sdmx::common::ApiVersion;
using gateway::sdmx::common::ErrorCode;
using gateway::sdmx::common::SdmxError;

} // namespace gateway::serve::sdmx
