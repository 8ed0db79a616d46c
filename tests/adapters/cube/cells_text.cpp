#include "tests/adapters/cube/cells_text.hpp"

namespace cube_test {

void CellsText::table(gateway::TableInfo const& table) {
    told.info = table;
    blocks_.resize(table.blocks);
}

void CellsText::code(gateway::Column column, unsigned block, std::uint32_t, gateway::SourceCode const& code) {
    auto const pair = std::string{code.variable} + "=" + std::string{code.code};
    if (column == gateway::Column::time)
        times_.push_back(pair);
    else if (column == gateway::Column::measure)
        measures_.push_back(std::string{code.code} + " [" + std::string{code.variable} + "]");
    else
        blocks_.at(block).push_back(pair);
}

void CellsText::sign(std::uint8_t, std::string_view text) {
    signs_.emplace_back(text);
}

void CellsText::cells(std::span<gateway::Cell const> cells, std::span<std::uint32_t const> codes) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        auto const& cell = cells[i];
        auto line = times_.at(cell.time) + " | " + measures_.at(cell.measure);
        for (std::size_t block = 0; block < blocks_.size(); ++block)
            line += " | " + blocks_[block].at(codes[i * blocks_.size() + block]);
        line += " | ";
        if (cell.kind == gateway::Cell::Kind::number) line += cell.number.to_string();
        if (cell.kind == gateway::Cell::Kind::sign) line += "'" + signs_.at(cell.sign - 1U) + "'";
        if (cell.kind == gateway::Cell::Kind::empty) line += "nothing";
        if (cell.quality != 0) line += " (" + signs_.at(cell.quality - 1U) + ")";
        told.lines.push_back(line);
    }
}

std::string error_of(std::function<void()> const& work) {
    try {
        work();
    } catch (gateway::Error const& error) {
        return std::string{gateway::to_string(error.code())} + ": " + error.what();
    }
    return {};
}

} // namespace cube_test
