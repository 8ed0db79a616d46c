// A body that is sent while it is made, piece by piece.
#include <algorithm>
#include <exception>
#include <utility>

#include "gateway/http/connection.hpp"
#include "gateway/http/job.hpp"

namespace gateway::http {
namespace {

/// So many pieces are made ahead for all connections together: clients that do not read cost a piece each, not two.
constexpr std::size_t most_ahead = 128;

/// While no more bodies than these stream, their pieces are longer: handing a piece from thread to thread takes as long as
/// sending some ten kilobytes. Where more do, memory and turns are to stay short.
constexpr std::size_t few_streams = 8;
constexpr std::size_t times_longer = 4;

constexpr std::string_view chunk_head = "00000000\r\n"; ///< the size is filled in; zeros before it are legal

void frame_chunk(std::string& piece) {
    auto const size = piece.size() - chunk_head.size();
    constexpr std::string_view digits = "0123456789abcdef";
    for (std::size_t i = 0; i < 8; ++i) piece[i] = digits[(size >> (4 * (7 - i))) & 0xFU];
    piece += "\r\n";
}

} // namespace

/// Whether an answer of which there is a beginning goes out now, while the rest is made. Not where its length is asked
/// for, and not where others wait for the same answer: it is made once for all of them.
bool Connection::may_begin(Job const& job) const {
    if (is_head_ || head_.http_1_0 || !field("Range").empty()) return false;
    auto const flight = core_.flights.find(job.flight);
    return flight == core_.flights.end() || flight->second.empty();
}

/// Who asks for the same from now on has it made anew, until the first of them has it whole: nobody waits for the
/// pace at which another client reads.
void Connection::begin_stream(Job& job) {
    if (!job.flight.empty()) core_.land(std::exchange(job.flight, {}));
    auto limits = MakeLimits{};
    auto const most = std::exchange(limits.shared_bytes, limits.whole_bytes);
    try {
        job.made = make_answer(std::move(*job.begun), job.choice, limits);
    } catch (std::exception const& error) {
        fail(core_, job, error);
    }
    job.begun.reset();
    if (job.may_share && job.made.stream && job.made.answer->shared && core_.collecting.is_worth_it())
        job.collected = std::make_unique<Collected>(core_.collecting, most);
}

void Connection::count_stream(bool streams) noexcept {
    core_.streams -= is_stream_ ? 1U : 0U;
    core_.streams += streams ? 1U : 0U;
    is_stream_ = streams;
}

bool Connection::ask_next_piece() {
    if (end_ahead()) {
        if (!at_worker_) return send_piece(*job_);
        state_ = State::working; // on_ahead() sends it
        deadline_ = std::chrono::steady_clock::now() + core_.options.limits.answer_time;
        return false;
    }
    core_.pieces.give_back(std::exchange(piece_, {}));
    job_->chunks = chunks_;
    job_->piece_bytes = core_.options.piece_bytes;
    auto const& stream = *job_->made.stream;
    // What was pulled already is only copied.
    auto const lane = stream.ready.empty() || stream.encoder ? Workers::Lane::lengthy : Workers::Lane::brief;
    // A stream that has begun is never refused: its client would lose what it has.
    if (on_worker(&Connection::run_piece, &Connection::on_piece, ~std::size_t{0}, lane)) return false;
    report(true);
    abort();
    return false;
}

/// Has the next piece made while this one goes out: one, however long the client takes.
void Connection::look_ahead(Job& job) {
    if (is_last_ || core_.ahead >= most_ahead || job.made.stream->is_live()) return;
    auto const bytes = core_.options.piece_bytes;
    // The first pieces are short: an answer is to begin soon, and most end there.
    job.piece_bytes = core_.streams <= few_streams && sent_ >= bytes ? times_longer * bytes : bytes;
    is_ahead_ =
        hand_over(&Connection::run_piece, &Connection::on_ahead, ~std::size_t{0}, Workers::Lane::lengthy);
    core_.ahead += is_ahead_ ? 1 : 0;
}

void Connection::run_piece(Core& core, Job& job) {
    try {
        auto& stream = *job.made.stream;
        if (!stream.is_live())
            job.piece = core.pieces.take(); // a live body may have nothing to put there for hours
        // Longer ones in one go, with what sources add beyond what is asked for.
        if (job.piece_bytes > core.options.piece_bytes)
            job.piece.reserve(job.piece_bytes + job.piece_bytes / 2);
        job.piece.assign(job.chunks ? chunk_head : std::string_view{});
        // Asked before the body looks at its data: what changes meanwhile wakes it again.
        if (stream.is_live()) job.heard = core.service.generation_now();
        job.pause = {};
        auto const before = job.piece.size();
        job.last = !stream.next(job.piece, job.piece_bytes) || stream.done();
        if (stream.ready.empty()) core.pieces.give_back(std::exchange(stream.ready, {}));
        if (!job.last && job.piece.size() == before) job.pause = stream.source->pause();
        if (job.collected) collect(core, job, std::string_view{job.piece}.substr(before));
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

/// Keeps the answer when all of it went by.
void Connection::collect(Core& core, Job& job, std::string_view piece) {
    job.collected->add(piece);
    if (!job.last && job.collected->is_whole()) return;
    auto const collected = std::move(job.collected);
    if (!collected->is_whole()) return;
    core.collecting.tell(true);
    core.cache.keep(job.request, job.choice.coding, job.generation,
                    with_body(*job.made.answer, collected->text()));
}

bool Connection::end_ahead() noexcept {
    core_.ahead -= is_ahead_ ? 1 : 0;
    return std::exchange(is_ahead_, false);
}

/// False where nothing is to be sent now.
bool Connection::send_piece(Job& job) {
    if (job.failed) {
        report(true);
        abort();
        return false;
    }
    if (job.pause > job.pause.zero()) {
        begin_waiting(job);
        return false;
    }
    core_.pieces.give_back(std::exchange(piece_, std::move(job.piece)));
    first_ = piece_;
    second_ = {};
    is_last_ = job.last;
    sent_before_ = sent_;
    state_ = State::writing;
    deadline_ = std::chrono::steady_clock::now() + core_.options.limits.write_time;
    look_ahead(job);
    return true;
}

void Connection::on_piece(Job& job) {
    if (send_piece(job)) step();
}

/// The piece before may still be on its way; what goes out then is its matter.
void Connection::on_ahead(Job& job) {
    if (state_ == State::working) on_piece(job);
}

} // namespace gateway::http
