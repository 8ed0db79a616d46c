#include "gateway/feed/avro/codec.hpp"

#include <snappy.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "gateway/core/error.hpp"

namespace gateway::feed::avro {
namespace {

constexpr std::array<std::string_view, 4> names{"null", "deflate", "zstandard", "snappy"};
constexpr int raw_window_bits = -15; // negative: no zlib header
constexpr int level = 1;             // level 9 costs 20 times the time for a tenth of the size

struct FreeCompress {
    void operator()(ZSTD_CCtx* context) const noexcept { ZSTD_freeCCtx(context); }
};
struct FreeDecompress {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

Bytef* zlib_bytes(std::string_view text) noexcept {
    // zlib does not write through next_in; its interface only lacks the const.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

uInt zlib_size(std::size_t size) {
    if (size > std::numeric_limits<uInt>::max())
        throw Error{Errc::too_large, "a block of " + std::to_string(size) + " bytes is more than zlib takes"};
    return static_cast<uInt>(size);
}

Error past_limit(std::size_t limit) {
    return {Errc::too_large, "block unpacks to more than the limit of " + std::to_string(limit) + " bytes"};
}

} // namespace

std::string_view to_string(Codec codec) noexcept {
    return names[static_cast<std::size_t>(codec)];
}

std::optional<Codec> codec_from(std::string_view name) noexcept {
    auto const found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Codec>(found - names.begin());
}

struct Compressor::State {
    Codec codec;
    z_stream zlib{};
    std::unique_ptr<ZSTD_CCtx, FreeCompress> zstd;
    std::vector<char> out;

    explicit State(Codec kind) : codec(kind) {
        if (codec == Codec::deflate &&
            deflateInit2(&zlib, level, Z_DEFLATED, raw_window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw Error{Errc::io, "zlib cannot start: out of memory"};
        if (codec == Codec::zstandard) {
            zstd.reset(ZSTD_createCCtx());
            if (!zstd) throw Error{Errc::io, "zstd cannot start: out of memory"};
        }
    }
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() {
        if (codec == Codec::deflate) deflateEnd(&zlib);
    }

    std::string_view deflate_block(std::string_view bytes) {
        out.resize(deflateBound(&zlib, static_cast<uLong>(bytes.size())));
        zlib.next_in = zlib_bytes(bytes);
        zlib.avail_in = zlib_size(bytes.size());
        zlib.next_out = reinterpret_cast<Bytef*>(out.data());
        zlib.avail_out = zlib_size(out.size());
        auto const code = ::deflate(&zlib, Z_FINISH);
        auto const size = out.size() - zlib.avail_out;
        deflateReset(&zlib);
        if (code != Z_STREAM_END) throw Error{Errc::io, "zlib did not finish a block"};
        return {out.data(), size};
    }

    std::string_view zstd_block(std::string_view bytes) {
        out.resize(ZSTD_compressBound(bytes.size()));
        auto const size =
            ZSTD_compressCCtx(zstd.get(), out.data(), out.size(), bytes.data(), bytes.size(), level);
        if (ZSTD_isError(size) != 0)
            throw Error{Errc::io, std::string{"zstd did not finish a block: "} + ZSTD_getErrorName(size)};
        return {out.data(), size};
    }
};

Compressor::Compressor(Codec codec) : state_(std::make_unique<State>(codec)) {
    if (codec == Codec::snappy)
        throw Error{Errc::invalid_argument, "codec snappy is read only; write null, deflate or zstandard"};
}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

std::string_view Compressor::compress(std::string_view bytes) {
    switch (state_->codec) {
    case Codec::deflate: return state_->deflate_block(bytes);
    case Codec::zstandard: return state_->zstd_block(bytes);
    case Codec::null:
    case Codec::snappy: break;
    }
    return bytes;
}

struct Decompressor::State {
    Codec codec;
    std::size_t limit;
    z_stream zlib{};
    std::unique_ptr<ZSTD_DCtx, FreeDecompress> zstd;
    std::vector<char> out;

    State(Codec kind, std::size_t limit_bytes) : codec(kind), limit(limit_bytes) {
        if (codec == Codec::deflate && inflateInit2(&zlib, raw_window_bits) != Z_OK)
            throw Error{Errc::io, "zlib cannot start: out of memory"};
        if (codec == Codec::zstandard) {
            zstd.reset(ZSTD_createDCtx());
            if (!zstd) throw Error{Errc::io, "zstd cannot start: out of memory"};
        }
    }
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() {
        if (codec == Codec::deflate) inflateEnd(&zlib);
    }

    /// Doubles the room; the limit is the last size, and one byte more shows that it is exceeded.
    void grow() {
        if (out.size() > limit) throw past_limit(limit);
        out.resize(std::min(std::max<std::size_t>(out.size() * 2, std::size_t{64} << 10U), limit + 1));
    }

    std::string_view inflate_block(std::string_view bytes) {
        inflateReset(&zlib);
        zlib.next_in = zlib_bytes(bytes);
        zlib.avail_in = zlib_size(bytes.size());
        std::size_t size = 0;
        for (;;) {
            if (size == out.size()) grow();
            zlib.next_out = reinterpret_cast<Bytef*>(out.data() + size);
            zlib.avail_out = zlib_size(out.size() - size);
            auto const code = ::inflate(&zlib, Z_NO_FLUSH);
            size = out.size() - zlib.avail_out;
            if (size > limit) throw past_limit(limit);
            if (code == Z_STREAM_END) break;
            if (code == Z_OK && zlib.avail_out == 0) continue;
            if (code == Z_OK && zlib.avail_in != 0) continue;
            throw Error{code == Z_DATA_ERROR ? Errc::malformed : Errc::truncated,
                        std::string{"deflate stream: "} + (zlib.msg != nullptr ? zlib.msg : "it is cut")};
        }
        // Python's avro cuts zlib's frame off too late: up to four bytes of its checksum follow.
        if (zlib.avail_in > 4)
            throw Error{Errc::malformed,
                        "deflate stream: " + std::to_string(zlib.avail_in) + " bytes follow its end"};
        return {out.data(), size};
    }

    std::string_view zstd_block(std::string_view bytes) {
        // Frames may leave out their size, so that only the stream interface reads them all.
        ZSTD_DCtx_reset(zstd.get(), ZSTD_reset_session_only);
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        std::size_t size = 0;
        std::size_t hint = 1;
        while (in.pos < in.size || hint != 0) {
            if (size == out.size()) grow();
            ZSTD_outBuffer piece{out.data() + size, out.size() - size, 0};
            hint = ZSTD_decompressStream(zstd.get(), &piece, &in);
            if (ZSTD_isError(hint) != 0)
                throw Error{Errc::malformed, std::string{"zstandard frame: "} + ZSTD_getErrorName(hint)};
            size += piece.pos;
            if (size > limit) throw past_limit(limit);
            if (hint != 0 && in.pos == in.size && piece.pos < piece.size)
                throw Error{Errc::truncated, "zstandard frame: it is cut"};
        }
        return {out.data(), size};
    }

    std::string_view snappy_block(std::string_view bytes) {
        if (bytes.size() < 4) throw Error{Errc::truncated, "snappy block lacks its CRC-32"};
        auto const body = bytes.substr(0, bytes.size() - 4);
        std::size_t size = 0;
        if (!snappy::GetUncompressedLength(body.data(), body.size(), &size))
            throw Error{Errc::malformed, "snappy block: its length cannot be read"};
        if (size > limit) throw past_limit(limit);
        // Snappy cannot pack better than about 1:21, so that a larger claim is a lie.
        if (size / 64 > body.size())
            throw Error{Errc::malformed, "snappy block claims more than it can hold"};
        out.resize(std::max<std::size_t>(size, 1));
        if (!snappy::RawUncompress(body.data(), body.size(), out.data()))
            throw Error{Errc::malformed, "snappy block is damaged"};
        std::uint32_t expected = 0;
        for (char const c : bytes.substr(bytes.size() - 4))
            expected = expected << 8U | static_cast<unsigned char>(c);
        if (crc32_z(0, reinterpret_cast<Bytef const*>(out.data()), size) != expected)
            throw Error{Errc::checksum, "snappy block: its CRC-32 does not agree"};
        return {out.data(), size};
    }
};

Decompressor::Decompressor(Codec codec, std::size_t limit_bytes)
    : state_(std::make_unique<State>(codec, limit_bytes)) {}
Decompressor::~Decompressor() = default;
Decompressor::Decompressor(Decompressor&&) noexcept = default;
Decompressor& Decompressor::operator=(Decompressor&&) noexcept = default;

std::string_view Decompressor::decompress(std::string_view bytes) {
    switch (state_->codec) {
    case Codec::deflate: return state_->inflate_block(bytes);
    case Codec::zstandard: return state_->zstd_block(bytes);
    case Codec::snappy: return state_->snappy_block(bytes);
    case Codec::null: break;
    }
    if (bytes.size() > state_->limit) throw past_limit(state_->limit);
    return bytes;
}

} // namespace gateway::feed::avro
