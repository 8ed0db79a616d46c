// Tables and cubes: one request, or parts of it where it is too big.
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

} // namespace

TableAnswer Client::fetch(TableRequest const& request, JobMemory const& memory) {
    return request.name.find('-') == std::string::npos ? fetch_cube(request) : fetch_table(request, memory);
}

Reply Client::dialog(TableRequest const& request) {
    CallOptions options;
    options.timeout_ms = dialog_timeout_ms;
    options.report_timeout = true;
    return session_.call(tablefile, table_parameters(request, false), options);
}

TableAnswer Client::fetch_table(TableRequest const& request, JobMemory const& memory) {
    auto reply = dialog(request);
    if (is_too_big(reply)) return too_big(request, memory, too_big_text(reply));
    return confirmed(table_answer(std::move(reply), request), request);
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
    return confirmed(table_answer(std::move(reply), request), request);
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

TableAnswer Client::confirmed(TableAnswer answer, TableRequest const& request) {
    if (answer.outcome != Outcome::gone) return answer;
    auto const is_cube = request.name.find('-') == std::string::npos;
    auto const listed = list(is_cube ? "catalogue/cubes" : "catalogue/tables", {{"selection", request.name}});
    for (auto const& entries : listed.answer.lists)
        for (auto const& item : entries.items)
            if (item.code() == request.name) {
                answer.outcome = Outcome::not_ready;
                answer.text = "the catalogue lists it, and the data are not served (" + answer.text + ")";
                return answer;
            }
    return answer;
}

bool Client::can_start_jobs() const noexcept {
    return service().jobs && !session_.credentials().is_guest() && !session_.credentials().is_token();
}

TableAnswer Client::too_big(TableRequest const& request, JobMemory const& memory, std::string const& reason) {
    return can_start_jobs() ? run_job(request, memory) : confirmed(split(request, reason), request);
}

} // namespace adapters::genesis
