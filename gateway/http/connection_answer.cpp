#include <algorithm>
#include <array>
#include <charconv>
#include <exception>

#include "gateway/http/connection.hpp"
#include "gateway/http/job.hpp"

namespace gateway::http {
namespace {

constexpr std::string_view chunk_head = "00000000\r\n"; ///< the size is filled in; zeros before it are legal

void frame_chunk(std::string& piece) {
    auto const size = piece.size() - chunk_head.size();
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < 8; ++i) piece[i] = digits[(size >> (4 * (7 - i))) & 0xFU];
    piece += "\r\n";
}

std::string_view path_of(std::string_view target) noexcept {
    return target.substr(0, target.find('?'));
}

/// What the server tells of itself is of this moment.
std::shared_ptr<Answer const> own_text(unsigned status, std::string text) {
    auto response = Response::text(status, "text/plain; charset=utf-8", std::move(text));
    response.headers.emplace_back("Cache-Control", "no-store");
    if (status == 503) response.headers.emplace_back("Retry-After", "5");
    return make_answer(std::move(response), {}, {}).answer;
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
    if (may_share) {
        auto const is_asked_back = !field("If-None-Match").empty() || !field("If-Modified-Since").empty();
        auto answer =
            core_.cache.find(head_, choice_.coding,
                             is_asked_back ? core_.service.generation_now() : core_.service.generation());
        if (answer) return send(std::move(answer), true);
    }
    if (!job_) job_ = make_job();
    job_->choice = choice_;
    job_->may_share = may_share;
    return run_job();
}

template <typename Work, typename Then>
bool Connection::on_worker(Work work, Then then, std::size_t most_waiting) {
    state_ = State::working;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.answer_time;
    auto const turn = ++turn_;
    auto& core = core_;
    at_worker_ = core_.workers->add(
        [&core, self = shared_from_this(), job = job_, turn, work, then]() mutable {
            work(core, *job);
            core.loop.post([&core, self = std::move(self), job = std::move(job), turn, then] {
                if (self->turn_ != turn) return end_on_worker(core, job);
                self->at_worker_ = false;
                ((*self).*then)(*job);
            });
        },
        most_waiting);
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
    if (on_worker(&Connection::run_take, &Connection::on_taken, ~std::size_t{0})) return false;
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
    if (on_worker(&Connection::run_answer, &Connection::on_made, core_.options.limits.waiting_requests))
        return false;
    return send(error_answer(503, "too many requests wait; try again"), false);
}

void Connection::fail(Core& core, Job& job, std::exception const& error) {
    core.complain(job.request.method + " " + std::string{path_of(job.request.target)} + ": " + error.what());
    job.made = {error_answer(500, "the answer failed; the log of the server says why"), nullptr};
}

void Connection::run_answer(Core& core, Job& job) {
    // Asked before the Service looks at its data: what changes meanwhile makes the answer one of the past.
    auto const generation = core.service.generation();
    try {
        if (path_of(job.request.target) == "/readyz") {
            auto const trouble = core.service.trouble();
            if (!trouble.empty()) core.complain("not ready: " + trouble);
            job.made.answer =
                trouble.empty() ? own_text(200, "ready\n") : own_text(503, "not ready; the log says why\n");
            return;
        }
        job.made = make_answer(job.sink ? job.sink->end() : core.service.answer(job.request), job.choice,
                               MakeLimits{});
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
    job.sink.reset();
    auto const& answer = job.made.answer;
    if (job.may_share && answer->shared && !job.made.stream && may_be_kept(answer->status))
        core.cache.keep(job.request, job.choice.coding, generation, answer);
}

void Connection::on_made(Job& job) {
    send(job.made.answer, false);
    step();
}

std::optional<ByteRange> Connection::wanted_range(Answer const& answer) const {
    if (!answer.has_ranges || is_head_) return std::nullopt;
    auto const method = job_ ? std::string_view{job_->request.method} : head_.method;
    auto const range = field("Range");
    if (method != "GET" || range.empty() ||
        !holds_part_of(field("If-Range"), answer.tag, answer.last_modified))
        return std::nullopt;
    return read_range(range, answer.body->size());
}

bool Connection::send(std::shared_ptr<Answer const> answer, bool cached) {
    auto const reads = is_head_ || (job_ ? job_->request.method == "GET" : head_.method == "GET");
    bool const unchanged =
        reads && answer->status == 200 &&
        not_modified(field("If-None-Match"), field("If-Modified-Since"), answer->tag, answer->last_modified);
    auto const range = unchanged ? std::nullopt : wanted_range(*answer);
    std::string behind_end;
    if (range && range->count == 0) {
        behind_end = "Content-Range: " + content_range(*range, answer->body->size()) + "\r\n";
        answer = error_answer(416, "the range begins behind the end of the answer, which has " +
                                       std::to_string(answer->body->size()) + " bytes");
    }
    if (job_) job_->last = unchanged || is_head_; // of its stream, nothing is sent
    auto const streams = job_ && job_->made.stream && !job_->last;
    chunks_ = streams && !head_.http_1_0;
    if (streams && !chunks_) keep_alive_ = false; // the end of the connection is the end of the body
    if (core_.stopping.load(std::memory_order_relaxed)) keep_alive_ = false;
    answer_ = std::move(answer);
    cached_ = cached;
    auto const part = behind_end.empty() ? range : std::nullopt;
    status_ = unchanged ? 304 : part ? 206 : answer_->status;
    write_head(unchanged, part);
    head_text_ += behind_end;
    head_text_ += "\r\n";
    first_ = head_text_;
    second_ =
        !unchanged && !is_head_ && answer_->body ? std::string_view{*answer_->body} : std::string_view{};
    if (part) second_ = second_.substr(part->first, part->count);

    sent_ = sent_before_ = 0;
    state_ = State::writing;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.write_time;
    return true;
}

/// Everything but the empty line.
void Connection::write_head(bool unchanged, std::optional<ByteRange> const& range) {
    head_text_.assign("HTTP/1.1 ");
    std::array<char, 12> digits{};
    auto const last = std::to_chars(digits.data(), digits.data() + digits.size(), status_).ptr;
    head_text_.append(digits.data(), last);
    (head_text_ += ' ') += reason_of(status_);
    head_text_ += "\r\n";
    head_text_ += core_.date_field();
    if (!keep_alive_)
        head_text_ += "Connection: close\r\n";
    else if (head_.http_1_0)
        head_text_ += "Connection: keep-alive\r\n";
    if (range) {
        head_text_.append(answer_->fields, 0, answer_->length_at);
        head_text_ += "Content-Range: " + content_range(*range, answer_->body->size()) + "\r\n";
        head_text_ += "Content-Length: " + std::to_string(range->count) + "\r\n";
    } else {
        head_text_ += unchanged ? answer_->not_modified_fields : answer_->fields;
    }
    if (chunks_) head_text_ += "Transfer-Encoding: chunked\r\n";
}

bool Connection::on_writing() {
    while (!first_.empty() || !second_.empty()) {
        if (first_.empty()) std::swap(first_, second_);
        auto const [moved, bytes] = channel_->write(first_, second_);
        if (moved == Moved::want_read || moved == Moved::want_write) return wait_for(moved);
        if (moved != Moved::some) {
            report(true);
            close();
            return false;
        }
        sent_ += bytes;
        auto const of_first = std::min(bytes, first_.size());
        first_.remove_prefix(of_first);
        second_.remove_prefix(bytes - of_first);
    }
    if (job_ && job_->made.stream && !job_->last) return ask_next_piece();
    return finish();
}

bool Connection::ask_next_piece() {
    job_->chunks = chunks_;
    // A stream that has begun is never refused: its client would lose what it has.
    if (on_worker(&Connection::run_piece, &Connection::on_piece, ~std::size_t{0})) return false;
    report(true);
    abort();
    return false;
}

void Connection::run_piece(Core& core, Job& job) {
    try {
        job.piece.assign(job.chunks ? chunk_head : std::string_view{});
        auto& stream = *job.made.stream;
        // Asked before the body looks at its data: what changes meanwhile wakes it again.
        if (stream.is_live()) job.heard = core.service.generation_now();
        job.pause = {};
        auto const before = job.piece.size();
        job.last = !stream.next(job.piece, core.options.piece_bytes) || stream.done();
        if (!job.last && job.piece.size() == before) job.pause = stream.source->pause();
        if (!job.chunks) return;
        if (job.piece.size() == chunk_head.size())
            job.piece.clear();
        else
            frame_chunk(job.piece);
        if (job.last) job.piece += "0\r\n\r\n";
    } catch (std::exception const& error) {
        core.complain(job.request.method + " " + std::string{path_of(job.request.target)} +
                      ": cut short: " + error.what());
        job.failed = true;
    }
}

void Connection::on_piece(Job& job) {
    if (job.failed) {
        report(true);
        return abort();
    }
    if (job.pause > job.pause.zero()) return begin_waiting(job);
    first_ = job.piece;
    second_ = {};
    sent_before_ = sent_;
    state_ = State::writing;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.write_time;
    step();
}

void Connection::report(bool cut) {
    Exchange exchange;
    exchange.method = job_ ? std::string_view{job_->request.method} : head_.method;
    if (is_head_) exchange.method = "HEAD";
    exchange.target = job_ ? std::string_view{job_->request.target} : head_.target;
    exchange.remote = remote_;
    exchange.status = status_;
    exchange.bytes = sent_;
    exchange.time =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started_);
    exchange.cached = cached_;
    exchange.cut = cut;
    if (answer_) exchange.key_id = answer_->key_id;
    core_.done(exchange);
}

bool Connection::finish() {
    report(false);
    begin_ += head_bytes_;
    head_bytes_ = 0;
    let_go_of_job();
    answer_.reset();
    sent_ = 0;
    if (head_text_.capacity() > 4096) head_text_ = {};
    if (!keep_alive_ || core_.stopping.load(std::memory_order_relaxed)) {
        channel_->end();
        state_ = State::lingering;
        deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds{2};
        return true;
    }
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > 8192) buffer_ = {}; // ten thousand idle connections are to cost little
    }
    state_ = State::reading;
    idle_ = true;
    head_end_.restart();
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.idle_time;
    return true;
}

} // namespace gateway::http
