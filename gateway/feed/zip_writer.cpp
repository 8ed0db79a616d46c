#include "gateway/feed/zip_writer.hpp"

#include <zlib.h>

#include <array>
#include <cassert>
#include <limits>
#include <utility>
#include <vector>

#include "gateway/core/error.hpp"

namespace gateway::feed {
namespace {

constexpr unsigned version = 20; // 2.0: deflate
constexpr unsigned sizes_follow = 1U << 3U;
constexpr unsigned utf8_name = 1U << 11U;
constexpr unsigned method_deflate = 8;
constexpr unsigned midnight = 0;
constexpr unsigned first_of_1980 = 1U << 5U | 1U; // the first day that ZIP can say

void put16(std::string& out, unsigned value) {
    out.push_back(static_cast<char>(value & 0xFFU));
    out.push_back(static_cast<char>(value >> 8U & 0xFFU));
}
void put32(std::string& out, std::uint32_t value) {
    put16(out, value & 0xFFFFU);
    put16(out, value >> 16U);
}

std::uint32_t checked32(std::uint64_t value) {
    if (value >= std::numeric_limits<std::uint32_t>::max())
        throw Error{Errc::too_large, "a ZIP file of 4 GiB or more; export fewer datasets at a time"};
    return static_cast<std::uint32_t>(value);
}

struct Entry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint32_t packed = 0;
    std::uint32_t unpacked = 0;
    std::uint32_t offset = 0;
    unsigned flags = utf8_name;
};

void put_common(std::string& record, Entry const& entry) {
    put16(record, version);
    put16(record, entry.flags);
    put16(record, method_deflate);
    put16(record, midnight);
    put16(record, first_of_1980);
    put32(record, entry.crc);
    put32(record, entry.packed);
    put32(record, entry.unpacked);
    put16(record, static_cast<unsigned>(entry.name.size()));
    put16(record, 0); // extra field
}

std::uint32_t crc_of(std::string_view bytes, std::uint32_t from = 0) noexcept {
    return static_cast<std::uint32_t>(
        crc32_z(from, reinterpret_cast<Bytef const*>(bytes.data()), bytes.size()));
}

} // namespace

struct ZipWriter::State {
    std::function<void(std::string_view)> sink;
    z_stream zlib{};
    std::vector<Entry> entries;
    std::uint64_t written = 0;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    std::uint32_t crc = 0;
    std::string piece;

    explicit State(std::function<void(std::string_view)> to) : sink(std::move(to)) {
        if (deflateInit2(&zlib, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw Error{Errc::io, "zlib cannot start: out of memory"};
    }
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() { deflateEnd(&zlib); }

    void put(std::string_view bytes) {
        written += bytes.size();
        sink(bytes);
    }

    /// Appends what comes out to `piece`.
    void deflate_some(std::string_view bytes, int flush) {
        zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data())); // read only, see zlib.h
        zlib.avail_in = static_cast<uInt>(bytes.size());
        std::array<char, std::size_t{16} << 10U> out{};
        do {
            zlib.next_out = reinterpret_cast<Bytef*>(out.data());
            zlib.avail_out = static_cast<uInt>(out.size());
            ::deflate(&zlib, flush);
            piece.append(out.data(), out.size() - zlib.avail_out);
        } while (zlib.avail_out == 0);
    }

    void put_piece() {
        packed += piece.size();
        if (!piece.empty()) put(piece);
        piece.clear();
    }

    void put_local(Entry const& entry) {
        std::string record{"PK\x03\x04", 4};
        put_common(record, entry);
        record += entry.name;
        put(record);
    }
};

ZipWriter::ZipWriter(std::function<void(std::string_view)> sink)
    : state_(std::make_unique<State>(std::move(sink))) {}
ZipWriter::~ZipWriter() = default;

void ZipWriter::begin(std::string const& name) {
    Entry entry;
    entry.name = name;
    entry.offset = checked32(state_->written);
    entry.flags |= sizes_follow;
    state_->put_local(entry);
    state_->entries.push_back(std::move(entry));
    state_->crc = 0;
    state_->packed = state_->unpacked = 0;
    deflateReset(&state_->zlib);
}

void ZipWriter::write(std::string_view bytes) {
    assert(!state_->entries.empty());
    state_->unpacked += bytes.size();
    state_->crc = crc_of(bytes, state_->crc);
    constexpr std::size_t most = std::size_t{1} << 30U; // zlib counts in 32 bits
    for (; bytes.size() > most; bytes.remove_prefix(most)) {
        state_->deflate_some(bytes.substr(0, most), Z_NO_FLUSH);
        state_->put_piece();
    }
    state_->deflate_some(bytes, Z_NO_FLUSH);
    state_->put_piece();
}

void ZipWriter::end() {
    state_->deflate_some({}, Z_FINISH);
    state_->put_piece();
    auto& entry = state_->entries.back();
    entry.crc = state_->crc;
    entry.packed = checked32(state_->packed);
    entry.unpacked = checked32(state_->unpacked);
    std::string descriptor{"PK\x07\x08", 4};
    put32(descriptor, entry.crc);
    put32(descriptor, entry.packed);
    put32(descriptor, entry.unpacked);
    state_->put(descriptor);
}

void ZipWriter::add(std::string const& name, std::string_view bytes) {
    deflateReset(&state_->zlib);
    state_->deflate_some(bytes, Z_FINISH);
    Entry entry;
    entry.name = name;
    entry.offset = checked32(state_->written);
    entry.crc = crc_of(bytes);
    entry.packed = checked32(state_->piece.size());
    entry.unpacked = checked32(bytes.size());
    state_->put_local(entry);
    state_->put_piece();
    state_->entries.push_back(std::move(entry));
}

void ZipWriter::finish() {
    auto const start = checked32(state_->written);
    for (auto const& entry : state_->entries) {
        std::string record{"PK\x01\x02", 4};
        put16(record, version);
        put_common(record, entry);
        put16(record, 0); // comment
        put16(record, 0); // disk
        put16(record, 0); // internal attributes
        put32(record, 0); // external attributes
        put32(record, entry.offset);
        record += entry.name;
        state_->put(record);
    }
    auto const size = checked32(state_->written - start);
    std::string record{"PK\x05\x06", 4};
    put16(record, 0);
    put16(record, 0);
    put16(record, static_cast<unsigned>(state_->entries.size()));
    put16(record, static_cast<unsigned>(state_->entries.size()));
    put32(record, size);
    put32(record, start);
    put16(record, 0);
    state_->put(record);
}

} // namespace gateway::feed
