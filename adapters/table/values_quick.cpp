// The figures that most tables consist of, read the short way; everything else goes to value().
#include "adapters/table/state.hpp"

namespace adapters::table {

#if defined(__x86_64__)

namespace {

/// "0.123" beside thousands marks: no group begins with a zero, so that it proves a decimal mark.
bool may_contradict(std::string_view text, QuickMarks const& marks) noexcept {
    if (!marks.grouped) return false;
    auto const first = static_cast<std::size_t>(!text.empty() && text.front() == '-');
    return text.size() > first + 1 && text[first] == '0';
}

} // namespace

[[gnu::target("avx2,bmi")]] void TableReader::State::quick_values(GridRow const& row) {
    auto const around = row.around;
    auto const fields = row.fields;
    for (auto& column : values_) {
        auto const at = column.column - std::size_t{1};
        if (!column.quick || at >= fields.size() ||
            (!row.plain && (fields[at].column != column.column || fields[at].kind != FieldKind::text ||
                            fields[at].hidden)) ||
            (column.settling && may_contradict(fields[at].text, column.quick_marks))) {
            value(row, column);
            continue;
        }
        gateway::Decimal number;
        if (!read_quick_figure(fields[at].text, around, column.quick_marks, number) ||
            number.scale() > column.quick_scale) {
            value(row, column);
            continue;
        }
        auto& cell = output.slot();
        cell.number = number;
        cell.line = row.line;
        cell.column = static_cast<std::uint16_t>(column.column);
        cell.kind = gateway::Cell::Kind::number;
        cell.sign = 0;
        cell.quality = 0;
        commit(column, cell);
    }
}

[[gnu::target("avx2,bmi")]] void TableReader::State::quick_survey(GridRow const& row) {
    auto const around = row.around;
    auto const fields = row.fields;
    for (auto& column : values_) {
        auto const at = column.column - std::size_t{1};
        unsigned points = 0;
        unsigned commas = 0;
        if (column.evidence == nullptr || at >= fields.size() || fields[at].column != column.column ||
            fields[at].kind != FieldKind::text ||
            !find_quick_marks(fields[at].text, around, points, commas) ||
            !column.evidence->knows(points, commas))
            survey_value(row, column);
    }
}

#endif

} // namespace adapters::table
