// Structure and representation maps as mapping files of the harmonizer.
//
// Each component map with one source and one target becomes a file of mappings/variables: the source component is
// the variable, the target the dimension, the rows of its representation map the codes; without a representation
// map codes stay as they are. Fixed values of targets become `also` of the first file. What such a file cannot say
// is not converted and named in an issue: maps of several components, rows with dates of validity, parts of source
// values, regular expressions other than one group for the whole code, date patterns.
//
// Source   SDMX 3.0 section 3, structure mapping; docs/mappings.md for the files
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "adapters/sdmx/structure.hpp"

namespace adapters::sdmx {

struct MappingText {
    std::string name; ///< "sdmx_estat_strmap_demo_sex_dim.toml"
    std::string text;
};

struct MappingTexts {
    std::vector<MappingText> files;
    std::vector<Issue> issues;
};

/// `date` is that of the files: "2026-11-26". Representation maps are looked for in `structures`.
MappingTexts mapping_texts(StructureMap const& map, Structures const& structures, std::string_view date);

} // namespace adapters::sdmx
