#include "gateway/store/numbers.hpp"

#include <algorithm>
#include <limits>

namespace gateway::store {
namespace {

/// Levels of at most so many areas are read as a whole before areas are added.
constexpr std::int64_t read_whole_up_to = 2048;
constexpr char separator = '\x1F';

/// Bounds must survive as text; what an office publishes always does.
std::string bound_text(Decimal bound) {
    auto text = bound.to_string();
    auto const parsed = parse_decimal(text);
    if (!parsed || !parsed.value.same_digits(bound))
        throw Error{Errc::invalid_argument, "store: bound " + text + " has more digits than can be kept"};
    return text;
}

template <typename T>
T required(std::optional<T> value, std::string_view what, std::string_view text) {
    if (value) return *value;
    throw Error{Errc::corrupt_store,
                "store.sqlite, table state: unknown " + std::string{what} + " '" + std::string{text} + "'"};
}

State state_from(Rows const& row) {
    State state;
    if (!row.text(1).empty())
        state.reason = required(missing_reason_from(row.text(1)), "reason", row.text(1));
    state.quality.status = required(obs_status_from(row.text(2)), "OBS_STATUS", row.text(2));
    state.quality.confidentiality = required(conf_status_from(row.text(3)), "CONF_STATUS", row.text(3));
    state.quality.protection = required(protection_from(row.text(4)), "protection", row.text(4));
    state.quality.sign = required(Sign::from(row.text(5)), "sign", row.text(5));
    if (!row.text(6).empty()) {
        auto const below = parse_decimal(row.text(6));
        auto const above = parse_decimal(row.text(7));
        if (!below || !above) required(std::optional<int>{}, "bounds", row.text(6));
        state.quality.bounds = Bounds{below.value, above.value};
    }
    return state;
}

[[noreturn]] void refuse_area(std::int64_t no, std::string_view list, std::string_view level) {
    throw Error{Errc::corrupt_store, "store.sqlite, table area, no " + std::to_string(no) +
                                         ": unknown list or level '" + std::string{list} + " " +
                                         std::string{level} + "'"};
}

} // namespace

std::string state_text(State const& state) {
    auto const& quality = state.quality;
    std::string text{state.reason ? to_string(*state.reason) : std::string_view{}};
    text += separator;
    text += to_char(quality.status);
    text += to_char(quality.confidentiality);
    text += to_string(quality.protection);
    text += separator;
    text += quality.sign.text();
    text += separator;
    if (quality.bounds) text += bound_text(quality.bounds->below) + ' ' + bound_text(quality.bounds->above);
    return text;
}

Numbers::Numbers(Database& db)
    // A number that was given twice ends the load; OR FAIL spares the journal of each statement.
    : insert_areas_sql_(insert_many("INSERT OR FAIL INTO area", 4)),
      find_area_(db, "SELECT no FROM area WHERE code = ? AND level = ? AND list = ?"),
      insert_area_(db, "INSERT INTO area VALUES (?, ?, ?, ?)"), insert_areas_(db, insert_areas_sql_.c_str()),
      areas_of_level_(db, "SELECT no, list, code FROM area WHERE no >= ? AND no < ? ORDER BY no LIMIT ?"),
      next_area_(db, "SELECT max(no) FROM area WHERE no >= ? AND no < ?"),
      area_by_no_(db, "SELECT list, level, code FROM area WHERE no = ?"),
      areas_by_code_(db, "SELECT no FROM area WHERE code = ?"),
      all_areas_(db, "SELECT no FROM area ORDER BY no"),
      find_indicator_(db, "SELECT no FROM indicator WHERE dataset = ? AND key = ?"),
      insert_indicator_(db, "INSERT INTO indicator VALUES (?, ?, ?)"),
      next_indicator_(db, "SELECT max(no) FROM indicator"),
      indicator_by_no_(db, "SELECT dataset, key FROM indicator WHERE no = ?"),
      indicators_of_(db, "SELECT no FROM indicator WHERE dataset = ? ORDER BY no"),
      all_states_(db,
                  "SELECT no, reason, obs_status, conf_status, protection, sign, below, above FROM state"),
      insert_state_(db, "INSERT INTO state VALUES (?, ?, ?, ?, ?, ?, ?, ?)") {}

void Numbers::prepare_load() {
    for (auto* const statement :
         {&insert_area_, &insert_areas_, &areas_of_level_, &next_area_, &find_indicator_, &insert_indicator_,
          &next_indicator_, &indicator_by_no_, &all_states_, &insert_state_})
        statement->prepare();
}

std::optional<AreaNo> Numbers::find(Area const& area) {
    if (auto const known = area_numbers_.find(area); known != area_numbers_.end()) return known->second;
    flush();
    Rows rows(find_area_, area.code, to_string(area.level), to_string(area.list));
    if (!rows.next()) return std::nullopt;
    auto const no = static_cast<AreaNo>(rows.integer(0));
    area_numbers_.emplace(area, no);
    return no;
}

Numbers::Level& Numbers::level_for_writing(AreaLevel level) {
    auto& known = levels_[static_cast<std::size_t>(level)];
    if (known.next) return known;
    flush();
    auto const first = first_area_of(level);
    std::int64_t const end = std::int64_t{first} + (1 << area_ordinal_bits);
    auto const last = next_area_.number(first, end);
    known.next = last ? *last + 1 : first;
    // A document names most areas of a level or few: a small level is read in one go.
    known.is_whole = *known.next - first <= read_whole_up_to;
    if (!known.is_whole) return known;
    for (Rows rows(areas_of_level_, first, end, read_whole_up_to); rows.next();) {
        auto const list = code_list_from(rows.text(1));
        if (!list) refuse_area(rows.integer(0), rows.text(1), to_string(level));
        area_numbers_.emplace(Area{*list, level, rows.string(2)}, static_cast<AreaNo>(rows.integer(0)));
    }
    return known;
}

AreaNo Numbers::intern(Area const& area) {
    if (auto const known = area_numbers_.find(area); known != area_numbers_.end()) return known->second;
    bool const was_read = levels_[static_cast<std::size_t>(area.level)].next.has_value();
    auto& level = level_for_writing(area.level);
    if (auto const known = level.is_whole && !was_read ? area_numbers_.find(area) : area_numbers_.end();
        known != area_numbers_.end())
        return known->second;
    if (!level.is_whole)
        if (auto const known = find(area)) return *known;
    auto const no = *level.next;
    if (no >= std::int64_t{first_area_of(area.level)} + (1 << area_ordinal_bits))
        throw Error{Errc::too_large, "store: no number left for area " + area.code + " at level " +
                                         std::string{to_string(area.level)}};
    if (writes_nothing_)
        areas_.emplace(static_cast<AreaNo>(no), area);
    else
        pending_.push_back({no, area});
    if (pending_.size() == rows_per_insert) flush();
    level.next = no + 1;
    area_numbers_.emplace(area, static_cast<AreaNo>(no));
    has_new_areas_ = true;
    return static_cast<AreaNo>(no);
}

void Numbers::flush() {
    if (pending_.empty()) return;
    auto const bind_area = [](NewArea const& added, auto const& bind) {
        bind(added.no);
        bind(to_string(added.area.list));
        bind(to_string(added.area.level));
        bind(added.area.code);
    };
    if (pending_.size() == rows_per_insert)
        insert_areas_.run_all(pending_, bind_area);
    else
        for (auto const& added : pending_) insert_area_.run_all(std::span{&added, 1}, bind_area);
    pending_.clear();
}

std::vector<AreaNo> Numbers::find_areas(std::string_view key) {
    flush();
    std::vector<AreaNo> result;
    auto const add = [&](std::string_view code) {
        for (Rows rows(areas_by_code_, code); rows.next();) {
            auto const no = static_cast<AreaNo>(rows.integer(0));
            if (area_key(area(no)) == key) result.push_back(no);
        }
    };
    add(key);
    // Keys of sub-units and other areas are the code with two more characters.
    if (key.size() > 2 && key[key.size() - 2] == '_') add(key.substr(0, key.size() - 2));
    std::sort(result.begin(), result.end());
    return result;
}

Area const& Numbers::area(AreaNo no) {
    if (auto const known = areas_.find(no); known != areas_.end()) return known->second;
    flush();
    Rows rows(area_by_no_, no);
    if (!rows.next()) throw Error{Errc::not_found, "store: no area has the number " + std::to_string(no)};
    auto const list = code_list_from(rows.text(0));
    auto const level = area_level_from(rows.text(1));
    if (!list || !level) refuse_area(no, rows.text(0), rows.text(1));
    return areas_.emplace(no, Area{*list, *level, rows.string(2)}).first->second;
}

std::vector<AreaNo> Numbers::areas() {
    flush();
    std::vector<AreaNo> result;
    for (Rows rows(all_areas_); rows.next();) result.push_back(static_cast<AreaNo>(rows.integer(0)));
    return result;
}

std::optional<IndicatorNo> Numbers::find(DatasetNo dataset, IndicatorKey const& key) {
    auto const name = std::pair{dataset, key.text()};
    if (auto const known = indicator_numbers_.find(name); known != indicator_numbers_.end())
        return known->second;
    Rows rows(find_indicator_, dataset, name.second);
    if (!rows.next()) return std::nullopt;
    auto const no = static_cast<IndicatorNo>(rows.integer(0));
    indicator_numbers_.emplace(name, no);
    return no;
}

IndicatorNo Numbers::intern(DatasetNo dataset, IndicatorKey const& key) {
    if (auto const known = find(dataset, key)) return *known;
    auto no = next_trial_indicator_.value_or(0);
    if (!next_trial_indicator_)
        if (auto const last = next_indicator_.number()) no = *last + 1;
    if (no > std::numeric_limits<IndicatorNo>::max())
        throw Error{Errc::too_large, "store: no number left for indicator " + key.text()};
    if (writes_nothing_) {
        next_trial_indicator_ = no + 1;
        indicators_.emplace(static_cast<IndicatorNo>(no), Indicator{dataset, key});
    } else {
        insert_indicator_.run(no, dataset, key.text());
    }
    indicator_numbers_.emplace(std::pair{dataset, key.text()}, static_cast<IndicatorNo>(no));
    new_indicators_.push_back(static_cast<IndicatorNo>(no));
    return static_cast<IndicatorNo>(no);
}

Numbers::Indicator const& Numbers::load_indicator(IndicatorNo no) {
    if (auto const known = indicators_.find(no); known != indicators_.end()) return known->second;
    Rows rows(indicator_by_no_, no);
    if (!rows.next())
        throw Error{Errc::not_found, "store: no indicator has the number " + std::to_string(no)};
    return indicators_.emplace(no, Indicator{rows.integer(0), IndicatorKey::parse(rows.text(1))})
        .first->second;
}

IndicatorKey const& Numbers::indicator(IndicatorNo no) {
    return load_indicator(no).key;
}
DatasetNo Numbers::dataset_of(IndicatorNo no) {
    return load_indicator(no).dataset;
}

std::vector<IndicatorNo> Numbers::indicators(DatasetNo dataset) {
    std::vector<IndicatorNo> result;
    for (Rows rows(indicators_of_, dataset); rows.next();)
        result.push_back(static_cast<IndicatorNo>(rows.integer(0)));
    return result;
}

void Numbers::load_states() {
    if (states_.empty()) {
        states_.emplace(StateNo{0}, State{});
        state_numbers_.emplace(state_text(State{}), StateNo{0});
    }
    for (Rows rows(all_states_); rows.next();) {
        auto const no = static_cast<StateNo>(rows.integer(0));
        if (states_.contains(no)) continue;
        auto const& state = states_.emplace(no, state_from(rows)).first->second;
        state_numbers_.emplace(state_text(state), no);
    }
}

StateNo Numbers::intern(State const& state) {
    if (states_.empty()) load_states();
    auto const text = state_text(state);
    if (auto const known = state_numbers_.find(text); known != state_numbers_.end()) return known->second;
    load_states(); // another process may have been here since
    if (auto const known = state_numbers_.find(text); known != state_numbers_.end()) return known->second;
    auto const next = states_.rbegin()->first + 1;
    if (next > std::numeric_limits<StateNo>::max())
        throw Error{Errc::too_large, "store: more than 65535 different states of observations"};
    auto const no = static_cast<StateNo>(next);
    auto const& quality = state.quality;
    if (!writes_nothing_)
        insert_state_.run(no, state.reason ? to_string(*state.reason) : std::string_view{},
                          std::string(1, to_char(quality.status)),
                          std::string(1, to_char(quality.confidentiality)), to_string(quality.protection),
                          quality.sign.text(),
                          quality.bounds ? bound_text(quality.bounds->below) : std::string{},
                          quality.bounds ? bound_text(quality.bounds->above) : std::string{});
    states_.emplace(no, state);
    state_numbers_.emplace(text, no);
    new_states_.push_back(no);
    return no;
}

State const& Numbers::state(StateNo no) {
    auto known = states_.find(no);
    if (known == states_.end()) {
        load_states();
        known = states_.find(no);
    }
    if (known == states_.end())
        throw Error{Errc::not_found, "store: no state has the number " + std::to_string(no)};
    return known->second;
}

std::size_t Numbers::state_count() {
    if (states_.empty()) load_states();
    return states_.size();
}

void Numbers::keep_new() {
    levels_ = {}; // from here on, another process may add areas
    has_new_areas_ = false;
    new_indicators_.clear();
    new_states_.clear();
}

void Numbers::forget_all() {
    pending_.clear();
    area_numbers_.clear();
    areas_.clear();
    indicator_numbers_.clear();
    indicators_.clear();
    states_.clear();
    state_numbers_.clear();
    keep_new();
}

void Numbers::forget_new() {
    pending_.clear();
    // Areas and indicators are handed out as copies, so their caches may simply start anew.
    if (has_new_areas_) {
        area_numbers_.clear();
        areas_.clear();
    }
    if (!new_indicators_.empty()) {
        indicator_numbers_.clear();
        indicators_.clear();
    }
    for (auto const no : new_states_) {
        state_numbers_.erase(state_text(states_.at(no)));
        states_.erase(no);
    }
    keep_new();
}

} // namespace gateway::store
