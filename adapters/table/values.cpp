// From fields to figures: numbers, signs, remarks, measures.
#include <algorithm>

#include "adapters/table/state.hpp"
#include "adapters/table/texts.hpp"

namespace adapters::table {

using gateway::Cell;
using gateway::Errc;
using gateway::Severity;
using gateway::Unexpected;

namespace {

/// Digits like 12.300000000000001 or 74.5999999: what binary fractions leave of 12.3 and 74.6.
bool looks_like_residue(gateway::Decimal value) noexcept {
    if (value.scale() < least_residue) return false;
    auto rest = value.mantissa() < 0 ? -value.mantissa() : value.mantissa();
    for (int cut = 0; cut < 3; ++cut, rest /= 10) {
        auto const run = rest % 1'000'000;
        if (rest >= 1'000'000 && (run == 0 || run == 999'999) && rest % 10 == rest / 10 % 10) return true;
    }
    return false;
}

} // namespace

std::uint32_t TableReader::State::new_measure(ValueColumn const& column) {
    auto const text_of = [this](Role const& role) {
        if (role.lookup == no_lookup) return std::string{};
        auto const& lookup = *lookups_[role.lookup];
        auto const text = lookup.index.text(lookup.now);
        return is_utf8(text) ? tidy(text) : shown(text); // which no mapping knows: the row is set aside
    };
    auto unit = unit_.lookup == no_lookup ? column.unit_above : text_of(unit_);
    if (!column.rule->unit.empty()) unit = column.rule->unit;
    if (unit.empty()) unit = place_text(layout.unit, column.column);
    unit = cut(layout.unit, unit).code;
    std::string label = measure_.lookup == no_lookup ? column.measure_above : text_of(measure_);
    auto code = cut(layout.measure, label).code;
    if (auto const own = layout.measure_of_unit.find(unit); own != layout.measure_of_unit.end()) {
        code = own->second;
        label.clear();
    }
    if (!column.rule->measure.empty()) code = column.rule->measure;
    if (code.empty()) code = place_text(layout.measure, column.column);
    auto const [found, fresh] =
        measure_ids_.try_emplace({code, unit}, static_cast<std::uint32_t>(measure_ids_.size()));
    if (fresh) output.code(gateway::Column::measure, 0, found->second, {unit, {}, code, label});
    return found->second;
}

std::uint64_t TableReader::State::measure_pair() const noexcept {
    auto const now = [this](Role const& role) {
        return role.lookup == no_lookup ? std::uint64_t{0} : lookups_[role.lookup]->now + std::uint64_t{1};
    };
    return now(measure_) << 32U | now(unit_);
}

void TableReader::State::measure_of(ValueColumn& column) {
    auto const known = column.measures.find(measure_pair_);
    column.last_measure = known != column.measures.end()
                              ? known->second
                              : column.measures.emplace(measure_pair_, new_measure(column)).first->second;
    column.last_pair = measure_pair_;
}

bool TableReader::State::refuse_value(GridRow const& row, Field const& field, Errc code,
                                      std::string const& why, std::string const& next_step, Cell& cell) {
    if (layout.unexpected_value == Unexpected::freeze)
        throw gateway::Error{code, "line " + std::to_string(row.line) + ", column " +
                                       std::to_string(field.column) + ": " + why + "; " + next_step};
    if (layout.unexpected_value == Unexpected::drop_value) {
        if (auto const sign = output.sign(layout.dropped_sign); sign && *sign != 0) {
            output.issue(code, Severity::warning, row.line, field.column, why + "; the value was dropped",
                         next_step);
            cell.kind = Cell::Kind::sign;
            cell.sign = *sign;
            return true;
        }
    }
    set_aside(row, field.column, code, why, next_step);
    return false;
}

bool TableReader::State::written_sign(GridRow const& row, Field const& field, std::string_view text,
                                      Cell& cell) {
    auto const sign = output.sign(text);
    if (!sign)
        return refuse_value(row, field, Errc::unknown_sign,
                            "the text " + shown(text) + " stands where a figure is due",
                            "look at the line; if it is a footnote, add its row to the description", cell);
    cell.kind = Cell::Kind::sign;
    cell.sign = *sign;
    return true;
}

bool TableReader::State::figure(GridRow const& row, Field const* field, ValueColumn& column, Cell& cell) {
    if (field == nullptr || field->text.empty()) {
        cell.kind = Cell::Kind::empty;
        return true;
    }
    if (field->kind == FieldKind::error || is_formula_error(field->text))
        return written_sign(row, *field, field->text, cell);
    auto const from_format = field->kind == FieldKind::number;
    if (column.undecided && !from_format && field->text.find_first_of(".,") != std::string_view::npos)
        return refuse_value(row, *field, Errc::ambiguous_number,
                            "nothing says whether " + shown(field->text) +
                                " has a decimal or a thousands mark",
                            "declare decimal and thousands in the feed description", cell);
    auto read = read_figure(field->text, from_format ? Marks{} : column.marks);
    bool const is_read = read.kind == Figure::Kind::number || read.kind == Figure::Kind::sign ||
                         read.kind == Figure::Kind::empty;
    if (!is_read && column.settling) {
        // What is wrong with it is said against the marks of the whole column.
        survey_now();
        read = read_figure(field->text, from_format ? Marks{} : column.marks);
    }
    switch (read.kind) {
    case Figure::Kind::number:
        cell.kind = Cell::Kind::number;
        cell.number = read.value;
        if (!read.sign.empty()) {
            auto const sign = output.sign(read.sign);
            if (!sign)
                return refuse_value(row, *field, Errc::unknown_sign, "too many different signs",
                                    "look whether the column holds figures", cell);
            cell.quality = *sign;
        }
        return true;
    case Figure::Kind::empty: cell.kind = Cell::Kind::empty; return true;
    case Figure::Kind::sign: return written_sign(row, *field, read.sign, cell);
    case Figure::Kind::overflow:
        return refuse_value(row, *field, Errc::overflow,
                            shown(field->text) + " has more than 18 digits or places",
                            "ask the source for rounded figures", cell);
    case Figure::Kind::other_mark:
        return refuse_value(row, *field, Errc::wrong_decimal_mark,
                            shown(field->text) + " has another mark than the figures of column " +
                                column.path + " ('" + std::string{column.marks.decimal} + "' for decimals)",
                            "check decimal and thousands in the feed description", cell);
    case Figure::Kind::malformed: break;
    }
    return refuse_value(row, *field, Errc::malformed, shown(field->text) + " is no figure",
                        "look at the line", cell);
}

bool TableReader::State::remark(GridRow const& row, Cell& cell) {
    if (sign_.lookup == no_lookup) return true;
    auto const& lookup = *lookups_[sign_.lookup];
    if (remarks_.size() <= lookup.now) remarks_.resize(lookup.now + std::size_t{1});
    auto& known = remarks_[lookup.now];
    auto const text = tidy(lookup.index.text(lookup.now));
    if (!known.known) {
        known.known = true;
        auto const made = cut(layout.sign, text).code;
        if (!made.empty()) {
            auto const sign = layout.sign_of.find(made);
            auto const number = output.sign(sign == layout.sign_of.end() ? made : sign->second);
            known.closes =
                std::find(layout.closing.begin(), layout.closing.end(), made) != layout.closing.end();
            if (number)
                known.sign = *number;
            else
                known.fault = 0;
        }
    }
    if (known.fault != no_fault) {
        set_aside(row, lookup.column, Errc::unknown_sign,
                  "the remark " + shown(text) + " has no meaning in the feed description",
                  "add it to [sign.texts], after asking what it means");
        return false;
    }
    if (known.sign == 0) return true;
    if (known.closes) {
        if (cell.kind == Cell::Kind::number)
            output.tally(Errc::structure_changed, Severity::warning, row.line, lookup.column,
                         "figures beside the remark " + shown(text) +
                             " were not read: the office says that they are closed",
                         "ask the source why it sends them");
        cell.kind = Cell::Kind::sign;
        cell.sign = known.sign;
        cell.quality = 0;
        cell.number = {};
        return true;
    }
    if (cell.kind == Cell::Kind::number && cell.quality == 0) cell.quality = known.sign;
    return true;
}

void TableReader::State::settle_decimals(GridRow const& row, ValueColumn const& column, Cell& cell) {
    constexpr unsigned spare = 2; // digits that a residue must be away from the next step
    auto const wanted = column.rule->decimals;
    if (wanted < 0 || cell.number.scale() <= static_cast<unsigned>(wanted)) {
        if (wanted < 0 && looks_like_residue(cell.number))
            output.tally(
                Errc::repaired_row, Severity::info, row.line, column.column,
                "figures of column " + column.path +
                    " look like binary residues and are kept digit by digit, because nothing says how "
                    "many digits are meant",
                "if the office names the number of digits, set decimals in the description");
        return;
    }
    auto const cut_digits = cell.number.scale() - static_cast<unsigned>(wanted);
    std::int64_t unit = 1;
    for (unsigned i = 0; i < cut_digits; ++i) unit *= 10;
    auto const mantissa = cell.number.mantissa();
    auto const half = mantissa < 0 ? -unit / 2 : unit / 2;
    auto const rounded = (mantissa + half) / unit;
    auto const off = mantissa - rounded * unit;
    std::int64_t tolerance = unit;
    for (unsigned i = 0; i < spare; ++i) tolerance /= 10;
    if (cut_digits > spare && (off < 0 ? -off : off) <= tolerance) {
        cell.number = gateway::Decimal::from_scaled(rounded, static_cast<unsigned>(wanted));
        output.tally(Errc::repaired_row, Severity::info, row.line, column.column,
                     "binary residues of column " + column.path + " were rounded to " +
                         std::to_string(wanted) + " digits behind the mark",
                     "");
        return;
    }
    output.tally(Errc::structure_changed, Severity::info, row.line, column.column,
                 "figures of column " + column.path + " have more than " + std::to_string(wanted) +
                     " digits behind the mark and are kept",
                 "correct decimals in the feed description");
}

void TableReader::State::value(GridRow const& row, ValueColumn& column) {
    auto& cell = output.slot();
    // Field by field: clearing the whole cell at once costs more than all of this function.
    cell.number = {};
    cell.kind = Cell::Kind::empty;
    cell.sign = 0;
    cell.quality = 0;
    cell.line = row.line;
    cell.column = static_cast<std::uint16_t>(std::min<std::uint32_t>(column.column, UINT16_MAX));
    auto const* const field = field_at(row, column.column);
    if (column.settling) settle_marks(column, field, row.line);
    if (field != nullptr && field->hidden && !layout.hidden) return;
    if (!figure(row, field, column, cell)) return;
    if (!remark(row, cell)) return;
    if (cell.kind == Cell::Kind::number && cell.number.scale() > 0) settle_decimals(row, column, cell);
    commit(column, cell);
}

void TableReader::State::values(GridRow const& row) {
    measure_pair_ = measure_pair();
#if defined(__x86_64__)
    if (quick_) return quick_values(row);
#endif
    for (auto& column : values_) value(row, column);
}

} // namespace adapters::table
