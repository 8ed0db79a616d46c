#include <algorithm>
#include <array>
#include <charconv>
#include <exception>
#include <utility>

#include "gateway/http/connection.hpp"
#include "gateway/http/job.hpp"

namespace gateway::http {
namespace {

/// What the server tells of itself is of this moment.
std::shared_ptr<Answer const> own_text(unsigned status, std::string text) {
    auto response = Response::text(status, "text/plain; charset=utf-8", std::move(text));
    response.headers.emplace_back("Cache-Control", "no-store");
    if (status == 503) response.headers.emplace_back("Retry-After", "5");
    return make_answer(std::move(response), {}, {}).answer;
}

/// The same question of somebody who has the answer with that tag.
Request asked_back(Request request, std::string_view tag) {
    auto& headers = request.headers;
    headers.erase(std::remove_if(headers.begin(), headers.end(),
                                 [](auto const& one) {
                                     return same_name(one.first, "If-None-Match") ||
                                            same_name(one.first, "If-Modified-Since");
                                 }),
                  headers.end());
    headers.emplace_back("If-None-Match", without_marks(tag));
    return request;
}

/// What was pulled of a body already, and the rest.
class BegunBody final : public BodySource {
  public:
    BegunBody(std::string first, std::unique_ptr<BodySource> rest)
        : first_(std::move(first)), rest_(std::move(rest)) {}
    bool next(std::string& out) override {
        if (first_.empty()) return rest_->next(out);
        if (out.empty())
            out = std::move(first_);
        else
            out += first_;
        first_ = {};
        return true;
    }
    [[nodiscard]] std::chrono::milliseconds pause() const override { return rest_->pause(); }

  private:
    std::string first_;
    std::unique_ptr<BodySource> rest_;
};

/// Pulls a body that everybody may have, to keep it; false where it is longer than `limit`: the rest waits then.
bool pull_beginning(Response& response, std::size_t limit, SparePieces& pieces) {
    auto* const source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
    if (!response.shared || source == nullptr || !*source) return true;
    auto first = pieces.take();
    bool goes_on = true;
    while (goes_on && first.size() <= limit) goes_on = (*source)->next(first);
    if (!goes_on) {
        // Kept without the room that it was made in, of which up to half is empty.
        response.body = std::make_shared<std::string const>(std::string_view{first});
        pieces.give_back(std::move(first));
        return true;
    }
    response.body = std::make_unique<BegunBody>(std::move(first), std::move(*source));
    return false;
}

bool waits_with_head(Response const& response) {
    auto const* const source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
    return source != nullptr && *source && (*source)->holds_head();
}

bool may_be_kept(unsigned status) noexcept {
    return status < 500 && status != 304 && status != 206 && status != 429 && status != 401;
}

} // namespace

std::string_view Connection::field(std::string_view name) const {
    return job_ ? job_->request.header(name) : head_.field(name);
}

std::shared_ptr<Connection::Job> Connection::make_job() {
    auto job = std::make_shared<Job>();
    auto& request = job->request;
    request.method = is_head_ ? "GET" : std::string{head_.method};
    request.target = head_.target;
    request.remote = remote_;
    request.certificate = channel_->certificate();
    request.secure = core_.options.tls.has_value();
    request.headers.reserve(head_.fields.size());
    for (auto const& [name, value] : head_.fields) {
        if (same_name(name, "If-None-Match"))
            request.headers.emplace_back(name, without_marks(value));
        else if (same_name(name, "Host"))
            request.headers.emplace_back(name, head_.host);
        else
            request.headers.emplace_back(name, value);
    }
    return job;
}

/// What the server tells of itself, from memory. /readyz asks the Service and goes to a worker.
bool Connection::answer_here(std::string_view path) {
    if (path == "/healthz") {
        send(own_text(200, "ok\n"), false);
        return true;
    }
    if (path == "/metrics") {
        auto response = Response::text(200, "text/plain; version=0.0.4", core_.metrics_text());
        send(make_answer(std::move(response), {}, {}).answer, false);
        return true;
    }
    return false;
}

bool Connection::answer_request() {
    auto const& options = core_.options;
    auto const method = job_ ? std::string_view{job_->request.method} : head_.method;
    auto const target = job_ ? std::string_view{job_->request.target} : head_.target;
    auto const reads = method == "GET" || method == "HEAD";
    if (reads && answer_here(path_of(target))) return true;
    choice_ = choose_coding(field("Accept-Encoding"));
    // Whoever asks for bytes counts those of the plain answer.
    if (method == "GET" && choice_.plain && !field("Range").empty()) choice_.coding = Coding::identity;
    if (!choice_.any)
        return send(error_answer(406, "no content coding that is acceptable is offered"), false);

    auto const is_private = std::any_of(options.private_fields.begin(), options.private_fields.end(),
                                        [&](auto const& name) { return !field(name).empty(); });
    auto const may_share = options.cache_bytes != 0 && reads && choice_.plain && !job_ && !is_private &&
                           channel_->certificate().empty();
    if (may_share)
        if (auto answer = find_kept()) return send(std::move(answer), true);
    if (!job_) job_ = make_job();
    job_->choice = choice_;
    job_->may_share = may_share;
    if (may_share && join_flight()) return false;
    return run_job();
}

std::shared_ptr<Answer const> Connection::find_kept() {
    auto const is_asked_back = !field("If-None-Match").empty() || !field("If-Modified-Since").empty();
    auto [answer, may_move] = core_.cache.find(
        head_, choice_.coding, is_asked_back ? core_.service.generation_now() : core_.service.generation());
    if (may_move) move_to_file(answer);
    return std::move(answer);
}

void Connection::move_to_file(std::shared_ptr<Answer const> const& answer) {
    core_.workers->add([&cache = core_.cache, host = std::string{head_.host},
                        target = std::string{head_.target}, coding = choice_.coding,
                        answer] { cache.move_to_file(host, target, coding, answer); },
                       core_.options.limits.waiting_requests);
}

/// What answers most often vary with. Where one varies with more, whoever waited in vain has it made.
std::string Connection::flight_name() const {
    auto name = std::to_string(static_cast<int>(choice_.coding));
    for (auto const part : {std::string_view{head_.host}, std::string_view{head_.target}, field("Accept"),
                            field("Accept-Language")}) {
        name += '\n';
        name += part;
    }
    return name;
}

/// Whether the same answer is being made, so that this one waits for it.
bool Connection::join_flight() {
    auto name = flight_name();
    auto const [flight, is_first] = core_.flights.try_emplace(name);
    if (is_first) {
        job_->flight = std::move(name);
        return false;
    }
    state_ = State::working;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.answer_time;
    flight->second.emplace_back(shared_from_this(), ++turn_);
    return true;
}

void Connection::landed(std::uint64_t turn) {
    if (turn_ != turn) return; // closed, or told that it took too long
    if (auto answer = find_kept()) {
        send(std::move(answer), true);
        return step();
    }
    if (!run_job()) return;
    step();
}

void Core::land(std::string const& flight) {
    auto const found = flights.find(flight);
    if (found == flights.end()) return;
    auto const all = std::move(found->second);
    flights.erase(found);
    for (auto const& [connection, turn] : all) connection->landed(turn);
}

bool Connection::on_worker(Work work, Then then, std::size_t most_waiting, Workers::Lane lane) {
    state_ = State::working;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.answer_time;
    return hand_over(work, then, most_waiting, lane);
}

bool Connection::hand_over(Work work, Then then, std::size_t most_waiting, Workers::Lane lane) {
    auto const turn = ++turn_;
    auto& core = core_;
    ++core.jobs;
    at_worker_ = core_.workers->add(
        [&core, self = shared_from_this(), job = job_, turn, work, then]() mutable {
            work(core, *job);
            core.loop.post([&core, self = std::move(self), job = std::move(job), turn, then] {
                bool const is_left = self->turn_ != turn;
                if (!job->flight.empty() && (is_left || !job->begun))
                    core.land(std::exchange(job->flight, {}));
                if (is_left) return end_on_worker(core, job);
                self->at_worker_ = false;
                ((*self).*then)(*job);
            });
        },
        most_waiting, lane);
    return at_worker_;
}

void Connection::run_receive(Core& core, Job& job) {
    try {
        auto reception = core.service.receive(job.request);
        if (auto* const sink = std::get_if<std::unique_ptr<BodySink>>(&reception))
            job.sink = std::move(*sink);
        else
            job.made = make_answer(std::move(std::get<Response>(reception)), {}, {});
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
}

bool Connection::ask_receiver() {
    if (on_worker(&Connection::run_receive, &Connection::on_received, core_.options.limits.waiting_requests))
        return false;
    return refuse({503, "too many requests wait; try again"});
}

void Connection::on_received(Job& job) {
    if (job.sink) {
        begin_body();
    } else {
        keep_alive_ = false; // the body that is still to come would be taken for a request
        send(job.made.answer, false);
    }
    step();
}

void Connection::run_take(Core& core, Job& job) {
    try {
        auto answer = job.sink->take(job.request.body);
        job.request.body.clear();
        if (answer) job.made = make_answer(std::move(*answer), {}, {});
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
    if (job.made.answer) job.sink.reset();
}

bool Connection::hand_to_sink() {
    // A body that has begun is never refused for want of a worker: its client would send it again.
    if (on_worker(&Connection::run_take, &Connection::on_taken, ~std::size_t{0}, Workers::Lane::waiting))
        return false;
    abort();
    return false;
}

void Connection::on_taken(Job& job) {
    if (job.made.answer) {
        keep_alive_ = false;
        send(job.made.answer, false);
    } else if (parser_.complete()) {
        answer_request();
    } else {
        state_ = State::body;
        deadline_ = std::chrono::steady_clock::now() + core_.options.limits.body_time;
    }
    step();
}

bool Connection::run_job() {
    // What was uploaded is kept on disk before it is answered.
    auto const lane = job_->sink ? Workers::Lane::waiting : Workers::Lane::brief;
    if (on_worker(&Connection::run_answer, &Connection::on_made, core_.options.limits.waiting_requests, lane))
        return false;
    if (!job_->flight.empty()) core_.land(std::exchange(job_->flight, {}));
    return send(error_answer(503, "too many requests wait; try again"), false);
}

void Connection::fail(Core& core, Job& job, std::exception const& error) {
    core.complain(job.request.method + " " + std::string{path_of(job.request.target)} + ": " + error.what());
    job.made = {error_answer(500, "the answer failed; the log of the server says why"), nullptr};
}

void Connection::run_answer(Core& core, Job& job) {
    // Asked before the Service looks at its data: what changes meanwhile makes the answer one of the past.
    job.generation = core.service.generation();
    try {
        if (path_of(job.request.target) == "/readyz") {
            auto const trouble = core.service.trouble();
            if (!trouble.empty()) core.complain("not ready: " + trouble);
            job.made.answer =
                trouble.empty() ? own_text(200, "ready\n") : own_text(503, "not ready; the log says why\n");
            return;
        }
        auto const known = job.may_share ? core.cache.revisit(job.request, job.choice.coding) : nullptr;
        auto response = job.sink ? job.sink->end()
                        : known && !known->tag.empty()
                            ? core.service.answer(asked_back(job.request, known->tag))
                            : core.service.answer(job.request);
        if (waits_with_head(response)) {
            job.late = std::move(response);
            run_late(core, job);
        } else if (known && response.status == 304) {
            job.made.answer = known; // of another generation, and as good as new
        } else if (pull_beginning(response, MakeLimits{}.whole_bytes, core.pieces)) {
            job.made = make_answer(std::move(response), job.choice, MakeLimits{});
        } else {
            job.begun = std::move(response);
        }
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
    job.sink.reset();
    keep(core, job);
}

void Connection::run_beginning(Core& core, Job& job) {
    try {
        job.made = make_answer(std::move(*job.begun), job.choice, MakeLimits{});
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
    job.begun.reset();
    keep(core, job);
}

void Connection::keep(Core& core, Job& job) {
    auto const& answer = job.made.answer;
    if (answer && job.may_share && answer->shared && !job.made.stream && may_be_kept(answer->status))
        core.cache.keep(job.request, job.choice.coding, job.generation, answer);
}

void Connection::on_made(Job& job) {
    if (job.late) return begin_waiting(job);
    if (job.begun && may_begin(job)) begin_stream(job);
    if (job.begun) {
        if (!on_worker(&Connection::run_beginning, &Connection::on_made, ~std::size_t{0},
                       Workers::Lane::lengthy))
            abort(); // the server ends
        return;
    }
    send(job.made.answer, false);
    step();
}

} // namespace gateway::http
