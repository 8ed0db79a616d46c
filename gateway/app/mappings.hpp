// The mapping files of this process: whoever loads a table shares what another one has read of them.
#pragma once

#include "gateway/harmonize/mapping.hpp"

namespace gateway::app {

/// Those in the folder of data_directory(); read when they are asked for.
harmonize::MappingFiles const& process_mappings();

} // namespace gateway::app
