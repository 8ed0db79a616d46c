#include "gateway/query/matcher.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <string_view>

#include "gateway/store/numbers.hpp"

namespace gateway::query {
namespace {

bool is_number(std::string_view component) noexcept {
    return component == "OBS_VALUE" || component == "VINTAGE";
}

bool compares(Operator op, std::weak_ordering order) noexcept {
    switch (op) {
    case Operator::equal: return order == 0;
    case Operator::not_equal: return order != 0;
    case Operator::less: return order < 0;
    case Operator::less_or_equal: return order <= 0;
    case Operator::greater: return order > 0;
    case Operator::greater_or_equal: return order >= 0;
    case Operator::contains:
    case Operator::contains_not:
    case Operator::starts_with:
    case Operator::ends_with: break;
    }
    return false;
}

bool is_text_operator(Operator op) noexcept {
    return op == Operator::contains || op == Operator::contains_not || op == Operator::starts_with ||
           op == Operator::ends_with;
}

bool holds(Term const& term, std::string_view text) noexcept {
    std::string_view const value = term.value;
    switch (term.op) {
    case Operator::contains: return text.find(value) != std::string_view::npos;
    case Operator::contains_not: return text.find(value) == std::string_view::npos;
    case Operator::starts_with: return text.substr(0, value.size()) == value;
    case Operator::ends_with:
        return text.size() >= value.size() && text.substr(text.size() - value.size()) == value;
    default: return compares(term.op, text.compare(value) <=> 0);
    }
}

template <typename Holds>
bool any_holds(std::vector<std::vector<Term>> const& any_of, Holds const& one) {
    return std::any_of(any_of.begin(), any_of.end(),
                       [&](auto const& all) { return std::all_of(all.begin(), all.end(), one); });
}

bool matches(Filter const& filter, std::string_view text) {
    return any_holds(filter.any_of, [&](Term const& term) { return holds(term, text); });
}

std::string text_of_state(store::State const& state, std::string_view component) {
    auto const& quality = state.quality;
    if (component == "OBS_STATUS") return std::string(1, to_char(quality.status));
    if (component == "CONF_STATUS") return std::string(1, to_char(quality.confidentiality));
    if (component == "PROTECTION") return std::string{to_string(quality.protection)};
    if (component == "SRC_SIGN") return std::string{quality.sign.text()};
    return state.reason ? std::string{to_string(*state.reason)} : std::string{};
}

void check_terms(Filter const& filter) {
    for (auto const& all : filter.any_of)
        for (auto const& term : all) {
            if (is_number(filter.component) && is_text_operator(term.op))
                throw Error{Errc::invalid_argument, filter.component +
                                                        " is a number: use eq, ne, lt, le, gt or ge, not '" +
                                                        term.value + "' as text"};
            if (is_number(filter.component) && !parse_decimal(term.value))
                throw Error{Errc::invalid_argument,
                            filter.component + ": '" + term.value + "' is no number such as 12.5"};
            if (filter.component == "TIME_PERIOD" && !is_text_operator(term.op) && !term.days &&
                !parse_time_range(term.value))
                throw Error{Errc::invalid_argument, "TIME_PERIOD: '" + term.value +
                                                        "' is no period such as 2020, 2020-Q3 or 2020-12-31"};
        }
}

} // namespace

Matcher::Matcher(DatasetView const& view, Selection const& selection) : view_(view) {
    all_ = (std::uint32_t{1} << view.frequencies.size()) - 1;
    if (selection.start) begin_ = selection.start->begin;
    if (selection.end) end_ = selection.end->end;
    if (selection.patterns.empty()) add_pattern({});
    for (auto const& pattern : selection.patterns) add_pattern(pattern);
    for (auto const& filter : selection.filters) add_filter(filter);
    finish();
}

void Matcher::add_pattern(KeyPattern const& wanted) {
    Pattern pattern;
    pattern.indicators.assign(view_.indicators.size(), true);
    pattern.frequencies = all_;
    for (std::size_t at = 0; at < wanted.codes.size(); ++at) {
        auto const& codes = wanted.codes[at];
        if (codes.empty()) continue;
        if (at >= view_.dimension_count())
            throw Error{Errc::invalid_argument,
                        view_.info.id + ": a key has " + std::to_string(view_.dimension_count()) +
                            " positions, but " + std::to_string(wanted.codes.size()) + " are given"};
        if (at == DatasetView::freq) {
            pattern.frequencies = 0;
            for (std::size_t i = 0; i < view_.frequencies.size(); ++i)
                if (std::find(codes.begin(), codes.end(), view_.frequencies[i]) != codes.end())
                    pattern.frequencies |= std::uint32_t{1} << i;
        } else if (at == DatasetView::area) {
            auto& areas = pattern.areas.emplace();
            for (auto const& code : codes)
                if (auto const found = view_.areas->by_key.find(code); found != view_.areas->by_key.end())
                    areas.insert(areas.end(), found->second.begin(), found->second.end());
            std::sort(areas.begin(), areas.end());
            areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
        } else {
            auto const dimension = at - DatasetView::first_own;
            auto const& known = view_.own[dimension].codes;
            std::vector<bool> is_wanted(known.size());
            for (auto const& code : codes)
                if (auto const found = std::lower_bound(known.begin(), known.end(), code);
                    found != known.end() && *found == code)
                    is_wanted[static_cast<std::size_t>(found - known.begin())] = true;
            for (std::size_t i = 0; i < view_.indicators.size(); ++i)
                if (!is_wanted[view_.indicators[i].codes[dimension]]) pattern.indicators[i] = false;
        }
    }
    patterns_.push_back(std::move(pattern));
}

void Matcher::restrict_areas(std::vector<store::AreaNo> const& areas) {
    for (auto& pattern : patterns_) {
        if (!pattern.areas) {
            pattern.areas = areas;
            continue;
        }
        std::vector<store::AreaNo> both;
        std::set_intersection(pattern.areas->begin(), pattern.areas->end(), areas.begin(), areas.end(),
                              std::back_inserter(both));
        pattern.areas = std::move(both);
    }
}

template <typename TextOf>
void Matcher::restrict_indicators(Filter const& filter, TextOf const& text_of) {
    for (std::size_t i = 0; i < view_.indicators.size(); ++i) {
        if (matches(filter, text_of(view_.indicators[i]))) continue;
        for (auto& pattern : patterns_) pattern.indicators[i] = false;
    }
}

void Matcher::add_filter(Filter const& filter) {
    check_terms(filter);
    auto const& component = filter.component;
    auto const position = view_.position(component);
    auto const by_area = [&](auto const& text_of) {
        std::vector<store::AreaNo> areas;
        for (auto const no : view_.areas->numbers)
            if (matches(filter, text_of(view_.areas->by_number.at(no)))) areas.push_back(no);
        restrict_areas(areas);
    };
    using Entry = AreaTable::Entry;
    if (position == DatasetView::freq) {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < view_.frequencies.size(); ++i)
            if (matches(filter, view_.frequencies[i])) bits |= std::uint32_t{1} << i;
        for (auto& pattern : patterns_) pattern.frequencies &= bits;
    } else if (position == DatasetView::area) {
        by_area([](Entry const& entry) { return std::string_view{entry.key}; });
    } else if (position) {
        auto const dimension = *position - DatasetView::first_own;
        restrict_indicators(filter,
                            [&](auto const& each) { return std::string_view{view_.code(each, dimension)}; });
    } else if (component == "AREA_LIST") {
        by_area([](Entry const& entry) { return to_string(entry.area.list); });
    } else if (component == "AREA_LEVEL") {
        // The level is part of an area's number.
        std::vector<store::AreaNo> areas;
        std::optional<AreaLevel> judged;
        bool is_wanted = false;
        for (auto const no : view_.areas->numbers) {
            auto const level = store::level_of(no);
            if (judged != level) {
                judged = level;
                is_wanted = matches(filter, to_string(level));
            }
            if (is_wanted) areas.push_back(no);
        }
        restrict_areas(areas);
    } else if (component == "UNIT_MULT") {
        restrict_indicators(filter, [](auto const& each) { return std::to_string(each.multiplier); });
    } else if (component == "TIME_PERIOD") {
        on_time_.push_back(filter);
    } else if (component == "OBS_VALUE") {
        on_number_.push_back(filter);
    } else if (component == "VINTAGE") {
        on_vintage_.push_back(filter);
    } else if (component == "OBS_STATUS" || component == "CONF_STATUS" || component == "PROTECTION" ||
               component == "SRC_SIGN" || component == "MISSING_REASON") {
        on_state_.push_back(filter);
    } else {
        throw Error{
            Errc::invalid_argument,
            view_.info.id + " has no component '" + component +
                "' that can be filtered; there are its dimensions, TIME_PERIOD, OBS_VALUE, "
                "OBS_STATUS, CONF_STATUS, PROTECTION, SRC_SIGN, MISSING_REASON, UNIT_MULT, AREA_LIST, "
                "AREA_LEVEL and VINTAGE"};
    }
}

void Matcher::finish() {
    // A pattern that can match nothing must not make the others read more.
    auto const is_empty = [](Pattern const& pattern) {
        return pattern.frequencies == 0 || (pattern.areas && pattern.areas->empty()) ||
               std::find(pattern.indicators.begin(), pattern.indicators.end(), true) ==
                   pattern.indicators.end();
    };
    patterns_.erase(std::remove_if(patterns_.begin(), patterns_.end(), is_empty), patterns_.end());
    for (std::size_t i = 0; i < view_.indicators.size(); ++i)
        if (std::any_of(patterns_.begin(), patterns_.end(),
                        [i](Pattern const& pattern) { return pattern.indicators[i]; }))
            indicators_.push_back(view_.indicators[i].no);
    auto& areas = areas_.emplace();
    for (auto const& pattern : patterns_) {
        if (!pattern.areas) {
            areas_.reset();
            return;
        }
        areas.insert(areas.end(), pattern.areas->begin(), pattern.areas->end());
    }
    std::sort(areas.begin(), areas.end());
    areas.erase(std::unique(areas.begin(), areas.end()), areas.end());
}

std::uint32_t Matcher::frequencies(std::uint32_t indicator, store::AreaNo area) const {
    // What is read was chosen from the union of all patterns: with one there is nothing to compare.
    if (patterns_.size() == 1) return patterns_.front().frequencies;
    std::uint32_t bits = 0;
    for (auto const& pattern : patterns_)
        if (pattern.indicators[indicator] &&
            (!pattern.areas || std::binary_search(pattern.areas->begin(), pattern.areas->end(), area)))
            bits |= pattern.frequencies;
    return bits;
}

bool Matcher::judge_time(TimePeriod const& period) const {
    auto const text = period.to_sdmx();
    auto const one = [&](Term const& term) {
        if (is_text_operator(term.op)) return holds(term, text);
        auto const range = term.days ? *term.days : parse_time_range(term.value).value();
        switch (term.op) {
        case Operator::equal: return period.start_day() == range.begin && period.end_day() == range.end;
        case Operator::not_equal: return period.start_day() != range.begin || period.end_day() != range.end;
        case Operator::less: return period.end_day() <= range.begin;
        case Operator::less_or_equal: return period.end_day() <= range.end;
        case Operator::greater: return period.start_day() >= range.end;
        default: return period.start_day() >= range.begin;
        }
    };
    return std::all_of(on_time_.begin(), on_time_.end(),
                       [&](Filter const& filter) { return any_holds(filter.any_of, one); });
}

bool Matcher::wants_period(TimePeriod const& period) {
    if (begin_ && period.start_day() < *begin_) return false;
    if (end_ && period.end_day() > *end_) return false;
    if (on_time_.empty()) return true;
    auto const [found, is_new] = times_.try_emplace(period, false);
    if (is_new) found->second = judge_time(period);
    return found->second;
}

bool Matcher::judge_state(store::State const& state) const {
    return std::all_of(on_state_.begin(), on_state_.end(), [&](Filter const& filter) {
        return matches(filter, text_of_state(state, filter.component));
    });
}

bool Matcher::wants_figure(store::PackedObservation const& observation, store::State const& state) {
    if (!on_state_.empty()) {
        if (states_.size() <= observation.state) states_.resize(observation.state + std::size_t{1}, 0);
        auto& verdict = states_[observation.state];
        if (verdict == 0) verdict = judge_state(state) ? 2 : 1;
        if (verdict == 1) return false;
    }
    auto const number = [](Filter const& filter, Decimal value) {
        return any_holds(filter.any_of, [&](Term const& term) {
            return compares(term.op, value <=> parse_decimal(term.value).value);
        });
    };
    if (!on_number_.empty() && state.reason) return false;
    for (auto const& filter : on_number_)
        if (!number(filter, observation.number)) return false;
    for (auto const& filter : on_vintage_)
        if (!number(filter, Decimal::from_integer(observation.vintage))) return false;
    return true;
}

} // namespace gateway::query
