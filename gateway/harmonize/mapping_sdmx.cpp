#include "gateway/harmonize/mapping_sdmx.hpp"

#include <algorithm>
#include <charconv>
#include <string>

namespace gateway::harmonize {
namespace {

bool all_digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, fault] = std::from_chars(text.data(), end, value);
    if (text.empty() || fault != std::errc{} || stop != end) return std::nullopt;
    return value;
}

/// "2024-A1", "2024-M06", "2024-12-31T00:00:00": forms that parse_sdmx_period does not read.
std::optional<TimePeriod> other_form(std::string_view text) {
    if (auto const clock = text.find('T'); clock == 10 && text.substr(clock) == "T00:00:00")
        return parse_sdmx_period(text.substr(0, clock));
    if (text.size() < 7 || text[4] != '-') return std::nullopt;
    auto const year = number(text.substr(0, 4)), part = number(text.substr(6));
    if (!year || !part) return std::nullopt;
    if (text[5] == 'A' && *part == 1) return TimePeriod::year(static_cast<int>(*year));
    if (text[5] == 'M') return TimePeriod::month(static_cast<int>(*year), *part);
    return std::nullopt;
}

std::optional<ObsStatus> status_of(std::string_view code) {
    if (auto const same = obs_status_from(code)) return same;
    if (code == "I" || code == "F") return ObsStatus::estimated;
    if (code == "V") return ObsStatus::provisional;
    if (code == "L" || code == "H") return ObsStatus::missing;
    if (code == "J" || code == "K" || code == "W") return ObsStatus::definition_differs;
    if (code == "S") return ObsStatus::series_break;
    if (code == "G") return ObsStatus::low_reliability;
    return std::nullopt;
}

/// O, T, G, M: primary by dominance; E: like N until the embargo ends.
std::optional<ConfStatus> confidentiality_of(std::string_view code) {
    if (code.empty()) return ConfStatus::free;
    if (auto const same = conf_status_from(code)) return same;
    if (code == "O" || code == "T" || code == "G" || code == "M") return ConfStatus::primary;
    if (code == "E") return ConfStatus::not_for_publication;
    return std::nullopt;
}

MissingReason reason_of(std::string_view status, ConfStatus confidentiality) {
    if (confidentiality != ConfStatus::free) return MissingReason::confidential;
    if (status == "M") return MissingReason::not_applicable;
    if (status == "L") return MissingReason::pending;
    if (status == "U" || status == "Q") return MissingReason::unreliable;
    return MissingReason::unknown;
}

} // namespace

bool is_sdmx_area(std::string_view variable) noexcept {
    for (std::string_view const name : {"REF_AREA", "GEO", "AREA"})
        if (name.size() == variable.size() &&
            std::equal(name.begin(), name.end(), variable.begin(),
                       [](char a, char b) { return a == b || (b >= 'a' && b <= 'z' && a == b - 'a' + 'A'); }))
            return true;
    return false;
}

MappedCode sdmx_area(std::string_view code) {
    MappedCode mapped;
    mapped.kind = MappedCode::Kind::area;
    mapped.rule = "the form of an SDMX area code";
    auto const set = [&mapped](CodeList list, AreaLevel level, std::string_view text) {
        mapped.area = {list, level, std::string{text}};
    };
    if (code == "DE" || code == "DG")
        set(CodeList::ags, AreaLevel::country, "DG");
    else if (all_digits(code) && code.size() == 2)
        set(CodeList::ags, AreaLevel::land, code);
    else if (all_digits(code) && code.size() == 3)
        set(CodeList::ags, AreaLevel::region, code);
    else if (all_digits(code) && code.size() == 5)
        set(CodeList::ags, AreaLevel::county, code);
    else if (all_digits(code) && code.size() == 8)
        set(CodeList::ags, AreaLevel::municipality, code);
    else if (all_digits(code) && code.size() == 12)
        set(CodeList::ars, AreaLevel::municipality, code);
    else if (code.substr(0, 2) == "DE" && code.size() >= 3 && code.size() <= 5)
        set(CodeList::nuts,
            code.size() == 3   ? AreaLevel::land
            : code.size() == 4 ? AreaLevel::region
                               : AreaLevel::county,
            code);
    else
        set(CodeList::genesis, AreaLevel::other, code);
    return mapped;
}

MappedTime sdmx_time(std::string_view text) {
    MappedTime mapped;
    mapped.period = parse_sdmx_period(text);
    if (!mapped.period) mapped.period = other_form(text);
    mapped.rule = "TIME_PERIOD of SDMX";
    if (!mapped.period)
        mapped.why = "'" + std::string{text} +
                     "' is no period of SDMX that is read (weeks and days of "
                     "the year are not)";
    return mapped;
}

MappedMeasure sdmx_measure(std::string_view code, std::string_view unit) {
    MappedMeasure mapped;
    mapped.measure = code;
    mapped.rule = "codes of an SDMX message stay as they are";
    auto const star = unit.find('*');
    mapped.unit = star == std::string_view::npos ? unit : unit.substr(0, star);
    if (mapped.unit.empty()) mapped.unit = "_U";
    if (star != std::string_view::npos) {
        auto digits = unit.substr(star + 1);
        bool const is_negative = !digits.empty() && digits.front() == '-';
        if (is_negative) digits.remove_prefix(1);
        auto const power = number(digits);
        if (!power || *power > 30) {
            mapped.why = "the multiplier '" + std::string{unit.substr(star + 1)} + "' is no power of ten";
            return mapped;
        }
        mapped.unit_mult = is_negative ? -static_cast<int>(*power) : static_cast<int>(*power);
    }
    mapped.known = !code.empty();
    if (code.empty()) mapped.why = "the measure has no code";
    return mapped;
}

MappedCode source_area(std::string_view code) {
    MappedCode mapped;
    mapped.kind = MappedCode::Kind::area;
    mapped.rule = "an area of the source: neither its form nor its name is that of a German area";
    mapped.area = {CodeList::genesis, AreaLevel::other, std::string{code}};
    return mapped;
}

MappedMeasure open_measure(std::string_view code, std::string_view unit) {
    MappedMeasure mapped;
    mapped.known = true;
    mapped.measure = code.empty() ? "OBS_VALUE" : code;
    mapped.rule = "without a description the measure stays as it is, the text of the unit is its code";
    for (char const c : unit) {
        bool const is_sign = static_cast<unsigned char>(c) < 0x80 &&
                             (c < '0' || (c > '9' && c < 'A') || (c > 'Z' && c < 'a') || c > 'z');
        if (c == '%')
            mapped.unit += "PT";
        else if (!is_sign)
            mapped.unit += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        else if (!mapped.unit.empty() && mapped.unit.back() != '_')
            mapped.unit += '_';
    }
    while (!mapped.unit.empty() && mapped.unit.back() == '_') mapped.unit.pop_back();
    if (mapped.unit.empty()) mapped.unit = "_U";
    return mapped;
}

SignMeaning sdmx_sign(std::string_view text) {
    SignMeaning meaning;
    auto const slash = text.find('/');
    auto const code = text.substr(0, slash);
    auto const status = status_of(code);
    auto const confidentiality =
        confidentiality_of(slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1));
    if (!status || !confidentiality) return meaning;
    meaning.status = *status;
    meaning.confidentiality = *confidentiality;
    meaning.reason = reason_of(code, *confidentiality);
    meaning.kind = SignMeaning::Kind::qualifies;
    meaning.rule = "CL_OBS_STATUS and CL_CONF_STATUS of SDMX";
    return meaning;
}

} // namespace gateway::harmonize
