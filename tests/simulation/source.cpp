#include "tests/simulation/source.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/error.hpp"
#include "tests/gateway/io/support.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/source_text.hpp"

namespace simulation {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::Fields;
using gateway::HttpRequest;
using gateway::HttpResponse;

std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
            i += 2;
        } else {
            out += text[i] == '+' ? ' ' : text[i];
        }
    }
    return out;
}

Fields form_of(std::string_view body) {
    Fields form;
    while (!body.empty()) {
        auto const end = std::min(body.find('&'), body.size());
        auto const field = body.substr(0, end);
        auto const equals = std::min(field.find('='), field.size());
        form.emplace_back(decoded(field.substr(0, equals)),
                          decoded(field.substr(std::min(equals + 1, field.size()))));
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return form;
}

std::string value_of(Fields const& form, std::string_view name) {
    for (auto const& [key, value] : form)
        if (key == name) return value;
    return {};
}

HttpResponse response(int status, std::string type, std::string body) {
    HttpResponse result;
    result.status = status;
    if (!type.empty()) result.headers.emplace_back("Content-Type", std::move(type));
    result.body = std::move(body);
    return result;
}

HttpResponse envelope(int code, std::string const& content, std::string const& member) {
    return response(200, "application/json;charset=UTF-8",
                    R"({"Ident":{"Service":"x","Method":"y"},"Status":{"Code":)" + std::to_string(code) +
                        R"(,"Content":")" + content + R"(","Type":"Information"},"Parameter":{},)" + member +
                        R"(,"Copyright":"c"})");
}

HttpResponse list_of(std::vector<std::string> const& codes) {
    if (codes.empty()) return envelope(104, "Es gibt keine Objekte", "\"List\":null");
    std::string items;
    for (auto const& code : codes)
        items += (items.empty() ? "" : ",") +
                 (R"({"Code":")" + code + R"(","Content":"t","State":"In Bearbeitung"})");
    return envelope(0, "erfolgreich", "\"List\":[" + items + "]");
}

std::string const& bomb() {
    static std::string const bytes =
        gateway::testing::zip_of({{"bomb_flat.csv", std::string(std::size_t{8} << 20U, '0')}});
    return bytes;
}

constexpr char const* page =
    "<!DOCTYPE html>\n<html lang=\"de\"><head><title>Wartungsarbeiten</title></head><body></body></html>\n";

[[noreturn]] void breaks(std::string const& text) {
    throw Error{Errc::source_unavailable, "POST https://regio.example: " + text};
}

} // namespace

void Source::plan(std::vector<PlannedFault> faults) {
    faults_ = std::move(faults);
    hit.clear();
    requests_ = 0;
    for (auto const& fault : faults_)
        if (fault.fault == NetFault::forgotten_job)
            for (auto& job : jobs) job.forgotten = true;
}

NetFault Source::fault_for(std::string const& table) {
    for (auto& fault : faults_) {
        if (fault.times == 0 || (!fault.table.empty() && fault.table != table) ||
            fault.fault == NetFault::forgotten_job)
            continue;
        if (fault.skip > 0) {
            --fault.skip;
            continue;
        }
        --fault.times;
        if (!table.empty()) hit.insert(table); // a login is of no table
        ++faults_done;
        return fault.fault;
    }
    return NetFault::none;
}

HttpResponse Source::answer(HttpRequest const& request) {
    auto const rest = request.url.find("/rest/2020/");
    auto const endpoint = rest == std::string::npos ? request.url : request.url.substr(rest + 11);
    auto const form = form_of(request.body);
    auto const name = value_of(form, "name") + value_of(form, "selection");
    trace_.add(endpoint);
    trace_.add(name);
    ++requests_;
    watch_.ms += 20 + static_cast<std::int64_t>(dice_.below(500));
    bool const dies = dies_at != 0 && requests_ == dies_at;
    // The client dies before the request leaves, or after it had its effect.
    bool const has_effect = !dies || dice_.chance(50);
    if (Disk::the().is_dead() || (dies && !has_effect)) {
        if (dies) Disk::the().kill(power_fails_with_kill);
        throw Error{Errc::io, "the process was killed"};
    }
    auto const underscore = name.find('_');
    auto const code = underscore == std::string::npos ? name : name.substr(0, underscore);
    if (auto* const table = find(code); table != nullptr && endpoint.compare(0, 5, "data/") == 0)
        table->answered.reset();
    auto const fault = fault_for(code);
    trace_.add(static_cast<std::uint64_t>(fault));
    switch (fault) {
    case NetFault::too_many: return response(429, "text/plain", "");
    case NetFault::busy: return response(503, "", "");
    case NetFault::busy_wait: {
        auto busy = response(503, "", "");
        busy.headers.emplace_back("Retry-After", std::to_string(1 + dice_.below(900)));
        return busy;
    }
    case NetFault::error_page: return response(500, "", page);
    case NetFault::address: return response(404, "text/html;charset=UTF-8", page);
    case NetFault::page: return response(200, "text/html;charset=UTF-8", page);
    case NetFault::time_out: watch_.ms += request.timeout_ms; breaks("Operation timed out");
    case NetFault::slow: watch_.ms += 60'000; breaks("nothing more came after 812 bytes of the answer");
    case NetFault::reset: breaks("Connection reset by peer");
    case NetFault::short_body: breaks("transfer closed with 400 bytes remaining (100 bytes had come)");
    case NetFault::loop: breaks("more than 5 redirects");
    case NetFault::certificate: breaks("SSL certificate problem: certificate has expired");
    case NetFault::elsewhere:
        throw Error{Errc::source_refused, "the source redirects from https://regio.example to "
                                          "https://other.example; credentials are not sent there"};
    case NetFault::nothing: return response(200, "", "");
    case NetFault::defect: return envelope(-1, "kein Datenquader gefunden", "\"Object\":null");
    case NetFault::crowded: return response(500, "application/json", R"({"Code":6,"Content":"zu viele"})");
    case NetFault::credentials:
        return response(401, "application/json", R"({"Code":15,"Content":"nicht berechtigt"})");
    default: break;
    }
    auto result = plain_answer(endpoint, form, fault);
    if (fault == NetFault::cut) result.body.resize(result.body.size() / 2);
    if (fault == NetFault::bomb) result = response(200, "application/zip", bomb());
    if (dies) {
        Disk::the().kill(power_fails_with_kill);
        throw Error{Errc::io, "the process was killed"};
    }
    return result;
}

HttpResponse Source::list_jobs(std::string const& endpoint, std::string const& selection) {
    auto const star = selection.find('*');
    std::vector<std::string> names;
    for (auto& job : jobs) {
        bool const is_meant = star == std::string::npos
                                  ? job.name == selection
                                  : job.name.substr(0, star) == selection.substr(0, star);
        if (!is_meant || job.forgotten) continue;
        if (endpoint == "catalogue/jobs") {
            names.push_back(job.name);
            continue;
        }
        if (job.polls_left > 0 && !job.never_ends) --job.polls_left;
        if (job.polls_left == 0 && !job.never_ends) names.push_back(job.name);
    }
    return list_of(names);
}

HttpResponse Source::table_answer(Table& table, std::size_t revision, Years const& years,
                                  std::string const& member, NetFault fault) {
    Rows rows;
    for (auto const& row : table.revisions[revision])
        if (years.hold(row.first)) rows.insert(row);
    if (rows.empty()) return envelope(104, "Es gibt keine Objekte", "\"List\":null,\"Object\":null");
    auto const text = flat_text(rows, fault, dice_);
    if (fault != NetFault::charset && fault != NetFault::no_rows && fault != NetFault::cut &&
        fault != NetFault::bomb && fault != NetFault::shortened && fault != NetFault::new_column &&
        years.last == 0)
        table.answered = revision;
    if (dice_.chance(30)) return response(200, "text/csv", text);
    return response(200, "application/zip", gateway::testing::zip_of({{member, text}}));
}

HttpResponse Source::plain_answer(std::string const& endpoint, Fields const& form, NetFault fault) {
    auto const name = value_of(form, "name");
    auto const selection = value_of(form, "selection");
    if (endpoint == "helloworld/logincheck")
        return response(200, "application/json",
                        R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!",)"
                        R"("Username":"DE12345678"})");
    if (endpoint == "catalogue/jobs" || endpoint == "catalogue/results")
        return list_jobs(endpoint, selection);
    if (endpoint == "catalogue/tables") {
        auto const* const table = find(selection);
        return list_of(table != nullptr && !table->withdrawn ? std::vector{table->code}
                                                             : std::vector<std::string>{});
    }
    if (endpoint == "data/resultfile" || endpoint == "profile/removeResult") {
        auto const job = std::find_if(jobs.begin(), jobs.end(),
                                      [&](Job const& each) { return each.name == name && !each.forgotten; });
        if (job == jobs.end() || (endpoint == "data/resultfile" && (job->polls_left > 0 || job->never_ends)))
            return envelope(104, "Es gibt keine Objekte", "\"Object\":null");
        if (endpoint == "data/resultfile") {
            job->fetched = true;
            return table_answer(*find(job->table), job->revision, job->years, name + "_flat.csv", fault);
        }
        jobs.erase(job);
        return envelope(0, "erfolgreich", "\"Object\":null");
    }
    auto* const table = endpoint == "data/tablefile" ? find(name) : nullptr;
    if (table == nullptr || table->withdrawn)
        return envelope(104, "Es gibt keine Objekte", "\"List\":null,\"Object\":null");
    auto const newest = table->revisions.size() - 1;
    auto const year_of = [&](char const* field) {
        auto const text = value_of(form, field);
        return text.empty() ? 0 : std::stoi(text);
    };
    Years const years{year_of("startyear"), year_of("endyear")};
    if (!table->is_big) return table_answer(*table, newest, years, name + "_1_de_flat.csv", fault);
    if (value_of(form, "job") != "true") return envelope(98, "Die Tabelle ist zu gross", "\"Object\":null");
    // Whoever gave a job up after a week and was killed before it was removed here does not know of it any more.
    constexpr gateway::UnixTime week = gateway::UnixTime{7 * 24 - 3} * 3600; // its clock may jump
    for (auto const& job : jobs)
        if (job.table == name && !job.fetched && !job.forgotten && watch_.now() - job.started <= week)
            violations.push_back("a job of " + name + " is started although " + job.name + " is at work");
    Job job;
    job.table = name;
    job.name = name + "_" + std::to_string(100'000'000 + ++job_number_);
    job.revision = newest;
    job.years = years;
    job.polls_left = static_cast<unsigned>(dice_.below(4));
    job.never_ends = jobs_never_end;
    job.started = watch_.now();
    jobs.push_back(job);
    return envelope(
        99, "Die Tabelle kann in Kürze als Ergebnis mit folgendem Namen abgerufen werden: " + job.name,
        "\"Object\":null");
}

} // namespace simulation
