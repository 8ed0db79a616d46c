// Background jobs: start once, remember, poll, fetch, clean up.
#include <algorithm>
#include <utility>

#include "adapters/genesis/client.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using gateway::Fields;
using Outcome = TableAnswer::Outcome;
using std::chrono::milliseconds;

constexpr unsigned start_attempts = 3;
constexpr unsigned result_attempts = 3;

std::string waited_text(std::chrono::seconds time) {
    constexpr int minute = 60;
    return time.count() < minute ? std::to_string(time.count()) + " seconds"
                                 : std::to_string(time.count() / minute) + " minutes";
}

Fields own_objects(std::string const& selection, unsigned page) {
    return {
        {"selection", selection}, {"area", "user"}, {"pagelength", std::to_string(page)}, {"language", "de"}};
}

/// The name behind the last ": " of "... mit folgendem Namen abgerufen werden: 12531-0043_673843136".
std::string job_name(std::string_view text) {
    auto const colon = text.rfind(": ");
    if (colon == std::string_view::npos) return {};
    auto name = text.substr(colon + 2);
    auto const end = name.find_last_not_of(" \t\r\n.");
    name = name.substr(0, end == std::string_view::npos ? 0 : end + 1);
    return name.find_first_of(" \t\r\n") == std::string_view::npos ? std::string{name} : std::string{};
}

AnswerItem const* item_of(Reply const& reply, std::string_view job) {
    if (!reply.answer) return nullptr;
    // NOLINTNEXTLINE(misc-redundant-expression): two different codes
    if (auto const code = reply.code(); code != status::ok && code != status::adjusted) return nullptr;
    auto const* const list = reply.answer->list();
    if (list == nullptr) return nullptr;
    for (auto const& item : list->items)
        if (item.code() == job) return &item;
    return nullptr;
}

} // namespace

std::vector<std::string> Client::jobs_of(std::string const& table) {
    std::vector<std::string> names;
    for (auto const* const endpoint : {"catalogue/jobs", "catalogue/results"}) {
        auto const reply = session_.call(endpoint, own_objects(table + "_*", 1000));
        if (!reply.answer || reply.answer->list() == nullptr) continue;
        for (auto const& item : reply.answer->list()->items) names.emplace_back(item.code());
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::optional<std::string> Client::new_job(std::string const& table, std::vector<std::string> const& known) {
    std::vector<std::string> fresh;
    auto const after = jobs_of(table);
    std::set_difference(after.begin(), after.end(), known.begin(), known.end(), std::back_inserter(fresh));
    if (fresh.size() > 1)
        throw Error{Errc::source_unavailable,
                    service().id + " " + table + ": a job was started and its name lost; candidates are " +
                        fresh.front() + " and " + fresh.back() +
                        "; nothing is started before one of them is gone: remove those that are not needed"};
    if (fresh.empty()) return std::nullopt;
    return fresh.front();
}

TableAnswer Client::run_job(TableRequest const& request, JobMemory const& memory) {
    auto const place = service().id + " " + request.name + ": ";
    // Where the answer to the start is lost, the job may run all the same. What is new in the lists tells, to us
    // and to whoever goes on after we were killed.
    auto const before = jobs_of(request.name);
    if (memory.starting) memory.starting(before);
    CallOptions options;
    options.once = true;
    std::string job;
    for (unsigned attempt = 1; job.empty(); ++attempt) {
        try {
            auto reply = session_.call("data/tablefile", table_parameters(request, true), options);
            if (reply.code() == status::too_big)
                throw Error{Errc::too_large, place + "too big even as a background job; ask for fewer years, "
                                                     "measures or regions"};
            if (reply.code() != status::job_accepted)
                return confirmed(table_answer(std::move(reply), request), request);
            job = job_name(reply.answer->content);
            if (job.empty())
                throw Error{Errc::not_a_table,
                            place + "a job was accepted without a name: " + one_line(reply.answer->content)};
        } catch (Error const& error) {
            if (error.code() != Errc::source_unavailable) throw;
            session_.clock().sleep(jobs_.start_pause * attempt);
            if (auto found = new_job(request.name, before))
                job = std::move(*found);
            else if (attempt == start_attempts)
                throw;
        }
    }
    if (memory.started) memory.started(job);
    return finish_job(request, job, false);
}

TableAnswer Client::resume_job(TableRequest const& request, std::string const& job) {
    return finish_job(request, job, true);
}

TableAnswer Client::resume_start(TableRequest const& request, std::vector<std::string> const& known,
                                 JobMemory const& memory) {
    auto const job = new_job(request.name, known);
    if (!job) {
        TableAnswer lost;
        lost.outcome = Outcome::job_lost;
        lost.text = "the source has no job of this table that was not there before the start";
        return lost;
    }
    if (memory.started) memory.started(*job);
    return finish_job(request, *job, true);
}

bool Client::job_is_listed(std::string const& job, std::string& state) {
    auto const reply = session_.call("catalogue/jobs", own_objects(job, 10));
    auto const* const item = item_of(reply, job);
    if (item != nullptr) state = item->at("State");
    return item != nullptr;
}

Client::Wait Client::wait_for(std::string const& job, bool resumed, std::string& state) {
    auto const begun = session_.clock().now();
    auto pause = jobs_.first_pause;
    unsigned unlisted = 0;
    for (;;) {
        // Code 104 means "not ready" only here; a name that never existed looks the same.
        if (item_of(session_.call("catalogue/results", own_objects(job, 1)), job) != nullptr)
            return Wait::ready;
        if (resumed) {
            unlisted = job_is_listed(job, state) ? 0 : unlisted + 1;
            if (unlisted >= jobs_.lost_after) return Wait::lost;
        }
        if (session_.clock().now() - begun >= jobs_.deadline.count()) {
            if (!job_is_listed(job, state)) state = "not listed";
            return Wait::not_yet;
        }
        session_.clock().sleep(pause);
        auto const longer =
            milliseconds{static_cast<std::int64_t>(static_cast<double>(pause.count()) * jobs_.growth)};
        pause = std::min(longer, jobs_.longest_pause);
    }
}

TableAnswer Client::finish_job(TableRequest const& request, std::string const& job, bool resumed) {
    TableAnswer waiting;
    waiting.outcome = Outcome::not_ready;
    std::string state;
    switch (wait_for(job, resumed, state)) {
    case Wait::ready: break;
    case Wait::lost:
        waiting.outcome = Outcome::job_lost;
        waiting.text = "the source lists no job and no result called " + job;
        return waiting;
    case Wait::not_yet:
        waiting.text = "job " + job + ": no result after " + waited_text(jobs_.deadline) +
                       " (state at the source: " + one_line(state) + "); the next run goes on waiting for it";
        return waiting;
    }
    Fields const parameters{{"name", job},
                            {"area", "user"},
                            {"compress", request.compress ? "true" : "false"},
                            {"format", "ffcsv"},
                            {"language", request.language}};
    auto reply = session_.call("data/resultfile", parameters);
    // Listed and yet not found: the result is being written.
    for (unsigned attempt = 1; reply.code() == status::nothing_found; ++attempt) {
        if (attempt == result_attempts) {
            waiting.text = "job " + job + ": listed as ready but not found; the next run asks again";
            return waiting;
        }
        session_.clock().sleep(jobs_.first_pause * attempt);
        reply = session_.call("data/resultfile", parameters);
    }
    auto result = table_answer(std::move(reply), request);
    result.job = job;
    return result;
}

void Client::remove_result(std::string const& job) {
    Fields const parameters{{"name", job}, {"area", "user"}, {"language", "de"}};
    auto const reply = session_.call("profile/removeResult", parameters);
    auto const code = reply.code();
    if (code && *code != status::ok && *code != status::adjusted && *code != status::nothing_found)
        throw Error{Errc::source_refused, session_.place("profile/removeResult", parameters) + ": code " +
                                              std::to_string(*code) + ": " + one_line(reply.answer->content)};
}

} // namespace adapters::genesis
