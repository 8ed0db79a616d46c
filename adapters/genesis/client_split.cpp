// A table that is too big and for which no job can be started: year by year, and Land by Land where a single year, or the
// default slices, are still too big. Each part is a document of its own.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "adapters/genesis/client.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using Outcome = TableAnswer::Outcome;

/// Keys of Germany ("DG") and the Länder; every regional key below begins with that of its Land, in AGS and ARS alike.
constexpr std::array<std::string_view, 17> regional_keys{"DG",  "01*", "02*", "03*", "04*", "05*",
                                                         "06*", "07*", "08*", "09*", "10*", "11*",
                                                         "12*", "13*", "14*", "15*", "16*"};
/// Variables whose codes are such keys.
constexpr std::array<std::string_view, 10> regional_variables{
    "GEMEIN", "KREISE", "KREIS", "REGBEZ", "DLAND", "GEOGM1", "GEOGM4", "GEOLK1", "GEOBL1", "GEOBL3"};

/// The last group of four digits: the newest year in "31.12.2023" and in "WS 2022/23".
int last_year(std::string_view text) {
    int found = 0;
    for (std::size_t at = 0; at + 4 <= text.size(); ++at) {
        auto const part = text.substr(at, 4);
        if (!std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
        std::from_chars(part.data(), part.data() + 4, found);
        at += 3;
    }
    return found;
}

/// The whole is gone only where every part is: years and Länder without data answer "nothing found".
void add_part(TableAnswer part, TableAnswer& whole) {
    std::move(part.documents.begin(), part.documents.end(), std::back_inserter(whole.documents));
    std::move(part.warnings.begin(), part.warnings.end(), std::back_inserter(whole.warnings));
    if (part.outcome == Outcome::table || (part.outcome == Outcome::not_newer && whole.documents.empty()))
        whole.outcome = part.outcome;
    if (whole.outcome == Outcome::table)
        whole.text.clear();
    else
        whole.text = std::move(part.text);
}

} // namespace

int Client::newest_year(std::string const& table) {
    auto const metadata = this->metadata("table", table);
    if (metadata.found && metadata.answer.object && metadata.answer.object->time_to)
        if (auto const year = last_year(*metadata.answer.object->time_to); year != 0) return year;
    return last_year(gateway::utc_text(session_.clock().now()).substr(0, 4));
}

std::string Client::regional_variable_of(std::string const& table) {
    auto const metadata = this->metadata("table", table);
    if (!metadata.found || !metadata.answer.object) return {};
    for (auto const& part : metadata.answer.object->structure)
        for (auto const& node : part.nodes)
            if (std::find(regional_variables.begin(), regional_variables.end(), node.code) !=
                regional_variables.end())
                return node.code;
    return {};
}

TableAnswer Client::split(TableRequest const& request, std::string const& reason) {
    TableAnswer whole;
    whole.partial = request.is_partial();
    whole.outcome = Outcome::gone;
    auto const last = request.start_year == 0 ? 0
                      : request.end_year != 0 ? request.end_year
                                              : std::max(newest_year(request.name), request.start_year);
    if (request.start_year == 0 || request.start_year == last) {
        add_regions(request, reason, whole);
        return whole;
    }
    auto const middle = request.start_year + (last - request.start_year) / 2;
    add_years(request, request.start_year, middle, whole);
    add_years(request, middle + 1, last, whole);
    return whole;
}

void Client::add_years(TableRequest const& request, int first, int last, TableAnswer& whole) {
    auto part = request;
    part.start_year = first;
    part.end_year = last;
    auto reply = dialog(part);
    if (!is_too_big(reply)) {
        add_part(table_answer(std::move(reply), part), whole);
        return;
    }
    if (first == last) {
        add_regions(part,
                    too_big_text(reply) + "; even the year " + std::to_string(first) + " alone is too big",
                    whole);
        return;
    }
    auto const middle = first + (last - first) / 2;
    add_years(request, first, middle, whole);
    add_years(request, middle + 1, last, whole);
}

void Client::add_regions(TableRequest const& request, std::string const& reason, TableAnswer& whole) {
    auto const place = service().id + " " + request.name + ": " + reason + "; ";
    auto const advice =
        !service().jobs
            ? std::
                  string{"this service has no background jobs; ask for a part of the regions or measures, or "
                         "for a range of years (start_year), which is then fetched in parts"}
            : std::string{
                  "background jobs need a user and password (a token or a guest cannot start them); or "
                  "ask for a range of years (start_year), which is then fetched in parts"};
    // Who chose regions has a wish that 17 other selections would not fulfil.
    if (!request.regional_variable.empty() || !request.regional_key.empty())
        throw Error{Errc::too_large, place + advice};
    auto part = request;
    part.regional_variable = regional_variable_of(request.name);
    if (part.regional_variable.empty())
        throw Error{Errc::too_large,
                    place + "its metadata name no regional variable to part it by; " + advice};
    // What a Land does not list is said by no other part: absent rows say nothing.
    whole.partial = true;
    for (auto const key : regional_keys) {
        part.regional_key = key;
        auto reply = dialog(part);
        if (is_too_big(reply))
            throw Error{Errc::too_large,
                        place + "even the regions " + std::string{key} + " alone are too big; " + advice};
        add_part(table_answer(std::move(reply), part), whole);
    }
}

} // namespace adapters::genesis
