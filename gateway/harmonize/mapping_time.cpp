#include "gateway/harmonize/mapping_time.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace gateway::harmonize {
namespace {

using Period = std::optional<TimePeriod>;

/// `digits` digits at the start of `text`, which then lacks them.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    auto const part = text.substr(0, digits);
    if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    int value = 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    text.remove_prefix(digits);
    return value;
}

bool take(std::string_view& text, std::string_view literal) {
    if (!text.starts_with(literal)) return false;
    text.remove_prefix(literal.size());
    return true;
}

Period year(std::string_view text) {
    auto const value = take_number(text, 4);
    return value && text.empty() ? TimePeriod::year(*value) : std::nullopt;
}

Period date(std::string_view text) {
    auto const day = parse_date(text);
    return day ? TimePeriod::from_days(TimePeriod::Kind::date, *day, *day + 1) : std::nullopt;
}

/// "2022-10P6M": year, first month, number of months. The kinds of half a year at universities, of a quarter
/// and of a month get their own name; other lengths stay intervals.
Period duration(std::string_view text) {
    auto const first = take_number(text, 4);
    if (!first || !take(text, "-")) return std::nullopt;
    auto const month = take_number(text, 2);
    if (!month || !take(text, "P")) return std::nullopt;
    auto const months = take_number(text, text.find('M') == 2 ? 2 : 1);
    if (!months || text != "M" || *month < 1 || *months < 1) return std::nullopt;
    auto const begin = static_cast<unsigned>(*month);
    auto const count = static_cast<unsigned>(*months);
    if (count == 1) return TimePeriod::month(*first, begin);
    if (count == 3 && begin % 3 == 1) return TimePeriod::quarter(*first, (begin + 2) / 3);
    if (count == 6 && (begin == 4 || begin == 10)) return TimePeriod::term(*first, begin == 10);
    return TimePeriod::months_from(*first, begin, 1, count);
}

/// What follows the first year in "2022/23" or "2022/2023"; true only for the year after it.
bool take_next_year(std::string_view& text, int first) {
    if (!take(text, "/")) return false;
    bool const whole = text.size() >= 4;
    auto const next = take_number(text, whole ? 4 : 2);
    return next && *next == (whole ? first + 1 : (first + 1) % 100);
}

/// "WS 2022/23", "SS 2023"; also with the words written out.
Period term(std::string_view text) {
    bool const winter = take(text, "WS ") || take(text, "Wintersemester ");
    if (!winter && !take(text, "SS ") && !take(text, "Sommersemester ")) return std::nullopt;
    auto const first = take_number(text, 4);
    if (!first) return std::nullopt;
    if (winter && !take_next_year(text, *first)) return std::nullopt;
    return text.empty() ? TimePeriod::term(*first, winter) : std::nullopt;
}

Period school_year(std::string_view text) {
    take(text, "Schuljahr ");
    auto const first = take_number(text, 4);
    if (!first) return std::nullopt;
    if (text.empty() || text == "-P1Y") return TimePeriod::school_year(*first);
    return take_next_year(text, *first) && text.empty() ? TimePeriod::school_year(*first) : std::nullopt;
}

/// One or two digits at the start.
std::optional<int> take_short(std::string_view& text) {
    bool const two = text.size() >= 2 && text[1] >= '0' && text[1] <= '9';
    return take_number(text, two ? 2 : 1);
}

/// "2024-01", "2024M01", "01/2024", "1.2024".
Period month(std::string_view text) {
    auto rest = text;
    if (auto const first = take_number(rest, 4); first && (take(rest, "-") || take(rest, "M"))) {
        auto const number = take_number(rest, 2);
        if (!number || !rest.empty() || *number < 1 || *number > 12) return std::nullopt;
        return TimePeriod::month(*first, static_cast<unsigned>(*number));
    }
    auto const number = take_short(text);
    if (!number || *number < 1 || *number > 12 || !(take(text, "/") || take(text, "."))) return std::nullopt;
    auto const first = take_number(text, 4);
    return first && text.empty() ? TimePeriod::month(*first, static_cast<unsigned>(*number)) : std::nullopt;
}

/// "2024-Q1", "2024Q1", "Q1 2024", "Q1/2024", "1. Quartal 2024", "1. Vierteljahr 2024", "1. Vj. 2024".
Period quarter(std::string_view text) {
    auto const made = [](std::optional<int> first, std::optional<int> number) -> Period {
        if (!first || !number || *number < 1 || *number > 4) return std::nullopt;
        return TimePeriod::quarter(*first, static_cast<unsigned>(*number));
    };
    auto rest = text;
    if (auto const first = take_number(rest, 4)) {
        take(rest, "-");
        if (!take(rest, "Q")) return std::nullopt;
        auto const number = take_number(rest, 1);
        return rest.empty() ? made(first, number) : std::nullopt;
    }
    bool const letter = take(text, "Q");
    auto const number = take_number(text, 1);
    if (letter) {
        if (!take(text, " ") && !take(text, "/")) return std::nullopt;
    } else if (!take(text, ". Quartal ") && !take(text, ". Vierteljahr ") && !take(text, ". Vj. ")) {
        return std::nullopt;
    }
    auto const first = take_number(text, 4);
    return text.empty() ? made(first, number) : std::nullopt;
}

} // namespace

/// "Juni 2007".
std::optional<TimePeriod> Times::month_name(std::string_view text) const {
    auto const blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    auto const month = months_.find(text.substr(0, blank));
    text.remove_prefix(blank + 1);
    auto const first = take_number(text, 4);
    if (month == months_.end() || !first || !text.empty()) return std::nullopt;
    return TimePeriod::month(*first, month->second);
}

std::optional<TimePeriod> Times::apply(std::string_view form, std::string_view text) const {
    if (form == "year") return year(text);
    if (form == "date") return date(text);
    if (form == "duration") return duration(text);
    if (form == "term") return term(text);
    if (form == "school_year") return school_year(text);
    if (form == "month") return month(text);
    if (form == "quarter") return quarter(text);
    return form == "month_name" ? month_name(text) : std::nullopt;
}

void Times::read_forms(Section const& section) {
    constexpr std::string_view known[] = {"year",        "date",  "duration", "term",
                                          "school_year", "month", "quarter",  "month_name"};
    for (auto const& member : section.members()) {
        auto forms = section.texts(member.key);
        for (std::size_t i = 0; i < forms.size(); ++i) {
            if (std::find(std::begin(known), std::end(known), forms[i]) != std::end(known)) continue;
            auto const& node = member.value.members[i].value;
            fault(*section.file, node.mark, describe(node),
                  "year, date, duration, term, school_year, month, quarter or month_name",
                  "correct the name of the form");
        }
        rules_[member.key] = {std::move(forms), section.rule(member.mark)};
    }
}

void Times::read(Section const& time) {
    read_forms(time.table("variable"));
    auto const months = time.table("month");
    for (auto const& member : months.members()) {
        auto const number = months.integer(member.key, 0);
        if (number < 1 || number > 12) {
            fault(*months.file, member.value.mark, describe(member.value), "a month from 1 to 12",
                  "correct the number");
        }
        months_[member.key] = static_cast<unsigned>(number);
    }
    for (auto const& refusal : time.tables("refuse")) {
        refused_.emplace_back(refusal.text("contains"), refusal.text("why"));
    }
}

void Times::read_table(Section const& table) {
    read_forms(table.table("time"));
}

MappedTime Times::map(std::string_view variable, std::string_view text) const {
    MappedTime mapped;
    for (auto const& [part, why] : refused_) {
        if (text.find(part) == std::string_view::npos) continue;
        mapped.why = why;
        return mapped;
    }
    auto const rule = rules_.find(variable);
    if (rule == rules_.end()) {
        mapped.why = "no rule for the time variable '" + std::string{variable} + "'";
        return mapped;
    }
    std::string tried;
    for (auto const& form : rule->second.forms) {
        if (auto const period = apply(form, text)) {
            mapped.period = period;
            mapped.rule = rule->second.where + " (" + form + ")";
            return mapped;
        }
        tried += (tried.empty() ? "" : ", ") + form;
    }
    mapped.why = "expected one of the forms " + tried + " by " + rule->second.where;
    return mapped;
}

} // namespace gateway::harmonize
