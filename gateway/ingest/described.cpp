#include "gateway/ingest/described.hpp"

#include <algorithm>

#include "adapters/table/coder.hpp"
#include "adapters/table/texts.hpp"

namespace gateway::ingest {
namespace {

bool has_name(Place const& place, std::string_view variable) {
    return place.from == Place::From::column &&
           std::any_of(place.headers.begin(), place.headers.end(),
                       [variable](auto const& header) { return same_name(header, variable); });
}

std::string joined(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

} // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
    auto const upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; };
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [upper](char x, char y) { return upper(x) == upper(y); });
}

DescribedCells::DescribedCells(Layout const& layout, std::string name, CellSink& to)
    : layout_(layout), name_(std::move(name)), to_(to) {
    for (auto const& dimension : layout_.dimensions)
        if (dimension.place.from == Place::From::constant) constants_.push_back(&dimension);
}

void DescribedCells::table(TableInfo const& info) {
    blocks_ = info.blocks;
    faults_.resize(blocks_);
    auto own = info;
    own.blocks += static_cast<unsigned>(constants_.size());
    to_.table(own);
    for (unsigned i = 0; i < constants_.size(); ++i) {
        auto const& dimension = *constants_[i];
        auto const code = adapters::table::cut(dimension.place, dimension.place.text).code;
        to_.code(Column::block, blocks_ + i, 0, {dimension.variable, dimension.label, code, {}});
    }
}

LayoutDimension const* DescribedCells::dimension_for(std::string_view variable) const {
    for (auto const& dimension : layout_.dimensions)
        if (has_name(dimension.place, variable)) return &dimension;
    return nullptr;
}

bool DescribedCells::is_measure_or_unit(std::string_view variable) const {
    return has_name(layout_.measure, variable) || has_name(layout_.unit, variable) ||
           has_name(layout_.time, variable);
}

std::optional<DescribedCells::Fault> DescribedCells::fault_of(LayoutDimension const& dimension,
                                                              std::string const& code,
                                                              std::string_view label) const {
    auto const& known = dimension.known;
    if (layout_.unexpected_code != Unexpected::evolve &&
        std::find(known.begin(), known.end(), code) == known.end()) {
        if (layout_.unexpected_code == Unexpected::freeze)
            throw Error{Errc::unknown_code, name_ + ": the code '" + code + "' of " + dimension.variable +
                                                " is not among those of the feed " + layout_.feed +
                                                "; add it to the description"};
        return Fault{Errc::unknown_code,
                     "the code '" + code + "' of " + dimension.variable + " is not among those of the feed",
                     "add it to the description"};
    }
    auto const names = dimension.names.find(code);
    if (label.empty() || names == dimension.names.end() || label == code) return std::nullopt;
    if (std::find(names->second.begin(), names->second.end(), adapters::table::tidy(label)) !=
        names->second.end())
        return std::nullopt;
    return Fault{Errc::label_mismatch,
                 "the key '" + code + "' of " + dimension.variable + " with the name '" + std::string{label} +
                     "', which is not among its names",
                 "ask the source which of the two is right, or add the name to the list"};
}

void DescribedCells::block_code(unsigned block, std::uint32_t id, SourceCode const& code) {
    if (std::find(seen_.begin(), seen_.end(), code.variable) == seen_.end())
        seen_.emplace_back(code.variable);
    auto const* const dimension = dimension_for(code.variable);
    if (dimension != nullptr) {
        if (std::find(found_.begin(), found_.end(), dimension) == found_.end()) found_.push_back(dimension);
        auto const text = adapters::table::cut(dimension->place, adapters::table::tidy(code.code)).code;
        if (auto fault = fault_of(*dimension, text, code.label)) {
            has_faults_ = true;
            faults_[block][id] = std::move(*fault);
            // Never used by a cell; every number is announced all the same.
            to_.code(Column::block, block, id, {});
            return;
        }
        auto const label =
            dimension->label.empty() ? code.variable_label : std::string_view{dimension->label};
        to_.code(Column::block, block, id, {dimension->variable, label, text, code.label});
        return;
    }
    bool const is_ignored =
        std::any_of(layout_.ignored.begin(), layout_.ignored.end(),
                    [&code](auto const& header) { return same_name(header, code.variable); });
    if (is_ignored || layout_.unexpected_column == Unexpected::drop_value) {
        if (!is_ignored && id == 0)
            to_.issue({Errc::structure_changed,
                       Severity::warning,
                       {},
                       "the dimension " + std::string{code.variable} +
                           " is not in the description and was left out",
                       "add it to the description, or to ignore",
                       1});
        to_.code(Column::block, block, id, {}); // an empty block does not apply
        return;
    }
    if (layout_.unexpected_column != Unexpected::evolve)
        throw Error{Errc::structure_changed,
                    name_ + ": the dimension '" + std::string{code.variable} +
                        "' is not in the description of the feed " + layout_.feed +
                        "; add a [[layout.dimension]] with this column, or name it under ignore"};
    to_.code(Column::block, block, id, code);
}

void DescribedCells::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    using adapters::table::cut;
    if (column == Column::block) return block_code(block, id, code);
    auto own = code;
    if (column == Column::time) {
        auto const text = cut(layout_.time, adapters::table::tidy(code.code)).code;
        own.code = text;
        to_.code(column, block, id, own);
        return;
    }
    auto const& measure = layout_.measure;
    auto const& unit = layout_.unit;
    auto const said = unit.from == Place::From::constant ? unit.text : std::string{code.variable};
    auto const unit_text = cut(unit, adapters::table::tidy(said)).code;
    auto measure_text =
        measure.from == Place::From::constant ? measure.text : adapters::table::tidy(code.code);
    measure_text = cut(measure, measure_text).code;
    if (auto const by_unit = layout_.measure_of_unit.find(unit_text);
        by_unit != layout_.measure_of_unit.end())
        measure_text = by_unit->second;
    own.variable = unit_text;
    if (unit.from == Place::From::constant) own.variable_label = unit_text;
    own.code = measure_text;
    to_.code(column, block, id, own);
}

void DescribedCells::sign(std::uint8_t id, std::string_view text) {
    if (closing_.size() <= id) closing_.resize(id + std::size_t{1});
    closing_[id] = std::find(layout_.closing.begin(), layout_.closing.end(), text) != layout_.closing.end();
    auto const known = layout_.sign_of.find(text);
    to_.sign(id, known == layout_.sign_of.end() ? text : std::string_view{known->second});
}

void DescribedCells::require_all_dimensions() {
    is_complete_ = true;
    for (auto const& dimension : layout_.dimensions) {
        auto const& place = dimension.place;
        if (place.from != Place::From::column || place.optional || place.headers.empty()) continue;
        if (std::find(found_.begin(), found_.end(), &dimension) != found_.end()) continue;
        if (std::any_of(place.headers.begin(), place.headers.end(),
                        [this](auto const& header) { return is_measure_or_unit(header); }))
            continue;
        throw Error{Errc::structure_changed, name_ + ": has no dimension '" + place.headers.front() +
                                                 "', which the description of the feed " + layout_.feed +
                                                 " names; it has " + joined(seen_) +
                                                 "; correct the description, or say optional = true"};
    }
}

void DescribedCells::cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) {
    if (!is_complete_) require_all_dimensions();
    bool const closes = std::find(closing_.begin(), closing_.end(), true) != closing_.end();
    if (constants_.empty() && !has_faults_ && !closes) return to_.cells(cells, codes);
    cells_.clear();
    codes_.clear();
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const own = codes.subspan(i * blocks_, blocks_);
        Fault const* fault = nullptr;
        for (unsigned block = 0; has_faults_ && block < blocks_ && fault == nullptr; ++block)
            if (auto const found = faults_[block].find(own[block]); found != faults_[block].end())
                fault = &found->second;
        auto cell = cells[i];
        if (fault != nullptr) {
            auto& issue = aside_[{fault->code, fault->text}];
            if (issue.count == 0 || issue.text.empty())
                issue = {fault->code, Severity::error,  {cell.line, cell.column},
                         fault->text, fault->next_step, 0};
            ++issue.count;
            to_.set_aside({fault->code, {cell.line, cell.column}, fault->text, fault->next_step});
            continue;
        }
        if (cell.kind == Cell::Kind::number && cell.quality < closing_.size() && closing_[cell.quality]) {
            cell.kind = Cell::Kind::sign;
            cell.sign = cell.quality;
            cell.quality = 0;
            cell.number = Decimal{};
        }
        cells_.push_back(cell);
        codes_.insert(codes_.end(), own.begin(), own.end());
        codes_.insert(codes_.end(), constants_.size(), 0U);
    }
    if (!cells_.empty()) to_.cells(cells_, codes_);
}

void DescribedCells::finish(std::uint64_t rows) {
    for (auto& [key, issue] : aside_) to_.issue(std::move(issue));
    bool const few = layout_.rows_least != 0 && rows < layout_.rows_least;
    if (few || (layout_.rows_most != 0 && rows > layout_.rows_most))
        to_.issue({Errc::incomplete,
                   Severity::warning,
                   {},
                   std::to_string(rows) + " rows of data, expected " +
                       (few ? "at least " + std::to_string(layout_.rows_least)
                            : "at most " + std::to_string(layout_.rows_most)),
                   "ask the source whether the delivery is complete; correct 'expect' in the description",
                   1});
    to_.finish(rows);
}

} // namespace gateway::ingest
