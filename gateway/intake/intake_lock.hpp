// A lock between threads and processes that a kill gives back: an flock on a file that stays.
//
// Errors   Error io naming the file
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace gateway::intake {

class FileLock {
  public:
    /// Nothing where somebody else has it.
    static std::optional<FileLock> try_take(std::string const& path);
    /// Waits up to `patience`; nothing where it passed.
    static std::optional<FileLock> take(std::string const& path, std::chrono::milliseconds patience);
    ~FileLock();
    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(FileLock const&) = delete;
    FileLock& operator=(FileLock const&) = delete;

  private:
    explicit FileLock(int file) noexcept : file_(file) {}
    int file_;
};

} // namespace gateway::intake
