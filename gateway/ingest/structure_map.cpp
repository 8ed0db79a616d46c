// A structure map of SDMX as part of a layout: component maps become dimensions, fixed values constants.
#include <algorithm>

#include "adapters/sdmx/structure.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest {
namespace {

using adapters::sdmx::MapRow;
using adapters::sdmx::RepresentationMap;

[[noreturn]] void refuse(std::string const& name, std::string const& what) {
    throw Error{Errc::malformed, name + ": " + what +
                                     " cannot be applied; write this rule as a [[layout.dimension]] with "
                                     "recode and leave it out of the map"};
}

/// "^(.*)$" with target "\1": the code as it is.
bool is_copy(MapRow const& row) {
    auto const& source = row.sources.front().value;
    return source.size() > 4 && source.starts_with("^(") && source.ends_with(")$") &&
           std::count(source.begin(), source.end(), '(') == 1 &&
           (row.targets.front() == "\\1" || row.targets.front() == "$1");
}

/// Where the target of a map goes: the measure and the unit are no dimensions of their own.
Place* special(Layout& layout, std::string const& target) {
    if (target == "MEASURE" || target == "INDICATOR") return &layout.measure;
    return target == "UNIT_MEASURE" || target == "UNIT" ? &layout.unit : nullptr;
}

void read_rows(Place& place, RepresentationMap const& map, std::string const& name) {
    for (auto const& row : map.rows) {
        if (row.sources.size() != 1 || row.targets.size() != 1)
            refuse(name, "a row of " + map.self.text() + " with several values");
        auto const& source = row.sources.front();
        if (!row.valid_from.empty() || !row.valid_to.empty())
            refuse(name, "the validity of the row '" + source.value + "' of " + map.self.text());
        if (source.start || source.end)
            refuse(name, "the part of a code in the row '" + source.value + "' of " + map.self.text());
        if (source.is_regex) {
            if (is_copy(row)) continue; // codes without a rule stay as they are
            refuse(name, "the regular expression '" + source.value + "' of " + map.self.text());
        }
        if (!place.recode.emplace(source.value, row.targets.front()).second)
            refuse(name, "a second row for '" + source.value + "' of " + map.self.text());
    }
}

} // namespace

void apply_structure_map(Layout& layout, std::string_view structure_message, std::string const& name) {
    auto const structures = adapters::sdmx::read_structures(structure_message, name);
    if (structures.structure_maps.size() != 1)
        throw Error{Errc::malformed, name + ": holds " + std::to_string(structures.structure_maps.size()) +
                                         " structure maps where one is due; keep the one that is meant"};
    auto const& map = structures.structure_maps.front();
    if (!map.dates.empty()) refuse(name, "the date pattern '" + map.dates.front().pattern + "'");
    for (auto const& component : map.components) {
        if (component.sources.size() != 1 || component.targets.size() != 1)
            refuse(name, "a component map with several components in " + map.self.text());
        auto const& source = component.sources.front();
        LayoutDimension dimension;
        dimension.variable = component.targets.front();
        dimension.place.from = Place::From::column;
        dimension.place.headers = {source};
        // Maps speak of attributes and measures as well; those are not dimensions of the table.
        dimension.place.optional = true;
        if (!component.representation.empty()) {
            auto const found = std::find_if(
                structures.representation_maps.begin(), structures.representation_maps.end(),
                [&](RepresentationMap const& one) { return one.self.text() == component.representation; });
            if (found == structures.representation_maps.end())
                throw Error{Errc::not_found,
                            name + ": the representation map " + component.representation + " of " + source +
                                " is not in the message; ask for it with references=descendants"};
            read_rows(dimension.place, *found, name);
        }
        // What the description itself says of a component comes first.
        if (auto* const place = special(layout, dimension.variable); place == nullptr)
            layout.dimensions.push_back(std::move(dimension));
        else if (place->from == Place::From::nowhere)
            *place = std::move(dimension.place);
    }
    for (auto const& fixed : map.fixed) {
        if (fixed.is_source) continue; // holds in the source already
        LayoutDimension dimension;
        dimension.variable = fixed.component;
        dimension.place.from = Place::From::constant;
        dimension.place.text = fixed.value;
        if (auto* const place = special(layout, fixed.component); place == nullptr)
            layout.dimensions.push_back(std::move(dimension));
        else if (place->from == Place::From::nowhere)
            *place = std::move(dimension.place);
    }
}

} // namespace gateway::ingest
