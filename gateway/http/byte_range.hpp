// Byte ranges: a part of an answer that is whole in memory, for downloads that go on where they broke off.
//
// Range    one range of bytes: "bytes=0-499", "bytes=500-", "bytes=-500" (the last 500). Several ranges, other units
//          and what is malformed are passed over, as the standard allows: the answer is whole then.
// If-Range a strong tag or the very date of the answer; where it does not fit, the answer is whole
// Encoded  answers have no ranges: the same content may be packed into other bytes next time
// Source   RFC 9110 (13.1.5, 14)
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::http {

struct ByteRange {
    std::size_t first = 0;
    std::size_t count = 0; ///< 0: the range begins behind the end (416)
};

/// What a Range field asks of a body; nothing where it asks nothing that can be given.
std::optional<ByteRange> read_range(std::string_view range, std::size_t body_bytes) noexcept;

/// Whether a range may be given to a client that holds a part under this If-Range. `tag` is the answer's.
bool holds_part_of(std::string_view if_range, std::string_view tag,
                   std::optional<std::int64_t> last_modified) noexcept;

/// "bytes 0-499/1234"; "bytes */1234" for a range behind the end.
std::string content_range(ByteRange const& range, std::size_t body_bytes);

} // namespace gateway::http
