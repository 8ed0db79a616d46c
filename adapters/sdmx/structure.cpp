#include "adapters/sdmx/structure.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adapters::sdmx {
namespace {

template <typename T>
void move_into(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Agency and id must agree, the version only where both say it.
bool names(Reference const& wanted, Reference const& there) noexcept {
    return wanted.id == there.id &&
           (wanted.agency.empty() || there.agency.empty() || wanted.agency == there.agency);
}

} // namespace

Role DataStructure::role_of(std::string_view id) const noexcept {
    auto const* const found = find(id);
    return found == nullptr ? Role::unknown : found->role;
}

ComponentInfo const* DataStructure::find(std::string_view id) const noexcept {
    for (auto const& component : components)
        if (component.id == id) return &component;
    return nullptr;
}

void Structures::add(Structures other) {
    if (version.empty()) version = other.version;
    if (format.empty()) format = other.format;
    move_into(data_structures, std::move(other.data_structures));
    move_into(code_lists, std::move(other.code_lists));
    move_into(concept_schemes, std::move(other.concept_schemes));
    move_into(constraints, std::move(other.constraints));
    move_into(representation_maps, std::move(other.representation_maps));
    move_into(structure_maps, std::move(other.structure_maps));
    move_into(issues, std::move(other.issues));
    dataflows.merge(other.dataflows);
    for (auto const& [name, count] : other.artefacts) artefacts[name] += count;
}

DataStructure const* Structures::structure_of(Reference const& reference) const noexcept {
    DataStructure const* nearest = nullptr;
    auto const look = [&](Reference const& wanted) {
        for (auto const& structure : data_structures) {
            if (structure.is_stub || !names(wanted, structure.self)) continue;
            if (wanted.version == structure.self.version) return &structure;
            if (nearest == nullptr) nearest = &structure;
        }
        return static_cast<DataStructure const*>(nullptr);
    };
    if (reference.kind != "Dataflow" && reference.kind != "ProvisionAgreement")
        if (auto const* const exact = look(reference)) return exact;
    for (auto const& [name, structure] : dataflows) {
        if (!names(reference, parse_reference(name))) continue;
        if (auto const* const exact = look(structure)) return exact;
    }
    if (nearest != nullptr) return nearest;
    bool const may_be_any =
        reference.id.empty() || reference.kind == "Dataflow" || reference.kind == "ProvisionAgreement";
    auto const is_full = [](DataStructure const& structure) { return !structure.is_stub; };
    auto const only = std::find_if(data_structures.begin(), data_structures.end(), is_full);
    if (may_be_any && std::count_if(data_structures.begin(), data_structures.end(), is_full) == 1)
        return &*only;
    return nullptr;
}

ItemList const* Structures::code_list(Reference const& reference) const noexcept {
    ItemList const* nearest = nullptr;
    for (auto const& list : code_lists) {
        if (!names(reference, list.self)) continue;
        if (list.self.version == reference.version) return &list;
        if (nearest == nullptr) nearest = &list;
    }
    return nearest;
}

Structures read_structures(std::string_view bytes, std::string const& name) {
    auto const first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (first != std::string_view::npos && bytes[first] == '{') return read_structures_json(bytes, name);
    return read_structures_ml(gateway::io::xml_source(bytes), name);
}

} // namespace adapters::sdmx
