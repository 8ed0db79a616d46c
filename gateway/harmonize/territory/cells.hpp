// Sums by target, time, stratum and value: exact while nothing is estimated.
//
// Whole areas are added as scaled integers, so that a merger is exact to the last digit whatever the order.
// What is split, has an exponent or does not fit goes to a note beside the cell, as a double. Cells are allocated
// 64 targets at a time: strata that hold few areas cost little.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "gateway/harmonize/territory/number.hpp"
#include "gateway/harmonize/territory/plan.hpp"

namespace gateway::harmonize::territory {

struct SumCell {
    std::int64_t whole = 0; ///< times 10^-scale of its value column
    std::uint32_t numbers = 0;
    std::uint32_t missing = 0;
};

/// What few cells have.
struct CellNote {
    double main = 0, population = 0, area = 0, employees = 0; ///< by estimator, beside the cell's `whole`
    double share = 0;          ///< largest share of a source that went to one of its targets
    std::uint32_t inexact = 0; ///< contributions that are in `main`
    std::uint32_t split = 0;   ///< contributions of divided areas
    std::uint32_t nearest = 0; ///< contributions matched to another year
    std::int32_t matched = 0;  ///< that year
    Flags flags = 0;
    std::uint8_t reasons = 0;   ///< MissingReason as bits, of contributions without number that say one
    std::uint32_t reasoned = 0; ///< how many these are
    Bounds bounds;              ///< summed, of whole areas
    double below = 0; ///< of divided ones, and of what does not fit: by the estimator that gives most
    double above = 0;
};

/// Notes by name: open addressing, because there may be a million of them. References stay good.
class Notes {
  public:
    CellNote& operator[](std::uint64_t name) {
        if (2 * (notes_.size() + 1) > slots_.size()) grow();
        auto& slot = slots_[slot_of(name)];
        if (slot == 0) {
            notes_.emplace_back();
            names_.push_back(name);
            slot = static_cast<std::uint32_t>(notes_.size());
        }
        return notes_[slot - 1U];
    }
    [[nodiscard]] CellNote const* find(std::uint64_t name) const noexcept {
        if (slots_.empty()) return nullptr;
        auto const slot = slots_[slot_of(name)];
        return slot == 0 ? nullptr : &notes_[slot - 1U];
    }
    /// In the order in which they came.
    template <typename Each>
    void each(Each const& each) const {
        for (std::size_t i = 0; i < notes_.size(); ++i) each(names_[i], notes_[i]);
    }

  private:
    /// Where the name stands, or where there is room for it.
    [[nodiscard]] std::size_t slot_of(std::uint64_t name) const noexcept {
        auto const mask = slots_.size() - 1;
        auto slot = static_cast<std::size_t>(name * 0x9E3779B97F4A7C15U >> 32U) & mask;
        while (slots_[slot] != 0 && names_[slots_[slot] - 1U] != name) slot = (slot + 1) & mask;
        return slot;
    }
    void grow();

    std::vector<std::uint32_t> slots_; ///< number of the note, from 1; a power of two of them
    std::vector<std::uint64_t> names_;
    std::deque<CellNote> notes_;
};

/// Cells of one stratum, time and value.
class SumBlock {
  public:
    static constexpr std::uint32_t page_size = 64;
    explicit SumBlock(std::size_t targets = 0) : pages_((targets + page_size - 1) / page_size) {}
    SumCell& cell(std::uint32_t target) {
        auto& page = pages_[target / page_size];
        if (!page) page = std::make_unique<Page>();
        return page->cells[target % page_size];
    }
    [[nodiscard]] SumCell const* find(std::uint32_t target) const noexcept {
        auto const& page = pages_[target / page_size];
        return page ? &page->cells[target % page_size] : nullptr;
    }
    [[gnu::always_inline]] void prefetch(std::uint32_t target) const noexcept {
        if (auto const& page = pages_[target / page_size])
            __builtin_prefetch(&page->cells[target % page_size], 1);
    }
    /// Says that the cell has a note: few have, and nobody looks for those of the others.
    void set_noted(std::uint32_t target) {
        cell(target);
        pages_[target / page_size]->noted |= std::uint64_t{1} << (target % page_size);
    }
    [[nodiscard]] bool is_noted(std::uint32_t target) const noexcept {
        auto const& page = pages_[target / page_size];
        return page && (page->noted >> (target % page_size) & 1U) != 0;
    }
    [[nodiscard]] bool has_page(std::uint32_t page) const noexcept { return pages_[page] != nullptr; }
    [[nodiscard]] std::uint32_t page_count() const noexcept {
        return static_cast<std::uint32_t>(pages_.size());
    }

  private:
    struct Page {
        std::array<SumCell, page_size> cells;
        std::uint64_t noted = 0;
    };
    std::vector<std::unique_ptr<Page>> pages_;
};

class BitSet {
  public:
    /// Sets a bit and returns what it was.
    bool set(std::uint32_t index) {
        auto const word = index / 64U;
        if (word >= words_.size()) words_.resize(word + 1U + word / 2U, 0);
        auto const bit = std::uint64_t{1} << (index % 64U);
        bool const was = (words_[word] & bit) != 0;
        words_[word] |= bit;
        return was;
    }
    [[gnu::always_inline]] void prefetch(std::uint32_t index) const noexcept {
        if (index / 64U < words_.size()) __builtin_prefetch(&words_[index / 64U], 1);
    }
    [[nodiscard]] bool test(std::uint32_t index) const noexcept {
        auto const word = index / 64U;
        return word < words_.size() && (words_[word] >> (index % 64U) & 1U) != 0;
    }
    /// Takes over the bits of `other` below `limit`; returns the first that both had, `limit` where none.
    std::uint32_t merge(BitSet const& other, std::uint32_t limit) {
        auto const words = std::min<std::size_t>(other.words_.size(), (limit + 63U) / 64U);
        if (words_.size() < words) words_.resize(words, 0);
        auto twice = limit;
        for (std::size_t word = 0; word < words; ++word) {
            auto theirs = other.words_[word];
            if (64U * (word + 1) > limit) theirs &= (std::uint64_t{1} << (limit % 64U)) - 1U;
            auto const both = words_[word] & theirs;
            if (both != 0 && twice == limit)
                twice = static_cast<std::uint32_t>(64U * word) +
                        static_cast<std::uint32_t>(std::countr_zero(both));
            words_[word] |= theirs;
        }
        return twice;
    }
    [[nodiscard]] std::uint32_t limit() const noexcept {
        return static_cast<std::uint32_t>(64U * words_.size());
    }

  private:
    std::vector<std::uint64_t> words_;
};

class Sums {
  public:
    Sums(std::size_t targets, std::size_t values) : targets_(targets), scales_(values, 0) {}

    /// Number of the blocks of a stratum and time; made where they are new. Value v has block number + v.
    std::uint32_t blocks(std::uint32_t stratum, std::uint32_t time) {
        if (stratum < starts_.size() && time < starts_[stratum].size() && starts_[stratum][time] != none)
            return starts_[stratum][time];
        return make(stratum, time);
    }
    /// As above, or `none`.
    [[nodiscard]] std::uint32_t find(std::uint32_t stratum, std::uint32_t time) const noexcept {
        return stratum < starts_.size() && time < starts_[stratum].size() ? starts_[stratum][time] : none;
    }
    static constexpr std::uint32_t none = 0xFFFFFFFF;

    /// Adds one source's amount to one target.
    void add(std::uint32_t block, std::size_t value, Step const& step, Amount const& amount) {
        auto& cell = blocks_[block].cell(step.target);
        if (!amount.is_number()) {
            cell.missing += step.parts;
            return;
        }
        cell.numbers += step.parts;
        if (step.split || amount.kind != Amount::Kind::exact || !add_whole(cell, value, amount.digits))
            add_inexact(block, step, amount);
    }
    /// How far the true value of one source may lie away. Twice as much for two of them: errors need not cancel.
    void add_bounds(std::uint32_t block, Step const& step, Amount const& amount);
    CellNote& note(std::uint32_t block, std::uint32_t target) {
        blocks_[block].set_noted(target);
        return notes_[name(block, target)];
    }
    [[nodiscard]] CellNote const* find_note(std::uint32_t block, std::uint32_t target) const noexcept {
        if (!blocks_[block].is_noted(target)) return nullptr;
        return notes_.find(name(block, target));
    }
    [[nodiscard]] SumBlock const& block(std::uint32_t number) const noexcept { return blocks_[number]; }
    [[nodiscard]] unsigned scale(std::size_t value) const noexcept { return scales_[value]; }
    [[nodiscard]] std::size_t values() const noexcept { return scales_.size(); }

    /// Adds the block `theirs` of `other` to the block `ours`, value by value.
    void merge(std::uint32_t ours, Sums const& other, std::uint32_t theirs);
    /// Adds all notes of `other`, whose block b is block `ours[b]` here. Once, behind the blocks.
    void merge_notes(Sums const& other, std::vector<std::uint32_t> const& ours);
    [[nodiscard]] std::size_t block_count() const noexcept { return blocks_.size(); }

  private:
    static std::uint64_t name(std::uint32_t block, std::uint32_t target) noexcept {
        return std::uint64_t{block} << 32U | target;
    }
    bool add_whole(SumCell& cell, std::size_t value, Decimal digits) {
        if (digits.scale() == scales_[value])
            return !__builtin_add_overflow(cell.whole, digits.mantissa(), &cell.whole) || undo(cell, digits);
        return add_scaled(cell, value, digits);
    }
    /// An overflow has wrapped around: goes back, and says that the sum was not taken.
    static bool undo(SumCell& cell, Decimal digits) noexcept {
        cell.whole = static_cast<std::int64_t>(static_cast<std::uint64_t>(cell.whole) -
                                               static_cast<std::uint64_t>(digits.mantissa()));
        return false;
    }
    bool add_scaled(SumCell& cell, std::size_t value, Decimal digits);
    void add_inexact(std::uint32_t block, Step const& step, Amount const& amount);
    static void add_wide(CellNote& beside, Bounds const& bounds, double weight);
    void raise_scale(std::size_t value, unsigned scale);
    std::uint32_t make(std::uint32_t stratum, std::uint32_t time);

    std::size_t targets_;
    std::vector<unsigned> scales_;
    std::vector<SumBlock> blocks_;
    std::vector<std::vector<std::uint32_t>> starts_; ///< by stratum, then time
    Notes notes_;
};

} // namespace gateway::harmonize::territory
