// Bytes of unknown number: collected first, then looked at. Few stay in memory, many go to a temporary file that
// has no name, and are mapped.
//
// Order    append() any number of times, finish() once, view() after that
// Memory   at most `in_memory` bytes, or one append() where that is longer; pages of the mapped file are the system's, which may drop them
// Place    the folder that is named, else $TMPDIR, otherwise /tmp; nothing is left of it after the process, whatever ends it
// Errors   Error io naming folder and reason
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace gateway::io {

class SpilledBytes {
  public:
    static constexpr std::size_t usual_memory = std::size_t{4} << 20U;

    explicit SpilledBytes(std::size_t in_memory = usual_memory, std::string folder = {}) noexcept
        : in_memory_(in_memory), folder_(std::move(folder)) {}
    ~SpilledBytes();
    SpilledBytes(SpilledBytes&& other) noexcept;
    SpilledBytes& operator=(SpilledBytes&& other) noexcept;
    SpilledBytes(SpilledBytes const&) = delete;
    SpilledBytes& operator=(SpilledBytes const&) = delete;

    void append(std::string_view bytes) {
        if (held_.capacity() - held_.size() < bytes.size()) make_room(bytes.size());
        held_.append(bytes);
        if (held_.size() >= in_memory_) spill();
    }
    void finish();

    [[nodiscard]] std::size_t size() const noexcept { return spilled_ + held_.size(); }
    /// After finish(); lives as long as this object is neither moved nor destroyed.
    [[nodiscard]] std::string_view view() const noexcept {
        return mapped_ == nullptr ? std::string_view{held_} : std::string_view{mapped_, spilled_};
    }
    /// True where there is a file.
    [[nodiscard]] bool is_spilled() const noexcept { return spilled_ > 0; }

  private:
    void make_room(std::size_t bytes);
    void spill();
    void swap(SpilledBytes& other) noexcept;

    std::size_t in_memory_;
    std::string folder_; ///< empty = that of the system
    std::string held_;
    std::size_t spilled_ = 0;
    char const* mapped_ = nullptr;
    int file_ = -1;
};

} // namespace gateway::io
