#include "adapters/genesis/table_request.hpp"

#include "gateway/core/error.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::Fields;

constexpr std::size_t most_classifying = 5;

std::string year_text(int year) {
    return year == 0 ? std::string{} : std::to_string(year);
}

void check(TableRequest const& request) {
    auto const refuse = [&](std::string const& text) {
        throw Error{Errc::invalid_argument, "request for '" + request.name + "': " + text};
    };
    if (request.name.empty()) refuse("the code of a table or cube is missing");
    if (request.language != "de" && request.language != "en")
        refuse("language '" + request.language + "'; expected de or en");
    for (auto const year : {request.start_year, request.end_year})
        if (year != 0 && (year < 1800 || year > 2200))
            refuse("year " + std::to_string(year) + " is out of range");
    if (request.start_year != 0 && request.end_year != 0 && request.start_year > request.end_year)
        refuse("start year " + std::to_string(request.start_year) + " is after end year " +
               std::to_string(request.end_year));
    if (request.classifying.size() > most_classifying)
        refuse(std::to_string(request.classifying.size()) + " classifying variables; the service takes 5");
}

void add_if(Fields& fields, std::string name, std::string value) {
    if (!value.empty()) fields.emplace_back(std::move(name), std::move(value));
}

void add_selection(Fields& fields, TableRequest const& request) {
    add_if(fields, "contents", request.contents);
    add_if(fields, "startyear", year_text(request.start_year));
    add_if(fields, "endyear", year_text(request.end_year));
    if (request.time_slices != 0) fields.emplace_back("timeslices", std::to_string(request.time_slices));
    add_if(fields, "regionalvariable", request.regional_variable);
    add_if(fields, "regionalkey", request.regional_key);
    for (std::size_t i = 0; i < request.classifying.size(); ++i) {
        auto const number = std::to_string(i + 1);
        add_if(fields, "classifyingvariable" + number, request.classifying[i].first);
        add_if(fields, "classifyingkey" + number, request.classifying[i].second);
    }
    if (request.newer_than != 0) fields.emplace_back("stand", stand_text(request.newer_than));
}

} // namespace

bool TableRequest::is_partial() const noexcept {
    return !contents.empty() || !regional_variable.empty() || !regional_key.empty() || !classifying.empty() ||
           compress;
}

Fields table_parameters(TableRequest const& request, bool job) {
    check(request);
    // "all" finds tables that "public" does not.
    Fields fields{{"name", request.name}, {"area", "all"}, {"compress", request.compress ? "true" : "false"}};
    add_selection(fields, request);
    fields.emplace_back("format", "ffcsv");
    fields.emplace_back("quality", request.quality ? "on" : "off");
    fields.emplace_back("job", job ? "true" : "false");
    fields.emplace_back("language", request.language);
    return fields;
}

Fields cube_parameters(TableRequest const& request) {
    check(request);
    Fields fields{{"name", request.name},
                  {"area", "all"},
                  {"values", "true"},
                  {"metadata", "true"},
                  {"additionals", "false"}};
    add_selection(fields, request);
    fields.emplace_back("language", request.language);
    return fields;
}

std::string stand_text(gateway::UnixTime time) {
    auto const iso = gateway::utc_text(time); // 2020-11-24T08:57:12Z
    return iso.substr(8, 2) + "." + iso.substr(5, 2) + "." + iso.substr(0, 4) + " " + iso.substr(11, 5);
}

} // namespace adapters::genesis
