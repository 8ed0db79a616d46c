#include "adapters/xlsx/reference.hpp"

#include <algorithm>

namespace adapters::xlsx {

std::optional<CellReference> cell_reference(std::string_view text) noexcept {
    CellReference at;
    std::size_t i = 0;
    if (i < text.size() && text[i] == '$') ++i;
    auto const letters = i;
    for (; i < text.size() && i < letters + 3; ++i) {
        auto const c = text[i];
        if (c >= 'A' && c <= 'Z')
            at.column = at.column * 26 + static_cast<std::uint32_t>(c - 'A' + 1);
        else if (c >= 'a' && c <= 'z')
            at.column = at.column * 26 + static_cast<std::uint32_t>(c - 'a' + 1);
        else
            break;
    }
    if (i == letters) return std::nullopt;
    if (i < text.size() && text[i] == '$') ++i;
    if (i == text.size() || text.size() - i > 7 || text[i] == '0') return std::nullopt;
    for (; i < text.size(); ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        at.row = at.row * 10 + static_cast<std::uint64_t>(text[i] - '0');
    }
    if (at.row > 1048576 || at.column > 16384) return std::nullopt;
    return at;
}

std::optional<MergedRange> range_reference(std::string_view text) noexcept {
    auto const colon = text.find(':');
    auto const first = cell_reference(text.substr(0, colon));
    auto const last = colon == std::string_view::npos ? first : cell_reference(text.substr(colon + 1));
    if (!first || !last || last->row < first->row || last->column < first->column) return std::nullopt;
    return MergedRange{static_cast<std::uint32_t>(first->row), static_cast<std::uint32_t>(last->row),
                       first->column, last->column};
}

std::string cell_name(std::uint64_t row, std::uint32_t column) {
    std::string name;
    for (; column > 0; column = (column - 1) / 26) name += static_cast<char>('A' + (column - 1) % 26);
    std::reverse(name.begin(), name.end());
    return name + std::to_string(row);
}

} // namespace adapters::xlsx
