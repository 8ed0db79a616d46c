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

ResultCounts each_result(Conversion const& conversion,
                         std::function<void(DataTime const&, std::span<ResultRow const>)> const& each,
                         Finer const* finer) {
    auto const& plan = conversion.plan();
    auto const& request = plan.request();
    auto const& sums = conversion.sums();
    auto const values = request.values.size();
    auto const per_row = values + request.ratios.size();
    auto const strata = ordered_strata(conversion);
    ResultCounts counts;
    ResultReader reader{conversion};
    std::vector<ResultRow> rows;
    std::vector<ResultValue> all;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> blocks; // stratum, block
    for (auto const time : ordered_times(conversion)) {
        rows.clear();
        all.clear();
        auto const targets = static_cast<std::uint32_t>(plan.targets().size());
        for (std::uint32_t page = 0; page * SumBlock::page_size < targets; ++page) {
            blocks.clear();
            for (auto const stratum : strata) {
                auto const block = sums.find(stratum, time);
                if (block == Sums::none) continue;
                for (std::size_t value = 0; value < values; ++value)
                    if (sums.block(block + static_cast<std::uint32_t>(value)).has_page(page)) {
                        blocks.emplace_back(stratum, block);
                        break;
                    }
            }
            auto const end = std::min(targets, (page + 1) * SumBlock::page_size);
            for (auto target = page * SumBlock::page_size; target < end; ++target)
                for (auto const& [stratum, block] : blocks) {
                    bool any = false;
                    for (std::uint32_t value = 0; value < values && !any; ++value) {
                        auto const* const cell = sums.block(block + value).find(target);
                        any = (cell != nullptr && cell->numbers + cell->missing > 0);
                    }
                    if (!any) continue;
                    rows.push_back({target, stratum, time, {}});
                    for (std::uint32_t value = 0; value < values; ++value)
                        all.push_back(reader.read(block + value, target, stratum, time, value));
                    auto const first = all.size() - values;
                    for (auto const& spec : request.ratios)
                        all.push_back(ratio_of(spec, all[first + place_of(request, spec.numerator)],
                                               all[first + place_of(request, spec.denominator)]));
                }
        }
        if (finer != nullptr) measure(conversion, *finer, time, rows, all, per_row, counts.errors);
        if (request.integers) round_counts(plan, values, rows, all, per_row, strata);
        for (std::size_t row = 0; row < rows.size(); ++row)
            rows[row].values = {all.data() + row * per_row, per_row};
        counts.rows += rows.size();
        for (auto const& value : all) {
            ++counts.by_status[static_cast<std::size_t>(value.status)];
            for (unsigned bit = 0; value.flags >> bit != 0; ++bit)
                if ((value.flags >> bit & 1U) != 0) ++counts.by_flag[bit];
        }
        each(conversion.times()[time], rows);
    }
    return counts;
}

} // namespace gateway::harmonize::territory
