#include <algorithm>

#include "adapters/genesis/cube.hpp"
#include "adapters/genesis/reader_text.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

using gateway::Errc;
using gateway::Error;

namespace {

std::string text_at(Row const& row, std::uint32_t column) {
    std::string scratch;
    if (column >= row.fields) return {};
    return std::string{unquoted(row.field(column), scratch)};
}

[[noreturn]] void refuse(Row const& row, std::uint32_t column, std::string const& what) {
    throw Error(Errc::malformed, "line " + std::to_string(row.line) + ", field " +
                                     std::to_string(column + 1) + ": " + what +
                                     ": not a GENESIS cube; line: '" + shown(row.text(), 120) + "'");
}

} // namespace

bool is_cube_start(Row const& row) {
    auto first = row.field(0);
    if (first.starts_with("\xEF\xBB\xBF")) first.remove_prefix(3);
    return first.starts_with("* ") || (first == "K" && row.fields > 1);
}

bool CubeHeader::take(Row const& row) {
    auto first = row.field(0);
    if (first.starts_with("\xEF\xBB\xBF")) first.remove_prefix(3);
    if (first == "D" && block_ == "QEI") return false;
    if (!is_clean_utf8(row.text()))
        throw Error(Errc::wrong_charset, "line " + std::to_string(row.line) +
                                             ": the head of the cube is not UTF-8: '" + shown(row.text()) +
                                             "'");
    // The note names account and group: it is dropped.
    if (row.line == 1 && first.starts_with("*")) return true;
    if (first == "K")
        block(row);
    else if (first == "D" && !block_.empty())
        entry(row);
    else
        refuse(row, 0, "'" + shown(first) + "' where K or D is due");
    return true;
}

void CubeHeader::block(Row const& row) {
    block_ = text_at(row, 1);
    if (block_.empty()) refuse(row, 1, "a K line without a name");
    // Rows behind a second head would be read by the first one.
    for (auto const* const known : {"DQ", "DQ-ERH", "DQA", "DQZ", "DQI", "QEI"})
        if (layout_.has_values && block_ == known)
            refuse(row, 1,
                   "a second block " + block_ +
                       " behind the values: one document holds one cube, cut it there and load each part");
    layout_.block_names.push_back(block_);
    if (block_ == "QEI") values(row);
}

void CubeHeader::entry(Row const& row) {
    auto const name = text_at(row, 1);
    if (block_ == "DQ")
        layout_.cube = name;
    else if (block_ == "DQ-ERH")
        layout_.statistic = name;
    else if (block_ == "DQA")
        layout_.axes.push_back(name);
    else if (block_ == "DQZ")
        layout_.times.push_back(name);
    else if (block_ == "DQI") {
        CubeLayout::Measure measure;
        measure.code = name;
        measure.unit = text_at(row, 2);
        for (std::uint32_t i = 1; i < row.fields; ++i) measure.declared.push_back(text_at(row, i));
        layout_.measures.push_back(std::move(measure));
    }
}

/// "K;QEI;FACH-SCHL;...;ZI-WERT;WERT;QUALITAET;GESPERRT;WERT-VERFAELSCHT"
void CubeHeader::values(Row const& row) {
    auto& layout = layout_;
    layout.has_values = true;
    if (layout.times.size() != 1)
        refuse(row, 1, std::to_string(layout.times.size()) + " time axes in DQZ where one is due");
    if (layout.measures.empty()) refuse(row, 1, "no measure in DQI");
    auto const axes = static_cast<std::uint32_t>(layout.axes.size());
    for (std::uint32_t i = 0; i < axes; ++i)
        if (text_at(row, 2 + i) != "FACH-SCHL")
            refuse(row, 2 + i,
                   "'" + shown(text_at(row, 2 + i)) + "' where FACH-SCHL of axis " + layout.axes[i] +
                       " is due");
    if (text_at(row, 2 + axes) != "ZI-WERT")
        refuse(row, 2 + axes, "'" + shown(text_at(row, 2 + axes)) + "' where ZI-WERT is due");
    for (auto column = 3 + axes; column < row.fields; ++column) layout.group.push_back(text_at(row, column));
    auto const place = [&](std::string_view name) {
        auto const found = std::find(layout.group.begin(), layout.group.end(), name);
        return found == layout.group.end() ? no_code
                                           : static_cast<std::uint32_t>(found - layout.group.begin());
    };
    layout.value_at = place("WERT");
    if (layout.value_at == no_code) refuse(row, 3 + axes, "no WERT in the value group");
    layout.quality_at = place("QUALITAET");
    layout.locked_at = place("GESPERRT");
    layout.distorted_at = place("WERT-VERFAELSCHT");
}

bool replaces_number(std::string_view sign) noexcept {
    return sign == "-" || sign == "." || sign == "..." || sign == "/" || sign == "x";
}

} // namespace adapters::genesis
