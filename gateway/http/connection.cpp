#include "gateway/http/connection.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "gateway/http/job.hpp"

namespace gateway::http {
namespace {

constexpr std::size_t first_room = 2048;
constexpr std::size_t body_room = 65536;
constexpr std::size_t sink_piece = 256U << 10U;
/// Steps in a row before other connections get their turn.
constexpr int steps_at_once = 32;

} // namespace

Connection::Connection(Core& core, std::unique_ptr<Watch> watch, std::unique_ptr<Channel> channel,
                       std::string remote)
    : core_{core}, watch_{std::move(watch)}, channel_{std::move(channel)}, remote_{std::move(remote)} {
    auto const& limits = core.options.limits;
    // A TLS greeting is part of a request; a plain connection may wait, as browsers open some in advance.
    deadline_ = std::chrono::steady_clock::now() + (core.options.tls ? limits.head_time : limits.idle_time);
}

void Connection::step() {
    for (int i = 0; i < steps_at_once; ++i) {
        bool go_on = false;
        switch (state_) {
        case State::reading: go_on = on_reading(); break;
        case State::body: go_on = on_body(); break;
        case State::writing: go_on = on_writing(); break;
        case State::lingering: go_on = on_lingering(); break;
        case State::working:
        case State::waiting:
        case State::closed: break;
        }
        if (!go_on) return;
    }
    core_.loop.post([self = shared_from_this()] { self->step(); });
}

bool Connection::wait_for(Moved moved) {
    if (moved == Moved::want_read)
        watch_->readable(shared_from_this());
    else
        watch_->writable(shared_from_this());
    return false;
}

bool Connection::fill() {
    if (begin_ == end_) begin_ = end_ = 0;
    if (end_ == buffer_.size()) {
        if (begin_ != 0) {
            std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
            end_ -= begin_;
            begin_ = 0;
        } else {
            buffer_.resize(std::max(first_room, 2 * buffer_.size()));
        }
    }
    auto const [moved, bytes] = channel_->read(buffer_.data() + end_, buffer_.size() - end_);
    switch (moved) {
    case Moved::some: end_ += bytes; return true;
    case Moved::want_read:
    case Moved::want_write: return wait_for(moved);
    case Moved::ended:
    case Moved::broken: break;
    }
    close();
    return false;
}

bool Connection::on_reading() {
    if (begin_ == end_) return fill();
    bool const is_first_look = idle_;
    if (idle_) {
        idle_ = false;
        started_ = std::chrono::steady_clock::now();
        deadline_ = started_ + core_.options.limits.head_time;
        // One empty line before a request is passed over (RFC 9112, 2.2).
        if (end_ - begin_ >= 2 && buffer_[begin_] == '\r' && buffer_[begin_ + 1] == '\n') begin_ += 2;
        if (begin_ == end_) return fill();
    }
    std::string_view const received{buffer_.data() + begin_, end_ - begin_};
    Refusal refusal;
    auto const length = head_end_.find(received, core_.options.limits.head, refusal);
    if (refusal.status != 0) {
        forget_request(); // what is there looks at the one before
        return refuse(refusal);
    }
    if (length == 0) return fill();
    head_bytes_ = length;
    if (!is_first_look) started_ = std::chrono::steady_clock::now(); // the head came in pieces
    return on_head(received.substr(0, length));
}

bool Connection::on_head(std::string_view bytes) {
    auto const& limits = core_.options.limits;
    auto const unusable = parser_.read_head(bytes, limits.head, head_);
    is_head_ = head_.method == "HEAD"; // of what is refused, too: the one before may have been another
    if (unusable.status != 0) return refuse(unusable);
    keep_alive_ = head_.keep_alive;
    if (parser_.complete()) return answer_request();

    auto const most = limits.body_bytes(head_.method, head_.target);
    if (auto const refusal = parser_.begin_body(most); refusal.status != 0) return refuse(refusal);
    job_ = make_job();
    begin_ += head_bytes_; // from here on the request is in the job
    head_bytes_ = 0;
    if (core_.service.receives(job_->request.method, job_->request.target)) return ask_receiver();
    return begin_body();
}

bool Connection::begin_body() {
    state_ = State::body;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.body_time;
    if (head_.expects_continue && begin_ == end_) {
        // A client that does not get it sends the body after a while all the same.
        static_cast<void>(channel_->write("HTTP/1.1 100 Continue\r\n\r\n", {}));
    }
    return true;
}

bool Connection::on_body() {
    Refusal refusal;
    begin_ += parser_.read_body({buffer_.data() + begin_, end_ - begin_}, job_->request.body, refusal);
    if (refusal.status != 0) return refuse(refusal);
    if (job_->sink && (parser_.complete() || job_->request.body.size() >= sink_piece)) return hand_to_sink();
    if (parser_.complete()) return answer_request();
    if (buffer_.size() < body_room) buffer_.resize(body_room);
    return fill();
}

void Connection::forget_request() {
    head_ = {};
    is_head_ = false;
    let_go_of_job();
}

void Connection::let_go_of_job() {
    core_.pieces.give_back(std::exchange(piece_, {}));
    if (job_ && !at_worker_) {
        core_.pieces.give_back(std::move(job_->piece));
        end_on_worker(core_, std::move(job_));
    }
    at_worker_ = false;
    end_ahead();
    count_stream(false);
    job_.reset();
}

/// A source may hold a reading of the store, a sink a file; they end on a worker like everything else that they do.
void Connection::end_on_worker(Core& core, std::shared_ptr<Job> job) {
    if (job->made.stream || job->sink || job->begun || job->late)
        core.workers->add([job = std::move(job)] {}, ~std::size_t{0});
}

bool Connection::refuse(Refusal const& refusal) {
    keep_alive_ = false;
    return send(error_answer(refusal.status, refusal.what), false);
}

void Connection::turn_away(Refusal const& refusal) {
    started_ = std::chrono::steady_clock::now();
    refuse(refusal);
    step();
}

/// Reads past what the client still sends, so that it gets to read our answer instead of a reset.
bool Connection::on_lingering() {
    begin_ = end_ = 0;
    if (buffer_.size() < body_room) buffer_.resize(body_room);
    return fill();
}

void Connection::tick(Time now) {
    if (state_ == State::closed || now < deadline_) return;
    auto const& limits = core_.options.limits;
    switch (state_) {
    case State::reading:
        if (idle_ || begin_ == end_) return close();
        started_ = now;
        forget_request();
        refuse({408, "the request took too long"});
        return step();
    case State::body: refuse({408, "the body took too long"}); return step();
    case State::working: {
        ++turn_; // what the worker brings later is thrown away
        if (sent_ != 0) {
            report(true);
            return abort();
        }
        // The job is the worker's until it is done; of what was asked the log wants to know.
        auto const left = std::make_shared<Job>();
        left->request.method = job_->request.method;
        left->request.target = job_->request.target;
        job_ = left;
        at_worker_ = false;
        refuse({503, "the answer took too long"});
        return step();
    }
    case State::writing:
        if (sent_ - sent_before_ < limits.write_bytes) {
            report(true);
            return abort();
        }
        sent_before_ = sent_;
        deadline_ = now + limits.write_time;
        return;
    case State::waiting: return wake();
    case State::lingering: return close();
    case State::closed: return;
    }
}

void Connection::wind_down() {
    if (state_ == State::reading && idle_) close();
    if (state_ == State::waiting) job_->late ? end_late_answer() : end_live_body();
}

std::chrono::milliseconds Connection::idle_time(Time now) const {
    if (state_ != State::reading || !idle_) return {};
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - deadline_) +
           core_.options.limits.idle_time;
}

void Connection::abort() {
    if (state_ == State::closed) return;
    linger const at_once{1, 0}; // close() then sends a reset
    ::setsockopt(watch_->descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
    close();
}

void Connection::close() {
    if (state_ == State::closed) return;
    auto const self = shared_from_this(); // the list below may hold the last other one
    if (state_ == State::waiting) end_waiting();
    state_ = State::closed;
    ++turn_;
    let_go_of_job();
    channel_.reset();
    watch_->close();
    auto& all = core_.connections;
    all[place] = all.back();
    all[place]->place = place;
    all.pop_back();
}

} // namespace gateway::http
