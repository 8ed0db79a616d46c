#include "gateway/io/zip.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "gateway/core/error.hpp"
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

/// Three buffers go round between one writer and one reader.
class Ring {
  public:
    /// Next buffer to fill; empty where the reader has given up.
    std::string* to_fill() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return filled_ - taken_ < buffers_.size() || abandoned_; });
        return abandoned_ ? nullptr : &buffers_[filled_ % buffers_.size()];
    }
    void filled(std::size_t bytes) {
        auto& buffer = buffers_[filled_ % buffers_.size()];
        auto const lock = std::scoped_lock{mutex_};
        sizes_[filled_ % buffers_.size()] = std::min(bytes, buffer.size());
        ++filled_;
        changed_.notify_all();
    }
    void end(std::exception_ptr failure) {
        auto const lock = std::scoped_lock{mutex_};
        failure_ = std::move(failure);
        ended_ = true;
        changed_.notify_all();
    }
    /// Next piece, valid until taken(); empty at the end. Rethrows what stopped the writer.
    std::string_view next() {
        std::unique_lock lock{mutex_};
        changed_.wait(lock, [&] { return filled_ != taken_ || ended_; });
        if (filled_ != taken_)
            return {buffers_[taken_ % buffers_.size()].data(), sizes_[taken_ % buffers_.size()]};
        if (failure_) std::rethrow_exception(failure_);
        return {};
    }
    void taken() {
        auto const lock = std::scoped_lock{mutex_};
        ++taken_;
        changed_.notify_all();
    }
    void abandon() {
        auto const lock = std::scoped_lock{mutex_};
        abandoned_ = true;
        changed_.notify_all();
    }

  private:
    static std::string buffer() { return std::string(piece_bytes, '\0'); }
    std::array<std::string, 3> buffers_{buffer(), buffer(), buffer()};
    std::array<std::size_t, 3> sizes_{};
    std::size_t filled_ = 0;
    std::size_t taken_ = 0;
    bool ended_ = false;
    bool abandoned_ = false;
    std::exception_ptr failure_;
    std::mutex mutex_;
    std::condition_variable changed_;
};

void unpack(std::string_view packed, ZipEntry const& entry, Ring& ring) {
    try {
        ZipInflater inflater{packed, entry};
        while (auto* const buffer = ring.to_fill()) {
            auto const got = inflater.read(*buffer);
            if (got == 0) return ring.end(nullptr);
            ring.filled(got);
        }
    } catch (...) {
        ring.end(std::current_exception());
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
        for (auto bytes = ring.next(); !bytes.empty(); bytes = ring.next()) {
            piece(bytes);
            ring.taken();
        }
    } catch (...) {
        ring.abandon();
        throw;
    }
}

} // namespace gateway::io
