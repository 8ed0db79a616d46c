// An answer ready for the wire: its head is text, made once, and its body is bytes.
//
// What changes from request to request (status line, Date, Connection) is put before it when it is sent.
// Source   RFC 9110 (8.6, 8.8, 12.5.5, 15.4.5), RFC 9112 (6)
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/coding.hpp"
#include "gateway/http/conditional.hpp"
#include "gateway/http/message.hpp"
#include "gateway/http/sealed_file.hpp"

namespace gateway::http {

/// Immutable once made; shared between connections and the cache.
struct Answer {
    unsigned status = 200;
    std::string fields;              ///< "Name: value\r\n" each, with Content-Length where the body is whole
    std::string not_modified_fields; ///< those of a 304
    std::size_t length_at = 0;       ///< where Content-Length begins in `fields`: it is the last
    bool has_ranges = false;         ///< parts of the body may be asked for
    bool may_have_ranges = false;    ///< where the body is whole
    std::shared_ptr<std::string const> body; ///< null where it streams, is in `file`, or there is none
    std::shared_ptr<SealedFile const> file;  ///< holds the body in place of `body`; null otherwise
    std::string tag;                         ///< ETag, with the mark of its coding
    std::optional<std::int64_t> last_modified;
    std::vector<std::string> vary; ///< names of the request fields that choose it, beside Accept-Encoding
    bool shared = false;           ///< may be kept for others
    std::string key_id;            ///< X-Kreislauf-Key-Id, for the access log

    /// The body; empty where it streams or there is none.
    [[nodiscard]] std::string_view content() const noexcept {
        return file ? file->bytes() : body ? std::string_view{*body} : std::string_view{};
    }
    /// In memory.
    [[nodiscard]] std::size_t bytes() const noexcept {
        return fields.size() + not_modified_fields.size() + (file ? file->room() : content().size()) +
               sizeof(Answer);
    }
};

/// A body that streams: what was pulled already, the source, and the encoder between.
struct Stream {
    std::string ready; ///< first piece, not encoded
    std::unique_ptr<BodySource> source;
    std::unique_ptr<Encoder> encoder; ///< null where it goes out as it is
    bool ended = false;               ///< the source has nothing left

    /// Appends some `piece_bytes`, encoded, to `out`; false where nothing is left. A live one may append nothing.
    bool next(std::string& out, std::size_t piece_bytes);
    [[nodiscard]] bool done() const noexcept { return ended && ready.empty() && !encoder; }
    /// Has nothing at present, and may have more later.
    [[nodiscard]] bool is_live() const { return source->pause() > std::chrono::milliseconds::zero(); }
};

struct Made {
    std::shared_ptr<Answer const> answer;
    std::unique_ptr<Stream> stream; ///< null where answer->body is everything
};

struct MakeLimits {
    std::size_t plain_bytes = 1000;        ///< smaller bodies are not encoded
    std::size_t whole_bytes = 256U << 10U; ///< a streaming body that ends within is sent whole
    std::size_t shared_bytes = 4U << 20U;  ///< the same for one that may be kept for others
};

/// Turns what a handler gave into what is sent.
/// \throws Error invalid_argument for a header that would break the head; whatever a BodySource throws
Made make_answer(Response response, Choice const& choice, MakeLimits const& limits);

/// A streaming answer, as it is when its body was sent and is whole; `body` is in the coding that its fields name.
std::shared_ptr<Answer const> with_body(Answer const& streamed, std::string body);

/// The same answer with its body in a file; null where the system has no room for one.
std::shared_ptr<Answer const> in_file(Answer const& answer);
/// The same answer with its body in memory.
std::shared_ptr<Answer const> in_memory(Answer const& answer);

/// An answer of the server itself: {"error":{"code":...,"text":...}}.
std::shared_ptr<Answer const> error_answer(unsigned status, std::string_view text);

std::string_view reason_of(unsigned status) noexcept;

} // namespace gateway::http
