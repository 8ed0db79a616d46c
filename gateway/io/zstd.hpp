// zstd frames, in pieces or at once. Every frame carries a checksum of its content, but those of ZstdFrames.
//
// Source   RFC 8878
// Errors   Error malformed for bytes that are no frame, truncated where it ends early, checksum where the
//          content does not agree, too_large past a limit.
#pragma once

#include <cstddef>
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

/// Frames one behind another, a large piece each. A piece is compressed where it lies: a fifth faster than one frame in
/// pieces, whose input is copied into a window first. For content that has sums of its own: frames without checksum.
class ZstdFrames {
  public:
    static constexpr std::size_t piece_bytes = std::size_t{8} << 20U;
    ZstdFrames(int level, PieceSink sink);
    ~ZstdFrames();
    ZstdFrames(ZstdFrames const&) = delete;
    ZstdFrames& operator=(ZstdFrames const&) = delete;
    /// A frame for each piece_bytes; one where there is nothing, too.
    void write(std::string_view bytes);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class ZstdDecompressor {
  public:
    enum class Frames : std::uint8_t { one, many };
    explicit ZstdDecompressor(PieceSink sink, Frames frames = Frames::one);
    ~ZstdDecompressor();
    ZstdDecompressor(ZstdDecompressor const&) = delete;
    ZstdDecompressor& operator=(ZstdDecompressor const&) = delete;
    /// Bytes behind the end of the frame are malformed, or the next frame where there may be many.
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
