#include "gateway/harmonize/territory/result.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "gateway/harmonize/territory/estimate.hpp"

namespace gateway::harmonize::territory {
namespace {

/// The sources of each target at one status, laid out when the first incomplete sum asks for them.
class Sources {
  public:
    explicit Sources(Plan const& plan) : plan_(plan) {}

    struct Coverage {
        double size = 0;
        std::size_t sources = 0;
    };
    /// Share of the target's sources that have a number, by size; nothing where sizes are not known.
    std::optional<double> coverage(Conversion const& conversion, std::int32_t status, std::uint32_t target,
                                   std::uint32_t stratum, std::uint32_t time, std::size_t value) {
        auto const& crosswalk = plan_.crosswalk();
        if (crosswalk.sizes.empty()) return std::nullopt;
        auto const kind = static_cast<std::size_t>(plan_.request().weight);
        double there = 0;
        double all = 0;
        for (auto const& [old_key, part] : of(status)[target]) {
            auto const size = crosswalk.sizes[part][kind];
            if (std::isnan(size)) return std::nullopt;
            all += size;
            if (conversion.presence(old_key, stratum, time, value).number) there += size;
        }
        if (!(all > 0)) return std::nullopt;
        return there / all;
    }

    struct Presence {
        bool absent_special = true;  ///< all absent sources are special keys
        bool present_special = true; ///< all present ones are
    };
    Presence presence(Conversion const& conversion, std::int32_t status, std::uint32_t target,
                      std::uint32_t stratum, std::uint32_t time, std::size_t value) {
        Presence result;
        for (auto const& [old_key, part] : of(status)[target]) {
            bool const special = is_special_key(plan_.crosswalk().old_keys.text(old_key));
            auto& all = conversion.presence(old_key, stratum, time, value).row ? result.present_special
                                                                               : result.absent_special;
            all = all && special;
        }
        return result;
    }

  private:
    using List = std::vector<std::vector<std::pair<std::uint32_t, std::uint32_t>>>;
    List const& of(std::int32_t status) {
        auto& list = by_status_[status];
        if (!list.empty()) return list;
        auto const& crosswalk = plan_.crosswalk();
        list.resize(plan_.targets().size());
        for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key) {
            auto const entry = crosswalk.entry(key, status);
            if (entry == Crosswalk::no_entry) continue;
            for (auto part = crosswalk.first_part[entry]; part < crosswalk.first_part[entry + 1U]; ++part)
                list[plan_.target_of(crosswalk.parts[part].key)].emplace_back(key, part);
        }
        return list;
    }
    Plan const& plan_;
    std::map<std::int32_t, List> by_status_;
};

class Reader {
  public:
    explicit Reader(Conversion const& conversion)
        : conversion_(conversion), plan_(conversion.plan()), sources_(plan_) {}

    ResultValue read(std::uint32_t block, std::uint32_t target, std::uint32_t stratum, std::uint32_t time,
                     std::size_t value);

  private:
    void judge(ResultValue& result, CellNote const* note, std::uint32_t target, std::uint32_t stratum,
               std::uint32_t time, std::size_t value);
    Conversion const& conversion_;
    Plan const& plan_;
    Sources sources_;
};

ResultValue Reader::read(std::uint32_t block, std::uint32_t target, std::uint32_t stratum, std::uint32_t time,
                         std::size_t value) {
    ResultValue result;
    auto const& sums = conversion_.sums();
    auto const* const cell = sums.block(block).find(target);
    if (cell == nullptr) return result;
    result.numbers = cell->numbers;
    result.missing = cell->missing;
    result.has_number = cell->numbers > 0;
    result.digits = Decimal::from_scaled(cell->whole, sums.scale(value));
    auto const* const note = sums.find_note(block, target);
    if (note != nullptr && note->inexact > 0) {
        result.exact = false;
        Amount whole;
        whole.kind = Amount::Kind::exact;
        whole.digits = result.digits;
        auto const base = whole.value();
        result.estimates[0] = base + note->main;
        result.estimates[1] = base + note->population;
        result.estimates[2] = base + note->area;
    }
    if (plan_.request().mode == Mode::safe)
        judge(result, note, target, stratum, time, value);
    else if (result.has_number)
        result.status = ResultStatus::summed;
    return result;
}

void Reader::judge(ResultValue& result, CellNote const* note, std::uint32_t target, std::uint32_t stratum,
                   std::uint32_t time, std::size_t value) {
    static CellNote const nothing;
    auto const& beside = note != nullptr ? *note : nothing;
    auto& flags = result.flags;
    flags = beside.flags;
    auto const rows = result.numbers + result.missing;
    auto status = *conversion_.times()[time].status;
    auto const here = plan_.expected(status, target);
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
        auto const there = sources_.presence(conversion_, status, target, stratum, time, value);
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
                                    : sources_.coverage(conversion_, status, target, stratum, time, value))
        result.coverage = *share;
    else
        result.coverage = expected == 0 ? 0 : std::min(1.0, double{result.numbers * 1.0} / expected);
    if (result.numbers == 0) {
        result.status = ResultStatus::missing;
        result.has_number = false;
        return;
    }
    bool const partial = plan_.request().partial;
    result.has_number =
        !doubled && (partial || ((complete || (special_only && result.missing == 0)) && !twice));
    if (!complete || doubled || twice)
        result.status = ResultStatus::incomplete;
    else if (beside.split > 0 || (flags & flag::estimated_part) != 0)
        result.status = ResultStatus::estimated;
    else
        result.status = rows == 1 ? ResultStatus::observed : ResultStatus::summed;
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
    if (!ratio.has_number) return ratio;
    for (std::size_t i = 0; i < 3; ++i) {
        auto const under = bottom.exact ? bottom.value() : bottom.estimates[i];
        auto const over = top.exact ? top.value() : top.estimates[i];
        ratio.estimates[i] = under != 0 ? spec.factor * over / under : ratio.estimates[0];
    }
    return ratio;
}

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
                places[i]->exact = true;
                places[i]->digits = Decimal::from_integer(integers[i]);
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
    return *std::min_element(std::begin(estimates), std::end(estimates));
}

double ResultValue::high() const noexcept {
    return *std::max_element(std::begin(estimates), std::end(estimates));
}

ResultCounts each_result(Conversion const& conversion,
                         std::function<void(DataTime const&, std::span<ResultRow const>)> const& each) {
    auto const& plan = conversion.plan();
    auto const& request = plan.request();
    auto const& sums = conversion.sums();
    auto const values = request.values.size();
    auto const per_row = values + request.ratios.size();
    auto const strata = ordered_strata(conversion);
    ResultCounts counts;
    Reader reader{conversion};
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
                    for (std::uint32_t value = 0; value < values; ++value) {
                        auto const* const cell = sums.block(block + value).find(target);
                        any = any || (cell != nullptr && cell->numbers + cell->missing > 0);
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
