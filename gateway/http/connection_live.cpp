// A body that waits for something to happen: costs its connection and nothing else until then.
#include <sys/socket.h>

#include <cerrno>

#include "gateway/http/connection.hpp"
#include "gateway/http/job.hpp"

namespace gateway::http {

/// Of an answer that nobody waited for, in the log: the number that nginx writes.
constexpr unsigned client_gone = 499;

/// Hears that the peer went away, while nothing is sent that would tell.
class Connection::PeerWatch final : public Readiness {
  public:
    explicit PeerWatch(std::weak_ptr<Connection> connection) : connection_{std::move(connection)} {}
    void ready() override {
        if (auto const connection = connection_.lock()) connection->on_peer();
    }

  private:
    std::weak_ptr<Connection> connection_;
};

void Connection::begin_waiting(Job& job) {
    state_ = State::waiting;
    heard_ = job.heard;
    deadline_ = std::chrono::steady_clock::now() + job.pause;
    waiting_place = core_.waiting.size();
    core_.waiting.push_back(this);
    if (core_.stopping.load(std::memory_order_relaxed)) return job.late ? end_late_answer() : end_live_body();
    watch_peer();
}

void Connection::end_waiting() {
    auto& all = core_.waiting;
    all[waiting_place] = all.back();
    all[waiting_place]->waiting_place = waiting_place;
    all.pop_back();
}

void Connection::wake() {
    if (state_ != State::waiting) return;
    end_waiting();
    if (!job_->late) {
        ask_next_piece();
        return;
    }
    if (!on_worker(&Connection::run_late, &Connection::on_made, ~std::size_t{0}, Workers::Lane::lengthy))
        abort(); // the server ends
}

/// Asks a body that holds its head back; what it says at last is an answer like any other.
void Connection::run_late(Core& core, Job& job) {
    try {
        auto& source = *std::get<std::unique_ptr<BodySource>>(job.late->body);
        // Asked before the body looks at its data: what changes meanwhile wakes it again.
        job.heard = core.service.generation_now();
        job.pause = {};
        for (bool goes_on = true; goes_on;) {
            auto const before = job.piece.size();
            goes_on = source.next(job.piece);
            if (!goes_on || job.piece.size() != before) continue;
            job.pause = source.pause();
            return;
        }
        for (auto& field : source.late_head()) job.late->headers.push_back(std::move(field));
        job.late->body = std::make_shared<std::string const>(std::move(job.piece));
        job.made = make_answer(std::move(*job.late), job.choice, MakeLimits{});
    } catch (std::exception const& error) {
        fail(core, job, error);
    }
    job.piece.clear();
    job.late.reset();
}

/// The server stops: the client sees a sound end, and comes back to another one.
void Connection::end_live_body() {
    end_waiting();
    job_->last = true;
    job_->pause = {};
    job_->piece = job_->chunks ? "0\r\n\r\n" : "";
    send_piece(*job_);
    step();
}

/// The server stops, and of this answer nothing was sent.
void Connection::end_late_answer() {
    end_waiting();
    refuse({503, "the server ends; ask again"});
    step();
}

void Connection::watch_peer() {
    if (peer_watched_) return; // still, from an earlier wait
    peer_watched_ = true;
    watch_->readable(std::make_shared<PeerWatch>(weak_from_this()));
}

void Connection::on_peer() {
    peer_watched_ = false;
    if (state_ != State::waiting) return;
    char byte = 0;
    auto const got = ::recv(watch_->descriptor(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got > 0) return; // the next request, or the farewell of TLS: what is sent next will tell
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return watch_peer();
    if (job_->late) status_ = client_gone;
    report(job_->late.has_value()); // a live body has no end: whoever goes has all there was
    close();
}

} // namespace gateway::http
