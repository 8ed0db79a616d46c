// Rows of a delimited text: windows are scanned for structure, sound rows are cut at the marks, others by hand.
//
// Kept as it stands   a quotation mark inside an unquoted field (5" pipe): one reading only
// Broken              text behind a closing quotation mark; a quotation mark that is never closed (the next
//                     line begins a new row); rows of more than max_row_bytes or max_fields
// Lines               are counted as they lie in the file, also those inside quotation marks
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/dialect.hpp"
#include "adapters/csv/scan.hpp"
#include "adapters/csv/source.hpp"
#include "adapters/table/grid.hpp"
#include "gateway/core/error.hpp"

namespace adapters::csv {

inline constexpr std::size_t max_row_bytes = std::size_t{1} << 20U;
inline constexpr std::uint32_t max_fields = 65'535;

class RowSink {
  public:
    RowSink() = default;
    RowSink(RowSink const&) = delete;
    RowSink& operator=(RowSink const&) = delete;
    virtual ~RowSink() = default;
    virtual void row(table::GridRow const& row) = 0;
    virtual void broken(gateway::Issue issue) = 0;
};

class RowCutter {
  public:
    RowCutter(TextSource& source, Dialect const& dialect, RowSink& sink);
    /// Cuts the whole text, or until `most_rows` rows were handed out (0 = all).
    void run(std::uint64_t most_rows = 0);
    /// Rows that had quotation marks inside unquoted fields.
    [[nodiscard]] std::uint64_t odd_quotes() const noexcept { return odd_quotes_; }

  private:
    std::size_t cut_window(std::string_view text);
    std::size_t cut_by_hand(std::string_view text);
    std::size_t give_up(std::string_view text, gateway::Errc code, std::uint32_t column, std::string what,
                        std::string next_step);
    std::string_view unquoted(std::string_view inner);
    void put(std::string_view text, bool quoted);
    void more_fields();
    void emit(std::uint64_t lines);

    TextSource& source_;
    Dialect dialect_;
    ScanBytes bytes_;
    RowSink& sink_;
    ScanMarks marks_;
    std::string_view window_;
    std::vector<table::Field> fields_; ///< each knows its column
    std::uint32_t field_count_ = 0;
    std::vector<std::string> unescaped_; ///< of the row at hand; strings keep their room
    std::size_t unescaped_count_ = 0;
    std::uint64_t line_ = 1;
    std::uint64_t rows_ = 0;
    std::uint64_t most_rows_ = 0;
    std::uint64_t odd_quotes_ = 0;
    bool by_hand_ = false; ///< the window ended with a row cut by hand
};

} // namespace adapters::csv
