#include "adapters/xlsx/table.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/table/reader.hpp"
#include "adapters/table/texts.hpp"
#include "adapters/xlsx/grid_rows.hpp"

namespace adapters::xlsx {

using gateway::Errc;
using gateway::Error;
using gateway::Issue;

namespace {

void tell(gateway::CellSink& sink, std::string text, std::string next_step, std::uint64_t count) {
    Issue issue;
    issue.code = Errc::structure_changed;
    issue.severity = gateway::Severity::info;
    issue.text = std::move(text);
    issue.next_step = std::move(next_step);
    issue.count = count;
    sink.issue(std::move(issue));
}

/// One pass over a sheet. Rows that are not sound are set aside with what was said about them.
template <typename Row, typename Broken>
std::uint64_t pass(Workbook const& book, SheetInfo const& sheet, GridRows& rows, Row const& take,
                   Broken const& broken) {
    std::optional<Issue> waiting;
    auto const settle = [&] {
        if (waiting) broken(std::move(*waiting));
        waiting.reset();
    };
    book.read(
        sheet,
        [&](SheetRow const& row) {
            auto const& grid = rows.row(row);
            if (row.sound) {
                settle();
                take(grid);
                return;
            }
            settle();
        },
        [&](Issue issue) {
            // Several defects of one row set it aside once.
            if (waiting && waiting->position.line == issue.position.line)
                waiting->text += "; " + issue.text;
            else {
                settle();
                waiting = std::move(issue);
            }
        });
    settle();
    return rows.left_out();
}

} // namespace

std::vector<SheetInfo const*> sheets_of(Workbook const& book, gateway::Layout const& layout) {
    std::vector<SheetInfo const*> chosen;
    for (auto const& sheet : book.sheets()) {
        if (sheet.part.empty() || (sheet.state != SheetInfo::State::visible && !layout.hidden)) continue;
        if (layout.sheets.empty() && !chosen.empty()) break;
        if (layout.sheets.empty() || table::fits_any(layout.sheets, table::tidy(sheet.name)))
            chosen.push_back(&sheet);
    }
    if (!chosen.empty()) return chosen;
    std::string names;
    for (auto const& sheet : book.sheets())
        names += (names.empty() ? "'" : ", '") + sheet.name + "'" +
                 (sheet.state == SheetInfo::State::visible ? "" : " (hidden)");
    throw Error{Errc::not_found, "no sheet is as the feed description " + layout.feed +
                                     " names it; there are " + names +
                                     ": correct 'sheets' in the description, or ask the source"};
}

void read_table(std::string_view bytes, std::string const& name, gateway::Layout const& layout,
                gateway::CellSink& sink) {
    Workbook const book{bytes, name};
    auto const chosen = sheets_of(book, layout);
    table::TableReader reader{layout, sink};
    auto const nothing = [](Issue const&) {};
    std::vector<std::vector<MergedRange>> merged;
    merged.reserve(chosen.size());
    for (auto const* const sheet : chosen) merged.push_back(book.facts(*sheet).merged);
    char const mark = layout.decimal == ',' ? ',' : '.';
    if (reader.needs_survey()) {
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            reader.survey_sheet(chosen[i]->name);
            GridRows rows{merged[i], layout.hidden, mark};
            pass(
                book, *chosen[i], rows, [&](table::GridRow const& row) { reader.survey(row); }, nothing);
        }
        reader.end_survey();
    }
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        reader.sheet(chosen[i]->name);
        GridRows rows{std::move(merged[i]), layout.hidden, mark};
        auto const left_out = pass(
            book, *chosen[i], rows, [&](table::GridRow const& row) { reader.row(row); },
            [&](Issue issue) { reader.broken_row(std::move(issue)); });
        if (left_out > 0)
            tell(sink, "sheet '" + chosen[i]->name + "': cells in hidden columns were left out",
                 "set hidden = true in the description to read them", left_out);
    }
    for (auto const& sheet : book.sheets())
        if (std::find(chosen.begin(), chosen.end(), &sheet) == chosen.end())
            tell(sink,
                 "the sheet '" + sheet.name + "'" +
                     (sheet.state == SheetInfo::State::visible ? "" : ", which is hidden,") + " was not read",
                 "name it in 'sheets' of the description if it holds figures", 1);
    reader.finish();
}

} // namespace adapters::xlsx
