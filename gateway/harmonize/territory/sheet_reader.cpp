// The lines of a sheet in their order: titles, header, rows, notes.
#include <algorithm>
#include <span>

#include "gateway/harmonize/territory/sheet_state.hpp"
#include "gateway/harmonize/territory/sheet_text.hpp"

namespace gateway::harmonize::territory {
namespace {

constexpr std::size_t most_header_lines = 4;
constexpr std::uint64_t last_header_row = 60;

} // namespace

bool SheetReader::State::is_data(SheetLine const& line) const {
    auto const looks = [&](SheetRole role, std::size_t least) {
        auto const* const field = find(line, role);
        if (field == nullptr) return false;
        auto const text = sheet_key_text(*field);
        return is_key_digits(text) && text.size() >= least;
    };
    if (layout->columns.count(SheetRole::land) > 0 && layout->kind == ImportKind::extract)
        return looks(SheetRole::land, 1) && find(line, SheetRole::old_name) != nullptr &&
               line.fields.size() >= 3 && !is_key_digits(text(line, SheetRole::old_name));
    return looks(SheetRole::old_key, 4) || looks(SheetRole::new_key, 4) || looks(SheetRole::old_ars, 4) ||
           looks(SheetRole::new_ars, 4);
}

void SheetReader::State::header(SheetLine const& line) {
    if (layout && is_data(line)) {
        in_rows = true;
        return;
    }
    ++table.header;
    std::map<std::uint32_t, std::string> titles;
    for (auto const& field : line.fields) {
        titles[field.column] = std::string{field.text};
        if (!day) day = day_in_text(field.text);
    }
    lines.push_back(std::move(titles));
    if (lines.size() > most_header_lines) lines.erase(lines.begin());
    // The fewest lines that say enough; a line of units or numbers below does not take it away again.
    for (std::size_t height = 1; height <= lines.size(); ++height)
        if (auto found = layout_of(std::span{lines}.last(height))) {
            layout = std::move(found);
            break;
        }
}

/// Footnotes and sources: texts in one or two cells, none of them a key.
bool SheetReader::State::is_note(SheetLine const& line) const {
    if (line.fields.size() > 2) return false;
    return std::none_of(line.fields.begin(), line.fields.end(), [](SheetField const& field) {
        return field.kind == SheetField::Kind::number || is_key_digits(trimmed(field.text));
    });
}

void SheetReader::State::row(SheetLine const& line) {
    if (!line.sound)
        return set_aside(Errc::malformed, line.number, "unsound", "a cell could not be read",
                         "repair the workbook; the row is left out");
    if (!is_data(line) && is_note(line)) {
        ++table.notes;
        return;
    }
    if (line.hidden) ++hidden;
    switch (layout->kind) {
    case ImportKind::crosswalk: return crosswalk_row(line);
    case ImportKind::changes: return change_row(line);
    default: return extract_row(line);
    }
}

SheetReader::SheetReader(std::string workbook, std::string sheet, bool epoch_1904)
    : state_(std::make_unique<State>()) {
    state_->workbook = std::move(workbook);
    state_->sheet = std::move(sheet);
    state_->epoch_1904 = epoch_1904;
    state_->table.name = state_->workbook + ", sheet '" + state_->sheet + "'";
}

SheetReader::~SheetReader() = default;

void SheetReader::add(SheetLine const& line) {
    auto& state = *state_;
    if (line.fields.empty()) return;
    ++state.table.rows;
    if (!state.in_rows && (state.layout || line.number <= last_header_row)) state.header(line);
    if (state.in_rows) {
        // The day of a register stands above it, or in a name; without one no row can be used.
        if (state.layout->kind == ImportKind::extract && !state.day) {
            state.day = day_in_text(state.sheet);
            if (!state.day) state.day = day_in_text(state.workbook);
        }
        if (state.layout->kind == ImportKind::extract && !state.day)
            return state.set_aside(Errc::unknown_time, line.number, "register day",
                                   "no day of the register in the titles, the name of the "
                                   "sheet or of the file",
                                   "name the file after its day, as in Auszug_31.12.2023.xlsx");
        state.row(line);
    } else if (!state.layout && line.number > last_header_row) {
        ++state.table.notes;
    }
}

SheetTable SheetReader::finish() {
    auto& state = *state_;
    auto& table = state.table;
    if (!state.in_rows) {
        table.why_not = state.layout ? "a header without rows"
                                     : "no header of a change list, a register extract or a crosswalk";
        return std::move(table);
    }
    table.kind = state.layout->kind;
    table.new_keys.assign(state.targets.begin(), state.targets.end());
    if (table.kind == ImportKind::crosswalk) {
        table.target = state.layout->new_year;
        table.years = years_in_name(state.sheet);
        // "2014-15": one step, where its second year is the target.
        if (table.years.size() == 2 && table.target == table.years.back()) table.years.pop_back();
        if (table.years.empty() && state.layout->old_year) table.years = {*state.layout->old_year};
        if (state.layout->old_year && !table.years.empty() &&
            std::find(table.years.begin(), table.years.end(), *state.layout->old_year) == table.years.end())
            state.finding(Errc::structure_changed, Severity::warning, 1, "old year",
                          "its old keys are headed " + std::to_string(*state.layout->old_year) +
                              ", not as the sheet is named",
                          "the name of the sheet counts; check it against the audit of the keys");
    } else if (state.layout->area_factor == 0 && state.layout->columns.count(SheetRole::area) > 0) {
        state.finding(Errc::unknown_unit, Severity::warning, 1, "unit",
                      "the column of areas names no unit (ha, m2, km2)",
                      "areas are left out; write the unit into the header");
    }
    auto const note = [&](std::uint64_t count, Severity severity, Errc code, std::string const& what,
                          std::string const& next) {
        if (count > 0)
            table.findings.push_back(
                {code, severity, {}, "sheet '" + state.sheet + "': " + what, next, count});
    };
    note(table.used == 0 ? table.rows - table.header : 0, Severity::error, Errc::empty_document,
         "no row can be used", "see the other findings of this sheet");
    note(state.zeros_restored, Severity::info, Errc::repaired_row,
         "keys that had become numbers got their leading zero back", "format the columns of keys as text");
    note(state.serials, Severity::info, Errc::repaired_row,
         "days that had become serial numbers were read as days", "format the columns of days as dates");
    note(state.hidden, Severity::info, Errc::repaired_row, "hidden rows were read like all others",
         "delete them in the workbook where they do not belong to the table");
    note(table.other_level, Severity::info, Errc::level_not_loaded,
         "rows of other levels (Länder, associations)", "they are not needed here");
    return std::move(table);
}

} // namespace gateway::harmonize::territory
