#include "adapters/genesis/session_outcome.hpp"

#include <time.h>

#include <charconv>

#include "gateway/io/zip.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Error;
using Next = Verdict::Next;

// The reader checks every CRC while it unpacks; doing so here as well costs nothing on the usual table and
// finds a damaged download while it can still be repeated.
constexpr std::size_t check_crc_up_to = std::size_t{1} << 20U;

Verdict judge_zip(std::string_view bytes) {
    try {
        gateway::io::ZipReader const zip{bytes};
        if (bytes.size() <= check_crc_up_to)
            for (auto const& entry : zip.entries()) zip.extract(entry, [](std::string_view) {});
    } catch (Error const& error) {
        // A bomb stays a bomb, everything else is damage, perhaps on the way.
        if (error.code() == Errc::too_large) return {Next::stop, Errc::too_large, error.what()};
        return {Next::retry, error.code() == Errc::truncated ? Errc::truncated : Errc::checksum,
                error.what()};
    }
    return {};
}

Verdict judge_text(std::string_view bytes) {
    // Every table served so far ends its last line; where that is missing the connection was probably cut.
    if (!bytes.empty() && bytes.back() == '\n') return {};
    return {Next::retry, Errc::truncated,
            "the last line of " + std::to_string(bytes.size()) + " bytes does not end; probably cut"};
}

Verdict judge_code(int code, std::string const& content) {
    auto text = "code " + std::to_string(code) + ": " + one_line(content);
    switch (code) {
    case status::server_defect: return {Next::retry, Errc::source_unavailable, std::move(text)};
    case status::too_many_requests: return {Next::back_off, Errc::source_unavailable, std::move(text)};
    case status::wrong_credentials:
        return {
            Next::stop, Errc::source_refused,
            text + "; user, password or token are wrong. Correct them before the next try: repeated failures "
                   "lock the account"};
    case status::no_credentials:
        return {Next::stop, Errc::source_refused,
                text + "; credentials are missing, or do not permit this (a token permits reading only)"};
    default: return {Next::use, Errc::source_unavailable, std::move(text)};
    }
}

Verdict judge_status(int http) {
    auto const text = "HTTP " + std::to_string(http);
    switch (http) {
    case 401:
    case 403: return {Next::stop, Errc::source_refused, text + "; the service refuses these credentials"};
    case 404: return {Next::stop, Errc::not_found, text + "; the service's address is probably wrong"};
    case 405: return {Next::stop, Errc::source_refused, text + "; the service does not take this method"};
    case 411: return {Next::stop, Errc::source_refused, text + "; a proxy removed Content-Length"};
    case 429: return {Next::back_off, Errc::source_unavailable, text};
    default: return {Next::retry, Errc::source_unavailable, text};
    }
}

} // namespace

std::string one_line(std::string_view text) {
    constexpr std::size_t longest = 300;
    std::string out;
    for (char const c : text) out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    if (out.size() <= longest) return out;
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xc0U) == 0x80U)
        --end; // not inside a character
    return out.substr(0, end) + " ...";
}

bool is_too_big(Reply const& reply) {
    return reply.timed_out || reply.code() == status::too_big;
}

std::string too_big_text(Reply const& reply) {
    if (reply.timed_out) return "no answer within " + std::to_string(dialog_timeout_ms / 1000) + " s";
    return "code 98: " + one_line(reply.answer->content);
}

Verdict judge(Reply const& reply) {
    auto const http = reply.document.provenance.http_status;
    auto const& bytes = reply.document.bytes;
    if (reply.payload == Payload::json) {
        if (!reply.answer)
            return {Next::retry, Errc::truncated,
                    "JSON of " + std::to_string(bytes.size()) + " bytes that cannot be read; probably cut"};
        if (reply.answer->code) return judge_code(*reply.answer->code, reply.answer->content);
    }
    if (http >= 400) return judge_status(http);
    switch (reply.payload) {
    case Payload::zip: return judge_zip(bytes);
    case Payload::flat:
    case Payload::cube: return judge_text(bytes);
    case Payload::json:
    case Payload::presentation: return {};
    case Payload::html: return {Next::retry, Errc::source_unavailable, "an HTML page; probably maintenance"};
    case Payload::empty: return {Next::retry, Errc::source_unavailable, "an empty answer"};
    case Payload::unknown:
        return {Next::retry, Errc::not_a_table,
                "something unknown that begins with '" + one_line(std::string_view{bytes}.substr(0, 40)) +
                    "'"};
    }
    return {};
}

std::optional<std::chrono::milliseconds> retry_after(std::string_view header, gateway::UnixTime now) {
    if (header.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    auto const* const end = header.data() + header.size();
    if (std::from_chars(header.data(), end, seconds).ptr != end) {
        tm parts{}; // "Fri, 06 Jun 2025 08:15:02 GMT"
        std::string const text{header};
        if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
        seconds = static_cast<std::int64_t>(::timegm(&parts)) - now;
    }
    if (seconds < 0) return std::nullopt;
    return std::chrono::seconds{seconds > 86'400 ? 86'400 : seconds};
}

} // namespace adapters::genesis
