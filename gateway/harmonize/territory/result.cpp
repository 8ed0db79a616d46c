#include "gateway/harmonize/territory/result.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "gateway/harmonize/territory/estimate.hpp"
#include "gateway/harmonize/territory/finer.hpp"
#include "gateway/harmonize/territory/result_reader.hpp"

namespace gateway::harmonize::territory {
namespace {

std::vector<std::uint32_t> ordered_times(Conversion const& conversion) {
    auto const& times = conversion.times();
    std::vector<std::uint32_t> order(times.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&times](std::uint32_t a, std::uint32_t b) {
        if (times[a].status != times[b].status) return times[a].status < times[b].status;
        return times[a].text < times[b].text;
    });
    return order;
}

std::vector<std::uint32_t> ordered_strata(Conversion const& conversion) {
    std::vector<std::uint32_t> order(conversion.strata().size());
    std::iota(order.begin(), order.end(), 0U);
    std::vector<std::vector<std::string_view>> texts;
    texts.reserve(order.size());
    for (auto const stratum : order) texts.push_back(conversion.strata().texts(stratum));
    std::sort(order.begin(), order.end(),
              [&texts](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
    return order;
}

/// Rounds the counts of one time, each stratum for itself.
void round_counts(Plan const& plan, std::size_t values, std::vector<ResultRow> const& rows,
                  std::vector<ResultValue>& all, std::size_t per_row,
                  std::vector<std::uint32_t> const& strata) {
    std::map<std::uint32_t, std::vector<std::size_t>> by_stratum;
    for (std::size_t row = 0; row < rows.size(); ++row) by_stratum[rows[row].stratum].push_back(row);
    for (auto const stratum : strata)
        for (std::size_t value = 0; value < values; ++value) {
            std::vector<std::string_view> keys;
            std::vector<double> numbers;
            std::vector<ResultValue*> places;
            for (auto const row : by_stratum[stratum]) {
                auto& result = all[row * per_row + value];
                if (!result.has_number) continue;
                keys.push_back(plan.targets()[rows[row].target]);
                numbers.push_back(result.value());
                places.push_back(&result);
            }
            auto const integers = apportioned_by_land(keys, numbers);
            for (std::size_t i = 0; i < places.size(); ++i) {
                auto& place = *places[i];
                auto const moved = std::abs(static_cast<double>(integers[i]) - numbers[i]);
                if (moved > 0) {
                    if (place.exact)
                        std::fill(std::begin(place.estimates), std::end(place.estimates), numbers[i]);
                    place.bounds.reset();
                    place.below += place.below > 0 ? moved : 0;
                    place.above += place.above > 0 ? moved : 0;
                }
                place.exact = true;
                place.digits = Decimal::from_integer(integers[i]);
            }
        }
}

/// Puts what municipalities say beside the estimates of one time.
void measure(Conversion const& conversion, Finer const& finer, std::uint32_t time,
             std::vector<ResultRow> const& rows, std::vector<ResultValue>& all, std::size_t per_row,
             std::vector<MeasuredError>& errors) {
    errors.resize(per_row);
    auto const& when = conversion.times()[time].text;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        auto const target = conversion.plan().targets()[rows[row].target];
        for (std::size_t v = 0; v < per_row; ++v) {
            auto& value = all[row * per_row + v];
            if (!value.has_number || value.status != ResultStatus::estimated) continue;
            auto& error = errors[v];
            ++error.estimates;
            value.measured = finer.measured(target, when, conversion.strata().texts(rows[row].stratum), v);
            if (std::isnan(value.measured)) continue;
            ++error.measured;
            error.total += value.measured;
            error.misplaced += std::abs(value.error()) / 2;
            auto const relative = value.measured == 0 ? 0 : std::abs(value.error() / value.measured);
            if (relative <= error.worst) continue;
            error.worst = relative;
            error.worst_place = when + ", " + std::string{target};
        }
    }
}

std::size_t place_of(ConvertRequest const& request, std::string const& name) {
    return static_cast<std::size_t>(std::find(request.values.begin(), request.values.end(), name) -
                                    request.values.begin());
}

} // namespace

std::string_view to_string(ResultStatus status) noexcept {
    constexpr std::string_view names[] = {"observed", "summed", "estimated", "incomplete", "missing"};
    return names[static_cast<std::size_t>(status)];
}

double ResultValue::value() const noexcept {
    if (!exact) return estimates[0];
    Amount amount;
    amount.kind = Amount::Kind::exact;
    amount.digits = digits;
    return amount.value();
}

double ResultValue::low() const noexcept {
    // Whole numbers may lie outside of the estimates that they were rounded from.
    if (exact)
        return share > 0 ? std::min(value(), *std::min_element(std::begin(estimates), std::end(estimates)))
                         : value();
    return *std::min_element(std::begin(estimates), std::end(estimates));
}

double ResultValue::high() const noexcept {
    if (exact)
        return share > 0 ? std::max(value(), *std::max_element(std::begin(estimates), std::end(estimates)))
                         : value();
    return *std::max_element(std::begin(estimates), std::end(estimates));
}

std::optional<double> ResultValue::lower() const noexcept {
    if (!has_number || open()) return std::nullopt;
    return low() - below;
}

std::optional<double> ResultValue::upper() const noexcept {
    if (!has_number || open() || at_least) return std::nullopt;
    return high() + above;
}

namespace {

/// Reads the sums of one conversion, a piece of the rows at a time.
class Run {
  public:
    using Each = std::function<void(DataTime const&, std::span<ResultRow const>)>;
    Run(Conversion const& conversion, Each const& each, Finer const* finer)
        : conversion_(conversion), plan_(conversion.plan()), request_(plan_.request()), each_(each),
          finer_(finer), values_(request_.values.size()), per_row_(values_ + request_.ratios.size()),
          strata_(ordered_strata(conversion)), reader_(conversion) {
        for (auto const& spec : request_.ratios)
            ratio_places_.emplace_back(place_of(request_, spec.numerator),
                                       place_of(request_, spec.denominator));
    }
    void read_time(std::uint32_t time);
    ResultCounts counts;

  private:
    // What stays in the second-level cache until it is handed out.
    static constexpr std::size_t values_at_once = 2048;
    void read_page(std::uint32_t time, std::uint32_t page);
    void read_row(std::uint32_t target, std::uint32_t stratum, std::uint32_t block, std::uint32_t time);
    void hand_out(std::uint32_t time);

    Conversion const& conversion_;
    Plan const& plan_;
    ConvertRequest const& request_;
    Each const& each_;
    Finer const* finer_;
    std::size_t values_, per_row_;
    std::vector<std::uint32_t> strata_;
    std::vector<std::pair<std::size_t, std::size_t>> ratio_places_; ///< numerator, denominator
    ResultReader reader_;
    std::vector<ResultRow> rows_;
    std::vector<ResultValue> all_;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks_; ///< of one page: stratum, block
};

void Run::read_time(std::uint32_t time) {
    reader_.begin(time);
    auto const before = counts.rows;
    auto const targets = static_cast<std::uint32_t>(plan_.targets().size());
    for (std::uint32_t page = 0; page * SumBlock::page_size < targets; ++page) read_page(time, page);
    if (!rows_.empty() || counts.rows == before) hand_out(time);
}

void Run::read_page(std::uint32_t time, std::uint32_t page) {
    auto const& sums = conversion_.sums();
    blocks_.clear();
    for (auto const stratum : strata_) {
        auto const block = sums.find(stratum, time);
        if (block == Sums::none) continue;
        for (std::size_t value = 0; value < values_; ++value)
            if (sums.block(block + static_cast<std::uint32_t>(value)).has_page(page)) {
                blocks_.emplace_back(stratum, block);
                break;
            }
    }
    auto const targets = static_cast<std::uint32_t>(plan_.targets().size());
    auto const end = std::min(targets, (page + 1) * SumBlock::page_size);
    for (auto target = page * SumBlock::page_size; target < end; ++target)
        for (auto const& [stratum, block] : blocks_) read_row(target, stratum, block, time);
}

void Run::read_row(std::uint32_t target, std::uint32_t stratum, std::uint32_t block, std::uint32_t time) {
    auto const& sums = conversion_.sums();
    bool any = false;
    for (std::uint32_t value = 0; value < values_ && !any; ++value) {
        auto const* const cell = sums.block(block + value).find(target);
        any = (cell != nullptr && cell->numbers + cell->missing > 0);
    }
    if (!any) return;
    if (all_.size() >= values_at_once && !request_.integers) hand_out(time);
    rows_.push_back({target, stratum, time, {}});
    auto const first = all_.size();
    all_.resize(first + values_);
    for (std::uint32_t value = 0; value < values_; ++value)
        reader_.read(block + value, target, stratum, value, all_[first + value]);
    for (std::size_t ratio = 0; ratio < ratio_places_.size(); ++ratio)
        all_.push_back(ratio_of(request_.ratios[ratio], all_[first + ratio_places_[ratio].first],
                                all_[first + ratio_places_[ratio].second]));
}

void Run::hand_out(std::uint32_t time) {
    if (finer_ != nullptr) measure(conversion_, *finer_, time, rows_, all_, per_row_, counts.errors);
    if (request_.integers) round_counts(plan_, values_, rows_, all_, per_row_, strata_);
    for (std::size_t row = 0; row < rows_.size(); ++row)
        rows_[row].values = {all_.data() + row * per_row_, per_row_};
    counts.rows += rows_.size();
    for (auto const& value : all_) {
        ++counts.by_status[static_cast<std::size_t>(value.status)];
        for (unsigned bit = 0; value.flags >> bit != 0; ++bit)
            if ((value.flags >> bit & 1U) != 0) ++counts.by_flag[bit];
    }
    each_(conversion_.times()[time], rows_);
    rows_.clear();
    all_.clear();
}

} // namespace

ResultCounts each_result(Conversion const& conversion,
                         std::function<void(DataTime const&, std::span<ResultRow const>)> const& each,
                         Finer const* finer) {
    Run run{conversion, each, finer};
    for (auto const time : ordered_times(conversion)) run.read_time(time);
    return run.counts;
}

} // namespace gateway::harmonize::territory
