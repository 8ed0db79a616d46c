// Made figures: what the functions of this module return, with how each came about.
//
// A figure that no office published in this form says by which rule it was made, in German and English, and of
// which figures. Nothing here reads a store: a part is an observation and the words that name it.
#pragma once

#include <string>
#include <vector>

#include "gateway/core/observation.hpp"

namespace gateway::harmonize::series {

/// Why a figure is what it is. The id is stable: it stands in files and in explain.
struct Note {
    std::string id;    ///< "time.sum"
    std::string place; ///< where the rule stands: "mappings/measures.toml:31"; empty = in the program
    std::string de, en;
};

/// One figure that went into another.
struct Part {
    std::string name; ///< what tells it from the others: "2024-03", "Y15T17"
    Observation figure;
};

enum class Making : std::uint8_t {
    kept,     ///< the published figure itself
    summed,   ///< whole figures put together, exact as far as they are
    averaged, ///< a mean of whole figures
    scaled,   ///< the same amount in another unit
    none,     ///< no number; the note says why
};

struct Made {
    Observation figure;
    Making making = Making::kept;
    Note note;
    std::vector<Part> parts;
    std::size_t expected = 1; ///< parts that a complete figure has
};

} // namespace gateway::harmonize::series
