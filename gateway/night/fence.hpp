// Fence: of two daemons on one store, only the younger one goes on.
//
// Whoever takes the fence writes the next number into the store. Each transaction of its store looks first whether the
// number is still its own; so does each task before it begins. What an older holder is in the middle of, be it a load, the
// name of a job or the word in which a table ended, is then never committed beside what the younger one commits.
//
// Shape    position ("kreislauf", "fence"): JSON with the number and who has it
// Errors   Fenced where somebody younger took over
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/error.hpp"
#include "gateway/store/store.hpp"

namespace gateway::night {

/// Somebody younger has taken over. Its code lets it pass through everything that would try again.
class Fenced : public Error {
  public:
    explicit Fenced(std::string const& text) : Error(Errc::conflict, text) {}
};

class Fence {
  public:
    /// Takes the fence. `who` is for people: "kreislauf daemon, process 812 on db1".
    Fence(store::Store& store, std::string_view who, UnixTime now);
    ~Fence();
    Fence(Fence const&) = delete;
    Fence& operator=(Fence const&) = delete;
    /// From here on, as long as this lives, nothing is written through the store once somebody younger has taken over.
    void guard();
    /// \throws Fenced
    void check() const;
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }

  private:
    store::Store& store_;
    std::uint64_t number_ = 0;
    bool guards_ = false;
};

} // namespace gateway::night
