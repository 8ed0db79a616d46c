// Delimited text under layouts that use everything a layout can say; the first byte chooses.
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/csv/profile.hpp"
#include "adapters/csv/reader.hpp"
#include "adapters/table/texts.hpp"
#include "gateway/core/error.hpp"

namespace {

using gateway::Layout;
using gateway::Place;

void require(bool holds) {
    if (!holds) std::abort();
}

/// Checks what CellSink promises.
class Judge final : public gateway::CellSink {
  public:
    void table(gateway::TableInfo const& info) override {
        require(!has_table_);
        has_table_ = true;
        known_.resize(info.blocks);
    }
    void code(gateway::Column column, unsigned block, std::uint32_t id,
              gateway::SourceCode const& code) override {
        require(has_table_);
        auto& known = column == gateway::Column::time      ? times_
                      : column == gateway::Column::measure ? measures_
                                                           : known_.at(block);
        require(id == known++);
        for (auto const text : {code.variable, code.variable_label, code.code, code.label})
            require(adapters::table::is_utf8(text));
    }
    void sign(std::uint8_t id, std::string_view text) override {
        require(has_table_ && id == ++signs_ && !text.empty() && text.size() <= 7);
    }
    void cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const> codes) override {
        require(has_table_ && codes.size() == cells.size() * known_.size());
        for (std::size_t i = 0; i < cells.size(); ++i) {
            auto const& cell = cells[i];
            require(cell.time < times_ && cell.measure < measures_ && cell.column > 0 && cell.line > 0);
            require(cell.sign <= signs_ && cell.quality <= signs_);
            require(cell.kind == gateway::Cell::Kind::number || cell.number.is_zero());
            require((cell.kind == gateway::Cell::Kind::sign) == (cell.sign != 0));
            for (std::size_t block = 0; block < known_.size(); ++block)
                require(codes[i * known_.size() + block] < known_[block]);
        }
        count += cells.size();
    }
    void issue(gateway::Issue issue) override {
        require(adapters::table::is_utf8(issue.text));
        if (issue.severity == gateway::Severity::error) aside += issue.count;
    }
    void finish(std::uint64_t read) override {
        require(!finished_);
        finished_ = true;
        rows = read;
    }

    std::uint64_t count = 0, aside = 0, rows = 0;

  private:
    bool has_table_ = false;
    bool finished_ = false;
    std::uint32_t times_ = 0, measures_ = 0;
    std::uint8_t signs_ = 0;
    std::vector<std::uint32_t> known_;
};

Place column(std::string header) {
    Place place;
    place.from = Place::From::column;
    place.headers = {std::move(header)};
    return place;
}

Layout layout_of(unsigned choice) {
    Layout layout;
    layout.feed = "fuzz";
    layout.time = column("J");
    layout.measure.from = layout.unit.from = Place::From::constant;
    layout.measure.text = "M";
    layout.unit.text = "U";
    layout.decimal = (choice & 1U) != 0 ? ',' : '\0';
    layout.thousands = (choice & 1U) != 0 ? '.' : '\0';
    gateway::LayoutDimension key;
    key.variable = "K";
    key.place = column("K");
    key.place.prefixes = {"K"};
    key.place.footnotes = true;
    if ((choice & 2U) != 0) {
        key.name = column("N");
        key.names = {{"1", {"a"}}, {"2", {"b", "c"}}};
        key.missing = {"", "#NV"};
    }
    key.place.fill_down = (choice & 4U) != 0;
    layout.dimensions.push_back(key);
    gateway::LayoutValue value;
    value.headers = {"W*"};
    value.decimals = (choice & 4U) != 0 ? 1 : -1;
    layout.values.push_back(value);
    if ((choice & 8U) != 0) {
        layout.sign = column("R");
        layout.sign.optional = true;
        layout.sign_of = {{"x", "."}};
        layout.closing = {"x"};
        layout.unit = column("E");
        layout.unit.optional = true;
    }
    if ((choice & 16U) != 0) {
        layout.header_rows = 2;
        layout.rows.push_back({gateway::LayoutRow::Kind::running, {}, 0, {}});
        layout.rows.push_back({gateway::LayoutRow::Kind::unit, {"E*"}, 0, {}});
        layout.rows.push_back({gateway::LayoutRow::Kind::caption, {"C*"}, 0, "C"});
    }
    layout.unexpected_column = static_cast<gateway::Unexpected>(choice >> 5U & 3U);
    return layout;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    std::string bytes(size - 1, '\0');
    for (std::size_t i = 1; i < size; ++i) bytes[i - 1] = static_cast<char>(data[i]);
    auto const layout = layout_of(data[0]);
    for (std::string_view const head : {"", "J;K;N;W;R;E\n", "J,K,N,W,W2\n,,,W,W\n"}) {
        auto const text = std::string{head} + bytes;
        Judge judge;
        try {
            adapters::csv::read(text, layout, judge);
            // One figure per row, where the layout has one column of figures: nothing may be lost.
            if (head.size() == 12 && (data[0] & 16U) == 0) require(judge.rows <= judge.count + judge.aside);
        } catch (gateway::Error const& error) {
            require(adapters::table::is_utf8(error.what()));
        }
        try {
            (void)adapters::csv::profile(text);
        } catch (gateway::Error const&) {
        }
    }
    return 0;
}
