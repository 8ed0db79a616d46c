// What a stream sends, copied while it is sent, so that an answer that turns out short enough can be kept for others.
//
// Units    bytes. All that is collected at one time shares one room: where many long answers are under way at once, those
//          that find none are not kept, and memory does not grow with the number of clients
// Threads  a room: any; a Collected: one user at a time
#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gateway::http {

class CollectingRoom {
  public:
    explicit CollectingRoom(std::size_t bytes) : left_{bytes} {}
    [[nodiscard]] bool take(std::size_t bytes) noexcept;
    void give_back(std::size_t bytes) noexcept { left_.fetch_add(bytes, std::memory_order_relaxed); }

    /// Whether the next answer is to be collected. Where the last eight got too long it is in vain, and takes a tenth of the
    /// time of a long answer: of those that follow, one in sixteen is tried.
    [[nodiscard]] bool is_worth_it() noexcept;
    /// How one ended: short enough, or too long.
    void tell(bool was_kept) noexcept;

  private:
    std::atomic<std::size_t> left_;
    std::atomic<unsigned> in_vain_{0}, passed_over_{0};
};

class Collected {
  public:
    /// `room` outlives it. More than `most` bytes are not collected.
    Collected(CollectingRoom& room, std::size_t most) : room_{room}, most_{most} {}
    ~Collected() { drop(); }
    Collected(Collected const&) = delete;
    Collected& operator=(Collected const&) = delete;

    /// Drops everything for good where it gets too long or there is no room.
    void add(std::string_view piece);
    /// Everything that was added is there.
    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }
    [[nodiscard]] std::string text() const;

  private:
    void drop() noexcept;

    CollectingRoom& room_;
    std::size_t most_;
    std::size_t bytes_ = 0;
    bool is_whole_ = true;
    std::vector<std::string> pieces_;
};

} // namespace gateway::http
