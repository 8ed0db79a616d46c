// Sheets of official workbooks: whatever their layout, the rows that the CSV import reads.
//
// Offices publish workbooks for the eye: titles above, headers over several lines with merged cells, footnotes below,
// keys as numbers, days as serial numbers. The reader finds the header by what its titles say and writes each row
// in the columns of docs/territory.md, import. It knows change lists (Namens-, Grenz- und Schlüsseländerungen), register
// extracts (Gemeindeverzeichnis-Auszug) and crosswalks (Umsteigeschlüssel). Every row has one fate; they add up.
//
// Shape    rows in the order of the sheet, blank cells left out. A row lives for the call.
// Source   Destatis, GV-ISys; BBSR, Laufende Raumbeobachtung; docs/territory.md
// Errors   none thrown: a sheet of another kind says why it is none of these, a bad row is set aside with an issue
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/import.hpp"

namespace gateway::harmonize::territory {

struct SheetField {
    enum class Kind : std::uint8_t { text, number, date, other };
    std::string_view text;
    std::string_view stored; ///< digits as stored, where the text shows fewer
    std::uint32_t column = 0;
    Kind kind = Kind::text;
    bool hidden = false;
};

struct SheetLine {
    std::uint64_t number = 0;
    std::span<SheetField const> fields;
    bool hidden = false;
    bool sound = true; ///< false: the workbook's reader could not trust it
};

/// What the columns of a sheet are.
enum class SheetRole : std::uint8_t {
    id,
    unit,
    type,
    area,
    population,
    old_key,
    old_name,
    new_key,
    new_name,
    old_ars,
    new_ars,
    legal,
    statistical,
    land,
    region,
    county,
    association,
    municipality,
    weight_pop,
    weight_area,
    weight_emp,
    size_area,
    size_pop,
    size_emp,
};

struct SheetLayout {
    ImportKind kind = ImportKind::changes;
    std::map<SheetRole, std::uint32_t> columns;
    double area_factor = 0;                ///< to m²; 0 where the header names no unit
    std::optional<int> old_year, new_year; ///< in the titles of the keys
};

/// The layout that a header of one to four lines means; nothing where it is none. Titles by column.
std::optional<SheetLayout> layout_of(std::span<std::map<std::uint32_t, std::string> const> lines);

struct SheetTable {
    std::string name;               ///< "kreise.xlsx, sheet '1990'"
    std::optional<ImportKind> kind; ///< nothing: none of the known ones
    std::string why_not;
    std::vector<int> years;    ///< crosswalks: from 31 December of these
    std::optional<int> target; ///< by the heading
    std::string csv;           ///< as the CSV import reads it; crosswalks without header, years and target
    std::vector<std::string> new_keys; ///< crosswalks: sorted, each once
    std::uint64_t rows = 0;            ///< all with a cell
    std::uint64_t used = 0, header = 0, notes = 0, other_level = 0, set_aside = 0;
    std::vector<Issue> findings;
};

class SheetReader {
  public:
    /// Names are for messages and for the years and days that they hold.
    SheetReader(std::string workbook, std::string sheet, bool epoch_1904 = false);
    ~SheetReader();
    void add(SheetLine const& line);
    SheetTable finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

/// What came of a workbook: one text per table, ready for audit_import().
struct WorkbookTable {
    std::string name;
    std::string csv;
    std::vector<Issue> findings;
    std::uint64_t rows = 0; ///< with a cell; the others add up to it
    std::uint64_t used = 0, header = 0, notes = 0, other_level = 0, set_aside = 0;
};

/// Puts the sheets of one workbook together: crosswalks of one target are one table, under the year that the target
/// keys say, where the register contradicts the heading. \throws Error not_a_table where no sheet is known
std::vector<WorkbookTable> tables_of(std::string const& workbook, std::vector<SheetTable> sheets,
                                     Register const& areas);

} // namespace gateway::harmonize::territory
