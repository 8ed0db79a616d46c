#include "gateway/harmonize/resolver.hpp"

#include <algorithm>
#include <limits>

namespace gateway::harmonize {
namespace {

constexpr std::size_t max_double_issues = 1000;

bool is_number(Mark const& mark) noexcept {
    return mark.kind == Cell::Kind::number;
}
bool is_nothing(Mark const& mark) noexcept {
    return mark.kind == Cell::Kind::sign && mark.meaning.kind == SignMeaning::Kind::nothing;
}

} // namespace

TableHarmonizer::Resolver::Resolver(TableKeys const& keys, Mapping const& mapping, AreaRegister const& areas,
                                    Evidence const& evidence, std::vector<CellState>& states, AsideLog* log)
    : keys_(keys), mapping_(mapping), areas_(areas), evidence_(evidence), states_(states), log_(log),
      existence_(keys.areas().size() * keys.periods().size()) {
    std::uint32_t measures = 0;
    for (std::uint32_t i = 0; i < keys.indicators().size(); ++i) {
        auto const& key = keys.indicators()[i];
        count_unit_.push_back((key.at("UNIT") == "PS" || key.at("UNIT") == "NR") &&
                              key.at("UNIT_MULT").empty());
        measures = std::max(measures, evidence.measure(i) + 1);
    }
    protection_.resize(measures * evidence.groups() * keys.periods().size());
}

void TableHarmonizer::Resolver::look_at_parents(std::vector<KeyedCell> const& group) {
    auto const periods = keys_.periods().size();
    filled_.assign(evidence_.groups() * periods, false);
    parents_.clear();
    for (auto const& cell : group) {
        auto const& area = keys_.areas()[cell.area];
        if (is_number(keys_.marks()[cell.mark]))
            filled_[evidence_.group(cell.area) * periods + cell.period] = true;
        if (area.level == AreaLevel::country || area.level == AreaLevel::land)
            parents_.insert_or_assign({std::string{land_of(area)}, cell.period}, cell);
    }
}

TableHarmonizer::Resolver::Outcome TableHarmonizer::Resolver::meaning_of_nothing(KeyedCell const& cell) {
    auto const& area = keys_.areas()[cell.area];
    auto& known = existence_[cell.area * keys_.periods().size() + cell.period];
    if (known == 0)
        known = static_cast<std::uint8_t>(
            static_cast<std::uint8_t>(areas_.existence(area, keys_.periods()[cell.period])) + 1);
    auto existence = static_cast<Existence>(known - 1);
    if (existence == Existence::did_not_exist) return Outcome::no_territory;
    // A register that does not list the area may be outdone by the document: whoever has figures existed.
    if (existence == Existence::not_known && evidence_.has_numbers(cell.area, cell.period))
        existence = Existence::existed;

    if (evidence_.contradicted(cell)) return Outcome::contradicted;
    auto const group = evidence_.group(cell.area);
    auto const measure = evidence_.measure(cell.indicator);
    auto const zero = existence == Existence::existed ? Outcome::zero : Outcome::not_known;
    if (filled_[group * keys_.periods().size() + cell.period]) return zero;
    // Nobody on this level of this Land has a number here. What does the unit above say?
    if (area.level != AreaLevel::country) {
        auto const own_land = area.level == AreaLevel::land ? std::string{} : std::string{land_of(area)};
        auto parent = parents_.find({own_land, cell.period});
        if (parent == parents_.end()) parent = parents_.find({std::string{}, cell.period});
        if (parent != parents_.end() && is_number(keys_.marks()[parent->second.mark]))
            return parent->second.mantissa != 0 ? Outcome::not_loaded : zero;
    }
    // Nothing above it. Other classes of the same measure show whether the level was filled at all.
    if (evidence_.filled(measure, group, cell.period)) return zero;
    // Filled in other Länder, not in this one: neither a zero nor a hole is proven.
    if (evidence_.filled_anywhere(measure, area.level, cell.period)) return Outcome::not_known;
    return Outcome::not_loaded;
}

TableHarmonizer::Resolver::Outcome TableHarmonizer::Resolver::outcome(KeyedCell const& cell) {
    auto const& mark = keys_.marks()[cell.mark];
    if (is_nothing(mark)) return meaning_of_nothing(cell);
    if (mark.kind == Cell::Kind::sign && mark.sign == "." &&
        keys_.areas()[cell.area].level == AreaLevel::subunit && evidence_.only_dots(cell.area))
        return Outcome::subunit_unknown;
    return Outcome::as_is;
}

Protection TableHarmonizer::Resolver::protection(KeyedCell const& cell) {
    auto const at = (evidence_.measure(cell.indicator) * evidence_.groups() + evidence_.group(cell.area)) *
                        keys_.periods().size() +
                    cell.period;
    if (protection_[at] == 0)
        protection_[at] =
            static_cast<std::uint8_t>(static_cast<std::uint8_t>(mapping_.protection(
                                          keys_.areas()[cell.area], keys_.periods()[cell.period],
                                          keys_.indicators()[cell.indicator].at("MEASURE"))) +
                                      1);
    return static_cast<Protection>(protection_[at] - 1);
}

CellState TableHarmonizer::Resolver::make_state(KeyedCell const& cell, Outcome outcome,
                                                Protection protection) const {
    auto const& mark = keys_.marks()[cell.mark];
    CellState state;
    state.quality.protection = protection;
    auto const sign = Sign::from(is_number(mark) ? mark.quality : mark.sign);
    if (sign) state.quality.sign = *sign;
    auto const missing = [&state](MissingReason reason, ObsStatus status) {
        state.reason = reason;
        state.quality.status = status;
    };
    switch (outcome) {
    case Outcome::zero: return state;
    case Outcome::no_territory: missing(MissingReason::no_territory, ObsStatus::cannot_exist); return state;
    case Outcome::contradicted:
    case Outcome::not_loaded: missing(MissingReason::not_loaded, ObsStatus::missing); return state;
    case Outcome::not_known:
    case Outcome::subunit_unknown: missing(MissingReason::unknown, ObsStatus::missing); return state;
    case Outcome::as_is: break;
    }
    state.quality.status =
        mark.meaning.kind == SignMeaning::Kind::unknown ? ObsStatus::normal : mark.meaning.status;
    state.quality.confidentiality =
        mark.meaning.kind == SignMeaning::Kind::unknown ? ConfStatus::free : mark.meaning.confidentiality;
    if (mark.kind == Cell::Kind::sign) {
        state.reason = mark.meaning.reason;
        return state;
    }
    if (count_unit_[cell.indicator] && cell.scale == 0) {
        state.quality.bounds = protection_bounds(protection);
        if (state.quality.bounds && cell.mantissa >= 0 &&
            cell.mantissa < state.quality.bounds->below.mantissa())
            state.quality.bounds->below = Decimal::from_integer(cell.mantissa);
    }
    if (cell.mantissa == 0) {
        auto const zero = mapping_.sign("0");
        if (zero.kind == SignMeaning::Kind::small) {
            if (state.quality.status == ObsStatus::normal) state.quality.status = zero.status;
            if (!state.quality.bounds && cell.scale < Decimal::max_scale)
                state.quality.bounds = Bounds{Decimal{}, Decimal::from_scaled(5, cell.scale + 1U)};
        }
    }
    return state;
}

std::uint16_t TableHarmonizer::Resolver::state(KeyedCell const& cell, Outcome outcome) {
    auto const protected_by = protection(cell);
    // Digits matter only where bounds depend on them.
    constexpr std::int64_t small = 5;
    auto const digits = cell.mantissa >= 0 && cell.mantissa < small ? cell.mantissa : small;
    auto const key = std::uint64_t{cell.mark} | static_cast<std::uint64_t>(outcome) << 8U |
                     static_cast<std::uint64_t>(protected_by) << 16U | std::uint64_t{cell.scale} << 24U |
                     static_cast<std::uint64_t>(digits) << 32U |
                     (count_unit_[cell.indicator] ? std::uint64_t{1} << 40U : 0U);
    if (key == last_state_key_) return last_state_;
    auto found = state_numbers_.find(key);
    if (found == state_numbers_.end()) {
        auto const made = make_state(cell, outcome, protected_by);
        auto const same = std::find(states_.begin(), states_.end(), made);
        if (same == states_.end() && states_.size() >= std::numeric_limits<std::uint16_t>::max())
            throw Error{Errc::too_large, "more than 65,535 different states in one document"};
        auto const number = static_cast<std::uint16_t>(same - states_.begin());
        if (same == states_.end()) states_.push_back(made);
        found = state_numbers_.emplace(key, number).first;
    }
    last_state_key_ = key;
    last_state_ = found->second;
    return last_state_;
}

void TableHarmonizer::Resolver::note(Errc code, Severity severity, KeyedCell const& cell,
                                     std::string const& text, std::string const& next_step) {
    auto const [found, inserted] = issues_.try_emplace({code, text});
    if (inserted) found->second = {code, severity, {cell.line, 0}, text, next_step, 0};
    ++found->second.count;
}

void TableHarmonizer::Resolver::report_double(KeyedCell const* first, KeyedCell const* last, bool same) {
    auto const place = area_key(keys_.areas()[first->area]) + "/" +
                       keys_.indicators()[first->indicator].text() + "/" +
                       keys_.periods()[first->period].to_sdmx();
    if (same) {
        repeated_ += static_cast<std::uint64_t>(last - first - 1);
        note(Errc::duplicate_key, Severity::info, *first, "rows that say the same twice were taken once", "");
        return;
    }
    std::string lines;
    for (auto const* cell = first; cell != last; ++cell)
        lines += (lines.empty() ? "" : ", ") + std::to_string(cell->line);
    set_aside_ += static_cast<std::uint64_t>(last - first);
    auto const text =
        issues_.size() < max_double_issues
            ? "different figures for one cell " + place + " in lines " + lines + "; all set aside"
            : std::string{"further cells with different figures; all set aside"};
    constexpr auto const* next_step =
        "ask the source which row is right; two codes may map to one (see the table's mapping)";
    note(Errc::duplicate_key, Severity::error, *first, text, next_step);
    if (log_ == nullptr) return;
    for (auto const* cell = first; cell != last; ++cell)
        log_->add({Errc::duplicate_key, {cell->line, 0}, text, next_step});
}

void TableHarmonizer::Resolver::resolve(std::vector<KeyedCell> const& group, SeriesSink const& sink) {
    if (evidence_.any_nothing()) look_at_parents(group);
    auto const* cell = group.data();
    auto const* const end = cell + group.size();
    while (cell != end) {
        auto const area = cell->area;
        series_.clear();
        while (cell != end && cell->area == area) {
            auto const* next = cell + 1;
            bool same = true;
            for (; next != end && next->area == area && next->period == cell->period; ++next)
                same = same && next->mantissa == cell->mantissa && next->scale == cell->scale &&
                       next->mark == cell->mark;
            if (next - cell > 1) report_double(cell, next, same);
            if (same) {
                auto const result = outcome(*cell);
                if (result == Outcome::no_territory)
                    note(Errc::missing_territory, Severity::info, *cell,
                         "'-' of areas that did not exist at that time: NO_TERRITORY", "");
                else if (result == Outcome::not_loaded)
                    note(Errc::level_not_loaded, Severity::warning, *cell,
                         "'-' on level " + std::string{name_of(keys_.areas()[area].level)} +
                             ", which the source left unfilled: NOT_LOADED",
                         "ask the source when the level will be filled");
                else if (result == Outcome::contradicted)
                    note(Errc::level_not_loaded, Severity::warning, *cell,
                         "'-' for a total whose parts have numbers: no zero, NOT_LOADED",
                         "the source left the total open: add up the parts, or ask when it will be filled");
                auto const number = is_number(keys_.marks()[cell->mark])
                                        ? Decimal::from_scaled(cell->mantissa, cell->scale)
                                        : Decimal{};
                series_.push_back({keys_.periods()[cell->period], number, cell->line, state(*cell, result)});
            }
            cell = next;
        }
        if (!series_.empty()) sink(group.front().indicator, area, series_);
    }
}

std::vector<Issue> TableHarmonizer::Resolver::issues() const {
    std::vector<Issue> all;
    for (auto const& [key, issue] : issues_) all.push_back(issue);
    return all;
}

} // namespace gateway::harmonize
