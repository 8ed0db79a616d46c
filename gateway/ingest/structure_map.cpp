// A structure map of SDMX as part of a layout: component maps become dimensions, fixed values constants; what speaks of
// several components or has expressions becomes a join (joined_cells.hpp).
#include <algorithm>
#include <set>

#include "adapters/sdmx/structure.hpp"
#include "gateway/ingest/self_described.hpp"

namespace gateway::ingest {
namespace {

using adapters::sdmx::MapRow;
using adapters::sdmx::RepresentationMap;
using adapters::sdmx::StructureMap;
using adapters::sdmx::Structures;

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

/// Whether a layout can say all of it: one code for another.
bool is_recode(StructureMap::ComponentMap const& component, RepresentationMap const* map) {
    if (component.sources.size() != 1 || component.targets.size() != 1) return false;
    return map == nullptr || std::all_of(map->rows.begin(), map->rows.end(), [](MapRow const& row) {
               auto const& source = row.sources.front();
               return !source.is_regex || is_copy(row);
           });
}

void check_rows(RepresentationMap const& map, StructureMap::ComponentMap const& component,
                std::string const& name) {
    std::set<std::vector<std::string>> known;
    for (auto const& row : map.rows) {
        std::vector<std::string> codes;
        std::string text;
        for (auto const& source : row.sources) {
            codes.push_back(source.value + (source.is_regex ? " as expression" : ""));
            // Whether places count from 0 or 1, and whether the last one belongs to it, is written nowhere.
            if (source.start || source.end)
                refuse(name, "the part of a code in the row '" + source.value + "' of " + map.self.text());
            text += (text.empty() ? "'" : ", '") + source.value + "'";
        }
        if (row.sources.size() != component.sources.size() || row.targets.size() != component.targets.size())
            refuse(name, "a row of " + map.self.text() +
                             " with another number of values than its component map has "
                             "components");
        if (!row.valid_from.empty() || !row.valid_to.empty())
            refuse(name, "the validity of the row " + text + " of " + map.self.text());
        if (!known.insert(codes).second) refuse(name, "a second row for " + text + " of " + map.self.text());
    }
}

void read_rows(Place& place, RepresentationMap const& map) {
    for (auto const& row : map.rows)
        if (!row.sources.front().is_regex) // codes without a rule stay as they are
            place.recode.emplace(row.sources.front().value, row.targets.front());
}

RepresentationMap const* representation_of(StructureMap::ComponentMap const& component,
                                           Structures const& structures, std::string const& name) {
    if (component.representation.empty()) return nullptr;
    auto const found = std::find_if(
        structures.representation_maps.begin(), structures.representation_maps.end(),
        [&](RepresentationMap const& one) { return one.self.text() == component.representation; });
    if (found == structures.representation_maps.end())
        throw Error{Errc::not_found, name + ": the representation map " + component.representation + " of " +
                                         component.sources.front() +
                                         " is not in the message; ask for it with references=descendants"};
    return &*found;
}

/// What the description itself says of a component comes first.
void add(Layout& layout, LayoutDimension dimension) {
    if (auto* const place = special(layout, dimension.variable); place == nullptr)
        layout.dimensions.push_back(std::move(dimension));
    else if (place->from == Place::From::nowhere)
        *place = std::move(dimension.place);
}

LayoutDimension column(std::string const& target, std::string const& source) {
    LayoutDimension dimension;
    dimension.variable = target;
    dimension.place.from = Place::From::column;
    dimension.place.headers = {source};
    // Maps speak of attributes and measures as well; those are not dimensions of the table.
    dimension.place.optional = true;
    return dimension;
}

Join join_of(Layout& layout, StructureMap::ComponentMap const& component, RepresentationMap const& map) {
    Join join;
    join.map = map.self.text();
    join.sources = component.sources;
    join.rows = map.rows;
    for (auto const& target : component.targets) {
        auto const* const place = special(layout, target);
        if (place == nullptr) layout.dimensions.push_back(column(target, target));
        using Kind = Join::Target::Kind;
        join.targets.push_back({place == nullptr           ? Kind::dimension
                                : place == &layout.measure ? Kind::measure
                                                           : Kind::unit,
                                target});
    }
    return join;
}

} // namespace

std::vector<Join> apply_structure_map(Layout& layout, std::string_view structure_message,
                                      std::string const& name) {
    auto const structures = adapters::sdmx::read_structures(structure_message, name);
    if (structures.structure_maps.size() != 1)
        throw Error{Errc::malformed, name + ": holds " + std::to_string(structures.structure_maps.size()) +
                                         " structure maps where one is due; keep the one that is meant"};
    auto const& map = structures.structure_maps.front();
    if (!map.dates.empty()) refuse(name, "the date pattern '" + map.dates.front().pattern + "'");
    std::vector<Join> joins;
    std::set<std::string> apart; // sources that a dimension of their own speaks of
    for (auto const& component : map.components) {
        if (component.sources.empty() || component.targets.empty())
            refuse(name, "a component map without source or target in " + map.self.text());
        auto const* const rows = representation_of(component, structures, name);
        if (rows != nullptr) check_rows(*rows, component, name);
        if (rows == nullptr && component.sources.size() != component.targets.size())
            refuse(name, "a component map of " + std::to_string(component.sources.size()) +
                             " components to " + std::to_string(component.targets.size()) +
                             " without a representation map in " + map.self.text());
        if (rows != nullptr && !is_recode(component, rows)) {
            joins.push_back(join_of(layout, component, *rows));
            continue;
        }
        for (std::size_t i = 0; i < component.sources.size(); ++i) {
            auto dimension = column(component.targets[i], component.sources[i]);
            if (rows != nullptr) read_rows(dimension.place, *rows);
            apart.insert(component.sources[i]);
            add(layout, std::move(dimension));
        }
    }
    for (auto& join : joins)
        for (auto const& source : join.sources)
            if (apart.count(source) == 0) layout.ignored.push_back(joined_name(source));
    for (auto const& fixed : map.fixed) {
        if (fixed.is_source) continue; // holds in the source already
        LayoutDimension dimension;
        dimension.variable = fixed.component;
        dimension.place.from = Place::From::constant;
        dimension.place.text = fixed.value;
        add(layout, std::move(dimension));
    }
    return joins;
}

} // namespace gateway::ingest
