// Compression of Avro blocks.
//
// Codecs   null, deflate (raw, no zlib header), zstandard; snappy (followed by the CRC-32 of the unpacked
//          bytes, big-endian) can be read only.
// Errors   malformed, checksum; too_large where a block unpacks to more than the limit.
// Source   Apache Avro 1.11 specification, "Required Codecs", "Optional Codecs".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::feed::avro {

enum class Codec : std::uint8_t { null, deflate, zstandard, snappy };

std::string_view to_string(Codec codec) noexcept; ///< as in avro.codec
std::optional<Codec> codec_from(std::string_view name) noexcept;

/// Keeps the contexts of the libraries from block to block. One user at a time.
class Compressor {
  public:
    explicit Compressor(Codec codec);
    ~Compressor();
    Compressor(Compressor&&) noexcept;
    Compressor& operator=(Compressor&&) noexcept;
    /// Lives until the next call; for null it is `bytes`.
    std::string_view compress(std::string_view bytes);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

class Decompressor {
  public:
    Decompressor(Codec codec, std::size_t limit_bytes);
    ~Decompressor();
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;
    /// Lives until the next call; for null it is `bytes`.
    std::string_view decompress(std::string_view bytes);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace gateway::feed::avro
