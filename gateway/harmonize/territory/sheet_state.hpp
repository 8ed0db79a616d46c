// What the reader of a sheet knows while it reads. Internal to sheet_*.cpp.
#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/territory/number.hpp"
#include "gateway/harmonize/territory/sheet.hpp"

namespace gateway::harmonize::territory {

/// Digits and nothing else.
inline bool is_key_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Digits of a key without blanks; numbers as they are stored.
std::string sheet_key_text(SheetField const& field);

struct SheetReader::State {
    std::string workbook, sheet;
    bool epoch_1904 = false;
    SheetTable table;
    std::vector<std::map<std::uint32_t, std::string>> lines; ///< the last ones, until the header is found
    std::optional<SheetLayout> layout;
    bool in_rows = false;
    std::optional<std::int32_t> day; ///< in the titles
    std::set<std::string, std::less<>> targets;
    std::map<std::string, std::size_t> folded; ///< findings by cause
    std::uint64_t zeros_restored = 0, serials = 0, hidden = 0;

    SheetField const* find(SheetLine const& line, SheetRole role) const {
        auto const column = layout->columns.find(role);
        if (column == layout->columns.end()) return nullptr;
        for (auto const& field : line.fields)
            if (field.column == column->second) return &field;
        return nullptr;
    }
    std::string text(SheetLine const& line, SheetRole role) const {
        auto const* const field = find(line, role);
        return field == nullptr ? std::string{} : std::string{trimmed(field->text)};
    }
    void finding(Errc code, Severity severity, std::uint64_t row, std::string const& cause, std::string what,
                 std::string next) {
        auto const [at, added] = folded.try_emplace(cause, table.findings.size());
        if (!added) {
            ++table.findings[at->second].count;
            return;
        }
        what = "sheet '" + sheet + "', row " + std::to_string(row) + ": " + what;
        table.findings.push_back({code, severity, {row, 0}, std::move(what), std::move(next), 1});
    }
    void set_aside(Errc code, std::uint64_t row, std::string const& cause, std::string const& what,
                   std::string const& next) {
        ++table.set_aside;
        finding(code, Severity::error, row, cause, what, next);
    }

    bool is_data(SheetLine const& line) const;
    void header(SheetLine const& line);
    void row(SheetLine const& line);
    std::string key(SheetField const* field);
    std::string part(SheetLine const& line, SheetRole role, std::size_t digits);
    std::optional<std::string> date(SheetField const* field);
    std::optional<std::string> number(SheetLine const& line, SheetRole role, double factor, bool& sound);
    bool is_note(SheetLine const& line) const;
    void crosswalk_row(SheetLine const& line);
    void change_row(SheetLine const& line);
    void extract_row(SheetLine const& line);
    void write(std::initializer_list<std::string_view> fields);
};

} // namespace gateway::harmonize::territory
