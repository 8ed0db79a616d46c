// A file read piece by piece at any offset, by any number of threads: what is too large for memory and is read
// by parts.
//
// Against a mapped file (file.hpp): memory does not grow with the file, and no thread takes page faults; each piece
// is copied once.
//
// Errors   Error not_found, io naming path and reason
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace gateway::io {

class InputFile {
  public:
    explicit InputFile(std::string path);
    ~InputFile();
    InputFile(InputFile const&) = delete;
    InputFile& operator=(InputFile const&) = delete;

    [[nodiscard]] std::string const& path() const noexcept { return path_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; } ///< when it was opened
    /// Fills `into` from `offset` on; fewer bytes only where the file ends.
    std::size_t read(std::uint64_t offset, std::span<char> into) const;

  private:
    std::string path_;
    std::uint64_t size_ = 0;
    int file_ = -1;
};

} // namespace gateway::io
