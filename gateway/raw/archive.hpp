// Raw archive: what a source sent, byte for byte.
//
// Content-addressed by SHA-256, compressed with zstd, each object with its first provenance inside, so that
// the archive explains itself without the store. An object is durable (file and directory synced) before
// keep() returns. The same bytes are kept once.
//
// Shape    DIR/ab/abcdef….raw: magic "KRAW1\n", 4-byte little-endian length, provenance as JSON, zstd frame
//          of the bytes, CRC-32 of all before it. See docs/raw-archive.md.
// Threads  any number of processes may keep and read at a time.
// Errors   Error io where the disk refuses; checksum naming the file where stored bytes are damaged;
//          not_found.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"

namespace gateway::raw {

struct Kept {
    std::string sha256; ///< 64 lower-case hex digits
    std::uint64_t bytes = 0;
    bool is_new = false;
};

struct Damage {
    std::string file;
    std::string text;
};

class ContainerWriter;

class Archive {
  public:
    /// Told what the bytes are called as soon as that is known: before they are durable, and before `is_new` is set.
    using Named = std::function<void(Kept const&)>;

    explicit Archive(std::string directory);

    /// Keeps `bytes`; durable on return, whether new or not. A damaged object is replaced. `provenance`
    /// belongs to the object only where it is new.
    Kept keep(std::string_view bytes, Provenance const& provenance, Named const& named = {});
    /// As keep(), streaming from a file; memory does not grow with its size.
    Kept keep_file(std::string const& path, Provenance const& provenance, Named const& named = {});

    [[nodiscard]] bool holds(std::string_view sha256) const;
    /// Whether it holds the object and its checksum agrees.
    [[nodiscard]] bool holds_sound(std::string_view sha256) const;
    /// The bytes, checked against their hash.
    [[nodiscard]] RawDocument read(std::string_view sha256) const;
    /// The bytes in pieces; checked at the end (throws then, after the last piece).
    void stream(std::string_view sha256, std::function<void(std::string_view)> const& piece) const;
    /// Checks every object; names each damaged or foreign file.
    [[nodiscard]] std::vector<Damage> verify() const;
    /// Hashes of all objects, sorted.
    [[nodiscard]] std::vector<std::string> list() const;

  private:
    [[nodiscard]] std::string path_of(std::string_view sha256) const;
    void publish(ContainerWriter& writer, std::string const& path,
                 std::vector<std::string> new_directories) const;
    [[nodiscard]] bool durable_already(std::string const& sha256) const;

    std::string directory_;
};

} // namespace gateway::raw
