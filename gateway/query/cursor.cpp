#include "gateway/query/cursor.hpp"

#include <algorithm>
#include <limits>

#include "gateway/query/matcher.hpp"
#include "gateway/store/chunk.hpp"

namespace gateway::query {
namespace {

/// Rows of 64 series that are asked for at once: few enough that an answer starts soon and memory stays small.
constexpr std::size_t rows_per_pull = 4;
constexpr std::size_t rows_per_pull_of_periods = 16;

std::size_t chunk_count(std::vector<std::uint32_t> const& numbers) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < numbers.size(); ++i)
        count += i == 0 || store::chunk_of(numbers[i]) != store::chunk_of(numbers[i - 1]) ? 1U : 0U;
    return count;
}

VintageNo vintage_of(DatasetView const& view, Selection const& selection) {
    auto const no = selection.vintage.value_or(std::numeric_limits<VintageNo>::max());
    auto const time = selection.as_of.value_or(std::numeric_limits<UnixTime>::max());
    VintageNo result = 0;
    for (auto const& vintage : view.vintages)
        if (vintage.no <= no && vintage.received <= time) result = vintage.no;
    return result;
}

} // namespace

std::vector<Part> parts_of(DatasetView const& view, Selection const& selection) {
    auto const vintage = vintage_of(view, selection);
    std::vector<Part> parts;
    if (vintage == 0) return parts; // nothing was known at that time
    VintageNo after = 0;
    if (selection.updated_after)
        for (auto const& each : view.vintages)
            if (each.received <= *selection.updated_after) after = each.no;
    if (selection.include_history) {
        // What was valid when; a vintage without content of its own ends nothing.
        for (auto const& each : view.vintages) {
            if (each.no > vintage || each.kind == store::VintageKind::withdrawn) continue;
            if (!parts.empty()) parts.back().valid_to = each.received;
            parts.push_back({Action::information, each.no, 0, false, each.received, std::nullopt});
        }
        if (selection.updated_after)
            parts.erase(std::remove_if(parts.begin(), parts.end(),
                                       [after](Part const& part) { return part.vintage <= after; }),
                        parts.end());
        return parts;
    }
    if (selection.updated_after) {
        if (after >= vintage) return parts;
        parts.push_back({Action::replace, vintage, after, false, std::nullopt, std::nullopt});
        if (after != 0) parts.push_back({Action::remove, vintage, after, true, std::nullopt, std::nullopt});
        return parts;
    }
    parts.push_back({Action::information, vintage, 0, false, std::nullopt, std::nullopt});
    return parts;
}

struct Cursor::Impl {
    using Packed = store::PackedObservation;
    struct Kept {
        std::uint32_t indicator;
        store::AreaNo area;
        std::uint8_t frequency;
        std::size_t begin, count;
        std::uint64_t periods;
    };

    Impl(DatasetViewPtr dataset, Selection const& selection, Part const& which, Options how)
        : view(std::move(dataset)), part(which), options(how), matcher(*view, selection),
          first(selection.first_observations), last(selection.last_observations), skip(selection.offset),
          left(selection.limit.value_or(std::numeric_limits<std::uint64_t>::max())) {
        options.periods_only = options.periods_only && !matcher.judges_figures() && part.after == 0;
        pull.dataset = view->info.id;
        pull.vintage = part.vintage;
        pull.periods_only = options.periods_only;
        if (part.deleted) pull.deleted_since = part.after;
        pull.indicators = matcher.indicators();
        if (matcher.areas()) pull.areas = *matcher.areas();
        is_over = pull.indicators.empty() || (matcher.areas() && pull.areas.empty());
        // History is kept by indicator; what is as of now can be read either way.
        if (matcher.areas() && part.vintage == view->last() && !part.deleted &&
            pull.areas.size() * chunk_count(pull.indicators) <
                pull.indicators.size() * chunk_count(pull.areas))
            pull.order = store::Pull::Order::by_area;
        if (options.order && !part.deleted) pull.order = *options.order;
        // By area, each one is gone to: they must be named.
        if (pull.order == store::Pull::Order::by_area && !matcher.areas()) pull.areas = view->areas->numbers;
    }

    bool next(store::Store const& store, Each const& told) {
        if (is_over && at == kept.size()) return false;
        from = &store;
        each = &told;
        is_full = false;
        while (at < kept.size()) {
            auto const& one = kept[at++];
            if (!told({one.indicator, one.area, one.frequency,
                       std::span<Packed const>{storage}.subspan(one.begin, one.count), one.periods}))
                return at < kept.size() || !is_over;
        }
        kept.clear();
        storage.clear();
        at = 0;
        if (is_over) return false;
        auto const rows = options.periods_only ? rows_per_pull_of_periods : rows_per_pull;
        bool const more = store.pull(
            pull, rows, [this](store::SeriesRef ref, std::span<Packed const> series) { take(ref, series); });
        is_over = !more || left == 0;
        from = nullptr;
        return !is_over || at < kept.size();
    }

    void take(store::SeriesRef ref, std::span<Packed const> series) {
        if (left == 0) return;
        if (ref.indicator != last_no) { // mostly the same as that of the series before
            last_no = ref.indicator;
            last_index = view->index_of(ref.indicator);
        }
        auto const indicator = last_index;
        auto const bits = matcher.frequencies(indicator, ref.area);
        if (bits == 0) return;
        if (pull.periods == 0 || pull.periods != known_periods) {
            known_frequency = frequency_of(series);
            known_periods = pull.periods;
        }
        bool const is_judged = matcher.judges_observations() || (part.after != 0 && !part.deleted);
        if (known_frequency) {
            if (((bits >> *known_frequency) & 1U) == 0) return;
            if (is_judged) {
                chosen.clear();
                for (auto const& one : series)
                    if (wants(one)) chosen.push_back(one);
                series = chosen;
            }
            cut({indicator, ref.area, *known_frequency, series, is_judged ? 0 : pull.periods});
            return;
        }
        auto const frequencies = static_cast<std::uint8_t>(view->frequencies.size());
        for (std::uint8_t frequency = 0; frequency < frequencies; ++frequency) {
            if (((bits >> frequency) & 1U) == 0) continue;
            chosen.clear();
            for (auto const& one : series)
                if (view->frequency(one.period) == frequency && (!is_judged || wants(one)))
                    chosen.push_back(one);
            cut({indicator, ref.area, frequency, chosen, 0});
        }
    }

    /// Nothing where a series has several.
    [[nodiscard]] std::optional<std::uint8_t> frequency_of(std::span<Packed const> series) const {
        auto const kind = series.front().period.kind();
        // Without a branch for each: there are as many as figures.
        unsigned others = 0;
        if (view->frequencies.size() > 1)
            for (auto const& packed : series)
                others |= static_cast<unsigned>(packed.period.kind()) ^ static_cast<unsigned>(kind);
        return others == 0 ? std::optional{view->frequency(series.front().period)} : std::nullopt;
    }

    bool wants(Packed const& one) {
        if (!matcher.wants_period(one.period)) return false;
        if (part.deleted) return true; // the figure is no more; only its key is told
        // Vintages begin with 1; where periods alone are read, they are all 0.
        if (part.after != 0 && one.vintage <= part.after) return false;
        return !matcher.judges_figures() || matcher.wants_figure(one, state(one.state));
    }

    /// First and last, then offset and limit. By reference: a copy of what was just put together would wait until all
    /// that is still to be stored is stored.
    void cut(Series&& series) {
        auto const count = series.observations.size();
        auto const head = first ? static_cast<std::size_t>(std::min<std::uint64_t>(*first, count)) : 0;
        auto const tail = last ? static_cast<std::size_t>(std::min<std::uint64_t>(*last, count)) : 0;
        if ((first || last) && head + tail < count) {
            series.periods = 0;
            if (head != 0 && tail != 0) {
                ends.assign(series.observations.begin(),
                            series.observations.begin() + static_cast<std::ptrdiff_t>(head));
                ends.insert(ends.end(), series.observations.end() - static_cast<std::ptrdiff_t>(tail),
                            series.observations.end());
                series.observations = ends;
            } else {
                series.observations =
                    head != 0 ? series.observations.first(head) : series.observations.last(tail);
            }
        }
        if (series.observations.empty()) return;
        if (options.counts_series) {
            if (skip > 0) {
                --skip;
                return;
            }
            if (left == 0) return;
            --left;
        } else {
            auto const leave = std::min<std::uint64_t>(skip, series.observations.size());
            skip -= leave;
            series.observations = series.observations.subspan(static_cast<std::size_t>(leave));
            if (series.observations.size() > left)
                series.observations = series.observations.first(static_cast<std::size_t>(left));
            left -= series.observations.size();
            if (series.observations.empty()) return;
            if (series.observations.size() != count) series.periods = 0;
        }
        if (is_full) {
            kept.push_back({series.indicator, series.area, series.frequency, storage.size(),
                            series.observations.size(), series.periods});
            storage.insert(storage.end(), series.observations.begin(), series.observations.end());
        } else {
            is_full = !(*each)(series);
        }
    }

    store::State const& state(store::StateNo no) const {
        if (states.size() <= no) states.resize(no + std::size_t{1});
        if (!states[no]) {
            if (from == nullptr)
                throw Error{Errc::invalid_argument,
                            "query: state " + std::to_string(no) + " is asked for outside of Cursor::next"};
            states[no] = std::make_unique<store::State>(from->state(no));
        }
        return *states[no];
    }

    DatasetViewPtr view;
    Part part;
    Options options;
    Matcher matcher;
    std::optional<std::uint64_t> first, last;
    std::uint64_t skip, left;
    store::Pull pull;
    bool is_over = false, is_full = false;
    store::IndicatorNo last_no = ~store::IndicatorNo{0};
    std::uint32_t last_index = 0;
    std::uint64_t known_periods = 0; ///< Pull::periods
    std::optional<std::uint8_t> known_frequency;
    std::vector<Packed> chosen, ends;
    std::vector<Kept> kept; ///< told to nobody yet
    std::size_t at = 0;
    std::vector<Packed> storage;
    store::Store const* from = nullptr;
    Each const* each = nullptr;
    mutable std::vector<std::unique_ptr<store::State>> states;
};

Cursor::Cursor(DatasetViewPtr view, Selection const& selection, Part const& part)
    : Cursor(std::move(view), selection, part, Options{}) {}
Cursor::Cursor(DatasetViewPtr view, Selection const& selection, Part const& part, Options options)
    : impl_(std::make_unique<Impl>(std::move(view), selection, part, options)) {}
Cursor::Cursor(Cursor&&) noexcept = default;
Cursor& Cursor::operator=(Cursor&&) noexcept = default;
Cursor::~Cursor() = default;

bool Cursor::next(store::Store const& store, Each const& each) {
    return impl_->next(store, each);
}
store::State const& Cursor::state(store::StateNo no) const {
    return impl_->state(no);
}
DatasetView const& Cursor::view() const noexcept {
    return *impl_->view;
}

} // namespace gateway::query
