// Bytes to and from one peer, without blocking: plain TCP here, TLS in tls.hpp.
//
// Threads  one at a time
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::http {

class SealedFile;

/// What became of an attempt.
enum class Moved : std::uint8_t {
    some,       ///< bytes moved
    want_read,  ///< try again when the socket can be read
    want_write, ///< try again when it can be written
    ended,      ///< the peer sends nothing more
    broken,     ///< the connection is lost
};

struct Transfer {
    Moved moved = Moved::broken;
    std::size_t bytes = 0;
};

class Channel {
  public:
    Channel() = default;
    Channel(Channel const&) = delete;
    Channel& operator=(Channel const&) = delete;
    virtual ~Channel() = default;

    virtual Transfer read(char* room, std::size_t size) = 0;
    /// Both parts in one go where that is possible; `first` is not empty unless both are.
    virtual Transfer write(std::string_view first, std::string_view second) = 0;
    /// The same where `second` lies in a file: from it, without a copy, where that is possible.
    virtual Transfer write_from(SealedFile const& file, std::string_view first, std::string_view second);
    /// Says that nothing more will be sent.
    virtual void end() noexcept = 0;
    [[nodiscard]] virtual std::string certificate() const { return {}; }
    /// Whether bytes were received that read() has not given out, so that waiting would be in vain.
    [[nodiscard]] virtual bool holds_bytes() const noexcept { return false; }
};

/// `descriptor` stays with the caller and is non-blocking.
std::unique_ptr<Channel> make_plain_channel(int descriptor);

} // namespace gateway::http
