#include "adapters/genesis/reader_output.hpp"

#include <utility>

#include "adapters/genesis/reader_text.hpp"

namespace adapters::genesis {

void Output::table(gateway::TableInfo const& info) {
    has_table_ = true;
    blocks_ = info.blocks;
    cells_.resize(batch);
    codes_.resize(batch * blocks_);
    sink_.table(info);
}

std::optional<std::uint8_t> Output::sign(std::string_view text) {
    if (text.empty()) return std::uint8_t{0};
    for (std::size_t i = 0; i < signs_.size(); ++i)
        if (signs_[i] == text) return static_cast<std::uint8_t>(i + 1);
    if (text.size() > 7 || signs_.size() >= max_signs || !is_clean_utf8(text)) return std::nullopt;
    signs_.emplace_back(text);
    auto const id = static_cast<std::uint8_t>(signs_.size());
    sink_.sign(id, text);
    return id;
}

void Output::issue(gateway::Errc code, gateway::Severity severity, std::uint64_t line, std::uint32_t column,
                   std::string text, std::string next_step) {
    gateway::Issue issue;
    issue.code = code;
    issue.severity = severity;
    issue.position = {line, column};
    issue.text = std::move(text);
    issue.next_step = std::move(next_step);
    fold_.add(std::move(issue), sink_);
}

void Output::flush() {
    if (used_ == 0) return;
    sink_.cells({cells_.data(), used_}, {codes_.data(), used_ * blocks_});
    used_ = 0;
}

void Output::finish(std::uint64_t rows) {
    flush();
    fold_.finish(sink_);
    sink_.finish(rows);
}

} // namespace adapters::genesis
