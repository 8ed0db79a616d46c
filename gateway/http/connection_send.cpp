// From an answer to bytes on the wire.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "gateway/http/connection.hpp"
#include "gateway/http/job.hpp"

namespace gateway::http {

std::optional<ByteRange> Connection::wanted_range(Answer const& answer) const {
    if (!answer.has_ranges || is_head_) return std::nullopt;
    auto const method = job_ ? std::string_view{job_->request.method} : head_.method;
    auto const range = field("Range");
    if (method != "GET" || range.empty() ||
        !holds_part_of(field("If-Range"), answer.tag, answer.last_modified))
        return std::nullopt;
    return read_range(range, answer.content().size());
}

bool Connection::send(std::shared_ptr<Answer const> answer, bool cached) {
    auto const reads = is_head_ || (job_ ? job_->request.method == "GET" : head_.method == "GET");
    bool const unchanged =
        reads && answer->status == 200 &&
        not_modified(field("If-None-Match"), field("If-Modified-Since"), answer->tag, answer->last_modified);
    auto const range = unchanged ? std::nullopt : wanted_range(*answer);
    std::string behind_end;
    if (range && range->count == 0) {
        behind_end = "Content-Range: " + content_range(*range, answer->content().size()) + "\r\n";
        answer = error_answer(416, "the range begins behind the end of the answer, which has " +
                                       std::to_string(answer->content().size()) + " bytes");
    }
    auto const streams = job_ && job_->made.stream && !unchanged && !is_head_;
    is_last_ = !streams;
    count_stream(streams);
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
    second_ = unchanged || is_head_ ? std::string_view{} : answer_->content();
    if (part) second_ = second_.substr(part->first, part->count);

    sent_ = sent_before_ = 0;
    // What is kept goes out in the moment in which it is asked for: looking at the clock takes as long as writing the head.
    auto const is_at_once = cached && state_ == State::reading;
    deadline_ = (is_at_once ? started_ : std::chrono::steady_clock::now()) + core_.options.limits.write_time;
    state_ = State::writing;
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
        head_text_ += "Content-Range: " + content_range(*range, answer_->content().size()) + "\r\n";
        head_text_ += "Content-Length: " + std::to_string(range->count) + "\r\n";
    } else {
        head_text_ += unchanged ? answer_->not_modified_fields : answer_->fields;
    }
    if (chunks_) head_text_ += "Transfer-Encoding: chunked\r\n";
}

Transfer Connection::write_some() {
    if (answer_->file && !second_.empty()) return channel_->write_from(*answer_->file, first_, second_);
    if (first_.empty()) std::swap(first_, second_);
    return channel_->write(first_, second_);
}

bool Connection::on_writing() {
    while (!first_.empty() || !second_.empty()) {
        auto const [moved, bytes] = write_some();
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
    return is_last_ ? finish() : ask_next_piece();
}

/// Returns the time.
Connection::Time Connection::report(bool cut) {
    auto const now = std::chrono::steady_clock::now();
    Exchange exchange;
    exchange.method = job_ ? std::string_view{job_->request.method} : head_.method;
    if (is_head_) exchange.method = "HEAD";
    exchange.target = job_ ? std::string_view{job_->request.target} : head_.target;
    exchange.remote = remote_;
    exchange.status = status_;
    exchange.bytes = sent_;
    exchange.time = std::chrono::duration_cast<std::chrono::microseconds>(now - started_);
    exchange.cached = cached_;
    exchange.cut = cut;
    if (answer_) exchange.key_id = answer_->key_id;
    core_.done(exchange);
    return now;
}

bool Connection::finish() {
    auto const now = report(false);
    begin_ += head_bytes_;
    head_bytes_ = 0;
    let_go_of_job();
    answer_.reset();
    sent_ = 0;
    if (head_text_.capacity() > 4096) head_text_ = {};
    if (!keep_alive_ || core_.stopping.load(std::memory_order_relaxed)) {
        channel_->end();
        state_ = State::lingering;
        deadline_ = now + std::chrono::seconds{2};
        return true;
    }
    if (begin_ == end_) {
        begin_ = end_ = 0;
        if (buffer_.size() > 8192) buffer_ = {}; // ten thousand idle connections are to cost little
    }
    state_ = State::reading;
    idle_ = true;
    head_end_.restart();
    deadline_ = now + core_.options.limits.idle_time;
    return true;
}

} // namespace gateway::http
