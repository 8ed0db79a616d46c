// What one answer means for the next step. A pure function of status, bytes and JSON code.
//
// The HTTP status is nearly always 200, failures included: first bytes first, then Status.Code, the HTTP status
// only where neither says anything.
//
// Source   docs/adapters/genesis-access.md, "Codes"
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "adapters/genesis/answer.hpp"
#include "adapters/genesis/reader.hpp"
#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

/// Status.Code and Code of flat refusals.
namespace status {
inline constexpr int server_defect = -1;
inline constexpr int ok = 0;
inline constexpr int wrong_credentials = 2;
inline constexpr int too_many_requests = 6;
inline constexpr int no_credentials = 15;
inline constexpr int adjusted = 22; ///< done, but a parameter was replaced
inline constexpr int not_newer = 50;
inline constexpr int not_available = 90;
inline constexpr int too_big = 98;
inline constexpr int job_accepted = 99;
inline constexpr int nothing_found_check = 103;
inline constexpr int nothing_found = 104; ///< unknown, withdrawn, or a job that is not ready
} // namespace status

/// One answer, masked and kept.
struct Reply {
    gateway::RawDocument document;
    Payload payload = Payload::unknown;
    std::optional<Answer> answer; ///< where the payload is JSON that could be read
    bool timed_out = false;       ///< nothing came in the time given (CallOptions::report_timeout)
    [[nodiscard]] std::optional<int> code() const { return answer ? answer->code : std::nullopt; }
    [[nodiscard]] bool has_table() const noexcept {
        return payload == Payload::zip || payload == Payload::flat || payload == Payload::cube;
    }
};

/// How long a table may take in a dialog; the source cuts longer requests itself, sometimes.
inline constexpr std::int64_t dialog_timeout_ms = 300'000;
/// Code 98, or no answer in that time: a large table shows itself in either way.
bool is_too_big(Reply const& reply);
std::string too_big_text(Reply const& reply);

struct Verdict {
    enum class Next : std::uint8_t {
        use,      ///< the caller decides
        retry,    ///< the same again after a pause
        back_off, ///< the same again after a long pause
        stop,     ///< never again: `errc` and `text`
    };
    Next next = Next::use;
    gateway::Errc errc = gateway::Errc::source_unavailable;
    std::string text; ///< what came, for reports
};

Verdict judge(Reply const& reply);

/// What a source wrote, on one line and not longer than a report can bear.
std::string one_line(std::string_view text);

/// Retry-After in seconds or as a date; nothing where absent or unreadable.
std::optional<std::chrono::milliseconds> retry_after(std::string_view header, gateway::UnixTime now);

} // namespace adapters::genesis
