// Tables and cubes: one request, or parts of it where it is too big.
#include <algorithm>
#include <charconv>
#include <utility>

#include "adapters/genesis/client.hpp"
#include "adapters/genesis/table_check.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using Outcome = TableAnswer::Outcome;

constexpr std::string_view tablefile = "data/tablefile";
constexpr std::string_view cubefile = "data/cubefile";
constexpr std::int64_t dialog_timeout_ms = 300'000;

bool is_too_big(Reply const& reply) {
    return reply.timed_out || reply.code() == status::too_big;
}

std::string too_big_text(Reply const& reply) {
    if (reply.timed_out) return "no answer within " + std::to_string(dialog_timeout_ms / 1000) + " s";
    return "code 98: " + one_line(reply.answer->content);
}

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

} // namespace

TableAnswer Client::fetch(TableRequest const& request, JobSink const& on_job) {
    return request.name.find('-') == std::string::npos ? fetch_cube(request) : fetch_table(request, on_job);
}

TableAnswer Client::fetch_table(TableRequest const& request, JobSink const& on_job) {
    CallOptions options;
    options.timeout_ms = dialog_timeout_ms;
    options.report_timeout = true;
    auto reply = session_.call(tablefile, table_parameters(request, false), options);
    if (is_too_big(reply)) return too_big(request, on_job, too_big_text(reply));
    return table_answer(std::move(reply), request);
}

TableAnswer Client::fetch_cube(TableRequest const& request) {
    auto const parameters = cube_parameters(request);
    auto const place = session_.place(cubefile, parameters);
    if (!service().cubes)
        throw Error{Errc::invalid_argument,
                    place + ": " + service().title + " has no cubes; ask for a table"};
    auto reply = session_.call(cubefile, parameters);
    if (is_too_big(reply))
        throw Error{Errc::too_large,
                    place + ": " + too_big_text(reply) +
                        "; ask for fewer years, measures or regions (at most 1,000,000 values)"};
    return table_answer(std::move(reply), request);
}

TableAnswer Client::table_answer(Reply reply, TableRequest const& request) {
    TableAnswer result;
    result.partial = request.is_partial();
    auto const place = service().id + " " + request.name;
    if (reply.has_table()) {
        result.outcome = Outcome::table;
        result.warnings = check_table(reply, request, service());
        result.documents.push_back(std::move(reply.document));
        return result;
    }
    if (reply.payload == Payload::presentation)
        throw Error{Errc::not_a_table, place + ": a presentation table came where a flat file was asked for"};
    if (!reply.code())
        throw Error{Errc::not_a_table, place + ": JSON without a status came where a table is due"};
    result.text = "code " + std::to_string(*reply.code()) + ": " + one_line(reply.answer->content);
    switch (*reply.code()) {
    case status::not_newer: result.outcome = Outcome::not_newer; return result;
    case status::not_available:
    case status::nothing_found:
    case status::nothing_found_check: result.outcome = Outcome::gone; return result;
    default: throw Error{Errc::not_a_table, place + ": no table but " + result.text};
    }
}

bool Client::can_start_jobs() const noexcept {
    return service().jobs && !session_.credentials().is_guest() && !session_.credentials().is_token();
}

TableAnswer Client::too_big(TableRequest const& request, JobSink const& on_job, std::string const& reason) {
    return can_start_jobs() ? run_job(request, on_job) : split_by_years(request, reason);
}

int Client::newest_year(std::string const& table) {
    auto const metadata = this->metadata("table", table);
    if (metadata.found && metadata.answer.object && metadata.answer.object->time_to)
        if (auto const year = last_year(*metadata.answer.object->time_to); year != 0) return year;
    return last_year(gateway::utc_text(session_.clock().now()).substr(0, 4));
}

TableAnswer Client::split_by_years(TableRequest const& request, std::string const& reason) {
    auto const place = service().id + " " + request.name + ": " + reason + "; ";
    auto const last = request.start_year == 0 ? 0
                      : request.end_year != 0 ? request.end_year
                                              : std::max(newest_year(request.name), request.start_year);
    if (request.start_year == 0 || request.start_year == last)
        throw Error{Errc::too_large,
                    place + (!service().jobs
                                 ? "this service has no background jobs; ask for a range of years "
                                   "(start_year) or a part of the regions"
                                 : "background jobs need a user and password (a token or a guest cannot "
                                   "start them); or ask for a range of years (start_year), which is "
                                   "then fetched in parts")};
    TableAnswer whole;
    whole.partial = request.is_partial();
    whole.outcome = Outcome::gone;
    auto const middle = request.start_year + (last - request.start_year) / 2;
    add_years(request, request.start_year, middle, whole);
    add_years(request, middle + 1, last, whole);
    return whole;
}

void Client::add_years(TableRequest const& request, int first, int last, TableAnswer& whole) {
    auto part = request;
    part.start_year = first;
    part.end_year = last;
    CallOptions options;
    options.timeout_ms = dialog_timeout_ms;
    options.report_timeout = true;
    auto reply = session_.call(tablefile, table_parameters(part, false), options);
    if (is_too_big(reply)) {
        if (first == last)
            throw Error{Errc::too_large,
                        service().id + " " + request.name + ": " + too_big_text(reply) + "; even the year " +
                            std::to_string(first) +
                            " alone is too big; ask for a part of the regions or use an account "
                            "that can start background jobs"};
        auto const middle = first + (last - first) / 2;
        add_years(request, first, middle, whole);
        add_years(request, middle + 1, last, whole);
        return;
    }
    auto answer = table_answer(std::move(reply), part);
    std::move(answer.documents.begin(), answer.documents.end(), std::back_inserter(whole.documents));
    std::move(answer.warnings.begin(), answer.warnings.end(), std::back_inserter(whole.warnings));
    // Years without data answer "nothing found": the whole is gone only where every part is.
    if (answer.outcome == Outcome::table || (answer.outcome == Outcome::not_newer && whole.documents.empty()))
        whole.outcome = answer.outcome;
    if (whole.outcome != Outcome::table) whole.text = std::move(answer.text);
    if (whole.outcome == Outcome::table) whole.text.clear();
}

} // namespace adapters::genesis
