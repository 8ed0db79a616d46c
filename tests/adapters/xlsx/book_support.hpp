// Workbooks made in memory, part by part, so that a test shows the XML it is about.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/workbook.hpp"
#include "gateway/core/error.hpp"

namespace xlsx_test {

/// The parts of a workbook with one visible sheet "Tabelle1"; change what the test is about, then bytes().
class Book {
  public:
    /// `rows` is what stands inside <sheetData>.
    explicit Book(std::string_view rows);
    /// Contents of a part; added where it does not exist.
    std::string& operator[](std::string const& part) { return parts_[part]; }
    void remove(std::string const& part) { parts_.erase(part); }
    /// Shared strings, each the inside of an <si>.
    void strings(std::vector<std::string> const& items);
    /// Number formats: style 1 is the first, and so on.
    void formats(std::vector<std::string> const& codes);
    [[nodiscard]] std::string bytes() const;

  private:
    std::map<std::string, std::string> parts_;
};

/// A whole sheet part around `rows`; `before` and `after` stand around <sheetData>.
std::string sheet_xml(std::string_view rows, std::string_view before = "", std::string_view after = "");

struct Reading {
    std::vector<std::string> rows; ///< "2: A=text B=#12.5" as row_text writes them
    std::vector<gateway::Issue> issues;
    std::string error; ///< text of the Error, if one was thrown
    gateway::Errc code = gateway::Errc::io;
};

/// Cells as "A=text", "B=#12.5" (number), "@2024-12-31", "?true", "!#N/A", "~" (no value); "{...}" holds the
/// stored digits, "<...>" what stands around, "h" marks hidden columns, "f" formulas.
std::string row_text(adapters::xlsx::SheetRow const& row);

/// Reads the sheet (the first where empty).
Reading read(std::string_view bytes, std::string_view sheet = "");

} // namespace xlsx_test
