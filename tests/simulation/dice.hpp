// Dice: numbers that follow from a seed alone, the same on every machine (SplitMix64).
#pragma once

#include <cstdint>
#include <string_view>

namespace simulation {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() noexcept {
        auto z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    /// 0 to `count` - 1.
    std::uint64_t below(std::uint64_t count) noexcept { return count == 0 ? 0 : next() % count; }
    bool chance(unsigned percent) noexcept { return below(100) < percent; }

  private:
    std::uint64_t state_;
};

/// One number for everything that happened, in its order (FNV-1a).
class Trace {
  public:
    void add(std::string_view text) noexcept {
        for (char const c : text) hash_ = (hash_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
        hash_ = (hash_ ^ 0xFFU) * 0x100000001B3U;
    }
    void add(std::uint64_t number) noexcept {
        for (unsigned i = 0; i < 8; ++i) hash_ = (hash_ ^ ((number >> (8 * i)) & 0xFFU)) * 0x100000001B3U;
    }
    [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }

  private:
    std::uint64_t hash_ = 0xCBF29CE484222325U;
};

} // namespace simulation
