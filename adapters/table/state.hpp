// Inside TableReader: the plan that a layout and a header give, and what is remembered between rows.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/table/coder.hpp"
#include "adapters/table/header.hpp"
#include "adapters/table/marks.hpp"
#include "adapters/table/output.hpp"
#include "adapters/table/quick_figure.hpp"
#include "adapters/table/reader.hpp"

namespace adapters::table {

inline constexpr std::size_t no_lookup = SIZE_MAX;
/// Digits behind the mark from which a figure may be what a binary fraction left.
inline constexpr unsigned least_residue = 7;

/// Where a role gets its text from in each row.
struct Role {
    std::size_t lookup = no_lookup; ///< index of the column's Lookup
    std::size_t name = no_lookup;   ///< of the column with names
    std::unique_ptr<Coder> coder;   ///< none for measure and unit, which are coded together
    std::uint32_t fixed = 0;        ///< code number where lookup is no_lookup
    bool per_value = false;         ///< each value column brings its own
};

/// A column of figures. What every figure needs stands in front, in two lines of the processor's cache.
struct ValueColumn {
    QuickMarks quick_marks;
    std::uint64_t last_pair = UINT64_MAX; ///< measure and unit text that last_measure belongs to
    MarkEvidence* evidence = nullptr;     ///< of this column in this sheet, while it is surveyed or settled
    gateway::LayoutValue const* rule = nullptr;
    std::vector<std::pair<unsigned, std::uint32_t>> fixed; ///< block and code number
    std::uint32_t column = 0;
    std::uint32_t last_measure = 0;
    unsigned quick_scale = 0;          ///< digits behind the mark that need no second look
    std::optional<std::uint32_t> time; ///< number of its own time
    bool quick = false;                ///< plain figures need nothing but their digits
    bool settling = false;             ///< marks are open still, and proven as rows come in
    bool undecided = false;            ///< marks are open: text with a mark is ambiguous
    Marks marks;
    std::string path;       ///< for messages
    std::string unit_above; ///< unit of the header or of a unit row
    std::string measure_above;
    std::unordered_map<std::uint64_t, std::uint32_t> measures; ///< by (measure text, unit text)
};

/// Columns of figures that need nothing but their digits, while measure and unit stay the same: the whole row of a
/// wide table is read without a question about each of them.
struct Lane {
    struct Column {
        std::uint32_t at = 0; ///< field
        std::uint32_t measure = 0;
        std::uint32_t time = 0;
        unsigned scale = 0; ///< digits behind the mark that need no second look
    };
    std::vector<Column> columns; ///< as many as there are columns of figures, or none
    QuickMarks marks;            ///< of all of them
    std::uint64_t pair = 0;      ///< measure and unit text
    std::uint32_t width = 0;     ///< fields that a row must have
    bool own_times = false;
    unsigned wait = 0; ///< rows until it is tried again
};

struct Condition {
    std::size_t lookup = no_lookup;
    std::vector<std::string> const* patterns = nullptr;
    std::vector<std::uint8_t> known; ///< by text number: 0 not looked at, 1 fits, 2 does not
};
struct Defect {
    gateway::LayoutDefect const* rule = nullptr;
    std::vector<Condition> conditions;
    std::vector<std::size_t> corrected; ///< lookups, as rule->set
};
/// What a remark beside the figure does.
struct Remark {
    bool known = false;
    bool closes = false;
    std::uint8_t sign = 0;
    std::uint32_t fault = no_fault;
};

struct TableReader::State {
    State(gateway::Layout const& layout_in, gateway::CellSink& sink_in);

    void row(GridRow const& row);
    void begin_sheet(std::string_view name);
    void finish();

    gateway::Layout const& layout;
    Output output;
    std::function<void()> survey_all; ///< hands in all rows to a survey; empty where they were, or never are
    bool surveyed = false;
    bool surveying = false; ///< rows are only looked at for their marks; the sink takes nothing
    std::uint64_t rows = 0;
    std::map<std::pair<unsigned, std::uint32_t>, MarkEvidence> evidence; ///< by sheet and column

  private:
    // plan.cpp
    void look_for_header(GridRow const& row);
    [[nodiscard]] bool is_header(Header const& header, std::string* lacks) const;
    void set_up(Header header);
    void mark_taken();
    void set_up_values();
    void set_up_marks(ValueColumn& column);
    void set_up_roles();
    void set_up_unexpected();
    void announce_table();
    void give_up_header() const;
    std::size_t lookup_of(std::uint32_t column, bool fill_down);
    std::uint32_t column_of(gateway::Place const& place);
    void set_up_role(Role& role, gateway::Place const& place);
    std::uint32_t fixed_code(unsigned block, std::string_view text);
    std::string place_text(gateway::Place const& place, std::uint32_t column) const;

    // rows.cpp
    [[nodiscard]] gateway::LayoutRow const* rule_of(GridRow const& row) const;
    void apply_rule(gateway::LayoutRow const& rule, GridRow const& row);
    void data_row(GridRow const& row);
    bool look_up(GridRow const& row);
    bool shape(GridRow const& row);
    /// Corrects the row at hand, or sets it aside.
    bool refused(GridRow const& row);
    void correct(GridRow const& row, Defect const& defect);
    bool codes_of(GridRow const& row);
    void values(GridRow const& row);
    // values_quick.cpp
    void quick_values(GridRow const& row);
    void lane_values(GridRow const& row);
    void make_lane();
    void quick_survey(GridRow const& row);
    void value(GridRow const& row, ValueColumn& column);
    void commit(ValueColumn& column, gateway::Cell& cell) {
        if (column.last_pair != measure_pair_) measure_of(column);
        cell.time = column.time ? *column.time : time_now_;
        cell.measure = column.last_measure;
        for (auto const& fixed : column.fixed) codes_[fixed.first] = fixed.second;
        output.commit(codes_.data());
    }
    bool figure(GridRow const& row, Field const* field, ValueColumn& column, gateway::Cell& cell);
    bool written_sign(GridRow const& row, Field const& field, std::string_view text, gateway::Cell& cell);
    bool remark(GridRow const& row, gateway::Cell& cell);
    bool refuse_value(GridRow const& row, Field const& field, gateway::Errc code, std::string const& why,
                      std::string const& next_step, gateway::Cell& cell);
    void settle_decimals(GridRow const& row, ValueColumn const& column, gateway::Cell& cell);
    void measure_of(ValueColumn& column);
    [[nodiscard]] std::uint64_t measure_pair() const noexcept;
    std::uint32_t new_measure(ValueColumn const& column);
    void set_aside(GridRow const& row, std::uint32_t column, gateway::Errc code, std::string text,
                   std::string next_step);
    /// False where the row was set aside.
    bool is_sound(GridRow const& row);
    // marks_on_demand.cpp
    [[nodiscard]] bool is_settling() const noexcept { return static_cast<bool>(survey_all); }
    void settle_marks(ValueColumn& column, Field const* field, std::uint64_t line);
    void survey_now();
    void survey_row(GridRow const& row);
    void survey_value(GridRow const& row, ValueColumn& column);

    unsigned sheet_ = 0;
    std::string sheet_name_;

    // The header of this sheet.
    std::vector<HeaderRow> waiting_;
    std::vector<HeaderRow> preamble_;
    std::string nearest_lack_;
    std::uint64_t preamble_rows_ = 0;
    bool has_header_ = false;
    bool ended_ = false;
    bool const quick_ = can_read_quick_figures();
    Header header_;
    std::uint32_t header_width_ = 0;
    std::uint32_t last_width_ = 0;
    std::vector<bool> taken_; ///< columns that have a role

    // The plan. Coders live as long as the reader: a second sheet goes on with their numbers.
    std::vector<gateway::LayoutDimension> dimensions_; ///< of the layout, of value columns, evolved ones
    gateway::LayoutDimension time_dimension_;
    std::vector<std::unique_ptr<Lookup>> lookups_;
    std::vector<Role> blocks_;
    Role time_, measure_, unit_, sign_;
    std::vector<ValueColumn> values_;
    Lane lane_; ///< over values_
    std::vector<Defect> defects_;
    std::vector<std::uint32_t> unexpected_; ///< columns; rows with a text there are set aside
    std::vector<Remark> remarks_;           ///< by text number of the sign column
    std::map<std::pair<std::string, std::string>, std::uint32_t> measure_ids_; // code, unit

    // The row at hand.
    std::vector<std::uint32_t> codes_;
    std::uint32_t time_now_ = 0;
    std::uint64_t measure_pair_ = 0; ///< measure and unit text
    std::uint64_t mismatched_rows_ = 0;
    std::uint64_t first_mismatch_ = 0;
};

/// The field of a column, or nothing. Rows of CSV have every column in its place.
inline Field const* field_at(GridRow const& row, std::uint32_t column) noexcept {
    if (column <= row.fields.size() && row.fields[column - 1].column == column)
        return &row.fields[column - 1];
    for (auto const& field : row.fields)
        if (field.column == column) return &field;
    return nullptr;
}

} // namespace adapters::table
