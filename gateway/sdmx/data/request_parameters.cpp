#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/sdmx/data/request_parts.hpp"

namespace gateway::sdmx::data {
namespace {

using common::ErrorCode;
using common::SdmxError;
using query::Operator;

[[noreturn]] void refuse(std::string_view name, std::string_view value, std::string_view allowed,
                         ErrorCode code = ErrorCode::syntax) {
    throw SdmxError{code,
                    std::string{name} + "='" + std::string{value} + "'; allowed: " + std::string{allowed}};
}

std::string lower(std::string_view text) {
    std::string result{text};
    for (auto& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

std::uint64_t count_of(std::string_view name, std::string_view value, bool may_be_zero) {
    std::uint64_t count = 0;
    auto const [end, error] = std::from_chars(value.data(), value.data() + value.size(), count);
    if (error != std::errc{} || end != value.data() + value.size() || (count == 0 && !may_be_zero))
        refuse(name, value, may_be_zero ? "a number such as 0 or 100" : "a positive number such as 1 or 12");
    return count;
}

query::DayRange period_of(std::string_view name, std::string_view value, query::ReportingYear const& start) {
    auto const range = query::parse_time_range(value, start);
    if (!range) refuse(name, value, "a period such as 2020, 2020-Q3, 2020-05, 2020-W05, 2020-12-31");
    return *range;
}

UnixTime moment_of(std::string_view name, std::string_view value) {
    auto const time = parse_moment(value);
    if (!time)
        refuse(name, value, "a time such as 2026-11-26T05:00:00Z, with %2B for a plus in front of an offset");
    return *time;
}

bool truth_of(std::string_view name, std::string_view value) {
    auto const text = lower(value);
    if (text != "true" && text != "false") refuse(name, value, "true, false");
    return text == "true";
}

Operator operator_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Operator>, 10> known{{{"eq", Operator::equal},
                                                                           {"ne", Operator::not_equal},
                                                                           {"lt", Operator::less},
                                                                           {"le", Operator::less_or_equal},
                                                                           {"gt", Operator::greater},
                                                                           {"ge", Operator::greater_or_equal},
                                                                           {"co", Operator::contains},
                                                                           {"nc", Operator::contains_not},
                                                                           {"sw", Operator::starts_with},
                                                                           {"ew", Operator::ends_with}}};
    for (auto const& [id, op] : known)
        if (id == name) return op;
    refuse("operator", name, "eq, ne, lt, le, gt, ge, co, nc, sw, ew");
}

/// "ge:2015+le:2020,sw:2023": alternatives joined by ',', each of terms joined by '+'.
query::Filter filter_of(std::string component, std::string_view value, query::ReportingYear const& start) {
    query::Filter filter;
    filter.component = std::move(component);
    for (auto const& alternative : split(value, ',')) {
        auto& terms = filter.any_of.emplace_back();
        for (auto const& text : split(alternative, '+')) {
            query::Term term;
            // Codes hold no colon; what stands in front of one of two letters is an operator.
            if (text.size() > 2 && text[2] == ':') {
                term.op = operator_of(std::string_view{text}.substr(0, 2));
                term.value = text.substr(3);
            } else {
                term.value = text;
            }
            if (term.value.empty())
                refuse("c[" + filter.component + "]", value, "values such as A,B or ge:2015+le:2020");
            terms.push_back(std::move(term));
        }
    }
    // Only here is it known that the value is one of time.
    if (filter.component == "TIME_PERIOD")
        for (auto& terms : filter.any_of)
            for (auto& term : terms) {
                if (term.op >= Operator::contains) continue;
                auto const days = period_of("c[TIME_PERIOD]", term.value, start);
                if (days != query::parse_time_range(term.value)) term.days = days;
            }
    if (filter.component == "OBS_VALUE" || filter.component == "VINTAGE")
        for (auto const& terms : filter.any_of)
            for (auto const& term : terms)
                if (term.op >= Operator::contains || !parse_decimal(term.value))
                    refuse("c[" + filter.component + "]", term.value,
                           "numbers such as 12.5 with eq, ne, lt, le, gt or ge");
    return filter;
}

Shown shown_by_detail(std::string_view value) {
    auto const detail = lower(value);
    if (detail == "full") return Shown::full();
    if (detail == "dataonly") return Shown::data_only();
    if (detail == "nodata") return Shown::no_data();
    if (detail == "serieskeysonly") return Shown::series_keys_only();
    refuse("detail", value, "full, dataonly, nodata, serieskeysonly");
}

Attributes attributes_of(std::string_view value) {
    Attributes result;
    for (auto const& part : split(value, ',')) {
        auto const word = lower(part);
        if (word == "all" || word == "dsd")
            result.set();
        else if (word == "dataset")
            result |= attributes_at('d');
        else if (word == "series")
            result |= attributes_at('s');
        else if (word == "obs")
            result |= attributes_at('o');
        else if (word != "none" && word != "msd") {
            bool is_known = false;
            std::string known = "dsd, msd, dataset, series, obs, all, none";
            for (std::size_t i = 0; i < attribute_count; ++i) {
                auto const id = id_of(static_cast<Attribute>(i));
                known.append(", ").append(id);
                if (id != part) continue;
                result.set(i);
                is_known = true;
            }
            if (!is_known) refuse("attributes", part, known, ErrorCode::semantic);
        }
    }
    return result;
}

bool measures_of(std::string_view value) {
    bool result = false;
    for (auto const& part : split(value, ',')) {
        auto const word = lower(part);
        if (word == "all" || part == "OBS_VALUE")
            result = true;
        else if (word != "none")
            refuse("measures", part, "all, none, OBS_VALUE", ErrorCode::semantic);
    }
    return result;
}

void read_csv_option(DataRequest& request, std::string_view name, std::string_view value) {
    auto const word = lower(value);
    if (name == "labels") {
        if (word != "id" && word != "name" && word != "both") refuse(name, value, "id, name, both");
        request.labels = word == "id" ? Labels::id : word == "name" ? Labels::name : Labels::both;
    } else if (name == "timeformat") {
        if (word != "original" && word != "normalized" && word != "normalised")
            refuse(name, value, "original, normalized");
        request.normalized_time = word != "original";
    } else {
        if (word != "none" && word != "obs" && word != "series" && word != "both")
            refuse(name, value, "none, obs, series, both");
        request.csv_keys = word == "none"     ? Keys::none
                           : word == "obs"    ? Keys::observation
                           : word == "series" ? Keys::series
                                              : Keys::both;
    }
}

/// "series_key:desc+TIME_PERIOD": components joined by '+', each with a direction or without.
std::vector<SortTerm> sort_of(std::string_view value) {
    std::vector<SortTerm> terms;
    for (auto const& text : split(value, '+')) {
        auto const colon = text.find(':');
        auto const direction = colon == std::string::npos ? "asc" : lower(text.substr(colon + 1));
        auto component = text.substr(0, colon);
        if (component.empty() || (direction != "asc" && direction != "desc"))
            refuse("sort", value,
                   "components joined by '+', each with :asc, :desc or nothing behind it, such as "
                   "AREA+TIME_PERIOD:desc");
        terms.push_back({std::move(component), direction == "desc"});
    }
    return terms;
}

/// Of all parameters, because others are read by it.
query::ReportingYear reporting_year_of(std::string_view text) {
    for (auto const& parameter : split(text, '&')) {
        auto const equals = parameter.find('=');
        if (lower(decoded(std::string_view{parameter}.substr(0, equals))) != "reportingyearstartday")
            continue;
        auto const value = equals == std::string::npos
                               ? std::string{}
                               : decoded(std::string_view{parameter}.substr(equals + 1));
        auto const start = query::parse_reporting_year(value);
        if (!start) refuse("reportingYearStartDay", value, "month and day of the begin, such as --07-01");
        return *start;
    }
    return {};
}

/// False where nobody knows the parameter.
bool read_parameter(DataRequest& request, std::string const& name, std::string const& value,
                    query::ReportingYear const& start) {
    if (name == "startperiod")
        request.start = period_of("startPeriod", value, start);
    else if (name == "endperiod")
        request.end = period_of("endPeriod", value, start);
    else if (name == "firstnobservations")
        request.first_observations = count_of("firstNObservations", value, false);
    else if (name == "lastnobservations")
        request.last_observations = count_of("lastNObservations", value, false);
    else if (name == "updatedafter")
        request.updated_after = moment_of("updatedAfter", value);
    else if (name == "asof")
        request.as_of = moment_of("asOf", value);
    else if (name == "includehistory")
        request.include_history = truth_of("includeHistory", value);
    else if (name == "offset")
        request.offset = count_of("offset", value, true);
    else if (name == "limit")
        request.limit = count_of("limit", value, true);
    else if (name == "detail")
        request.shown = shown_by_detail(value);
    else if (name == "dimensionatobservation")
        request.dimension_at_observation = value;
    else if (name == "format")
        request.format = value;
    else if (name == "labels" || name == "timeformat" || name == "keys")
        read_csv_option(request, name, value);
    else if (name == "references")
        request.references = value;
    else if (name == "mode") {
        auto const mode = lower(value);
        if (mode != "exact" && mode != "available") refuse("mode", value, "exact, available");
        request.mode = mode == "exact" ? query::AvailabilityMode::exact : query::AvailabilityMode::available;
    } else if (name == "sort") {
        request.sort = sort_of(value);
    } else
        return name == "reportingyearstartday" || name == "locale" || name == "lang" ||
               name == "compressed" || (!name.empty() && name[0] == '_');
    return true;
}

} // namespace

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        auto const end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string decoded(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result.push_back(text[i]);
            continue;
        }
        unsigned value = 0;
        auto const digits = text.substr(i + 1, 2);
        auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2)
            throw SdmxError{ErrorCode::syntax, "'" + std::string{text} +
                                                   "': '%' is followed by two hexadecimal digits, %25 is the "
                                                   "sign itself"};
        result.push_back(static_cast<char>(value));
        i += 2;
    }
    return result;
}

void read_parameters(DataRequest& request, std::string_view text) {
    std::optional<Attributes> attributes;
    std::optional<bool> measures;
    auto const reporting_year = reporting_year_of(text);
    for (auto const& parameter : split(text, '&')) {
        if (parameter.empty()) continue;
        auto const equals = parameter.find('=');
        auto const raw = decoded(std::string_view{parameter}.substr(0, equals));
        auto const value = equals == std::string::npos
                               ? std::string{}
                               : decoded(std::string_view{parameter}.substr(equals + 1));
        auto const name = lower(raw);
        if (name.size() > 3 && name.compare(0, 2, "c[") == 0 && name.back() == ']') {
            request.filters.push_back(filter_of(raw.substr(2, raw.size() - 3), value, reporting_year));
        } else if (name == "attributes") {
            attributes = attributes_of(value);
        } else if (name == "measures") {
            measures = measures_of(value);
        } else if (!read_parameter(request, name, value, reporting_year)) {
            throw SdmxError{ErrorCode::syntax,
                            "parameter '" + raw +
                                "' is not known; there are startPeriod, endPeriod, c[COMPONENT], "
                                "firstNObservations, lastNObservations, updatedAfter, asOf, includeHistory, "
                                "detail, attributes, measures, dimensionAtObservation, offset, limit, sort, "
                                "reportingYearStartDay, format, labels, timeFormat, keys, mode, references"};
        }
    }
    if (attributes) request.shown.attributes = *attributes;
    if (measures) request.shown.value = *measures;
    if (attributes || measures)
        request.shown.observations =
            request.shown.value || (request.shown.attributes & attributes_at('o')).any();
}

std::optional<UnixTime> parse_moment(std::string_view text) noexcept {
    auto const digits = [&](std::size_t at, std::size_t count) -> std::optional<int> {
        if (text.size() < at + count) return std::nullopt;
        int value = 0;
        for (auto const c : text.substr(at, count)) {
            if (c < '0' || c > '9') return std::nullopt;
            value = value * 10 + (c - '0');
        }
        return value;
    };
    if (text.size() < 10) return std::nullopt;
    auto const day = parse_date(text.substr(0, 10));
    if (!day || text[4] != '-') return std::nullopt;
    UnixTime time = UnixTime{*day} * 86400;
    std::size_t at = 10;
    if (at < text.size() && text[at] == 'T') {
        auto const hour = digits(at + 1, 2);
        auto const minute = digits(at + 4, 2);
        if (!hour || !minute || *hour > 24 || *minute > 59 || text[at + 3] != ':') return std::nullopt;
        time += *hour * 3600 + *minute * 60;
        at += 6;
        if (at < text.size() && text[at] == ':') {
            auto const second = digits(at + 1, 2);
            if (!second || *second > 60) return std::nullopt;
            time += *second;
            at += 3;
            if (at < text.size() && text[at] == '.')
                for (++at; at < text.size() && text[at] >= '0' && text[at] <= '9';) ++at;
        }
    }
    if (at == text.size() || (text[at] == 'Z' && at + 1 == text.size())) return time;
    // An unescaped plus may have become a blank on the way.
    if (text[at] != '+' && text[at] != '-' && text[at] != ' ') return std::nullopt;
    auto const hours = digits(at + 1, 2);
    bool const has_colon = text.size() > at + 3 && text[at + 3] == ':';
    auto const minutes = digits(at + (has_colon ? 4 : 3), 2);
    if (!hours || !minutes || at + (has_colon ? 6U : 5U) != text.size()) return std::nullopt;
    auto const offset = *hours * 3600 + *minutes * 60;
    return text[at] == '-' ? time + offset : time - offset;
}

} // namespace gateway::sdmx::data
