#include "gateway/harmonize/territory/cells.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::harmonize::territory {

void Notes::grow() {
    constexpr std::size_t fewest = 64;
    slots_.assign(slots_.empty() ? fewest : 2 * slots_.size(), 0);
    for (std::size_t i = 0; i < names_.size(); ++i)
        slots_[slot_of(names_[i])] = static_cast<std::uint32_t>(i + 1);
}

std::uint32_t Sums::make(std::uint32_t stratum, std::uint32_t time) {
    if (stratum >= starts_.size()) starts_.resize(stratum + 1U);
    auto& times = starts_[stratum];
    if (time >= times.size()) times.resize(time + 1U, none);
    times[time] = static_cast<std::uint32_t>(blocks_.size());
    for (std::size_t value = 0; value < scales_.size(); ++value) blocks_.emplace_back(targets_);
    return times[time];
}

bool Sums::add_scaled(SumCell& cell, std::size_t value, Decimal digits) {
    if (digits.scale() > scales_[value]) raise_scale(value, digits.scale());
    auto const fitting = rescaled(digits, scales_[value]);
    if (!fitting) return false;
    return !__builtin_add_overflow(cell.whole, fitting->mantissa(), &cell.whole) || undo(cell, *fitting);
}

/// More digits behind the mark than before: all sums of the value move there.
void Sums::raise_scale(std::size_t value, unsigned scale) {
    auto const old_scale = scales_[value];
    scales_[value] = scale;
    for (auto number = value; number < blocks_.size(); number += scales_.size()) {
        auto& block = blocks_[number];
        for (std::uint32_t page = 0; page < block.page_count(); ++page) {
            if (!block.has_page(page)) continue;
            for (auto target = page * SumBlock::page_size; target < (page + 1) * SumBlock::page_size;
                 ++target) {
                auto& cell = block.cell(target);
                auto const old = Decimal::from_scaled(cell.whole, old_scale);
                if (auto const fitting = rescaled(old, scale)) {
                    cell.whole = fitting->mantissa();
                    continue;
                }
                Amount amount;
                amount.kind = Amount::Kind::exact;
                amount.digits = old;
                cell.whole = 0;
                Step whole;
                whole.target = target;
                add_inexact(static_cast<std::uint32_t>(number), whole, amount);
            }
        }
    }
}

void Sums::add_inexact(std::uint32_t block, Step const& step, Amount const& amount) {
    auto& beside = note(block, step.target);
    auto const value = amount.value();
    beside.main += value * step.weight;
    beside.population += value * step.population;
    beside.area += value * step.area;
    beside.employees += value * step.employees;
    ++beside.inexact;
    if (!step.split) return;
    ++beside.split;
    beside.share = std::max(beside.share, step.weight);
}

void Sums::add_bounds(std::uint32_t block, Step const& step, Amount const& amount) {
    auto& beside = note(block, step.target);
    if (amount.open) beside.flags |= flag::open_part;
    if (amount.bounds == nullptr) return;
    beside.flags |= flag::protected_part;
    add_wide(beside, *amount.bounds,
             step.split ? std::max({step.weight, step.population, step.area, step.employees}) : 1);
}

void Sums::add_wide(CellNote& beside, Bounds const& bounds, double weight) {
    if (weight == 1) {
        auto const below = checked_add(beside.bounds.below, bounds.below);
        auto const above = checked_add(beside.bounds.above, bounds.above);
        if (below && above) {
            beside.bounds = {*below, *above};
            return;
        }
    }
    // Outward by the last digit: never narrower than it is.
    auto const wide = [weight](Decimal digits) {
        Amount amount;
        amount.kind = Amount::Kind::exact;
        amount.digits = digits;
        auto const value = amount.value() * weight;
        return value > 0 ? std::nextafter(value, std::numeric_limits<double>::infinity()) : value;
    };
    beside.below += wide(bounds.below);
    beside.above += wide(bounds.above);
}

void Sums::merge(std::uint32_t ours, Sums const& other, std::uint32_t theirs) {
    for (std::size_t value = 0; value < scales_.size(); ++value) {
        auto const number = ours + static_cast<std::uint32_t>(value);
        auto const& from = other.blocks_[theirs + value];
        for (std::uint32_t page = 0; page < from.page_count(); ++page) {
            if (!from.has_page(page)) continue;
            for (auto target = page * SumBlock::page_size; target < (page + 1) * SumBlock::page_size;
                 ++target) {
                auto const& cell = *from.find(target);
                if (cell.numbers + cell.missing == 0) continue;
                auto& sum = blocks_[number].cell(target);
                sum.numbers += cell.numbers;
                sum.missing += cell.missing;
                Amount amount;
                amount.kind = Amount::Kind::exact;
                amount.digits = Decimal::from_scaled(cell.whole, other.scales_[value]);
                Step whole;
                whole.target = target;
                if (cell.whole != 0 && !add_whole(sum, value, amount.digits))
                    add_inexact(number, whole, amount);
            }
        }
    }
}

void Sums::merge_notes(Sums const& other, std::vector<std::uint32_t> const& ours) {
    other.notes_.each([&](std::uint64_t name, CellNote const& theirs_note) {
        auto& mine = note(ours[name >> 32U], static_cast<std::uint32_t>(name));
        if (mine.nearest > 0 && theirs_note.nearest > 0 && mine.matched != theirs_note.matched)
            mine.flags |= flag::mixed_years;
        if (theirs_note.nearest > 0) mine.matched = theirs_note.matched;
        mine.main += theirs_note.main;
        mine.population += theirs_note.population;
        mine.area += theirs_note.area;
        mine.employees += theirs_note.employees;
        mine.share = std::max(mine.share, theirs_note.share);
        mine.inexact += theirs_note.inexact;
        mine.split += theirs_note.split;
        mine.nearest += theirs_note.nearest;
        mine.flags |= theirs_note.flags;
        mine.reasons |= theirs_note.reasons;
        mine.reasoned += theirs_note.reasoned;
        mine.below += theirs_note.below;
        mine.above += theirs_note.above;
        add_wide(mine, theirs_note.bounds, 1);
    });
}

} // namespace gateway::harmonize::territory
