#include "gateway/harmonize/territory/result_reader.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::harmonize::territory {
namespace {

/// Confidential outweighs everything; otherwise what all missing sources say.
MissingReason reason_of(CellNote const& note, std::uint32_t missing, bool absent, bool doubled) {
    auto const bit = [](MissingReason reason) {
        return static_cast<std::uint8_t>(1U << static_cast<unsigned>(reason));
    };
    if ((note.reasons & bit(MissingReason::confidential)) != 0) return MissingReason::confidential;
    if (absent || doubled || note.reasoned < missing) return MissingReason::unknown;
    for (auto const reason :
         {MissingReason::unreliable, MissingReason::pending, MissingReason::not_applicable,
          MissingReason::not_loaded, MissingReason::no_territory})
        if (note.reasons == bit(reason)) return reason;
    return MissingReason::unknown;
}

void read_bounds(ResultValue& result, CellNote const& note) {
    if ((note.flags & flag::protected_part) == 0) return;
    auto const number = [](Decimal digits) {
        Amount amount;
        amount.kind = Amount::Kind::exact;
        amount.digits = digits;
        return amount.value();
    };
    result.below = number(note.bounds.below) + note.below;
    result.above = number(note.bounds.above) + note.above;
    bool const digits = note.below == 0 && note.above == 0 && result.exact;
    if (digits && (result.flags & flag::open_part) == 0) result.bounds = note.bounds;
}

/// Both may be off against each other: from (n - d) / (N + D) to (n + d) / (N - D).
void widen(ResultValue& ratio, double factor, ResultValue const& top, ResultValue const& bottom) {
    auto const least = bottom.low() - bottom.below;
    auto const most = bottom.high() + bottom.above;
    if (least <= 0 && most >= 0) {
        ratio.flags |= flag::open_part; // the denominator may be nothing
        return;
    }
    auto low = ratio.low();
    auto high = ratio.high();
    for (auto const under : {least, most})
        for (auto const over : {top.low() - top.below, top.high() + top.above}) {
            low = std::min(low, factor * over / under);
            high = std::max(high, factor * over / under);
        }
    ratio.below = ratio.low() - low;
    ratio.above = high - ratio.high();
}

} // namespace

void ResultReader::begin(std::uint32_t time) {
    time_ = time;
    auto const& status = conversion_.times()[time].status;
    expected_ = status ? plan_.expected_at(*status) : std::span<std::uint32_t const>{};
}

void ResultReader::read(std::uint32_t block, std::uint32_t target, std::uint32_t stratum, std::size_t value,
                        ResultValue& result) {
    auto const& sums = conversion_.sums();
    auto const* const cell = sums.block(block).find(target);
    if (cell == nullptr) return;
    result.numbers = cell->numbers;
    result.missing = cell->missing;
    result.has_number = cell->numbers > 0;
    result.digits = Decimal::from_scaled(cell->whole, sums.scale(value));
    auto const* const note = sums.find_note(block, target);
    // Most sums: all of their sources, whole, and nothing to be said of any.
    if (note == nullptr && cell->missing == 0 && target < expected_.size() &&
        cell->numbers == expected_[target] && cell->numbers > 0) {
        result.coverage = 1;
        result.status = cell->numbers == 1 ? ResultStatus::observed : ResultStatus::summed;
        return;
    }
    if (note != nullptr && note->inexact > 0) {
        result.exact = false;
        Amount whole;
        whole.kind = Amount::Kind::exact;
        whole.digits = result.digits;
        auto const base = whole.value();
        result.estimates[0] = base + note->main;
        result.estimates[1] = base + note->population;
        result.estimates[2] = base + note->area;
        result.estimates[3] = base + note->employees;
    }
    if (plan_.request().mode == Mode::safe)
        judge(result, note, target, stratum, value);
    else if (result.has_number)
        result.status = ResultStatus::summed;
}

void ResultReader::judge(ResultValue& result, CellNote const* note, std::uint32_t target,
                         std::uint32_t stratum, std::size_t value) {
    static CellNote const nothing;
    auto const& beside = note != nullptr ? *note : nothing;
    auto& flags = result.flags;
    flags = beside.flags;
    auto const rows = result.numbers + result.missing;
    auto status = *conversion_.times()[time_].status;
    auto const here = target < expected_.size() ? expected_[target] : 0;
    auto expected = here;
    if (beside.nearest > 0) {
        auto const there = plan_.expected(beside.matched, target);
        if (beside.nearest == rows && (flags & flag::mixed_years) == 0) {
            status = beside.matched;
            expected = there;
        } else {
            flags |= flag::mixed_years;
            auto const own = rows - std::min(rows, beside.nearest);
            if ((own > 0 && own >= here) || (own > 0 && beside.nearest >= there))
                flags |= flag::double_vintage;
        }
    }
    if (rows > expected) flags |= flag::double_vintage;
    if (result.missing > 0) flags |= flag::missing_part;
    bool absent = rows < expected;
    bool special_only = false;
    if (absent && (flags & flag::mixed_years) == 0) {
        auto const there = sources_.presence(conversion_, status, target, stratum, time_, value);
        // Nobody lives there: absent from a table of persons they are no gap. And a table of such areas alone
        // does not pretend to be one of municipalities.
        if (there.absent_special && plan_.request().weight == Weight::population) absent = false;
        special_only = there.present_special && !there.absent_special;
        if (!absent || special_only) flags |= flag::special_keys;
    }
    if (absent) flags |= flag::absent_part;
    bool const doubled = (flags & flag::double_vintage) != 0;
    bool const twice = (flags & flag::duplicate) != 0;
    bool const complete = !absent && result.missing == 0;
    result.share = beside.share;
    if (complete)
        result.coverage = 1;
    else if (auto const share = (flags & flag::mixed_years) != 0
                                    ? std::nullopt
                                    : sources_.coverage(conversion_, status, target, stratum, time_, value))
        result.coverage = *share;
    else
        result.coverage = expected == 0 ? 0 : std::min(1.0, double{result.numbers * 1.0} / expected);
    read_bounds(result, beside);
    if (result.numbers == 0) {
        result.status = ResultStatus::missing;
        result.has_number = false;
        result.reason = reason_of(beside, result.missing, absent, doubled);
        return;
    }
    bool const secret = (flags & flag::secret_part) != 0;
    bool const partial = plan_.request().partial && (!secret || plan_.request().beside_secret);
    result.at_least = secret;
    result.has_number =
        !doubled && (partial || ((complete || (special_only && result.missing == 0)) && !twice));
    if (!complete || doubled || twice)
        result.status = ResultStatus::incomplete;
    else if (beside.split > 0 || (flags & flag::estimated_part) != 0 ||
             (rows > 1 && (flags & (flag::protected_part | flag::open_part)) != 0))
        result.status = ResultStatus::estimated;
    else
        result.status = rows == 1 ? ResultStatus::observed : ResultStatus::summed;
    if (!result.has_number) result.reason = reason_of(beside, result.missing, absent, doubled);
}

ResultValue ratio_of(RatioSpec const& spec, ResultValue const& top, ResultValue const& bottom) {
    ResultValue ratio;
    ratio.is_count = false;
    ratio.exact = false;
    ratio.status = std::max(top.status, bottom.status);
    ratio.flags = top.flags | bottom.flags;
    ratio.coverage = std::min(top.coverage, bottom.coverage);
    ratio.share = std::max(top.share, bottom.share);
    ratio.numbers = std::min(top.numbers, bottom.numbers);
    ratio.missing = std::max(top.missing, bottom.missing);
    // Parts of numerator and denominator need not be the same parts.
    bool const sound = ratio.status < ResultStatus::incomplete;
    ratio.has_number = sound && top.has_number && bottom.has_number && bottom.value() != 0;
    if (!ratio.has_number) {
        bool const secret =
            top.reason == MissingReason::confidential || bottom.reason == MissingReason::confidential;
        ratio.reason = secret ? MissingReason::confidential
                              : top.reason.value_or(bottom.reason.value_or(MissingReason::not_applicable));
        return ratio;
    }
    for (std::size_t i = 0; i < std::size(ratio.estimates); ++i) {
        auto const under = bottom.exact ? bottom.value() : bottom.estimates[i];
        auto const over = top.exact ? top.value() : top.estimates[i];
        ratio.estimates[i] = under != 0 ? spec.factor * over / under : ratio.estimates[0];
    }
    if ((ratio.flags & flag::protected_part) != 0) widen(ratio, spec.factor, top, bottom);
    return ratio;
}

} // namespace gateway::harmonize::territory
