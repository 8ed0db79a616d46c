// Selection: which artefacts answer a structure query, and in which shape.
//
// Exactly the right ones: what the path names, and what `references` adds to it, once each, in the order of their
// identity. `detail` decides about the shape: whole, a stub, or with the items that are used.
//
// Errors   SdmxError no_results naming what was asked where nothing matches
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/catalogue.hpp"
#include "gateway/sdmx/structure/query.hpp"

namespace gateway::sdmx::structure {

struct Selected {
    enum class Shape : std::uint8_t {
        whole,
        stub,          ///< identity and names
        complete_stub, ///< and description and annotations
    };
    ArtefactPtr artefact;
    Shape shape = Shape::whole;
    bool is_asked = true; ///< named by the path; false where `references` brought it
    /// Positions of the items that are shown; nothing = all. Shown items make a partial scheme.
    std::optional<std::vector<std::uint32_t>> items;
};

struct Selection {
    std::vector<Selected> entries;
    std::shared_ptr<Catalogue const> catalogue; ///< keeps it alive
};

/// Says whether the reader may see a dataset. What belongs to others alone is treated as absent.
using Visible = std::function<bool(std::string_view dataset)>;

Selection select(std::shared_ptr<Catalogue const> catalogue, StructureQuery const& query,
                 Visible const& visible = {});

} // namespace gateway::sdmx::structure
