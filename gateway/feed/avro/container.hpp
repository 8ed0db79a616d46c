// Avro object container files.
//
// Shape    magic "Obj\1", metadata map (avro.schema, avro.codec), 16-byte sync marker, then blocks of record
//          count, byte count, (compressed) records, sync marker.
// Bytes    the sync marker is a hash of schema, codec and first block: the same records give the same file.
// Errors   malformed, truncated, checksum, too_large naming the block; a count or length is checked against
//          the bytes that are left before anything is allocated.
// Source   Apache Avro 1.11 specification, "Object Container Files".
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "gateway/feed/avro/binary.hpp"
#include "gateway/feed/avro/codec.hpp"

namespace gateway::feed::avro {

inline constexpr std::size_t sync_bytes = 16;
/// A block is written when its records reach this size.
inline constexpr std::size_t default_block_bytes = std::size_t{256} << 10U;
/// Largest block that is unpacked, whatever it claims.
inline constexpr std::size_t default_block_limit_bytes = std::size_t{64} << 20U;

/// Writes records that the caller has encoded.
class ContainerWriter {
  public:
    ContainerWriter(std::function<void(std::string_view)> sink, std::string schema, Codec codec,
                    std::size_t block_bytes = default_block_bytes);

    /// Where to append the next record.
    [[nodiscard]] Buffer& buffer() noexcept { return block_; }
    /// Ends a record; writes the block when it is full.
    void end_record() {
        ++records_;
        if (block_.size() >= block_bytes_) write_block();
    }
    /// Writes what is left, and the header where there was no record. Nothing may follow.
    void finish();

  private:
    void write_header();
    void write_block();

    std::function<void(std::string_view)> sink_;
    std::string schema_;
    Codec codec_;
    Compressor compressor_;
    Buffer block_;
    std::string sync_; ///< empty until the header is written
    std::size_t block_bytes_;
    std::uint64_t records_ = 0;
};

/// Reads a container from memory (a mapped file, say). The bytes must outlive it.
class ContainerReader {
  public:
    explicit ContainerReader(std::string_view bytes,
                             std::size_t block_limit_bytes = default_block_limit_bytes);

    [[nodiscard]] std::string const& schema() const noexcept { return schema_; }
    [[nodiscard]] Codec codec() const noexcept { return codec_; }
    [[nodiscard]] std::map<std::string, std::string> const& metadata() const noexcept { return metadata_; }

    struct Block {
        std::uint64_t records = 0;
        std::string_view bytes;   ///< unpacked; lives until the next call
        std::uint64_t number = 0; ///< from 1
    };
    /// False at the end of the file.
    bool next(Block& block);

  private:
    Cursor cursor_;
    std::map<std::string, std::string> metadata_;
    std::string schema_;
    Codec codec_ = Codec::null;
    std::string_view sync_;
    Decompressor decompressor_;
    std::uint64_t number_ = 0;
};

/// The error that `place` adds its name to: "block 3: byte 17: ...".
[[noreturn]] void rethrow_in(std::string const& place, Error const& error);

} // namespace gateway::feed::avro
