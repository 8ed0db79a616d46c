// Unpacks one member into a buffer, a piece at a time. Internal to zip.cpp.
#pragma once

#include <span>
#include <string_view>

#include "gateway/io/zip.hpp"

namespace gateway::io {

class ZipInflater {
  public:
    ZipInflater(std::string_view packed, ZipEntry const& entry);
    ~ZipInflater();
    ZipInflater(ZipInflater const&) = delete;
    ZipInflater& operator=(ZipInflater const&) = delete;

    /// Fills `buffer`, less only at the end; 0 = done and checked.
    /// \throws Error truncated, malformed, checksum
    std::size_t read(std::span<char> buffer);

  private:
    struct Stream;
    std::size_t inflate(std::span<char> buffer);
    void check_end() const;

    ZipEntry const& entry_;
    std::string_view packed_;
    Stream* stream_ = nullptr;
    std::uint64_t written_ = 0;
    std::uint32_t crc_ = 0;
    bool ended_ = false;
};

} // namespace gateway::io
