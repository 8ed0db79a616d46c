// ZIP archives, from the central directory.
//
// GENESIS sets flags 0x0808: the local headers carry no sizes, a descriptor follows the data. Only the
// central directory is believed; local headers are checked against it. An archive is refused as a whole where
// its directory is not sound.
//
// Source   PKWARE APPNOTE 6.3.10; methods stored and deflate (RFC 1951); zip64 is read.
// Errors   Error truncated for an archive or member that ends early, checksum for a wrong CRC-32, too_large
//          past a limit, malformed for everything else; the text names member, offset and value.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/io/bell.hpp"

namespace gateway::io {

/// What a thread can do between the pieces of its main work.
struct Sideline {
    /// Rung whenever there may be something to do again.
    Bell& bell;
    /// Does a little; false where there is nothing to do now. Throws nothing.
    std::function<bool()> work;
};

struct ZipLimits {
    std::size_t max_entries = 1000;
    std::uint64_t max_unpacked_bytes = std::uint64_t{8} << 30U; ///< of all members together
    std::uint64_t max_ratio =
        200; ///< unpacked to packed; tables have 10 to 46. Members up to 1 MiB are exempt
};

struct ZipEntry {
    std::string name;
    std::uint64_t packed_bytes = 0;
    std::uint64_t unpacked_bytes = 0;
    std::uint64_t data_offset = 0; ///< of the packed bytes in the archive
    std::uint32_t crc32 = 0;
    std::uint16_t method = 0; ///< 0 stored, 8 deflate
    [[nodiscard]] bool is_directory() const noexcept { return !name.empty() && name.back() == '/'; }
};

class ZipReader {
  public:
    using PieceSink = std::function<void(std::string_view)>;

    /// `archive` must outlive the reader.
    explicit ZipReader(std::string_view archive, ZipLimits const& limits = {});

    [[nodiscard]] std::vector<ZipEntry> const& entries() const noexcept { return entries_; }
    /// The only member whose name ends in `suffix` (".csv", any case).
    /// \throws Error malformed listing the names, where there is none or more than one
    [[nodiscard]] ZipEntry const& only(std::string_view suffix) const;

    /// Unpacks in pieces of up to 256 KiB. CRC-32 and size are checked at the end: a throw after the last
    /// piece means that nothing received may be used.
    void extract(ZipEntry const& entry, PieceSink const& piece) const;
    [[nodiscard]] std::string extract(ZipEntry const& entry) const;
    /// As extract(), but a second thread unpacks while `piece` runs on the calling thread. It works at `sideline`, too, as
    /// long as this call lasts: what `piece` hands over to be done elsewhere needs no third thread, which two processors
    /// would have to share with it.
    void extract_async(ZipEntry const& entry, PieceSink const& piece,
                       Sideline const* sideline = nullptr) const;

  private:
    std::string_view archive_;
    std::vector<ZipEntry> entries_;
};

} // namespace gateway::io
