// What the keywords of a PX file say, as a cube. Internal to the PX reader.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "adapters/cube/cube.hpp"
#include "adapters/px/charset.hpp"
#include "adapters/px/keywords.hpp"

namespace adapters::px {

struct Model {
    cube::Cube cube; ///< dimensions: stub, then heading
    std::size_t stubs = 0;
    enum class Keys : std::uint8_t { none, codes, values };
    std::vector<Keys> keys; ///< per stub dimension, from KEYS
    std::string title;
    std::string source;
    std::string updated;
    /// What "." to "......" and "-" are called; empty = as they stand.
    std::array<std::string, 7> symbols; ///< [0] is nil, [1] to [6] the dots
    Charset charset = Charset::ascii;
};

/// \throws Error malformed, wrong_charset, with the place in the file
Model read_model(std::vector<Keyword>& keywords, Cursor& cursor, std::string_view bytes);

} // namespace adapters::px
