#include "adapters/table/output.hpp"

#include <algorithm>
#include <utility>

#include "adapters/table/texts.hpp"

namespace adapters::table {

void Output::table(gateway::TableInfo const& info) {
    has_table_ = true;
    blocks_ = info.blocks;
    cells_.resize(batch);
    codes_.resize(batch * std::max(1U, blocks_));
    sink_.table(info);
}

std::optional<std::uint8_t> Output::sign(std::string_view text) {
    if (text.empty()) return std::uint8_t{0};
    for (std::size_t i = 0; i < signs_.size(); ++i)
        if (signs_[i] == text) return static_cast<std::uint8_t>(i + 1);
    if (text.size() > max_sign_bytes || signs_.size() >= max_signs || !is_utf8(text)) return std::nullopt;
    if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }))
        return std::nullopt;
    signs_.emplace_back(text);
    auto const id = static_cast<std::uint8_t>(signs_.size());
    sink_.sign(id, text);
    return id;
}

void Output::tally(gateway::Errc code, gateway::Severity severity, std::uint64_t line, std::uint32_t column,
                   std::string const& text, std::string const& next_step) {
    auto const [found, fresh] = tallies_.try_emplace({code, text});
    if (fresh)
        found->second = {code, severity, {line, column}, text, next_step, 1};
    else
        ++found->second.count;
}

void Output::flush() {
    if (used_ == 0) return;
    sink_.cells({cells_.data(), used_}, {codes_.data(), used_ * blocks_});
    used_ = 0;
}

void Output::finish(std::uint64_t rows) {
    flush();
    for (auto& tallied : tallies_) sink_.issue(std::move(tallied.second));
    fold_.finish(sink_);
    sink_.finish(rows);
}

} // namespace adapters::table
