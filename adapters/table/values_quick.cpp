// The figures that most tables consist of, read the short way; everything else goes to value().
#include <algorithm>

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

/// Apart from the loop that calls it, whose registers it would take.
[[gnu::target("avx2,bmi"), gnu::noinline]] bool read_longer(std::string_view text, std::string_view around,
                                                            QuickMarks const& marks, unsigned scale,
                                                            gateway::Decimal& number) noexcept {
    return read_quick_figure(text, around, marks, number) && number.scale() <= scale;
}

} // namespace

void TableReader::State::make_lane() {
    constexpr std::size_t fewest = 4; // columns: for fewer it is not worth the trouble
    constexpr unsigned rows_between = 16;
    lane_.wait = rows_between;
    lane_.columns.clear();
    if (values_.size() < fewest || values_.size() > Output::most_at_once) return;
    auto const& first = values_.front();
    lane_.own_times = first.time.has_value();
    lane_.marks = first.quick_marks;
    lane_.pair = measure_pair_;
    lane_.width = 0;
    auto const fits = [this, &first](ValueColumn const& column) {
        return column.quick && !column.settling && column.fixed.empty() &&
               column.last_pair == measure_pair_ && column.time.has_value() == lane_.own_times &&
               column.marks.decimal == first.marks.decimal && column.marks.thousands == first.marks.thousands;
    };
    if (!std::all_of(values_.begin(), values_.end(), fits)) return;
    for (auto const& column : values_) {
        lane_.columns.push_back(
            {column.column - 1, column.last_measure, column.time.value_or(0), column.quick_scale});
        lane_.width = std::max(lane_.width, column.column);
    }
}

[[gnu::target("avx2,bmi")]] void TableReader::State::lane_values(GridRow const& row) {
    auto const around = row.around;
    auto const* const fields = row.fields.data();
    auto const line = row.line;
    auto const own_times = lane_.own_times;
    auto const time = time_now_;
    auto* const begin = output.room(lane_.columns.size());
    auto* cell = begin;
    for (auto const& column : lane_.columns) {
        auto const text = fields[column.at].text;
        bool const few = text.size() - 1 < quick::most_few_digits &&
                         quick::has_room_before(text.data(), around) &&
                         quick::read_few_digits(text, cell->number);
        if (!few && !read_longer(text, around, lane_.marks, column.scale, cell->number)) [[unlikely]] {
            // What is left of the row goes the long way, in the order of the columns.
            output.take(static_cast<std::size_t>(cell - begin), codes_.data());
            auto const done = static_cast<std::size_t>(&column - lane_.columns.data());
            for (auto i = done; i < values_.size(); ++i) value(row, values_[i]);
            return;
        }
        cell->line = line;
        cell->time = own_times ? column.time : time;
        cell->measure = column.measure;
        cell->column = static_cast<std::uint16_t>(column.at + 1);
        cell->kind = gateway::Cell::Kind::number;
        cell->sign = 0;
        cell->quality = 0;
        ++cell;
    }
    output.take(static_cast<std::size_t>(cell - begin), codes_.data());
}

[[gnu::target("avx2,bmi")]] void TableReader::State::quick_values(GridRow const& row) {
    if (!lane_.columns.empty() && lane_.pair == measure_pair_ && row.plain &&
        row.fields.size() >= lane_.width)
        return lane_values(row);
    if (lane_.wait == 0) make_lane();
    --lane_.wait;
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
