// zstd frames, in pieces or at once. Every frame carries a checksum of its content.
//
// Source   RFC 8878
// Errors   Error malformed for bytes that are no frame, truncated where it ends early, checksum where the
//          content does not agree, too_large past a limit.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace gateway::io {

/// Receives bytes; the view lives for the call.
using PieceSink = std::function<void(std::string_view)>;

class ZstdCompressor {
  public:
    /// `size` announces the content's size (written into the frame); unknown_size where it is not known.
    static constexpr std::uint64_t unknown_size = ~std::uint64_t{0};
    ZstdCompressor(int level, PieceSink sink, std::uint64_t size = unknown_size);
    ~ZstdCompressor();
    ZstdCompressor(ZstdCompressor const&) = delete;
    ZstdCompressor& operator=(ZstdCompressor const&) = delete;
    void write(std::string_view bytes);
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class ZstdDecompressor {
  public:
    explicit ZstdDecompressor(PieceSink sink);
    ~ZstdDecompressor();
    ZstdDecompressor(ZstdDecompressor const&) = delete;
    ZstdDecompressor& operator=(ZstdDecompressor const&) = delete;
    /// Bytes behind the end of the frame are malformed.
    void write(std::string_view bytes);
    /// Throws truncated where the frame is not complete.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string zstd_compress(std::string_view bytes, int level = 1);
/// Never allocates more than `limit_bytes` for the content.
std::string zstd_decompress(std::string_view frame, std::uint64_t limit_bytes = std::uint64_t{8} << 30U);

} // namespace gateway::io
