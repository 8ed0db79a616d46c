// Unpacks one member into a buffer, a piece at a time. Internal to zip.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "gateway/io/inflate.hpp"
#include "gateway/io/zip.hpp"

namespace gateway::io {

class ZipInflater {
  public:
    /// `entry` and `packed` must outlive the object.
    ZipInflater(std::string_view packed, ZipEntry const& entry);

    /// Fills `buffer`, less only at the end; 0 = done and checked.
    /// \throws Error truncated, malformed, checksum
    std::size_t read(std::span<char> buffer);

  private:
    std::size_t stored(std::span<char> buffer);
    std::size_t inflated(std::span<char> buffer);
    void check_end() const;

    ZipEntry const& entry_;
    std::string_view stored_;          // method 0: what is left
    std::optional<Inflater> inflater_; // method 8
    std::uint64_t written_ = 0;
    std::uint32_t crc_ = 0;
    bool ended_ = false;
};

} // namespace gateway::io
