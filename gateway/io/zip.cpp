#include "gateway/io/zip.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/ring_turns.hpp"
#include "gateway/io/zip_directory.hpp"
#include "gateway/io/zip_extract.hpp"

namespace gateway::io {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10U;
constexpr std::uint64_t thread_pays_from = std::uint64_t{1} << 20U;

bool ends_with(std::string_view name, std::string_view suffix) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
    return name.size() >= suffix.size() &&
           std::equal(suffix.begin(), suffix.end(), name.end() - static_cast<std::ptrdiff_t>(suffix.size()),
                      [&](char a, char b) { return lower(a) == lower(b); });
}

/// Buffers that go round between one writer and one reader.
struct Ring {
    static constexpr std::size_t slots = 6;

    std::array<std::string, slots> buffers;
    std::array<std::size_t, slots> sizes{};
    std::exception_ptr failure; ///< what stopped the writer, set before the end
    RingTurns turns{slots};
};

void unpack(std::string_view packed, ZipEntry const& entry, Ring& ring) {
    try {
        ZipInflater inflater{packed, entry};
        while (ring.turns.wait_for_room()) {
            auto const slot = ring.turns.filling();
            auto& buffer = ring.buffers[slot];
            buffer.resize(piece_bytes);
            auto const got = inflater.read(buffer);
            if (got == 0) return ring.turns.end();
            ring.sizes[slot] = std::min(got, buffer.size());
            ring.turns.filled();
        }
    } catch (...) {
        ring.failure = std::current_exception();
        ring.turns.end();
    }
}

} // namespace

ZipReader::ZipReader(std::string_view archive, ZipLimits const& limits)
    : archive_{archive}, entries_{read_zip_directory(archive, limits)} {}

ZipEntry const& ZipReader::only(std::string_view suffix) const {
    ZipEntry const* found = nullptr;
    std::string names;
    std::size_t count = 0;
    for (auto const& entry : entries_) {
        names += names.empty() ? "" : ", ";
        names += entry.name;
        if (entry.is_directory() || !ends_with(entry.name, suffix)) continue;
        found = &entry;
        ++count;
    }
    if (count == 1) return *found;
    throw Error{Errc::malformed, "ZIP: " + std::to_string(count) + " members end in " + std::string{suffix} +
                                     ", one is due; members: " + (names.empty() ? "none" : names)};
}

void ZipReader::extract(ZipEntry const& entry, PieceSink const& piece) const {
    ZipInflater inflater{archive_.substr(entry.data_offset, entry.packed_bytes), entry};
    std::string buffer(
        static_cast<std::size_t>(std::min<std::uint64_t>(piece_bytes, entry.unpacked_bytes + 1)), '\0');
    while (auto const got = inflater.read(buffer)) piece({buffer.data(), got});
}

std::string ZipReader::extract(ZipEntry const& entry) const {
    std::string out;
    // Checked against the ratio when the directory was read; a false size only costs address space.
    out.reserve(static_cast<std::size_t>(
        std::min<std::uint64_t>(entry.unpacked_bytes, 256 * (entry.packed_bytes + 1))));
    extract(entry, [&](std::string_view bytes) { out += bytes; });
    return out;
}

void ZipReader::extract_async(ZipEntry const& entry, PieceSink const& piece) const {
    if (entry.unpacked_bytes < thread_pays_from) return extract(entry, piece);
    Ring ring;
    std::jthread const worker{
        [&] { unpack(archive_.substr(entry.data_offset, entry.packed_bytes), entry, ring); }};
    try {
        for (; ring.turns.wait_for_filled(); ring.turns.taken()) {
            auto const slot = ring.turns.taking();
            piece(std::string_view{ring.buffers[slot]}.substr(0, ring.sizes[slot]));
        }
    } catch (...) {
        ring.turns.abandon();
        throw;
    }
    if (ring.failure) std::rethrow_exception(ring.failure);
}

} // namespace gateway::io
