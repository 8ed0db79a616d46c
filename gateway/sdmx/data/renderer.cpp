#include "gateway/sdmx/data/renderer.hpp"

#include <algorithm>
#include <utility>

#include "gateway/core/error.hpp"
#include "gateway/feed/rows.hpp"

namespace gateway::sdmx::data {
namespace {

/// Answers of up to so many observations are kept where they are gone through more than once.
constexpr std::size_t recorded_limit = 20'000;
/// Room for one indicator of all counties.
constexpr std::size_t first_recorded = 8'192;

} // namespace

Renderer::Renderer(StoreLease lease, query::DatasetViewPtr dataset, query::Selection selection,
                   MessageOptions options)
    : lease_(std::move(lease)), view_(std::move(dataset)), selection_(std::move(selection)),
      options_(std::move(options)), parts_(query::parts_of(*view_, selection_)), ids_(view_->dimensions()) {
    auto const& dimension = options_.dimension_at_observation;
    if (dimension == "AllDimensions")
        layout_ = Layout::flat;
    else if (dimension != "TIME_PERIOD")
        layout_ = Layout::cross_section;
    if (!options_.shown.observations) layout_ = Layout::time_series; // keys of series are keys without time
}

bool Renderer::next(std::string& out) {
    auto const store = lease_();
    Out to{out};
    while (phase_ != Phase::done && to.written() < piece_bytes) step(to, *store);
    auto const written = to.written();
    to.close();
    return written > 0;
}

void Renderer::read_ahead() {
    if (phase_ == Phase::prepare) prepare_once(*lease_());
}

void Renderer::prepare_once(store::Store const& store) {
    if (!options_.sort.empty()) read_sorted(store);
    prepare(store);
    any_observation_attribute_ =
        has_attributes('o') ||
        (has_attributes('s') && (attributes_in_rows_ || series_attributes_at_observation())) ||
        (attributes_in_rows_ && has_attributes('d'));
    forget_ends();
    phase_ = Phase::pass;
}

void Renderer::step(Out& out, store::Store const& store) {
    bool const is_last = pass_ + 1 == passes();
    switch (phase_) {
    case Phase::prepare: prepare_once(store); break;
    case Phase::pass:
        begin_pass(out, pass_);
        part_ = 0;
        recorded_at_ = 0;
        low_count_ = high_count_ = figure_count_ = 0;
        phase_ = Phase::part;
        break;
    case Phase::part:
        if (part_ == parts_.size()) {
            phase_ = Phase::end_pass;
            break;
        }
        if (is_last) begin_part(out, parts_[part_]);
        ++parts_begun_;
        if (!is_recorded_) open_cursor(false);
        phase_ = Phase::series;
        break;
    case Phase::series:
        is_part_over_ = !pull(out, store);
        if (!cross_.empty() && (is_part_over_ || cross_last_ != 0))
            phase_ = Phase::cross;
        else if (is_part_over_)
            phase_ = Phase::end_part;
        break;
    case Phase::cross:
        if (write_cross(out)) phase_ = is_part_over_ ? Phase::end_part : Phase::series;
        break;
    case Phase::end_part:
        if (is_last) end_part(out, parts_[part_]);
        cursor_.reset();
        ++part_;
        phase_ = Phase::part;
        break;
    case Phase::end_pass:
        end_pass(out, pass_);
        phase_ = ++pass_ == passes() ? Phase::done : Phase::pass;
        break;
    case Phase::done: break;
    }
}

void Renderer::open_cursor(bool periods_only) {
    query::Cursor::Options how;
    how.counts_series = !options_.shown.observations;
    how.periods_only = periods_only || !options_.shown.observations;
    if (layout_ == Layout::cross_section)
        how.order = options_.dimension_at_observation == "AREA" || parts_[part_].deleted
                        ? store::Pull::Order::by_indicator
                        : store::Pull::Order::by_area;
    cursor_ = std::make_unique<query::Cursor>(view_, selection_, parts_[part_], how);
}

bool Renderer::pull(Out& out, store::Store const& store) {
    if (!is_recorded_)
        return cursor_->next(store, [&](query::Series const& series) { return take(out, series); });
    while (recorded_at_ < recorded_.size() && recorded_[recorded_at_].part == part_) {
        auto const& one = recorded_[recorded_at_++];
        if (!take(out, {one.indicator, one.area, one.frequency,
                        std::span<Packed const>{recorded_observations_}.subspan(one.begin, one.count),
                        one.periods}))
            return true;
    }
    return false;
}

bool Renderer::take(Out& out, query::Series const& series) {
    if (layout_ == Layout::cross_section) {
        keep_cross(series);
        return true;
    }
    if (pass_ + 1 < passes()) {
        listed(out, series, pass_);
    } else {
        write_series(out, series);
    }
    // What is left of a row of the store would have to be kept: it is better written.
    return out.written() < 2 * piece_bytes;
}

void Renderer::go_through(store::Store const& store, std::function<void(query::Series const&)> const& each) {
    if (is_recorded_) {
        for (auto const& one : recorded_)
            each({one.indicator, one.area, one.frequency,
                  std::span<Packed const>{recorded_observations_}.subspan(one.begin, one.count),
                  one.periods});
        return;
    }
    // Where observations show no attribute, the lists follow from keys and periods, which are read in a fraction of the
    // time; otherwise small answers are kept, and the store is not asked again.
    bool const is_lean = options_.shown.observations && !has_attributes('o');
    is_recorded_ = !is_lean;
    for (part_ = 0; part_ < parts_.size(); ++part_) {
        open_cursor(is_lean);
        auto const take_one = [&](query::Series const& series) {
            each(series);
            is_recorded_ =
                is_recorded_ && recorded_observations_.size() + series.observations.size() <= recorded_limit;
            if (is_recorded_) record(series);
            return true;
        };
        while (cursor_->next(store, take_one)) {
        }
        cursor_.reset();
    }
    if (is_recorded_) return;
    recorded_.clear();
    recorded_observations_.clear();
    recorded_observations_.shrink_to_fit();
}

void Renderer::record(query::Series const& series) {
    if (recorded_.empty()) {
        recorded_.reserve(first_recorded / 16);
        recorded_observations_.reserve(first_recorded);
    }
    recorded_.push_back({part_, series.indicator, series.area, series.frequency,
                         recorded_observations_.size(), series.observations.size(), series.periods});
    recorded_observations_.insert(recorded_observations_.end(), series.observations.begin(),
                                  series.observations.end());
    auto last = ~std::uint32_t{0};
    for (auto const& packed : series.observations) {
        if (packed.state == last) continue; // as mostly
        last = packed.state;
        if (packed.state < known_states_.size() && known_states_[packed.state]) continue;
        if (known_states_.size() <= packed.state) known_states_.resize(packed.state + std::size_t{1});
        known_states_[packed.state] = std::make_unique<store::State>(cursor_->state(packed.state));
    }
}

store::State const& Renderer::state(store::StateNo no) const {
    if (no < known_states_.size() && known_states_[no]) return *known_states_[no];
    return cursor_->state(no);
}

std::string_view Renderer::code_of(Key const& key, std::size_t position) const {
    using View = query::DatasetView;
    if (position == View::freq) return view_->frequencies[key.frequency];
    if (position == View::area) return key.place->key;
    return view_->code(view_->indicators[key.indicator], position - View::first_own);
}

void Renderer::append_series_attributes(std::string& out, Key const& key) {
    auto const& area = key.place->area;
    if (shows(Attribute::unit_mult))
        attribute(out, Attribute::unit_mult, std::to_string(view_->indicators[key.indicator].multiplier));
    if (shows(Attribute::area_list)) attribute(out, Attribute::area_list, to_string(area.list));
    if (shows(Attribute::area_level)) attribute(out, Attribute::area_level, to_string(area.level));
}

std::string Renderer::attribute_of_dataset(Attribute which) const {
    return which == Attribute::source_table ? view_->info.table : view_->info.licence;
}

void Renderer::append_dataset_attributes(std::string& out) {
    for (auto const which : {Attribute::source_table, Attribute::licence})
        if (shows(which)) attribute(out, which, attribute_of_dataset(which));
}

std::size_t Renderer::bound() const noexcept {
    auto const size = [](SeriesText const& text) { return text.head_size + text.rest_size + block_bytes; };
    return size(row_) + size(lead_) + size(figure_) + row_rest_.size() + attributes_.size() + 4 * longest_ +
           3 * max_decimal_chars + 8 * block_bytes;
}

void Renderer::forget_ends() {
    vintages_.clear();
    states_.clear();
    numbered_ = 0;
    scratch_.clear();
    end_deleted(scratch_);
    deleted_end_.assign(scratch_);
    ++parts_begun_;
    longest_ = std::max(longest_, deleted_end_.size());
    ++attributes_no_;
    if (any_observation_attribute_) return;
    number_end_.make([&](std::string& out) {
        close_value(out, true);
        end_observation(out);
    });
    longest_ = std::max(longest_, number_end_.size());
    // Periods know the end of the part before.
    periods_.clear();
    period_numbers_.clear();
    run_periods_.clear();
    run_known_ = joined_to_ = 0;
    run_of_ = 0;
    last_period_ = 0;
}

void Renderer::make_opening(Opening& opening, std::string_view dimension, std::string_view code) {
    auto const make = [&](Piece& piece, Begins begins) {
        scratch_.clear();
        open(scratch_, begins, dimension, code);
        piece.assign(scratch_);
        longest_ = std::max(longest_, piece.size());
    };
    make(opening.with_number, Begins::with_number);
    make(opening.without, Begins::without);
    make(opening.deleted, Begins::deleted);
}

std::uint32_t Renderer::period_number(TimePeriod const& period) {
    // After a period comes the one that followed it last time.
    if (!periods_.empty()) {
        auto const guess = periods_[last_period_].next;
        if (periods_[guess].period == period) return last_period_ = guess;
    }
    auto& same_start = period_numbers_[period.start_day()];
    for (auto const number : same_start)
        if (periods_[number].period == period) {
            periods_[last_period_].next = number;
            return last_period_ = number;
        }
    PeriodTexts texts;
    texts.period = period;
    auto const text = period_text(period);
    make_opening(texts.opening, "TIME_PERIOD", text);
    texts.plain.assign(text);
    scratch_.clear();
    if (shows(Attribute::terr_state))
        attribute(scratch_, Attribute::terr_state,
                  date_text(view_->territory.value_or(feed::territory_day(period))));
    if (shows(Attribute::source_table) && attributes_in_rows_)
        attribute(scratch_, Attribute::source_table, view_->info.table);
    texts.middle.assign(scratch_);
    auto figure = period.to_sdmx();
    if (auto const slash = figure.find('/'); slash != std::string::npos) figure.replace(slash, 1, "--");
    scratch_.clear();
    append_figure_text(scratch_, figure);
    texts.figure.assign(scratch_);
    if (!any_observation_attribute_)
        texts.gap.make([&](std::string& out) {
            out.append(number_end_.text()).append(texts.opening.with_number.text());
        });
    longest_ = std::max(longest_, texts.gap.size());
    auto const number = static_cast<std::uint32_t>(periods_.size());
    longest_ = std::max(longest_, texts.middle.size() + texts.figure.size());
    same_start.push_back(number);
    if (number != 0) periods_[last_period_].next = number;
    periods_.push_back(std::move(texts));
    return last_period_ = number;
}

Renderer::StateTexts const& Renderer::state_texts(store::StateNo no) {
    if (states_.size() <= no) states_.resize(no + std::size_t{1});
    auto& texts = states_[no];
    if (texts.is_made) return texts;
    auto const& known = state(no);
    auto const& quality = known.quality;
    bool const has_value = !known.reason;
    texts.is_made = true;
    texts.has_number = has_value && options_.shown.value;
    if (texts.has_number && no < state_bits) numbered_ |= std::uint64_t{1} << no;
    texts.has_bounds = has_value && quality.bounds && (shows(Attribute::obs_lo) || shows(Attribute::obs_hi));
    if (texts.has_bounds && !(shows(Attribute::obs_lo) && shows(Attribute::obs_hi)))
        throw common::SdmxError{common::ErrorCode::semantic,
                                "OBS_LO and OBS_HI belong together: ask for both attributes or for none"};
    if (quality.bounds) {
        texts.below = quality.bounds->below;
        texts.above = quality.bounds->above;
    }
    std::string before;
    close_value(before, texts.has_number);
    auto const put = [&](std::string& out, Attribute which, std::string_view text) {
        if (shows(which)) attribute(out, which, text);
    };
    put(before, Attribute::obs_status, std::string(1, to_char(quality.status)));
    put(before, Attribute::conf_status, std::string(1, to_char(quality.confidentiality)));
    put(before, Attribute::protection, to_string(quality.protection));
    std::string after;
    if (texts.has_bounds) {
        open_attribute(before, Attribute::obs_lo);
        std::string between;
        close_attribute(between, Attribute::obs_lo);
        open_attribute(between, Attribute::obs_hi);
        texts.between.assign(between);
        close_attribute(after, Attribute::obs_hi);
    } else {
        put(before, Attribute::obs_lo, {});
        put(before, Attribute::obs_hi, {});
    }
    auto& last = texts.has_bounds ? after : before;
    put(last, Attribute::src_sign, quality.sign.text());
    put(last, Attribute::missing_reason, known.reason ? to_string(*known.reason) : std::string_view{});
    texts.before.assign(before);
    texts.after.assign(after);
    end_observation(before);
    texts.all.assign(before);
    longest_ = std::max(longest_, before.size() + after.size());
    return texts;
}

Renderer::VintageTexts const& Renderer::vintage_texts(VintageNo no) {
    if (vintages_.size() <= no) vintages_.resize(no + std::size_t{1});
    auto& texts = vintages_[no];
    if (texts.is_made) return texts;
    texts.is_made = true;
    auto const* const vintage = view_->vintage(no);
    if (vintage == nullptr)
        throw Error{Errc::not_found, view_->info.id + ": vintage " + std::to_string(no) +
                                         " of an observation is not among those of the dataset"};
    std::string middle;
    if (shows(Attribute::vintage)) attribute(middle, Attribute::vintage, std::to_string(no));
    if (shows(Attribute::retrieved)) attribute(middle, Attribute::retrieved, utc_text(vintage->received));
    if (shows(Attribute::licence) && attributes_in_rows_)
        attribute(middle, Attribute::licence, view_->info.licence);
    if (shows(Attribute::figure_id) && counts_texts_) open_attribute(middle, Attribute::figure_id);
    texts.middle.assign(middle);
    std::string end;
    if (shows(Attribute::figure_id)) {
        if (!counts_texts_) append_figure_text(end, "@" + std::to_string(no));
        close_attribute(end, Attribute::figure_id);
    }
    end_observation(end);
    texts.end.assign(end);
    longest_ = std::max(longest_, middle.size() + end.size());
    return texts;
}

} // namespace gateway::sdmx::data
