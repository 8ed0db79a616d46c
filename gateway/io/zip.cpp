#include "gateway/io/zip.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
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

/// Unpacks into buffers that go round between two threads.
class Unpacker {
  public:
    Unpacker(std::string_view packed, ZipEntry const& entry, Sideline const* sideline)
        : packed_(packed), entry_(entry), sideline_(sideline), turns_(slots, &bell()) {}

    /// Until the other side abandons the ring: on the thread that unpacks.
    void run() {
        for (;;) {
            auto const ticket = bell().ticket();
            if (turns_.is_abandoned()) return;
            auto const room = is_more_ ? turns_.room() : 0;
            if (2 * room >= slots) {
                unpack(); // first, so that the reader need not wait
                continue;
            }
            if (sideline_ != nullptr && sideline_->work()) continue;
            if (room > 0)
                unpack();
            else
                bell().wait(ticket);
        }
    }

    /// The pieces in their order, on the other thread; rethrows what stopped the unpacking.
    void each(ZipReader::PieceSink const& piece) {
        for (; turns_.wait_for_filled(); turns_.taken()) {
            auto const slot = turns_.taking();
            piece(std::string_view{buffers_[slot]}.substr(0, sizes_[slot]));
        }
        if (failure_) std::rethrow_exception(failure_);
    }
    void abandon() { turns_.abandon(); }

  private:
    static constexpr std::size_t slots = 6;

    Bell& bell() noexcept { return sideline_ == nullptr ? own_bell_ : sideline_->bell; }
    void unpack() {
        try {
            if (!inflater_) inflater_.emplace(packed_, entry_);
            auto const slot = turns_.filling();
            auto& buffer = buffers_[slot];
            buffer.resize(piece_bytes);
            sizes_[slot] = std::min(inflater_->read(buffer), buffer.size());
            if (sizes_[slot] > 0) return turns_.filled();
        } catch (...) {
            failure_ = std::current_exception();
        }
        is_more_ = false;
        turns_.end();
    }

    std::string_view packed_;
    ZipEntry const& entry_;
    Sideline const* sideline_;
    Bell own_bell_;
    std::optional<ZipInflater> inflater_;
    bool is_more_ = true;
    std::array<std::string, slots> buffers_;
    std::array<std::size_t, slots> sizes_{};
    std::exception_ptr failure_; ///< set before the end
    RingTurns turns_;
};

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

void ZipReader::extract_async(ZipEntry const& entry, PieceSink const& piece, Sideline const* sideline) const {
    if (entry.unpacked_bytes < thread_pays_from && sideline == nullptr) return extract(entry, piece);
    Unpacker unpacker{archive_.substr(entry.data_offset, entry.packed_bytes), entry, sideline};
    std::jthread const worker{[&unpacker] { unpacker.run(); }};
    try {
        unpacker.each(piece);
    } catch (...) {
        unpacker.abandon();
        throw;
    }
    unpacker.abandon();
}

} // namespace gateway::io
