// The observations of one series. Most series of an answer have the same periods, states and vintages, so the texts
// of an observation are found by comparing with the series before, and what stands between two numbers is one or two
// pieces; whatever differs is put together piece by piece.
#include <algorithm>
#include <cstring>

#include "gateway/core/error.hpp"
#include "gateway/io/processor.hpp"
#include "gateway/sdmx/data/renderer.hpp"

namespace gateway::sdmx::data {
namespace {

/// Room is made for so many observations at once.
constexpr std::size_t run_length = 16;

std::optional<Decimal> required(std::optional<Decimal> bound) {
    if (!bound) throw Error{Errc::overflow, "a bound of a figure has more digits than 64 bits hold"};
    return bound;
}

} // namespace

inline char* Renderer::put_text(char* at, SeriesText const& text, AreaBlock const& area) noexcept {
    at = put(at, text.head, text.head_size);
    if (!text.has_area) return at;
    std::memcpy(at, area.text.data(), sizeof area.text);
    return put(at + area.size, text.rest, text.rest_size);
}

void Renderer::write_series(Out& out, query::Series const& series) {
    start_texts(key_of(series.indicator, series.area, series.frequency));
    separate_sections(out);
    if (!section_.empty()) {
        out.ensure(section_.head_size + section_.rest_size + 2 * block_bytes);
        out.advance_to(put_text(out.at(), section_, area_));
    }
    if (options_.shown.observations)
        write_observations(out, series, parts_[part_].deleted);
    else if (!row_.empty()) {
        out.ensure(bound());
        out.advance_to(put_text(out.at(), row_, area_));
    }
    end_section(out);
}

char* Renderer::put_row(char* at, PeriodTexts const& period) const {
    at = put_text(at, row_, area_);
    return splits_rows_ ? put(put(at, period.plain), row_rest_) : at;
}

void Renderer::write_observations(Out& out, query::Series const& series, bool is_deleted) {
    auto const observations = series.observations;
    if (is_deleted || splits_rows_ || (counts_texts_ && any_observation_attribute_)) {
        write_one_by_one(out, observations, is_deleted);
        return;
    }
    ++run_;
    follow_periods(series);
    bool const is_joined = row_.has_area && mould_ != 0 && mould_ == last_mould_;
    join_texts(observations.size(), is_joined);
    for (std::size_t done = 0; done < observations.size(); done += run_length) {
        auto const count = std::min(run_length, observations.size() - done);
        auto const some = observations.subspan(done, count);
        auto const periods = std::span<RunPeriod const>{run_periods_}.subspan(done, count);
        if (any_observation_attribute_)
            write_run(out, some, periods);
        else
            write_lean_run(out, some, periods);
    }
}

void Renderer::write_one_by_one(Out& out, std::span<Packed const> observations, bool is_deleted) {
    bool const has_row = !row_.empty();
    for (auto const& packed : observations) {
        auto const& period = periods_[period_number(packed.period)];
        if (!is_deleted) prepare_texts(packed); // may need more room than known so far
        out.ensure(bound());
        auto* at = out.at();
        if (has_row) at = put_row(at, period);
        at = is_deleted ? put(put(at, period.opening.deleted), deleted_end_)
                        : write_observation(at, packed, period.opening, period);
        out.advance_to(at);
    }
}

/// The numbers of the periods, mostly those of the series before.
void Renderer::follow_periods(query::Series const& series) {
    if (series.periods != 0 && series.periods == run_of_) return;
    run_of_ = series.periods;
    auto const observations = series.observations;
    auto const count = observations.size();
    if (count <= run_known_) {
        std::uint32_t others = 0;
        for (std::size_t i = 0; i < count; ++i) {
            auto const& a = observations[i].period;
            auto const& b = run_periods_[i].period;
            others |= static_cast<std::uint32_t>(a.start_day() ^ b.start_day()) |
                      static_cast<std::uint32_t>(a.end_day() ^ b.end_day()) |
                      (static_cast<std::uint32_t>(a.kind()) ^ static_cast<std::uint32_t>(b.kind()));
        }
        if (others == 0) return;
    }
    if (run_periods_.size() < count) run_periods_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        auto& known = run_periods_[i];
        if (i < run_known_ && known.period == observations[i].period) continue;
        known = {observations[i].period, period_number(observations[i].period), nullptr, 0};
    }
    run_known_ = std::max(run_known_, count);
    joined_to_ = 0;
}

template <bool is_scaled, bool has_rows>
[[gnu::always_inline]] inline char* Renderer::write_alike(char* at, AlikeRun& run) const noexcept {
    auto const scale = run.scale;
    auto const numbered = run.numbered;
    auto const observations = run.observations;
    auto const periods = run.periods;
    auto const* const head = lead_.head;
    auto const head_size = lead_.head_size;
    auto const area = area_;
    auto skip = run.skip;
    std::size_t i = 0;
    for (; i < observations.size(); ++i) {
        auto const& packed = observations[i];
        auto const mantissa = packed.number.mantissa();
        auto const magnitude = magnitude_of(mantissa);
        if (!is_numbered(numbered, packed.state) || packed.number.scale() != scale ||
            magnitude >= short_numbers) [[unlikely]]
            break;
        if constexpr (has_rows) {
            at = put(at, head + skip, head_size - skip);
            std::memcpy(at, area.text.data(), sizeof area.text);
            at = put(at + area.size, periods[i].text, periods[i].size);
        } else {
            at = put(at, periods[i].text + skip, periods[i].size - skip);
        }
        skip = 0;
        at = put_short_number<is_scaled>(at, mantissa, static_cast<std::uint32_t>(magnitude), scale);
    }
    run.written = i;
    return at;
}

[[gnu::always_inline]] inline char* Renderer::write_alike_of_any(char* at, AlikeRun& run) const noexcept {
    if (run.has_rows)
        return run.scale == 0 ? write_alike<false, true>(at, run) : write_alike<true, true>(at, run);
    return run.scale == 0 ? write_alike<false, false>(at, run) : write_alike<true, false>(at, run);
}

#ifdef __x86_64__
/// Shifts by numbers of bits that are only known at run time cost a third. AVX does not pay: blocks are short, and turning
/// to it and back takes longer than a series.
__attribute__((target("bmi,bmi2"))) char* Renderer::write_alike_bmi2(char* at, AlikeRun& run) const noexcept {
    return write_alike_of_any(at, run);
}
#endif

/// Observations with numbers below 10^8 and the same number of digits behind the mark; run.written says how many there
/// were.
char* Renderer::write_alike(char* at, AlikeRun& run) const noexcept {
#ifdef __x86_64__
    static bool const has_instructions = io::has_bmi2();
    if (has_instructions) return write_alike_bmi2(at, run);
#endif
    return write_alike_of_any(at, run);
}

/// Without attributes, the texts between two numbers are the end of an observation, the row and the opening of the
/// next: the first two are joined for the mould, and what is behind the area for the period.
void Renderer::write_lean_run(Out& out, std::span<Packed const> observations,
                              std::span<RunPeriod const> periods) {
    bool const is_joined = row_.has_area && mould_ != 0 && mould_ == last_mould_;
    bool const has_texts = is_joined || row_.empty();
    out.ensure(run_length * bound());
    bool is_open = false; // a number was written and not what follows it
    auto* at = out.at();
    for (std::size_t i = 0; i < observations.size();) {
        auto const& packed = observations[i];
        if (has_texts && packed.number.scale() < short_scales) {
            AlikeRun run{observations.subspan(i), periods.subspan(i), numbered_,
                         packed.number.scale(),   is_joined,          is_open ? 0 : number_end_.size()};
            at = write_alike(at, run);
            i += run.written;
            is_open = is_open || run.written != 0;
            if (run.written != 0) continue;
        }
        if (!is_numbered(numbered_, packed.state)) { // may need more room than known so far
            out.advance_to(at);
            state_texts(packed.state);
            out.ensure(run_length * bound());
            at = out.at();
        }
        auto const& state = states_[packed.state];
        auto const& period = periods_[periods[i].number];
        if (is_open) at = put(at, number_end_);
        if (!row_.empty()) at = put_text(at, row_, area_);
        at = state.has_number ? put_number(put(at, period.opening.with_number), packed.number.mantissa(),
                                           packed.number.scale())
                              : put(put(at, period.opening.without), state.all);
        is_open = state.has_number;
        ++i;
    }
    if (is_open) at = put(at, number_end_);
    out.advance_to(at);
}

/// What stands between the area of a row, or the number before, and the number. For rows of the same mould as those of
/// the series before, what is behind the area is joined with the opening.
void Renderer::join_texts(std::size_t count, bool is_joined) {
    auto const wanted = is_joined ? mould_ : 0;
    if (joined_of_ == wanted && joined_to_ >= count) return;
    if (!is_joined && (any_observation_attribute_ || !row_.empty())) return;
    for (auto& each : std::span{run_periods_}.first(count)) {
        auto& period = periods_[each.number];
        if (is_joined && period.joined_of != mould_) {
            period.joined_of = mould_;
            period.joined.make([&](std::string& out) {
                out.append(row_.rest, row_.rest_size).append(period.opening.with_number.text());
            });
            longest_ = std::max(longest_, period.joined.size());
        }
        auto const& text = is_joined ? period.joined : period.gap;
        each.text = text.data();
        each.size = text.size();
    }
    joined_of_ = wanted;
    joined_to_ = count;
}

[[gnu::always_inline]] inline char* Renderer::write_tailed_of_any(char* at, TailedRun& run) const noexcept {
    auto const observations = run.observations;
    auto const run_periods = run.periods;
    auto const* const texts = periods_.data();
    auto const row = row_;
    auto const figure = figure_;
    auto const area = area_;
    auto const attributes = attributes_no_;
    bool const is_joined = run.is_joined;
    bool const has_figure = run.has_figure;
    std::size_t i = 0;
    for (; i < observations.size(); ++i) {
        auto const& packed = observations[i];
        auto const& period = texts[run_periods[i].number];
        auto const mantissa = packed.number.mantissa();
        auto const magnitude = magnitude_of(mantissa);
        auto const scale = packed.number.scale();
        if (!period.has_tail_for(packed, attributes) || !period.tail_has_number ||
            magnitude >= short_numbers || scale >= short_scales) [[unlikely]]
            break;
        if (is_joined) {
            at = put(at, row.head, row.head_size);
            std::memcpy(at, area.text.data(), sizeof area.text);
            at = put(at + area.size, run_periods[i].text, run_periods[i].size);
        } else {
            if (!row.empty()) at = put_text(at, row, area);
            at = put(at, period.opening.with_number);
        }
        auto const small = static_cast<std::uint32_t>(magnitude);
        at = scale == 0 ? put_short_number<false>(at, mantissa, small, 0)
                        : put_short_number<true>(at, mantissa, small, scale);
        at = put(at, period.tail);
        if (has_figure) at = put(put_text(at, figure, figure_area_), period.tail_end);
    }
    run.written = i;
    return at;
}

#ifdef __x86_64__
__attribute__((target("bmi,bmi2"))) char* Renderer::write_tailed_bmi2(char* at,
                                                                      TailedRun& run) const noexcept {
    return write_tailed_of_any(at, run);
}
#endif

/// Observations whose tails are made, with numbers below 10^8; run.written says how many there were.
char* Renderer::write_tailed(char* at, TailedRun& run) const noexcept {
#ifdef __x86_64__
    static bool const has_instructions = io::has_bmi2();
    if (has_instructions) return write_tailed_bmi2(at, run);
#endif
    return write_tailed_of_any(at, run);
}

void Renderer::write_run(Out& out, std::span<Packed const> observations, std::span<RunPeriod const> periods) {
    bool const has_figure = shows(Attribute::figure_id);
    bool const is_joined = row_.has_area && mould_ != 0 && mould_ == last_mould_;
    out.ensure(run_length * bound());
    auto* at = out.at();
    for (std::size_t i = 0; i < observations.size(); ++i) {
        TailedRun run{observations.subspan(i), periods.subspan(i), is_joined, has_figure};
        at = write_tailed(at, run);
        i += run.written;
        if (i == observations.size()) break;
        auto const& packed = observations[i];
        auto& period = periods_[periods[i].number];
        bool has_tail = period.has_tail_for(packed, attributes_no_);
        if (!has_tail) {
            out.advance_to(at);
            prepare_texts(packed);
            has_tail = make_tail(period, packed);
            out.ensure(run_length * bound());
            at = out.at();
        }
        if (!row_.empty()) at = put_text(at, row_, area_);
        if (!has_tail) {
            at = write_observation(at, packed, period.opening, period);
            continue;
        }
        at = period.tail_has_number ? put_number(put(at, period.opening.with_number),
                                                 packed.number.mantissa(), packed.number.scale())
                                    : put(at, period.opening.without);
        at = put(at, period.tail);
        if (has_figure) at = put(put_text(at, figure_, figure_area_), period.tail_end);
    }
    out.advance_to(at);
}

/// Joins the pieces behind a number, where the series before would have needed them, too; false where not.
bool Renderer::make_tail(PeriodTexts& period, Packed const& packed) {
    auto const& state = states_[packed.state];
    bool const was_missed = period.missed_in + 1 == run_;
    period.missed_in = run_;
    if (!was_missed || state.has_bounds) return false;
    auto const& vintage = vintages_[packed.vintage];
    period.tail_state = packed.state;
    period.tail_vintage = packed.vintage;
    period.tail_attributes = attributes_no_;
    period.tail_has_number = state.has_number;
    scratch_ = state.before.text();
    scratch_.append(attributes_.text()).append(period.middle.text()).append(vintage.middle.text());
    if (shows(Attribute::figure_id))
        period.tail_end.assign(std::string{period.figure.text()}.append(vintage.end.text()));
    else
        scratch_.append(vintage.end.text());
    period.tail.assign(scratch_);
    return true;
}

void Renderer::prepare_texts(Packed const& packed) {
    state_texts(packed.state);
    if (any_observation_attribute_) vintage_texts(packed.vintage);
}

char* Renderer::write_observation(char* at, Packed const& packed, Opening const& opening,
                                  PeriodTexts const& period) {
    auto const& texts = states_[packed.state];
    at = texts.has_number
             ? put_number(put(at, opening.with_number), packed.number.mantissa(), packed.number.scale())
             : put(at, opening.without);
    if (!any_observation_attribute_) return put(at, texts.all);
    at = put(at, texts.before);
    if (texts.has_bounds) at = write_bounds(at, packed, texts);
    auto const& vintage = vintages_[packed.vintage];
    at = put(put(put(at, attributes_), period.middle), vintage.middle);
    if (shows(Attribute::figure_id))
        at = counts_texts_ ? put_number(at, static_cast<std::int64_t>(figure_count_++), 0)
                           : put(put_text(at, figure_, figure_area_), period.figure);
    return put(at, vintage.end);
}

char* Renderer::write_bounds(char* at, Packed const& packed, StateTexts const& texts) {
    if (counts_texts_) {
        at = put_number(at, static_cast<std::int64_t>(low_count_++), 0);
        at = put_number(put(at, texts.between), static_cast<std::int64_t>(high_count_++), 0);
    } else {
        auto const low = required(checked_subtract(packed.number, texts.below));
        auto const high = required(checked_add(packed.number, texts.above));
        at = put_number(at, low->mantissa(), low->scale());
        at = put_number(put(at, texts.between), high->mantissa(), high->scale());
    }
    return put(at, texts.after);
}

} // namespace gateway::sdmx::data
