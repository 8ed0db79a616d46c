#include "gateway/http/chunked_body.hpp"

#include <algorithm>
#include <charconv>

namespace gateway::http {
namespace {

constexpr std::size_t line_limit = 1024;
constexpr std::uint64_t trailer_limit = 8192;

} // namespace

void ChunkedBody::end_line(Refusal& refusal) {
    if (line_.empty() || line_.back() != '\r' || line_.find('\0') != std::string::npos) {
        refusal = {400, "a line of a chunk ends without carriage return"};
        return;
    }
    line_.pop_back();
    if (state_ == State::trailer) {
        if (line_.empty()) state_ = State::complete;
    } else if (state_ == State::content_end) {
        if (!line_.empty()) refusal = {400, "a chunk is longer than its size says"};
        state_ = State::size;
    } else {
        auto const* const end = line_.data() + line_.size();
        auto const [stop, error] = std::from_chars(line_.data(), end, left_, 16);
        // Behind the size only an extension may follow.
        if (error != std::errc{} || (stop != end && *stop != ';')) {
            refusal = {400, "the size of a chunk is not a hexadecimal number"};
            return;
        }
        state_ = left_ == 0 ? State::trailer : State::content;
    }
    line_.clear();
}

std::size_t ChunkedBody::take(std::string_view bytes, std::string& body, std::uint64_t limit_bytes,
                              Refusal& refusal) {
    std::size_t at = 0;
    while (at < bytes.size() && state_ != State::complete && refusal.status == 0) {
        if (state_ == State::content) {
            auto const part = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - at));
            body.append(bytes.substr(at, part));
            at += part;
            left_ -= part;
            if (left_ == 0) state_ = State::content_end;
            continue;
        }
        auto const feed = bytes.find('\n', at);
        auto const stop = feed == std::string_view::npos ? bytes.size() : feed;
        line_.append(bytes.substr(at, stop - at));
        if (state_ == State::trailer) trailer_bytes_ += stop - at + 1;
        if (line_.size() > line_limit || trailer_bytes_ > trailer_limit) {
            refusal = {400, "a line of a chunk is too long"};
            break;
        }
        at = stop;
        if (feed == std::string_view::npos) break;
        ++at;
        end_line(refusal);
        if (state_ == State::content &&
            left_ > limit_bytes - std::min<std::uint64_t>(limit_bytes, body.size()))
            refusal = {413, "the body is too large"};
    }
    return at;
}

} // namespace gateway::http
