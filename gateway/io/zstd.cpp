#include "gateway/io/zstd.hpp"

#include <zstd.h>
#include <zstd_errors.h>

#include "gateway/core/error.hpp"

namespace gateway::io {
namespace {

std::size_t checked(std::size_t code, Errc errc) {
    if (ZSTD_isError(code) == 0) return code;
    if (ZSTD_getErrorCode(code) == ZSTD_error_checksum_wrong) errc = Errc::checksum;
    if (ZSTD_getErrorCode(code) == ZSTD_error_memory_allocation) errc = Errc::io;
    throw Error{errc, std::string{"zstd: "} + ZSTD_getErrorName(code)};
}

void set(ZSTD_CCtx* context, ZSTD_cParameter parameter, int value) {
    checked(ZSTD_CCtx_setParameter(context, parameter, value), Errc::invalid_argument);
}

} // namespace

struct ZstdCompressor::State {
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
    PieceSink sink;
    std::string out = std::string(ZSTD_CStreamOutSize(), '\0');

    void run(std::string_view bytes, ZSTD_EndDirective end) {
        ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
        for (;;) {
            ZSTD_outBuffer space{out.data(), out.size(), 0};
            auto const left = checked(ZSTD_compressStream2(context.get(), &space, &in, end), Errc::io);
            if (space.pos != 0) sink({out.data(), space.pos});
            if (end == ZSTD_e_end ? left == 0 : in.pos == in.size) return;
        }
    }
};

ZstdCompressor::ZstdCompressor(int level, PieceSink sink, std::uint64_t size) : state_{new State} {
    if (!state_->context) throw Error{Errc::io, "zstd: no memory for a compressor"};
    state_->sink = std::move(sink);
    auto* const context = state_->context.get();
    set(context, ZSTD_c_compressionLevel, level);
    set(context, ZSTD_c_checksumFlag, 1);
    if (size != unknown_size) checked(ZSTD_CCtx_setPledgedSrcSize(context, size), Errc::invalid_argument);
}

ZstdCompressor::~ZstdCompressor() = default;
void ZstdCompressor::write(std::string_view bytes) {
    state_->run(bytes, ZSTD_e_continue);
}
void ZstdCompressor::finish() {
    state_->run({}, ZSTD_e_end);
}

struct ZstdFrames::State {
    std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
    PieceSink sink;
    // Not filled with zeros: pages that no frame reaches stay untouched.
    std::unique_ptr<char[]> out;
    std::size_t room = 0;
};

ZstdFrames::ZstdFrames(int level, PieceSink sink) : state_{new State} {
    if (!state_->context) throw Error{Errc::io, "zstd: no memory for a compressor"};
    state_->sink = std::move(sink);
    set(state_->context.get(), ZSTD_c_compressionLevel, level);
}

ZstdFrames::~ZstdFrames() = default;

void ZstdFrames::write(std::string_view bytes) {
    auto& state = *state_;
    do {
        auto const piece = bytes.substr(0, piece_bytes);
        bytes.remove_prefix(piece.size());
        if (auto const room = ZSTD_compressBound(piece.size()); room > state.room) {
            state.out.reset(new char[room]);
            state.room = room;
        }
        auto const size = checked(
            ZSTD_compress2(state.context.get(), state.out.get(), state.room, piece.data(), piece.size()),
            Errc::io);
        state.sink({state.out.get(), size});
    } while (!bytes.empty());
}

struct ZstdDecompressor::State {
    std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context{ZSTD_createDCtx(), ZSTD_freeDCtx};
    PieceSink sink;
    std::string out = std::string(ZSTD_DStreamOutSize(), '\0');
    Frames frames = Frames::one;
    std::uint64_t in_bytes = 0;
    bool complete = false;
};

ZstdDecompressor::ZstdDecompressor(PieceSink sink, Frames frames) : state_{new State} {
    if (!state_->context) throw Error{Errc::io, "zstd: no memory for a decompressor"};
    state_->frames = frames;
    state_->sink = std::move(sink);
}

ZstdDecompressor::~ZstdDecompressor() = default;

void ZstdDecompressor::write(std::string_view bytes) {
    auto& state = *state_;
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    while (in.pos < in.size) {
        if (state.complete && state.frames == Frames::one)
            throw Error{Errc::malformed, "zstd: bytes behind the end of the frame, at offset " +
                                             std::to_string(state.in_bytes + in.pos)};
        ZSTD_outBuffer space{};
        do { // once more while the buffer came back full: the decoder may hold content back
            space = {state.out.data(), state.out.size(), 0};
            auto const hint =
                checked(ZSTD_decompressStream(state.context.get(), &space, &in), Errc::malformed);
            if (space.pos != 0) state.sink({state.out.data(), space.pos});
            state.complete = hint == 0;
        } while (!state.complete && space.pos == space.size);
    }
    state.in_bytes += bytes.size();
}

void ZstdDecompressor::finish() {
    if (!state_->complete)
        throw Error{Errc::truncated,
                    "zstd: the frame is not complete after " + std::to_string(state_->in_bytes) + " bytes"};
}

std::string zstd_compress(std::string_view bytes, int level) {
    std::string out;
    ZstdCompressor compressor{level, [&](std::string_view piece) { out += piece; }, bytes.size()};
    compressor.write(bytes);
    compressor.finish();
    return out;
}

std::string zstd_decompress(std::string_view frame, std::uint64_t limit_bytes) {
    std::string out;
    auto const announced = ZSTD_getFrameContentSize(frame.data(), frame.size());
    // The header may lie: what is reserved ahead is bounded by what the frame can plausibly hold.
    if (announced < ZSTD_CONTENTSIZE_ERROR) {
        if (announced > limit_bytes)
            throw Error{Errc::too_large, "zstd: the frame announces " + std::to_string(announced) +
                                             " bytes; the limit is " + std::to_string(limit_bytes)};
        out.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(announced, 64 * frame.size())));
    }
    ZstdDecompressor decompressor{[&](std::string_view piece) {
        if (out.size() + piece.size() > limit_bytes)
            throw Error{Errc::too_large,
                        "zstd: more than " + std::to_string(limit_bytes) + " bytes of content"};
        out += piece;
    }};
    decompressor.write(frame);
    decompressor.finish();
    return out;
}

} // namespace gateway::io
