// From a layout and a header to a plan: which column is looked at for what.
#include <algorithm>

#include "adapters/table/state.hpp"
#include "adapters/table/texts.hpp"

namespace adapters::table {

using gateway::Errc;
using gateway::Error;
using gateway::Place;
using gateway::Severity;
using gateway::Unexpected;

namespace {

constexpr std::uint64_t max_preamble_rows = 1000;

/// A header as the name of a dimension: capitals, digits and '_'.
std::string as_variable(std::string_view header) {
    std::string name;
    for (char const c : header) {
        if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
            name += c;
        else if (c >= 'a' && c <= 'z')
            name += static_cast<char>(c - 'a' + 'A');
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (!name.empty() && name.back() == '_') name.pop_back();
    return name.empty() ? "COLUMN" : name;
}

/// Bytes of another character set as \xNN: what is handed on is UTF-8.
std::string clean(std::string text) {
    return is_utf8(text) ? std::move(text) : shown(text);
}

std::string names_text(std::vector<std::string> const& names) {
    std::string text;
    for (auto const& name : names) text += (text.empty() ? "" : " or ") + shown(name);
    return text;
}

} // namespace

TableReader::State::State(gateway::Layout const& layout_in, gateway::CellSink& sink_in)
    : layout(layout_in), output(sink_in), dimensions_(layout_in.dimensions) {
    // Codes that value columns or captions bring need a block of their own.
    auto const add = [this](std::string const& variable) {
        auto const is = [&variable](auto const& dimension) { return dimension.variable == variable; };
        if (variable.empty() || std::any_of(dimensions_.begin(), dimensions_.end(), is)) return;
        gateway::LayoutDimension dimension;
        dimension.variable = variable;
        dimensions_.push_back(std::move(dimension));
    };
    for (auto const& value : layout.values)
        for (auto const& fixed : value.codes) add(fixed.first);
    for (auto const& rule : layout.rows) add(rule.variable);
    time_dimension_.variable = layout.time_variable;
    time_dimension_.place = layout.time;
    sheet_name_ = layout.sheets.empty() ? std::string{} : layout.sheets.front();
    if (layout.header_rows == 0) has_header_ = false;
}

bool TableReader::State::is_header(Header const& header, std::string* lacks) const {
    for (auto const* place : wanted_places(layout)) {
        if (header.find(place->headers) != 0) continue;
        std::vector<bool> const none(header.columns() + std::size_t{1}, false);
        if (header.find_near(place->headers, none) != 0) continue;
        if (lacks != nullptr) *lacks = names_text(place->headers);
        return false;
    }
    for (auto const& value : layout.values) {
        if (value.headers.empty()) continue;
        for (std::uint32_t column = 1; column <= header.columns(); ++column)
            if (header.named(column, value.headers)) return true;
        if (lacks != nullptr) *lacks = names_text(value.headers);
    }
    return std::any_of(layout.values.begin(), layout.values.end(),
                       [](auto const& value) { return value.headers.empty(); });
}

void TableReader::State::look_for_header(GridRow const& row) {
    auto texts = header_row(row);
    if (layout.header_rows == 0) {
        // Columns by number: the rows before `header_row` are preamble.
        if (row.line < layout.header_row) {
            preamble_.push_back(std::move(texts));
            return;
        }
        set_up(Header{});
        return;
    }
    if (++preamble_rows_ > max_preamble_rows) give_up_header();
    if (layout.header_row != 0 && row.line < layout.header_row) {
        preamble_.push_back(std::move(texts));
        return;
    }
    last_width_ = row.width;
    waiting_.push_back(std::move(texts));
    if (waiting_.size() < layout.header_rows) return;
    Header header{waiting_};
    std::string lacks;
    bool const found = is_header(header, &lacks);
    if (found || layout.header_row != 0) {
        if (!found)
            throw Error{Errc::structure_changed, "line " + std::to_string(header.line()) +
                                                     ": the header has no column " + lacks + "; found " +
                                                     header.listed() +
                                                     "; correct the feed description, or ask the source"};
        header_width_ = last_width_;
        waiting_.clear();
        set_up(std::move(header));
        return;
    }
    if (header.columns() > 1 && nearest_lack_.empty())
        nearest_lack_ =
            "line " + std::to_string(header.line()) + " lacks " + lacks + " and has " + header.listed();
    preamble_.push_back(std::move(waiting_.front()));
    waiting_.erase(waiting_.begin());
}

void TableReader::State::give_up_header() const {
    throw Error{
        Errc::structure_changed,
        "no header as the feed description " + layout.feed + " expects it" +
            (sheet_name_.empty() ? "" : " on the sheet " + shown(sheet_name_)) +
            (nearest_lack_.empty() ? std::string{": no row has several texts"} : ": " + nearest_lack_) +
            "; correct the description, or ask the source"};
}

std::size_t TableReader::State::lookup_of(std::uint32_t column, bool fill_down) {
    for (std::size_t i = 0; i < lookups_.size(); ++i) {
        if (lookups_[i]->column != column) continue;
        lookups_[i]->fill_down = lookups_[i]->fill_down || fill_down;
        return i;
    }
    lookups_.push_back(std::make_unique<Lookup>());
    lookups_.back()->column = column;
    lookups_.back()->fill_down = fill_down;
    return lookups_.size() - 1;
}

std::uint32_t TableReader::State::column_of(Place const& place) {
    std::uint32_t column = place.number;
    if (!place.headers.empty()) {
        column = header_.find(place.headers);
        if (column == 0 && (column = header_.find_near(place.headers, taken_)) != 0)
            output.issue(Errc::structure_changed, Severity::warning, header_.line(), column,
                         "the header " + shown(header_.path(column)) + " is taken for " +
                             names_text(place.headers),
                         "if it is right, add this spelling to the feed description");
    }
    if (column != 0 && column < taken_.size()) taken_[column] = true;
    return column;
}

std::string TableReader::State::place_text(Place const& place, std::uint32_t column) const {
    switch (place.from) {
    case Place::From::constant: return place.text;
    case Place::From::header: return std::string{header_.above(column, place.number)};
    case Place::From::sheet: return sheet_name_;
    case Place::From::title:
        for (auto const& row : preamble_)
            for (auto const& text : row.texts)
                if (!text.empty() && fits(place.text, text)) return text;
        throw Error{Errc::structure_changed, "no row above the table fits " + shown(place.text) +
                                                 "; correct the feed description " + layout.feed};
    case Place::From::nowhere:
    case Place::From::column: break;
    }
    return {};
}

void TableReader::State::set_up_role(Role& role, Place const& place) {
    role.lookup = role.name = no_lookup;
    role.per_value = place.from == Place::From::header;
    if (place.from == Place::From::column) {
        auto const column = column_of(place);
        if (column != 0) role.lookup = lookup_of(column, place.fill_down);
    }
}

void TableReader::State::set_up_roles() {
    if (blocks_.empty()) {
        blocks_.resize(dimensions_.size());
        for (unsigned block = 0; block < blocks_.size(); ++block)
            blocks_[block].coder =
                std::make_unique<Coder>(output, layout, gateway::Column::block, block, dimensions_[block]);
        time_.coder = std::make_unique<Coder>(output, layout, gateway::Column::time, 0U, time_dimension_);
        codes_.assign(std::max<std::size_t>(1, blocks_.size()), 0);
    }
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
        auto const& dimension = dimensions_[block];
        auto& role = blocks_[block];
        set_up_role(role, dimension.place);
        if (dimension.name.from == Place::From::column) {
            auto const column = column_of(dimension.name);
            if (column != 0) role.name = lookup_of(column, dimension.name.fill_down);
        }
        if (role.lookup == no_lookup && !role.per_value)
            role.fixed = role.coder->fixed(place_text(dimension.place, 0));
    }
    set_up_role(time_, layout.time);
    if (time_.lookup == no_lookup && !time_.per_value)
        time_.fixed = time_.coder->fixed(place_text(layout.time, 0));
    set_up_role(measure_, layout.measure);
    set_up_role(unit_, layout.unit);
    set_up_role(sign_, layout.sign);
    defects_.clear();
    for (auto const& rule : layout.defects) {
        Defect defect{&rule, {}, {}};
        for (auto const& condition : rule.when) {
            auto const column = header_.find({condition.first});
            if (column == 0)
                throw Error{Errc::structure_changed, "no column " + shown(condition.first) +
                                                         ", which a rule of the feed description " +
                                                         layout.feed + " asks for"};
            taken_[column] = true;
            defect.conditions.push_back({lookup_of(column, false), &condition.second, {}});
        }
        for (auto const& correction : rule.set) {
            auto const column = header_.find({correction.first});
            if (column == 0)
                throw Error{Errc::structure_changed, "no column " + shown(correction.first) +
                                                         ", which a rule of the feed description " +
                                                         layout.feed + " corrects"};
            defect.corrected.push_back(lookup_of(column, false));
        }
        defects_.push_back(std::move(defect));
    }
}

void TableReader::State::set_up_marks(ValueColumn& column) {
    Marks const declared{layout.decimal, layout.thousands};
    column.settling = is_settling();
    column.undecided = false;
    column.marks = {declared.decimal, declared.thousands == '\x01' ? '\0' : declared.thousands};
    if (surveyed) {
        auto const known = evidence.find({sheet_, column.column});
        column.evidence = nullptr;
        column.marks =
            (known == evidence.end() ? MarkEvidence{} : known->second).decide(declared, column.path);
    } else if (is_settling()) {
        column.evidence = &evidence[{sheet_, column.column}];
        // Until one is proven, no mark is read: it might part thousands or not.
        if (declared.decimal == '\0') column.marks = {'\0', '\0'};
    } else {
        column.undecided = declared.decimal == '\0' || declared.thousands == '\0';
        if (declared.decimal == '\0') column.marks.decimal = '.';
    }
    // As many digits as settle_decimals() and looks_like_residue() let pass.
    auto const decimals = column.rule->decimals;
    column.quick = !column.undecided && sign_.lookup == no_lookup && column.column <= UINT16_MAX;
    column.quick_scale = decimals < 0 ? least_residue - 1 : static_cast<unsigned>(decimals);
    column.quick_marks = QuickMarks{column.marks};
}

void TableReader::State::set_up_values() {
    values_.clear();
    lane_ = {};
    auto const last = std::max(header_.columns(), [this] {
        std::uint32_t most = 0;
        for (auto const& value : layout.values) most = std::max(most, value.last);
        return most;
    }());
    if (taken_.size() <= last) taken_.resize(last + std::size_t{1});
    for (std::uint32_t column = 1; column <= last; ++column) {
        if (taken_[column]) continue;
        auto const rule = std::find_if(
            layout.values.begin(), layout.values.end(), [this, column](gateway::LayoutValue const& value) {
                if (!value.headers.empty())
                    return column <= header_.columns() && header_.named(column, value.headers);
                return column >= value.first && column <= value.last;
            });
        if (rule == layout.values.end()) continue;
        taken_[column] = true;
        ValueColumn value;
        value.column = column;
        value.rule = &*rule;
        value.path = column <= header_.columns() && !header_.path(column).empty()
                         ? shown(header_.path(column))
                         : std::to_string(column);
        for (auto const& fixed : rule->codes) {
            auto const is = [&fixed](auto const& known) { return known.variable == fixed.first; };
            auto const at = std::find_if(dimensions_.begin(), dimensions_.end(), is) - dimensions_.begin();
            auto const block = static_cast<unsigned>(at);
            value.fixed.emplace_back(block, blocks_[block].coder->fixed(fixed.second));
        }
        for (unsigned block = 0; block < blocks_.size(); ++block)
            if (blocks_[block].per_value)
                value.fixed.emplace_back(
                    block, blocks_[block].coder->fixed(place_text(dimensions_[block].place, column)));
        // A column that brings no code of its own must not inherit the one of the column before.
        for (unsigned block = 0; block < blocks_.size(); ++block) {
            auto const brings = [this, block](gateway::LayoutValue const& other) {
                return std::any_of(other.codes.begin(), other.codes.end(), [this, block](auto const& code) {
                    return code.first == dimensions_[block].variable;
                });
            };
            auto const is = [block](auto const& fixed) { return fixed.first == block; };
            if (blocks_[block].lookup == no_lookup &&
                std::none_of(value.fixed.begin(), value.fixed.end(), is) &&
                std::any_of(layout.values.begin(), layout.values.end(), brings))
                value.fixed.emplace_back(block, blocks_[block].fixed);
        }
        if (time_.per_value) value.time = time_.coder->fixed(place_text(layout.time, column));
        if (measure_.per_value) value.measure_above = clean(place_text(layout.measure, column));
        if (unit_.per_value) value.unit_above = clean(place_text(layout.unit, column));
        set_up_marks(value);
        values_.push_back(std::move(value));
    }
    if (values_.empty())
        throw Error{Errc::structure_changed, "no column of figures as the feed description " + layout.feed +
                                                 " names it; the header has " + header_.listed()};
}

void TableReader::State::set_up_unexpected() {
    unexpected_.clear();
    for (std::uint32_t column = 1; column < taken_.size(); ++column) {
        if (taken_[column]) continue;
        bool const has_name = column <= header_.columns() && !header_.path(column).empty();
        if (!has_name) {
            // Mostly the trailing delimiters of a spreadsheet: of interest only where something stands there.
            unexpected_.push_back(column);
            continue;
        }
        if (header_.named(column, layout.ignored) || header_.path(column) == reason_column) continue;
        auto const what =
            "the column " + shown(header_.path(column)) + " is not in the feed description " + layout.feed;
        switch (layout.unexpected_column) {
        case Unexpected::freeze:
            throw Error{Errc::structure_changed, "line " + std::to_string(header_.line()) + ": " + what +
                                                     "; add it there, or to 'ignore' where it says nothing "
                                                     "about the figures"};
        case Unexpected::evolve: {
            if (output.has_table())
                throw Error{Errc::structure_changed,
                            "sheet " + shown(sheet_name_) + ": " + what + ", and no earlier sheet has it"};
            gateway::LayoutDimension dimension;
            dimension.variable = as_variable(header_.path(column));
            dimension.label = clean(header_.path(column));
            dimension.place.from = Place::From::column;
            dimension.place.headers = {header_.path(column)};
            dimensions_.push_back(std::move(dimension));
            output.issue(Errc::structure_changed, Severity::warning, header_.line(), column,
                         what + "; it became the dimension " + dimensions_.back().variable,
                         "give it a variable in the description");
            break;
        }
        case Unexpected::set_aside: unexpected_.push_back(column); [[fallthrough]];
        case Unexpected::drop_value:
            output.issue(Errc::structure_changed, Severity::warning, header_.line(), column, what,
                         "add it there, or to 'ignore' where it says nothing about the figures");
            break;
        }
    }
}

void TableReader::State::announce_table() {
    gateway::TableInfo info;
    info.layout = "feed:" + layout.feed;
    info.language = "de";
    info.decimal_mark = layout.decimal == '\0' ? ',' : layout.decimal;
    info.blocks = static_cast<unsigned>(dimensions_.size());
    output.table(info);
}

/// Columns that have a role must be known before the number of blocks is.
void TableReader::State::mark_taken() {
    auto const is = [this](std::uint32_t column, Place const& place) {
        return place.from == Place::From::column &&
               (place.headers.empty() ? place.number == column : header_.named(column, place.headers));
    };
    for (std::uint32_t column = 1; column <= header_.columns(); ++column) {
        bool taken = is(column, layout.time) || is(column, layout.measure) || is(column, layout.unit) ||
                     is(column, layout.sign);
        for (auto const& dimension : dimensions_)
            taken = taken || is(column, dimension.place) || is(column, dimension.name);
        for (auto const& value : layout.values)
            taken = taken || (value.headers.empty() ? column >= value.first && column <= value.last
                                                    : header_.named(column, value.headers));
        for (auto const& rule : layout.defects)
            for (auto const& condition : rule.when) taken = taken || header_.named(column, {condition.first});
        taken_[column] = taken;
    }
    for (auto const* place : wanted_places(layout)) {
        if (header_.find(place->headers) != 0) continue;
        auto const near = header_.find_near(place->headers, taken_);
        if (near != 0) taken_[near] = true;
    }
}

void TableReader::State::set_up(Header header) {
    header_ = std::move(header);
    has_header_ = true;
    taken_.assign(header_.columns() + std::size_t{1}, false);
    lookups_.clear();
    remarks_.clear();
    mark_taken();
    set_up_unexpected();
    if (!output.has_table()) announce_table();
    for (auto& role : blocks_) role.coder->forget();
    if (time_.coder) time_.coder->forget();
    taken_.assign(header_.columns() + std::size_t{1}, false);
    set_up_roles();
    set_up_values();
}

void TableReader::State::begin_sheet(std::string_view name) {
    if (!sheet_name_.empty() || has_header_ || preamble_rows_ > 0) ++sheet_;
    sheet_name_ = name;
    waiting_.clear();
    preamble_.clear();
    nearest_lack_.clear();
    preamble_rows_ = 0;
    has_header_ = false;
    ended_ = false;
}

} // namespace adapters::table
