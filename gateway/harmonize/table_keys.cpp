#include "gateway/harmonize/table_keys.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "gateway/core/prefix.hpp"

namespace gateway::harmonize {
namespace {

constexpr std::uint32_t first_code_field = 8; // of block 1 in a flat file: 1_variable_attribute_code
constexpr std::uint32_t fields_per_block = 4;

constexpr std::uint32_t time_field = 5;

/// True for layouts whose fields stand where the constants say; feeds have columns of their own.
bool is_flat(TableInfo const& info) {
    return info.layout.starts_with("ffcsv");
}

/// Field of value_unit in a flat file with one figure per row: time, blocks, value, unit.
constexpr std::uint32_t value_unit_field(unsigned blocks) {
    return time_field + fields_per_block * blocks + 2;
}

std::string quoted(std::string_view text) {
    constexpr std::size_t longest = 80;
    if (text.size() > longest) return "'" + std::string{text.substr(0, longest)} + "…'";
    return "'" + std::string{text} + "'";
}

/// Number of `value` in a table that knows it already or learns it now.
template <typename Numbers, typename Value>
std::uint32_t number_of(Numbers& numbers, std::vector<Value>& values, typename Numbers::key_type const& key,
                        Value value) {
    auto const [found, inserted] = numbers.try_emplace(key, static_cast<std::uint32_t>(values.size()));
    if (inserted) values.push_back(std::move(value));
    return found->second;
}

/// Two source codes may stand for one code; the choice must not depend on who comes first.
void keep_first(std::string& known, std::string_view text) {
    text.remove_prefix(
        std::min(text.find_first_not_of(' '), text.size())); // v4 indents region labels by level
    if (!text.empty() && (known.empty() || text < known)) known = text;
}

} // namespace

void TableKeys::table(TableInfo const& info) {
    std::scoped_lock const lock{mutex_};
    if (mapping_ != nullptr) return;
    info_ = info;
    mapping_ = &mapping_for_(info);
}

void TableKeys::label(std::string const& dimension, std::string const& code, std::string_view text) {
    keep_first(labels_[{dimension, code}], text);
}

void TableKeys::each_label(EachLabel const& each) const {
    constexpr std::string_view areas = "AREA";
    auto const behind = labels_.lower_bound({std::string{areas}, {}});
    auto const some = [&each](auto begin, auto end) {
        for (; begin != end; ++begin)
            if (!begin->second.empty()) each(begin->first.first, begin->first.second, begin->second);
    };
    some(labels_.begin(), behind);
    each_area_label([&](auto, std::string_view code, std::string_view text) { each(areas, code, text); });
    some(behind, labels_.end());
}

void TableKeys::each_area_label(EachLabel const& each) const {
    struct Labelled {
        std::uint64_t prefix = 0;
        std::string key;
        std::string_view text;
    };
    std::vector<Labelled> labelled;
    labelled.reserve(area_labels_.size());
    for (std::size_t i = 0; i < area_labels_.size(); ++i) {
        if (area_labels_[i].empty()) continue;
        auto key = area_key(areas_[i]);
        labelled.push_back({prefix_of(key), std::move(key), area_labels_[i]});
    }
    std::sort(labelled.begin(), labelled.end(), [](Labelled const& a, Labelled const& b) {
        return a.prefix != b.prefix ? a.prefix < b.prefix : std::tie(a.key, a.text) < std::tie(b.key, b.text);
    });
    // Areas of several code lists may share a key.
    for (std::size_t i = 0; i < labelled.size(); ++i)
        if (i == 0 || labelled[i].key != labelled[i - 1].key) each("AREA", labelled[i].key, labelled[i].text);
}

void TableKeys::dimension(std::string const& id) {
    if (std::find(dimensions_.begin(), dimensions_.end(), id) == dimensions_.end()) dimensions_.push_back(id);
}

std::uint32_t TableKeys::pair(MappedCode const& mapped) {
    dimension(mapped.dimension);
    Pairs pairs{{mapped.dimension, mapped.code}};
    for (auto const& [id, code] : mapped.also) {
        dimension(id);
        pairs.emplace_back(id, code);
    }
    return number_of(pair_numbers_, pairs_, pairs, pairs);
}

std::uint32_t TableKeys::area(Area const& area) {
    return number_of(area_numbers_, areas_, area, area);
}

std::uint32_t TableKeys::cause_unlocked(Cause cause) {
    auto const same = std::find_if(causes_.begin(), causes_.end(), [&cause](Cause const& known) {
        return known.code == cause.code && known.text == cause.text;
    });
    if (same != causes_.end()) return static_cast<std::uint32_t>(same - causes_.begin());
    causes_.push_back(std::move(cause));
    return static_cast<std::uint32_t>(causes_.size() - 1);
}

std::uint32_t TableKeys::cause(Cause cause) {
    std::scoped_lock const lock{mutex_};
    return cause_unlocked(std::move(cause));
}

std::vector<Issue> TableKeys::source_codes() const {
    constexpr std::size_t most = 5;
    std::vector<Issue> issues;
    for (auto const& [variable, unmapped] : unmapped_) {
        std::string codes;
        std::size_t named = 0;
        for (auto const& code : unmapped.codes) {
            if (named++ == most) break;
            codes += (codes.empty() ? "" : ", ") + quoted(code);
        }
        if (unmapped.codes.size() > most)
            codes += " and " + std::to_string(unmapped.codes.size() - most) + " more";
        bool const own = unmapped.dimension == variable;
        issues.push_back({own ? Errc::unknown_variable : Errc::unknown_code,
                          Severity::info,
                          {0, unmapped.column},
                          own ? "the variable " + variable +
                                    " has no mapping: it stays a dimension of its own "
                                    "with the source's codes " +
                                    codes
                              : "codes of the variable " + variable + " without a rule stay as they are in " +
                                    unmapped.dimension + ": " + codes,
                          "nothing is lost; to compare them with other tables add " + variable +
                              " to mappings/variables and load the document again with --force",
                          unmapped.codes.size()});
    }
    return issues;
}

void TableKeys::count(std::uint32_t cause, std::uint64_t rows, std::uint64_t first_line) {
    std::scoped_lock const lock{mutex_};
    auto& known = causes_[cause];
    known.first_line = known.rows == 0 ? first_line : std::min(known.first_line, first_line);
    known.rows += rows;
}

KeyPart TableKeys::block(unsigned block, SourceCode const& code) {
    std::scoped_lock const lock{mutex_};
    auto const mapped = mapping_->map_code(code.variable, code.code);
    auto const column = info_.layout == "cube" ? block + 1
                        : is_flat(info_)       ? first_code_field + fields_per_block * block
                                               : 0U;
    switch (mapped.kind) {
    case MappedCode::Kind::code:
        label(mapped.dimension, mapped.code, code.label);
        if (mapped.unruled) {
            auto& unmapped = unmapped_[std::string{code.variable}];
            unmapped.dimension = mapped.dimension;
            unmapped.column = column;
            unmapped.codes.insert(mapped.code);
        }
        return {KeyPart::Kind::code, pair(mapped), 0};
    case MappedCode::Kind::area: {
        if (why_not_)
            if (auto why = why_not_(mapped.area); !why.empty())
                return {KeyPart::Kind::unknown, 0,
                        cause_unlocked({Errc::unknown_area, Severity::error, std::move(why),
                                        "take these rows out, or have the agreement changed", column, 0, 0})};
        auto const number = area(mapped.area);
        area_labels_.resize(areas_.size());
        keep_first(area_labels_[number], code.label);
        return {KeyPart::Kind::area, number, 0};
    }
    case MappedCode::Kind::not_applicable: return {KeyPart::Kind::none, 0, 0};
    case MappedCode::Kind::month_of_year: return {KeyPart::Kind::part_of_year, mapped.part, 0};
    case MappedCode::Kind::quarter_of_year: return {KeyPart::Kind::part_of_year, 100 + mapped.part, 0};
    case MappedCode::Kind::unknown: break;
    }
    return {KeyPart::Kind::unknown, 0,
            cause_unlocked({Errc::unknown_code, Severity::error,
                            "unknown code " + quoted(code.code) + " (" + std::string{code.label} +
                                ") for variable " + std::string{code.variable} +
                                (mapped.why.empty() ? "" : ": " + mapped.why),
                            "add the code to the mapping of " + std::string{code.variable} +
                                " in mappings/variables and load the document again",
                            column, 0, 0})};
}

KeyPart TableKeys::measure(SourceCode const& code) {
    std::scoped_lock const lock{mutex_};
    auto const mapped = mapping_->map_measure(code.code, code.variable);
    if (!mapped.known)
        return {
            KeyPart::Kind::unknown, 0,
            cause_unlocked({Errc::unknown_unit, Severity::error,
                            "unknown unit " + quoted(code.variable) + " of measure " + quoted(code.code) +
                                (mapped.why.empty() ? "" : ": " + mapped.why),
                            "add the unit to mappings/units.toml, or the measure to the table's mapping, and "
                            "load the document again",
                            info_.layout == "ffcsv-v5" ? value_unit_field(info_.blocks) : 0, 0, 0})};
    label("MEASURE", mapped.measure, code.label);
    label("UNIT", mapped.unit, code.variable);
    if (mapped.unit_mult != 0 &&
        std::find(dimensions_.begin(), dimensions_.end(), "UNIT_MULT") == dimensions_.end())
        dimensions_.insert(dimensions_.begin() + 2, "UNIT_MULT");
    for (std::uint32_t i = 0; i < measures_.size(); ++i)
        if (measures_[i].measure == mapped.measure && measures_[i].unit == mapped.unit &&
            measures_[i].unit_mult == mapped.unit_mult)
            return {KeyPart::Kind::code, i, 0};
    measures_.push_back({mapped.measure, mapped.unit, mapped.unit_mult});
    return {KeyPart::Kind::code, static_cast<std::uint32_t>(measures_.size() - 1), 0};
}

KeyPart TableKeys::period(std::optional<TimePeriod> const& period, Cause cause) {
    if (!period) return {KeyPart::Kind::unknown, 0, cause_unlocked(std::move(cause))};
    auto const number = number_of(period_numbers_, periods_, *period, *period);
    if (number > std::numeric_limits<std::uint16_t>::max())
        throw Error{Errc::too_large, "more than 65,536 periods in one document"};
    return {KeyPart::Kind::code, number, 0};
}

KeyPart TableKeys::time(SourceCode const& code) {
    std::scoped_lock const lock{mutex_};
    auto const mapped = mapping_->map_time(code.variable, code.code);
    return period(mapped.period,
                  {Errc::unknown_time, Severity::error,
                   "time " + quoted(code.code) + " of " + std::string{code.variable} + " cannot be read" +
                       (mapped.why.empty() ? "" : ": " + mapped.why),
                   "add a time rule to mappings/time.toml, or the table's mapping, and load the "
                   "document again",
                   is_flat(info_) ? time_field : 0, 0, 0});
}

KeyPart TableKeys::composed(std::uint32_t year, KeyPart const& part) {
    std::scoped_lock const lock{mutex_};
    MappedCode code;
    code.kind = part.number > 100 ? MappedCode::Kind::quarter_of_year : MappedCode::Kind::month_of_year;
    code.part = part.number % 100;
    return period(Mapping::compose(periods_[year], code),
                  {Errc::unknown_time, Severity::error,
                   "month or quarter beside '" + periods_[year].to_sdmx() + "', which is no year",
                   "check the table's time variable", is_flat(info_) ? time_field : 0, 0, 0});
}

std::uint32_t TableKeys::indicator(std::uint32_t measure, std::vector<std::uint32_t> const& pairs) {
    std::scoped_lock const lock{mutex_};
    IndicatorKey key;
    key.set("MEASURE", measures_[measure].measure);
    key.set("UNIT", measures_[measure].unit);
    if (measures_[measure].unit_mult != 0) key.set("UNIT_MULT", std::to_string(measures_[measure].unit_mult));
    for (auto const number : pairs)
        for (auto const& [id, code] : pairs_[number]) key.set(id, code);
    return number_of(indicator_numbers_, indicators_, key, key);
}

std::uint32_t TableKeys::no_area() {
    std::scoped_lock const lock{mutex_};
    return area({CodeList::genesis, AreaLevel::other, "_Z"});
}

std::uint8_t TableKeys::mark(Cell::Kind kind, std::string_view sign, std::string_view quality) {
    std::scoped_lock const lock{mutex_};
    for (std::size_t i = 0; i < marks_.size(); ++i)
        if (marks_[i].kind == kind && marks_[i].sign == sign && marks_[i].quality == quality)
            return static_cast<std::uint8_t>(i);
    if (marks_.size() > std::numeric_limits<std::uint8_t>::max())
        throw Error{Errc::too_large, "more than 256 combinations of sign and quality in one document"};
    Mark mark{kind, std::string{sign}, std::string{quality}, {}};
    if (kind == Cell::Kind::sign)
        mark.meaning = mapping_->sign(sign);
    else if (kind == Cell::Kind::number && !quality.empty())
        mark.meaning = mapping_->sign(quality);
    marks_.push_back(std::move(mark));
    return static_cast<std::uint8_t>(marks_.size() - 1);
}

} // namespace gateway::harmonize
