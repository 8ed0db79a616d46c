#include "gateway/harmonize/territory/convert.hpp"

#include <algorithm>
#include <cmath>

#include "gateway/core/time_period.hpp"

namespace gateway::harmonize::territory {
namespace {

/// as.integer() of R: blanks around a number are fine, what is behind the mark is cut off.
std::optional<std::int32_t> integer_as_in_r(std::string_view text) {
    auto const number = real_from(trimmed(text));
    if (!number || std::abs(*number) >= 2147483648.0) return std::nullopt;
    return static_cast<std::int32_t>(*number);
}

std::optional<std::int32_t> year_from(std::string_view text) {
    if (text.size() != 4) return std::nullopt;
    std::int32_t year = 0;
    for (char const c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        year = 10 * year + (c - '0');
    }
    return year;
}

std::int32_t year_of(std::int32_t day) {
    return *year_from(std::string_view{date_text(day)}.substr(0, 4));
}

/// Thousand people, km² or thousand jobs of a source; 1 where the table does not say.
double size_of(Plan const& plan, std::uint32_t entry) {
    auto const& crosswalk = plan.crosswalk();
    if (crosswalk.sizes.empty()) return 1;
    double size = 0;
    for (auto part = crosswalk.first_part[entry]; part < crosswalk.first_part[entry + 1U]; ++part)
        size += crosswalk.sizes[part][static_cast<std::size_t>(plan.request().weight)];
    return std::isnan(size) ? 1 : size;
}

} // namespace

std::string_view to_string(Fate fate) noexcept {
    constexpr std::string_view names[] = {
        "matched_exact", "matched_nearest", "key_or_time_missing", "key_unknown", "other_level",
        "time_unknown",  "unmatched",       "no_territory",        "duplicate",   "share_unknown"};
    return names[static_cast<std::size_t>(fate)];
}

std::uint32_t Strata::next(std::size_t column, std::uint32_t before, std::uint32_t code) {
    auto& known = pairs_[column];
    if (before >= known.size()) known.resize(before + 1U);
    if (code >= known[before].size()) known[before].resize(code + 1U, none);
    return known[before][code];
}

std::uint32_t Strata::combine(std::span<std::uint32_t const> codes) {
    if (tables_.empty()) return 0;
    counts_.resize(tables_.size(), 0);
    std::uint32_t number = 0;
    for (std::size_t column = 0; column < codes.size(); ++column) {
        auto const before = number;
        number = next(column, before, codes[column]);
        if (number != none) continue;
        number = counts_[column]++;
        pairs_[column][before][codes[column]] = number;
        if (column + 1 == codes.size()) combinations_.emplace_back(codes.begin(), codes.end());
    }
    return number;
}

std::vector<std::string_view> Strata::texts(std::uint32_t stratum) const {
    std::vector<std::string_view> texts;
    for (std::size_t column = 0; column < tables_.size(); ++column)
        texts.push_back(tables_[column].text(combinations_[stratum][column]));
    return texts;
}

Conversion::Conversion(Plan const& plan)
    : plan_(plan), reader_(plan.crosswalk(), plan.request().mode == Mode::ags, plan.request().repair_keys),
      ags_(plan.request().mode == Mode::ags), sums_(plan.targets().size(), plan.request().values.size()),
      strata_(plan.request().strata.size()) {}

void Conversion::check_length_in_ags(std::string_view text) const {
    if (text.empty() || text == "NA") return;
    for (auto const& other : keys_)
        if (!other.text.empty() && other.text != "NA" && other.text.size() != text.size())
            throw Error{Errc::malformed, "--mode ags: keys of different lengths in one column, '" +
                                             other.text + "' and '" + std::string{text} +
                                             "'; the package refuses them, --mode safe sorts them out"};
        else if (!other.text.empty())
            break;
    if (reader_.digits() == 8 && text.size() != 8)
        throw Error{Errc::malformed, "--mode ags: key '" + std::string{text} +
                                         "' does not have the 8 digits of the table's municipalities"};
}

std::uint32_t Conversion::key(std::string_view text) {
    auto const number = key_texts_.intern(text);
    if (number < keys_.size()) return number;
    if (ags_) check_length_in_ags(text);
    keys_.push_back({std::string{text}, reader_.read(text), {}});
    auto& reading = keys_.back().reading;
    if (reading.state == KeyReading::State::known && !plan_.knows_key(reading.old_key)) {
        reading.state = KeyReading::State::unknown;
        reading.why = "never in the table with this weight";
    }
    return number;
}

DataTime Conversion::read_time(std::string_view text) const {
    DataTime time;
    bool const by_day = plan_.crosswalk().status == Crosswalk::Status::day;
    text = trimmed(text);
    if (ags_ && !by_day) {
        time.status = integer_as_in_r(text);
        time.text = time.status ? std::to_string(*time.status) : "NA";
    } else {
        time.text = text;
        if (auto const day = parse_date(text)) {
            time.status = by_day ? *day : year_of(*day);
            time.off_day = !by_day && date_text(*day).substr(4) != "-12-31";
        } else if (auto const year = year_from(text)) {
            // A year without a day is its end, as in the statistics of areas and population.
            time.status = by_day ? days_from_date(*year, 12, 31) : year;
        } else if (text.size() > 4 && (text[4] == '-' || text[4] == '/')) {
            // 2023-10P6M, 2023/24, 2023-Q2: a time within or from that year on.
            auto const first = year_from(text.substr(0, 4));
            if (first) time.status = by_day ? days_from_date(*first, 12, 31) : first;
            time.off_day = true;
        }
    }
    time.known = time.status && plan_.knows_status(*time.status);
    return time;
}

std::uint32_t Conversion::time(std::string_view text) {
    auto const number = time_texts_.intern(text);
    if (number < time_numbers_.size()) return time_numbers_[number];
    auto time = read_time(text);
    auto const name = time_names_.intern(time.text);
    if (name == times_.size()) times_.push_back(std::move(time));
    time_numbers_.push_back(name);
    return name;
}

Conversion::Route const& Conversion::find_route(std::uint32_t key, std::uint32_t time) {
    if (time >= routes_.size()) routes_.resize(time + 1U);
    auto& row = routes_[time];
    if (key >= row.size()) row.resize(std::max<std::size_t>(key + 1U, key_texts_.size()));
    auto& found = row[key];
    auto const& reading = keys_[key].reading;
    auto const& when = times_[time];
    found.kind = Route::lost;
    found.bit = plan_.crosswalk().old_keys.size() + key;
    using State = KeyReading::State;
    if (reading.state == State::missing || !when.status) {
        found.fate = Fate::key_or_time_missing;
        return found;
    }
    if (reading.state != State::known) {
        found.fate = reading.state == State::other_level ? Fate::other_level : Fate::key_unknown;
        return found;
    }
    if (!when.known) {
        found.fate = Fate::time_unknown;
        return found;
    }
    auto const entry = plan_.match(reading.old_key, *when.status);
    auto const only = entry == Crosswalk::no_entry ? Plan::no_target : plan_.whole_target(entry);
    std::vector<Step> steps;
    Flags flags = 0;
    if (only == Plan::no_target && entry != Crosswalk::no_entry) flags = plan_.resolve(entry, steps);
    if (only == Plan::no_target && steps.empty()) {
        found.fate = entry == Crosswalk::no_entry || ags_ ? Fate::unmatched : Fate::share_unknown;
        return found;
    }
    auto const matched = plan_.crosswalk().statuses[entry];
    found.fate = matched == *when.status ? Fate::exact : Fate::nearest;
    found.flags = flags;
    if (reading.repaired) found.flags |= flag::key_repaired;
    if (found.fate == Fate::nearest) found.flags |= flag::nearest_year;
    if (when.off_day) found.flags |= flag::off_day;
    found.bit = reading.old_key;
    bool const plain = plan_.request().attributes.empty();
    if (plain && only != Plan::no_target && found.flags == 0) {
        found.kind = Route::whole;
        found.index = only;
        return found;
    }
    if (only != Plan::no_target) plan_.resolve(entry, steps);
    found.kind = Route::steps;
    found.index = static_cast<std::uint32_t>(steps_.size());
    steps_.push_back({std::move(steps), matched, plain ? 1 : size_of(plan_, entry)});
    return found;
}

void Conversion::flag_targets(Route const& route, std::uint32_t block, Flags flags) {
    if (route.kind == Route::whole) {
        sums_.note(block, route.index).flags |= flags;
        return;
    }
    for (auto const& step : steps_[route.index].steps) sums_.note(block, step.target).flags |= flags;
}

void Conversion::put_with_notes(Route const& route, std::uint32_t block, std::size_t value,
                                Amount const& amount) {
    auto flags = route.flags;
    if (amount.kind == Amount::Kind::secret) flags |= flag::secret_part;
    if (amount.estimated) flags |= flag::estimated_part;
    auto const beside = [&](Step const& step) {
        if (amount.bounds != nullptr || amount.open) sums_.add_bounds(block, step, amount);
        auto const reason = amount.kind == Amount::Kind::secret ? MissingReason::confidential : amount.reason;
        if (amount.is_number() || reason == MissingReason::unknown) return;
        auto& note = sums_.note(block, step.target);
        note.reasons |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(reason));
        note.reasoned += step.parts;
    };
    if (route.kind == Route::whole) {
        Step whole;
        whole.target = route.index;
        sums_.add(block, value, whole, amount);
        beside(whole);
    } else {
        auto const& steps = steps_[route.index].steps;
        auto const matched = steps_[route.index].matched;
        for (auto const& step : steps) {
            sums_.add(block, value, step, amount);
            beside(step);
            if (route.fate != Fate::nearest) continue;
            auto& note = sums_.note(block, step.target);
            if (note.nearest > 0 && note.matched != matched) note.flags |= flag::mixed_years;
            note.nearest += step.parts;
            note.matched = matched;
        }
    }
    if (flags != 0) flag_targets(route, block, flags);
}

void Conversion::put(Route const& route, std::uint32_t block, std::size_t value, Amount const& amount) {
    if (amount.kind == Amount::Kind::dash && plan_.request().dash_is_zero) {
        Amount zero;
        zero.kind = Amount::Kind::exact;
        zero.estimated = amount.estimated;
        return put(route, block, value, zero);
    }
    if (!amount.is_number()) bits(lack_, block).set(route.bit);
    if (route.kind != Route::whole || amount.estimated || amount.bounds != nullptr || amount.open ||
        (!amount.is_number() && amount.reason != MissingReason::unknown))
        return put_with_notes(route, block, value, amount);
    Step whole;
    whole.target = route.index;
    sums_.add(block, value, whole, amount);
}

void Conversion::refuse_in_ags(Amount const& amount, std::uint64_t line, std::size_t value) const {
    if (amount.is_number()) return;
    throw Error{amount.kind == Amount::Kind::unreadable ? Errc::malformed : Errc::empty_cell,
                "line " + std::to_string(line) + ": no number for " + plan_.request().values[value] +
                    "; the package stops at missing values (--mode ags), --mode safe carries them through"};
}

bool Conversion::says_no_territory(Amount const& amount) noexcept {
    return amount.reason == MissingReason::no_territory && !amount.is_number();
}

Fate Conversion::fate_without(Fate fate, std::span<Amount const> values) const noexcept {
    if (ags_) return fate;
    bool const said = std::all_of(values.begin(), values.end(), says_no_territory);
    if (said && !values.empty()) return Fate::no_territory;
    if (fate != Fate::unmatched) return fate;
    for (auto const& amount : values)
        if (amount.is_number() || amount.kind == Amount::Kind::secret) return fate;
    return Fate::no_territory;
}

void Conversion::lose(Fate fate, std::uint64_t line, std::uint32_t key, std::uint32_t time,
                      std::uint32_t stratum) {
    ++fates_[static_cast<std::size_t>(fate)];
    if (ags_ && fate != Fate::key_or_time_missing &&
        bits(seen_, sums_.blocks(stratum, time)).set(plan_.crosswalk().old_keys.size() + key))
        throw Error{Errc::duplicate_key, "line " + std::to_string(line) + ": a second row for " +
                                             keys_[key].text + ", " + times_[time].text};
    bool const by_time = fate == Fate::time_unknown || fate == Fate::unmatched || fate == Fate::share_unknown;
    auto const name = (std::uint64_t{static_cast<std::uint8_t>(fate)} << 60U) |
                      (std::uint64_t{fate == Fate::time_unknown ? 0 : key} << 28U) | (by_time ? time : 0U);
    if (fate == Fate::no_territory) return;
    auto& trouble = troubles_[name];
    if (trouble.rows++ > 0) return;
    trouble.fate = fate;
    trouble.first_line = line;
    trouble.status = times_[time].status;
    trouble.name = keys_[key].name;
    if (fate != Fate::time_unknown) trouble.key = keys_[key].text;
    if (by_time || fate == Fate::key_or_time_missing) trouble.time = times_[time].text;
}

void Conversion::mark_duplicate(Route const& route, std::uint32_t block, std::size_t values,
                                std::uint64_t line, std::uint32_t key, std::uint32_t time) {
    if (ags_)
        throw Error{Errc::duplicate_key, "line " + std::to_string(line) + ": a second row for " +
                                             keys_[key].text + ", " + times_[time].text +
                                             "; the package refuses them (--mode ags). Name the column that "
                                             "tells them apart with --strata"};
    for (std::size_t value = 0; value < values; ++value)
        flag_targets(route, block + static_cast<std::uint32_t>(value), flag::duplicate);
    lose(Fate::duplicate, line, key, time, 0);
}

bool Conversion::add(std::uint64_t line, std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                     std::span<Amount const> values) {
    if (ags_)
        for (std::size_t value = 0; value < values.size(); ++value) refuse_in_ags(values[value], line, value);
    auto const& way = route(key, time);
    if (way.kind == Route::lost) {
        lose(fate_without(way.fate, values), line, key, time, stratum);
        return false;
    }
    if (!ags_ && !values.empty() && std::all_of(values.begin(), values.end(), says_no_territory)) {
        lose(Fate::no_territory, line, key, time, stratum);
        return false;
    }
    auto const block = sums_.blocks(stratum, time);
    if (bits(seen_, block).set(way.bit)) {
        mark_duplicate(way, block, values.size(), line, key, time);
        return false;
    }
    count(way);
    for (std::size_t value = 0; value < values.size(); ++value)
        put(way, block + static_cast<std::uint32_t>(value), value, values[value]);
    return true;
}

void Conversion::add_value(std::uint64_t line, std::uint32_t key, std::uint32_t time, std::uint32_t stratum,
                           std::size_t value, Amount const& amount) {
    if (ags_) refuse_in_ags(amount, line, value);
    auto const& way = route(key, time);
    if (way.kind == Route::lost) return lose(fate_without(way.fate, {&amount, 1}), line, key, time, stratum);
    if (!ags_ && says_no_territory(amount)) return lose(Fate::no_territory, line, key, time, stratum);
    auto const block = sums_.blocks(stratum, time) + static_cast<std::uint32_t>(value);
    if (bits(seen_, block).set(way.bit)) return mark_duplicate(way, block, 1, line, key, time);
    count(way);
    put(way, block, value, amount);
}

std::uint64_t Conversion::rows() const noexcept {
    std::uint64_t all = 0;
    for (auto const rows : fates_) all += rows;
    return all;
}

std::vector<Trouble> Conversion::troubles() const {
    std::vector<Trouble> all;
    for (auto const& [name, trouble] : troubles_) all.push_back(trouble);
    std::sort(all.begin(), all.end(), [](Trouble const& a, Trouble const& b) {
        if (a.rows != b.rows) return a.rows > b.rows;
        return a.first_line < b.first_line;
    });
    return all;
}

Conversion::Presence Conversion::presence(std::uint32_t old_key, std::uint32_t stratum, std::uint32_t time,
                                          std::size_t value) const {
    auto const block = sums_.find(stratum, time);
    if (block == Sums::none) return {};
    auto const own = block + static_cast<std::uint32_t>(value);
    // Whole rows are noted with the first value only.
    bool const row = (block < seen_.size() && seen_[block].test(old_key)) ||
                     (own < seen_.size() && seen_[own].test(old_key));
    return {row, row && !(own < lack_.size() && lack_[own].test(old_key))};
}

} // namespace gateway::harmonize::territory
