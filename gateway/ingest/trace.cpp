#include "gateway/ingest/trace.hpp"

namespace gateway::ingest {

void TraceSink::table(TableInfo const& info) {
    blocks_ = info.blocks;
    codes_.resize(blocks_);
}

void TraceSink::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    auto& list = column == Column::time ? times_ : column == Column::measure ? measures_ : codes_.at(block);
    if (list.size() <= id) list.resize(id + std::size_t{1});
    list[id] = {std::string{code.variable}, std::string{code.variable_label}, std::string{code.code},
                std::string{code.label}};
}

void TraceSink::sign(std::uint8_t id, std::string_view text) {
    if (signs_.size() <= id) signs_.resize(id + std::size_t{1});
    signs_[id] = text;
}

void TraceSink::cells(std::span<Cell const> cells, std::span<std::uint32_t const> codes) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (cells[i].line != line_) continue;
        TracedCell traced{cells[i], times_[cells[i].time], measures_[cells[i].measure],
                          {},       signs_[cells[i].sign], signs_[cells[i].quality]};
        for (unsigned block = 0; block < blocks_; ++block)
            traced.blocks.push_back(codes_[block][codes[i * blocks_ + block]]);
        found_.push_back(std::move(traced));
    }
}

std::string line_text(std::string_view document, std::uint64_t line) {
    for (std::uint64_t at = 1; at < line; ++at) {
        auto const end = document.find('\n');
        if (end == std::string_view::npos) return {};
        document.remove_prefix(end + 1);
    }
    auto text = document.substr(0, document.find('\n'));
    if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
    return std::string{text};
}

} // namespace gateway::ingest
