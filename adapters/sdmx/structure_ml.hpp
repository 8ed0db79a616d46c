// Parts of the structure reader for SDMX-ML. Internal to adapters/sdmx.
#pragma once

#include "adapters/sdmx/structure.hpp"
#include "adapters/sdmx/xml_walk.hpp"

namespace adapters::sdmx {

/// After the start of the root: everything in it.
void read_structure_elements(XmlStream& xml, Structures& into);
/// After the start tag of the map.
void read_representation_map(XmlStream& xml, Structures& into);
void read_structure_map(XmlStream& xml, Structures& into);

} // namespace adapters::sdmx
