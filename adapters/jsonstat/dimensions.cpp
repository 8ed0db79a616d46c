#include "adapters/jsonstat/dimensions.hpp"

#include <algorithm>
#include <map>

namespace adapters::jsonstat {

using cube::Category;
using cube::Dimension;
using gateway::Errc;
using gateway::Error;

namespace {

[[noreturn]] void fail(std::string const& path, std::string const& what) {
    throw Error{Errc::malformed, path + ": " + what};
}

std::string key_of(Json::ConstMemberIterator::Reference entry) {
    return {entry.name.GetString(), entry.name.GetStringLength()};
}

/// Members of an object by name: asked once per category.
std::map<std::string_view, Json const*> members(Json const* object) {
    std::map<std::string_view, Json const*> all;
    if (object == nullptr || !object->IsObject()) return all;
    for (auto const& entry : object->GetObject())
        all.emplace(std::string_view{entry.name.GetString(), entry.name.GetStringLength()}, &entry.value);
    return all;
}

/// Codes in their order: "index" as array or object; where absent, the only label.
std::vector<std::string> codes_of(Json const& category, std::string const& path, std::size_t size) {
    std::vector<std::string> codes;
    auto const* const index = member(category, "index");
    if (index == nullptr) {
        auto const* const label = member(category, "label");
        if (label == nullptr || !label->IsObject() || label->MemberCount() != 1)
            fail(path, "category without index; only a single category may leave it out");
        codes.push_back(key_of(*label->MemberBegin()));
    } else if (index->IsArray()) {
        for (auto const& code : index->GetArray()) {
            if (!code.IsString() || digits_of(code)) fail(path + ".index", "a code that is no text");
            codes.emplace_back(text_of(code));
        }
    } else if (index->IsObject()) {
        require_unique(*index, path + ".index");
        codes.resize(index->MemberCount());
        std::vector<bool> taken(codes.size(), false);
        for (auto const& entry : index->GetObject()) {
            auto const place = index_of(entry.value);
            if (!place || *place >= codes.size() || taken[*place])
                fail(path + ".index", "'" + key_of(entry) + "' has no place of its own from 0 to " +
                                          std::to_string(codes.size() - 1));
            taken[*place] = true;
            codes[*place] = key_of(entry);
        }
    } else {
        fail(path + ".index", "neither an array nor an object");
    }
    if (codes.size() != size)
        fail(path, std::to_string(codes.size()) + " categories where size says " + std::to_string(size));
    auto sorted = codes;
    std::sort(sorted.begin(), sorted.end());
    if (auto const twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
        throw Error{Errc::duplicate_key, path + ": code '" + *twice + "' stands twice"};
    return codes;
}

void read_unit(Json const& unit, Category& category) {
    category.unit = label_of(unit);
    // "symbol" is what is shown ("%"); "base" the scale in words ("Millions"). Both belong to the unit.
    if (auto const* const symbol = member(unit, "symbol"); category.unit.empty() && symbol != nullptr)
        category.unit = text_of(*symbol);
    if (auto const* const base = member(unit, "base"); base != nullptr && !text_of(*base).empty())
        category.unit += (category.unit.empty() ? "" : ", ") + std::string{text_of(*base)};
    if (auto const* const decimals = member(unit, "decimals"); decimals != nullptr) {
        auto const places = index_of(*decimals);
        if (places && *places <= 18) category.decimals = static_cast<int>(*places);
    }
}

Dimension read_dimension(Json const& all, std::string const& id, std::size_t size, std::string const& path) {
    Dimension dimension;
    dimension.id = id;
    auto const* const found = member(all, id);
    if (found == nullptr || !found->IsObject()) fail(path, "dimension '" + id + "' is not described");
    auto const own = path + "." + id;
    dimension.label = label_of(*found);
    if (dimension.label.empty()) dimension.label = id;
    auto const* const category = member(*found, "category");
    if (category == nullptr || !category->IsObject()) fail(own, "no category");
    auto const labels = members(member(*category, "label"));
    auto const units = members(member(*category, "unit"));
    for (auto const& code : codes_of(*category, own + ".category", size)) {
        Category each;
        each.code = each.label = code;
        if (auto const label = labels.find(code); label != labels.end())
            each.label = std::string{text_of(*label->second)};
        if (auto const unit = units.find(code); unit != units.end()) read_unit(*unit->second, each);
        dimension.categories.push_back(std::move(each));
    }
    if (auto const* const children = member(*category, "child"); children != nullptr && children->IsObject())
        for (auto const& parent : children->GetObject()) {
            auto const known = std::any_of(dimension.categories.begin(), dimension.categories.end(),
                                           [&](Category const& each) { return each.code == key_of(parent); });
            if (!known) fail(own + ".category.child", "'" + key_of(parent) + "' is no category");
        }
    return dimension;
}

void assign_role(cube::Cube& cube, Json const& roles, std::string_view name, Dimension::Role role,
                 std::string const& path) {
    auto const* const ids = member(roles, name);
    if (ids == nullptr) return;
    if (!ids->IsArray()) fail(path + ".role." + std::string{name}, "not an array");
    for (auto const& id : ids->GetArray()) {
        auto const found = std::find_if(cube.dimensions.begin(), cube.dimensions.end(),
                                        [&](Dimension const& each) { return each.id == text_of(id); });
        if (found == cube.dimensions.end())
            fail(path + ".role." + std::string{name}, "'" + std::string{text_of(id)} + "' is no dimension");
        found->role = role;
    }
}

} // namespace

std::string label_of(Json const& object) {
    auto const* const label = member(object, "label");
    return label == nullptr ? std::string{} : std::string{text_of(*label)};
}

cube::Cube read_dimensions(Json const& dataset, std::string const& path) {
    cube::Cube cube;
    auto const* const dimensions = member(dataset, "dimension");
    if (dimensions == nullptr || !dimensions->IsObject()) fail(path, "no dimension");
    require_unique(*dimensions, path + ".dimension");
    // Version 1 keeps id, size and role among the dimensions.
    auto const* const ids =
        member(dataset, "id") != nullptr ? member(dataset, "id") : member(*dimensions, "id");
    auto const* const sizes =
        member(dataset, "size") != nullptr ? member(dataset, "size") : member(*dimensions, "size");
    if (ids == nullptr || !ids->IsArray() || sizes == nullptr || !sizes->IsArray())
        fail(path, "id and size are not given as arrays");
    if (ids->Size() != sizes->Size() || ids->Empty())
        fail(path, std::to_string(ids->Size()) + " ids and " + std::to_string(sizes->Size()) + " sizes");
    if (ids->Size() > 100) throw Error{Errc::too_large, path + ": more than 100 dimensions"};
    for (rapidjson::SizeType i = 0; i < ids->Size(); ++i) {
        std::string const id{text_of((*ids)[i])};
        auto const size = index_of((*sizes)[i]);
        if (id.empty() || !size) fail(path, "id or size " + std::to_string(i) + " is not what it should be");
        for (auto const& other : cube.dimensions)
            if (other.id == id)
                throw Error{Errc::duplicate_key, path + ": dimension '" + id + "' stands twice"};
        cube.dimensions.push_back(read_dimension(*dimensions, id, *size, path + ".dimension"));
    }
    auto const* const role =
        member(dataset, "role") != nullptr ? member(dataset, "role") : member(*dimensions, "role");
    if (role != nullptr) {
        assign_role(cube, *role, "time", Dimension::Role::time, path);
        assign_role(cube, *role, "geo", Dimension::Role::geo, path);
        assign_role(cube, *role, "metric", Dimension::Role::measure, path);
    }
    cube::find_time(cube);
    cube.label = label_of(dataset);
    return cube;
}

} // namespace adapters::jsonstat
