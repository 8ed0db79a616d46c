#include "adapters/cube/cube.hpp"

#include <algorithm>

namespace adapters::cube {

using gateway::Cell;
using gateway::Column;
using gateway::Errc;
using gateway::Error;
using gateway::Position;

namespace {

constexpr std::size_t batch = 4096;

} // namespace

std::uint64_t value_count(std::string const& place, Cube const& cube) {
    std::uint64_t product = 1;
    for (auto const& dimension : cube.dimensions) {
        auto const size = dimension.categories.size();
        if (size == 0)
            throw Error{Errc::malformed, place + ": dimension '" + dimension.id + "' has no category"};
        if (product > max_values / size)
            throw Error{Errc::too_large, place + ": the sizes of the dimensions make more than " +
                                             std::to_string(max_values) + " values"};
        product *= size;
    }
    return product;
}

void apply_roles(Cube& cube, Roles const& roles, std::string const& place) {
    auto const give = [&](std::string const& name, Dimension::Role role) {
        if (name.empty()) return;
        auto const found =
            std::find_if(cube.dimensions.begin(), cube.dimensions.end(),
                         [&name](Dimension const& each) { return each.id == name || each.label == name; });
        if (found == cube.dimensions.end()) {
            std::string names;
            for (auto const& each : cube.dimensions) names += (names.empty() ? "" : ", ") + each.id;
            throw Error{Errc::structure_changed, place + ": has no dimension '" + name +
                                                     "', which the description names; it has " + names};
        }
        for (auto& each : cube.dimensions)
            if (each.role == role) each.role = Dimension::Role::classification;
        found->role = role;
    };
    give(roles.time, Dimension::Role::time);
    give(roles.geo, Dimension::Role::geo);
    give(roles.measure, Dimension::Role::measure);
    if (roles.geo_variable.empty()) return;
    for (auto& dimension : cube.dimensions)
        if (dimension.role == Dimension::Role::geo) dimension.id = roles.geo_variable;
}

Writer::Writer(Cube const& cube, gateway::CellSink& sink, std::string place)
    : cube_(cube), sink_(sink), place_(std::move(place)), size_(value_count(place_, cube)),
      at_(cube.dimensions.size(), 0) {
    std::optional<std::size_t> time;
    for (std::size_t i = 0; i < cube.dimensions.size(); ++i) {
        auto const& dimension = cube.dimensions[i];
        auto& only = dimension.role == Dimension::Role::time ? time : measure_;
        if (dimension.role == Dimension::Role::time || dimension.role == Dimension::Role::measure) {
            if (only)
                throw Error{Errc::structure_changed,
                            place_ + ": dimensions '" + cube.dimensions[*only].id + "' and '" + dimension.id +
                                "' both have the role of " +
                                (dimension.role == Dimension::Role::time ? "time" : "measure") +
                                ": ask the source for a table in which one of them is fixed"};
            only = i;
        } else {
            blocks_.push_back(i);
        }
    }
    if (!time) {
        std::string names;
        for (auto const& dimension : cube.dimensions)
            names += (names.empty() ? "'" : ", '") + dimension.id + "'";
        throw Error{Errc::unknown_time,
                    place_ + ": none of the dimensions " + names +
                        " is said to be time: ask the source for its role, or describe the feed"};
    }
    time_ = *time;
    gateway::TableInfo info;
    info.layout = cube.layout;
    info.language = cube.language;
    info.decimal_mark = '.';
    info.blocks = static_cast<unsigned>(blocks_.size());
    info.statistic_label = cube.label;
    sink_.table(info);
    auto const announce = [&](Column column, unsigned block, Dimension const& dimension) {
        for (std::uint32_t id = 0; id < dimension.categories.size(); ++id) {
            auto const& category = dimension.categories[id];
            auto const& unit = category.unit.empty() ? cube.unit : category.unit;
            bool const is_measure = column == Column::measure;
            sink_.code(column, block, id,
                       {is_measure ? unit : dimension.id, is_measure ? unit : dimension.label, category.code,
                        category.label});
        }
    };
    announce_times(cube.dimensions[time_]);
    if (measure_)
        announce(Column::measure, 0, cube.dimensions[*measure_]);
    else
        sink_.code(Column::measure, 0, 0, {cube.unit, cube.unit, cube.code, cube.label});
    for (unsigned i = 0; i < blocks_.size(); ++i) announce(Column::block, i, cube.dimensions[blocks_[i]]);
}

/// Times under the variables of mappings/time.toml, where every category is such a time.
void Writer::announce_times(Dimension const& dimension) {
    std::vector<TimeCode> codes;
    for (auto const& category : dimension.categories) {
        auto code = time_code(category.code);
        if (!code || (!codes.empty() && codes.front().variable != code->variable)) break;
        codes.push_back(std::move(*code));
    }
    bool const known = codes.size() == dimension.categories.size();
    for (std::uint32_t id = 0; id < dimension.categories.size(); ++id) {
        auto const& category = dimension.categories[id];
        if (known)
            sink_.code(Column::time, 0, id,
                       {codes[id].variable, dimension.label, codes[id].code, category.label});
        else
            sink_.code(Column::time, 0, id, {dimension.id, dimension.label, category.code, category.label});
    }
}

void Writer::seek(std::uint64_t index) {
    for (auto i = at_.size(); i-- > 0;) {
        auto const size = cube_.dimensions[i].categories.size();
        at_[i] = static_cast<std::uint32_t>(index % size);
        index /= size;
    }
    ++rows_;
}

std::string Writer::key() const {
    std::string text;
    for (std::size_t i = 0; i < at_.size(); ++i) {
        auto const& dimension = cube_.dimensions[i];
        text += (text.empty() ? "" : ", ") + dimension.id + "=" + dimension.categories[at_[i]].code;
    }
    return text;
}

int Writer::decimals() const noexcept {
    if (!measure_) return cube_.decimals;
    auto const own = cube_.dimensions[*measure_].categories[at_[*measure_]].decimals;
    return own >= 0 ? own : cube_.decimals;
}

std::uint8_t Writer::sign_number(std::string_view text) {
    auto const found = std::find(signs_.begin(), signs_.end(), text);
    if (found != signs_.end()) return static_cast<std::uint8_t>(found - signs_.begin() + 1);
    if (signs_.size() == 255)
        throw Error{Errc::unknown_sign, place_ + ": more than 255 different signs; the last is '" +
                                            std::string{text.substr(0, 40)} + "'"};
    signs_.emplace_back(text);
    sink_.sign(static_cast<std::uint8_t>(signs_.size()), text);
    return static_cast<std::uint8_t>(signs_.size());
}

void Writer::push(Cell cell, Position at) {
    cell.line = at.line;
    cell.column = static_cast<std::uint16_t>(std::min<std::uint32_t>(at.column, UINT16_MAX));
    cell.time = at_[time_];
    cell.measure = measure_ ? at_[*measure_] : 0;
    cells_.push_back(cell);
    for (auto const block : blocks_) codes_.push_back(at_[block]);
    if (cells_.size() == batch) flush();
}

void Writer::flush() {
    if (!cells_.empty()) sink_.cells(cells_, codes_);
    cells_.clear();
    codes_.clear();
}

void Writer::number(std::uint64_t index, std::string_view digits, std::string_view status, Position at) {
    seek(index);
    auto const value = exact_number(digits, decimals());
    if (!value) {
        --rows_;
        fault(index, Errc::overflow,
              "'" + std::string{digits.substr(0, 40)} + "' has more digits than are kept", at);
        return;
    }
    Cell cell;
    cell.kind = Cell::Kind::number;
    cell.number = *value;
    if (!status.empty()) cell.quality = sign_number(status);
    push(cell, at);
}

void Writer::sign(std::uint64_t index, std::string_view sign, Position at) {
    seek(index);
    Cell cell;
    cell.kind = Cell::Kind::sign;
    cell.sign = sign_number(sign);
    push(cell, at);
}

void Writer::empty(std::uint64_t index, Position at) {
    seek(index);
    push(Cell{}, at);
}

void Writer::fault(std::uint64_t index, Errc code, std::string const& what, Position at) {
    seek(index);
    gateway::Issue issue;
    issue.code = code;
    issue.position = at;
    issue.text = what + " (" + key() + ")";
    issue.next_step = "ask the source what the value means; the cell was set aside";
    sink_.issue(std::move(issue));
}

void Writer::finish() {
    flush();
    sink_.finish(rows_);
}

} // namespace adapters::cube
