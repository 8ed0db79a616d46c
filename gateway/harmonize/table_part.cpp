#include "gateway/harmonize/table_part.hpp"

#include <algorithm>
#include <limits>

namespace gateway::harmonize {
namespace {

constexpr unsigned max_signs = 32;

std::uint32_t line_of(Cell const& cell) noexcept {
    constexpr std::uint64_t last = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(cell.line, last));
}

std::uint64_t mix(std::uint64_t hash, std::uint32_t value) noexcept {
    hash = (hash ^ value) * 0x9E3779B97F4A7C15U;
    return hash ^ (hash >> 29U);
}

} // namespace

void TableHarmonizer::Part::table(TableInfo const& info) {
    keys_.table(info);
    blocks_ = info.blocks;
    codes_.resize(blocks_);
    tuple_.resize(blocks_ + 1);
    mark_of_.assign(std::size_t{3} * max_signs * max_signs, 0);
}

void TableHarmonizer::Part::code(Column column, unsigned block, std::uint32_t id, SourceCode const& code) {
    auto const put = [id](std::vector<KeyPart>& parts, KeyPart part) {
        if (parts.size() <= id) parts.resize(id + 1);
        parts[id] = part;
    };
    switch (column) {
    case Column::time: return put(times_, keys_.time(code));
    case Column::measure: return put(measures_, keys_.measure(code));
    case Column::block: return put(codes_.at(block), keys_.block(block, code));
    }
}

void TableHarmonizer::Part::sign(std::uint8_t id, std::string_view text) {
    if (id >= max_signs)
        throw Error{Errc::unknown_sign, "more than 31 different signs, the last is '" +
                                            std::string{text.substr(0, 20)} +
                                            "'; is this a table of figures?"};
    if (signs_.size() <= id) signs_.resize(id + std::size_t{1});
    signs_[id] = text;
}

bool TableHarmonizer::Part::set_aside(std::uint32_t cause, Cell const& cell) {
    if (log) log->add_numbered(cause, cell.line, cell.column);
    if (tallies_.size() <= cause) tallies_.resize(cause + std::size_t{1});
    auto& tally = tallies_[cause];
    if (tally.rows++ == 0) tally.first_line = cell.line;
    ++aside;
    return false;
}

namespace {

/// A figure cannot be there and secret, or there and absent: "12x" is a slip, and nobody knows whose.
bool denies_number(SignMeaning::Kind kind) noexcept {
    return kind == SignMeaning::Kind::missing || kind == SignMeaning::Kind::nothing;
}

} // namespace

std::uint8_t TableHarmonizer::Part::find_mark(Cell const& cell) {
    auto const at = (static_cast<std::size_t>(cell.kind) * max_signs + cell.sign) * max_signs + cell.quality;
    if (mark_of_[at] == 0) {
        auto const mark = keys_.mark(cell.kind, signs_[cell.sign], signs_[cell.quality]);
        if (mark_known_.size() <= mark) {
            mark_known_.resize(mark + std::size_t{1});
            mark_cause_.resize(mark + std::size_t{1});
        }
        mark_known_[mark] = 1;
        auto const& meaning = keys_.marks()[mark].meaning;
        bool const has_sign = cell.kind == Cell::Kind::sign || cell.quality != 0;
        if (cell.kind == Cell::Kind::empty) {
            mark_known_[mark] = 0;
            mark_cause_[mark] =
                keys_.cause({Errc::empty_cell, Severity::warning, "empty cell: neither number nor sign",
                             "ask the source what it means", cell.column, 0, 0});
        } else if (has_sign && meaning.kind == SignMeaning::Kind::unknown) {
            mark_known_[mark] = 0;
            auto const& text = signs_[cell.kind == Cell::Kind::sign ? cell.sign : cell.quality];
            mark_cause_[mark] =
                keys_.cause({Errc::unknown_sign, Severity::error, "unknown sign '" + text + "'",
                             "add it to the office's dictionary in mappings/signs and load the "
                             "document again",
                             cell.column, 0, 0});
        } else if (cell.kind == Cell::Kind::number && cell.quality != 0 && denies_number(meaning.kind)) {
            mark_known_[mark] = 0;
            mark_cause_[mark] = keys_.cause(
                {Errc::malformed, Severity::error,
                 "a number beside the sign '" + signs_[cell.quality] + "', which says that there is none",
                 "ask the source which of them holds; the row is set aside", cell.column, 0, 0});
        }
        mark_of_[at] = static_cast<std::uint8_t>(mark + 1);
    }
    return static_cast<std::uint8_t>(mark_of_[at] - 1);
}

void TableHarmonizer::Part::grow() {
    std::vector<Slot> larger(slots_.size() * 2);
    for (auto const& slot : slots_) {
        if (slot.tuple == 0) continue;
        std::uint64_t hash = 0;
        for (std::size_t i = 0; i < tuple_.size(); ++i) hash = mix(hash, tuples_[slot.tuple - 1 + i]);
        auto at = hash & (larger.size() - 1);
        while (larger[at].tuple != 0) at = (at + 1) & (larger.size() - 1);
        larger[at] = slot;
    }
    slots_.swap(larger);
}

std::uint32_t TableHarmonizer::Part::find_indicator(std::uint32_t measure) {
    tuple_[0] = measure;
    std::uint64_t hash = 0;
    for (auto const number : tuple_) hash = mix(hash, number);
    auto at = hash & (slots_.size() - 1);
    for (; slots_[at].tuple != 0; at = (at + 1) & (slots_.size() - 1)) {
        // A handful of numbers: a call of memcmp, as std::equal makes it, takes longer than the comparison.
        auto const* const known = tuples_.data() + (slots_[at].tuple - 1);
        std::uint32_t differs = 0;
        for (std::size_t i = 0; i < tuple_.size(); ++i) differs |= tuple_[i] ^ known[i];
        if (differs == 0) return slots_[at].indicator;
    }
    auto const number = keys_.indicator(measure, {tuple_.begin() + 1, tuple_.end()});
    slots_[at] = {number, static_cast<std::uint32_t>(tuples_.size() + 1)};
    tuples_.insert(tuples_.end(), tuple_.begin(), tuple_.end());
    if (++used_slots_ * 2 > slots_.size()) grow();
    return number;
}

bool TableHarmonizer::Part::key(Cell const& cell, std::uint32_t const* codes, KeyedCell& out) {
    auto period = times_[cell.time];
    if (period.kind == KeyPart::Kind::unknown) return set_aside(period.cause, cell);
    auto const& measure = measures_[cell.measure];
    if (measure.kind == KeyPart::Kind::unknown) return set_aside(measure.cause, cell);
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t area = none;
    for (unsigned block = 0; block < blocks_; ++block) {
        auto const& part = codes_[block][codes[block]];
        tuple_[block + 1] = 0;
        switch (part.kind) {
        case KeyPart::Kind::code: tuple_[block + 1] = part.number; break;
        case KeyPart::Kind::none: break;
        case KeyPart::Kind::area:
            if (area != none)
                return set_aside(
                    keys_.cause({Errc::structure_changed, Severity::error, "two regions in one row",
                                 "give the table a mapping that says which block is the area", 0, 0, 0}),
                    cell);
            area = part.number;
            break;
        case KeyPart::Kind::part_of_year: {
            auto const id = std::uint64_t{part.number} << 32U | period.number;
            auto found = composed_.find(id);
            if (found == composed_.end())
                found = composed_.emplace(id, keys_.composed(period.number, part)).first;
            period = found->second;
            if (period.kind == KeyPart::Kind::unknown) return set_aside(period.cause, cell);
            break;
        }
        case KeyPart::Kind::unknown: return set_aside(part.cause, cell);
        }
    }
    if (area == none) {
        if (!no_area_) no_area_ = keys_.no_area();
        area = *no_area_;
    }
    out.mark = find_mark(cell);
    if (mark_known_[out.mark] == 0) return set_aside(mark_cause_[out.mark], cell);
    out.indicator = find_indicator(measure.number);
    out.area = area;
    out.period = static_cast<std::uint16_t>(period.number);
    out.mantissa = cell.number.mantissa();
    out.scale = static_cast<std::uint8_t>(cell.number.scale());
    out.line = line_of(cell);
    return true;
}

void TableHarmonizer::Part::cells(std::span<Cell const> batch, std::span<std::uint32_t const> codes) {
    cell_count += batch.size();
    std::size_t done = 0;
    while (done < batch.size()) {
        auto const room = runs.room(batch.size() - done);
        std::size_t kept = 0;
        for (std::size_t i = 0; i < room.size(); ++i, ++done)
            if (key(batch[done], codes.data() + done * blocks_, room[kept])) ++kept;
        runs.commit(kept);
    }
}

void TableHarmonizer::Part::issue(Issue found) {
    if (found.severity == Severity::error) {
        rows_refused += found.count;
        if (log) log->add({found.code, found.position, found.text, found.next_step});
    }
    issues.push_back(std::move(found));
}

void TableHarmonizer::Part::set_aside(SetAside const& row) {
    if (log) log->add(row);
}

void TableHarmonizer::Part::finish(std::uint64_t row_count) {
    rows = row_count;
    for (std::uint32_t cause = 0; cause < tallies_.size(); ++cause)
        if (tallies_[cause].rows > 0) keys_.count(cause, tallies_[cause].rows, tallies_[cause].first_line);
    tallies_.clear();
}

} // namespace gateway::harmonize
