#include "gateway/app/commands/territory_workbook.hpp"

#include <utility>

#include "adapters/xlsx/workbook.hpp"

namespace gateway::app {
namespace {

using namespace harmonize::territory;
using adapters::xlsx::SheetCell;

SheetField field_of(SheetCell const& cell) {
    SheetField field;
    field.text = cell.text;
    field.stored = cell.stored;
    field.column = cell.column;
    field.hidden = cell.hidden;
    switch (cell.kind) {
    case SheetCell::Kind::text: field.kind = SheetField::Kind::text; break;
    case SheetCell::Kind::number: field.kind = SheetField::Kind::number; break;
    case SheetCell::Kind::date: field.kind = SheetField::Kind::date; break;
    default: field.kind = SheetField::Kind::other;
    }
    return field;
}

} // namespace

bool looks_like_workbook(std::string_view bytes) noexcept {
    return bytes.starts_with("PK") || bytes.starts_with("\xD0\xCF\x11\xE0");
}

std::vector<WorkbookTable> tables_of_workbook(std::string_view bytes, std::string const& name,
                                              Register const& areas) {
    adapters::xlsx::Workbook const workbook{bytes, name};
    std::vector<SheetTable> tables;
    std::vector<SheetField> fields;
    for (auto const& sheet : workbook.sheets()) {
        if (sheet.part.empty()) continue; // a chart
        SheetReader reader{name, sheet.name, workbook.epoch_1904()};
        std::vector<Issue> issues;
        auto const take = [&](adapters::xlsx::SheetRow const& row) {
            fields.clear();
            for (auto const& cell : row.cells) fields.push_back(field_of(cell));
            reader.add({row.number, fields, row.hidden, row.sound});
        };
        workbook.read(sheet, take, [&issues](Issue issue) { issues.push_back(std::move(issue)); });
        auto table = reader.finish();
        if (sheet.state != adapters::xlsx::SheetInfo::State::visible && table.kind)
            issues.push_back({Errc::repaired_row,
                              Severity::warning,
                              {},
                              "sheet '" + sheet.name + "' is hidden, and was read like all others",
                              "delete it in the workbook where it does not belong to the table",
                              1});
        table.findings.insert(table.findings.end(), issues.begin(), issues.end());
        tables.push_back(std::move(table));
    }
    return tables_of(name, std::move(tables), areas);
}

} // namespace gateway::app
