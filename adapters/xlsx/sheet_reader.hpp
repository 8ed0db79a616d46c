// Handler of a sheet part: cells to rows. Internal to Workbook.
//
// Source   ECMA-376 part 1, 18.3.1 (c, row, cols, mergeCells), 18.18.11 (cell types)
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/xlsx/strings.hpp"
#include "adapters/xlsx/styles.hpp"
#include "adapters/xlsx/workbook.hpp"

namespace adapters::xlsx {

class SheetReader : public PartHandler {
  public:
    static constexpr std::uint64_t max_rows = 1048576;
    static constexpr std::uint32_t max_columns = 16384;
    static constexpr std::size_t max_merged = 100000;

    struct Context {
        SharedStrings const& strings;
        Styles const& styles;
        bool epoch_1904 = false;
        std::string_view sheet; ///< name, for issues
    };
    SheetReader(Context const& context, Workbook::RowSink const& row, Workbook::IssueSink const& issue);

    void start(std::string_view name, XmlAttributes const& attributes) override;
    void end(std::string_view name) override;
    void text(std::string_view raw, bool verbatim) override;

    [[nodiscard]] std::vector<MergedRange>& merged() noexcept { return merged_; }
    /// A sheet without <sheetData> is none.
    [[nodiscard]] bool has_data() const noexcept { return data_seen_; }

  private:
    enum class Type : std::uint8_t { number, shared, inline_text, formula_text, boolean, error, date };
    /// A piece of arena_, or a view of what outlives the row (shared strings, formats).
    struct Piece {
        std::size_t from = 0;
        std::size_t size = 0;
        std::string_view outside;
    };
    struct Pending {
        Piece text;
        Piece stored;
        std::string_view around;
        std::uint32_t column = 0;
        SheetCell::Kind kind = SheetCell::Kind::text;
        bool formula = false;
    };

    void begin_row(XmlAttributes const& attributes);
    void end_row();
    void begin_cell(XmlAttributes const& attributes);
    void end_cell();
    void number(Pending& cell);
    void columns(XmlAttributes const& attributes);
    void merge(XmlAttributes const& attributes);
    void report(gateway::Errc code, std::string const& what, std::string next_step);
    Piece keep(std::string_view text);
    [[nodiscard]] std::string_view view(Piece const& piece) const noexcept;
    [[nodiscard]] bool is_hidden(std::uint32_t column) const noexcept;

    Context const context_;
    Workbook::RowSink const& row_sink_;
    Workbook::IssueSink const& issue_sink_;

    std::vector<bool> hidden_columns_; // by column; empty where none is hidden
    std::uint32_t column_rules_ = 0;
    std::vector<MergedRange> merged_;
    std::vector<bool> rows_seen_;
    bool hidden_by_default_ = false;
    bool data_seen_ = false;
    bool in_data_ = false;

    std::uint64_t row_ = 0;
    bool row_hidden_ = false;
    bool row_sound_ = true;
    std::vector<Pending> pending_;
    std::vector<SheetCell> cells_;
    std::string arena_;

    // The cell being read.
    std::uint32_t column_ = 0;
    std::uint32_t style_ = 0;
    Type type_ = Type::number;
    bool in_cell_ = false;
    bool in_value_ = false;
    bool has_value_ = false;
    bool has_formula_ = false;
    bool has_inline_ = false;
    std::string value_;
    TextCollector inline_;
    Shown shown_;
};

} // namespace adapters::xlsx
