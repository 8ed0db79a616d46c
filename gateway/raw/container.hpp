// The container of one object: magic, provenance, zstd frames, CRC-32. docs/raw-archive.md has the layout.
//
// Errors   Error checksum naming the file where the container is not sound; io
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/core/document.hpp"
#include "gateway/io/file.hpp"
#include "gateway/io/zstd.hpp"

namespace gateway::raw {

/// Writes a container in pieces to a temporary file in `directory`; it is gone unless committed.
class ContainerWriter {
  public:
    ContainerWriter(std::string const& directory, Provenance const& provenance, std::uint64_t size);
    void write(std::string_view bytes);
    /// Makes the file durable under `path`, with the new directories of that path.
    void commit(std::string const& path, std::span<std::string const> new_directories);

  private:
    void put(std::string_view stored);

    io::DurableFile file_;
    std::uint32_t crc_ = 0;
    io::ZstdFrames frames_;
    bool is_empty_ = true;
};

/// A mapped container whose CRC-32 agreed.
class ContainerReader {
  public:
    explicit ContainerReader(std::string path);
    [[nodiscard]] Provenance provenance() const;
    /// The content in pieces; throws at the end where its SHA-256 is not `sha256`.
    void stream(std::string_view sha256, std::function<void(std::string_view)> const& piece) const;

  private:
    [[noreturn]] void damaged(std::string const& text) const;

    std::string path_;
    io::MappedFile file_;
    std::string_view json_;
    std::string_view content_;
};

} // namespace gateway::raw
