#include "gateway/sdmx/data/piece.hpp"

#include <algorithm>
#include <array>

namespace gateway::sdmx::data {
namespace {

/// "00" to "99".
constexpr std::array<char, 200> pairs = [] {
    std::array<char, 200> result{};
    for (std::size_t i = 0; i < 100; ++i) {
        result[2 * i] = static_cast<char>('0' + i / 10);
        result[2 * i + 1] = static_cast<char>('0' + i % 10);
    }
    return result;
}();

} // namespace

void Out::grow(std::size_t bytes) {
    auto const used = at_ == nullptr ? start_ : static_cast<std::size_t>(at_ - out_.data());
    // What is behind the text is overwritten before it counts; resizing clears it, which costs little.
    out_.resize(used + std::max(bytes, at_ == nullptr ? bytes : used / 2));
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
}

void Out::put_number(std::int64_t mantissa, unsigned scale) noexcept {
    if (scale != 0) {
        at_ = write_decimal(at_, mantissa, scale, '.');
        return;
    }
    auto magnitude = static_cast<std::uint64_t>(mantissa);
    if (mantissa < 0) {
        *at_++ = '-';
        magnitude = 0 - magnitude;
    }
    std::array<char, 24> digits; // written from behind, two digits a step
    auto* from = digits.data() + digits.size();
    while (magnitude >= 100) {
        from -= 2;
        std::memcpy(from, &pairs[2 * (magnitude % 100)], 2);
        magnitude /= 100;
    }
    if (magnitude >= 10) {
        from -= 2;
        std::memcpy(from, &pairs[2 * magnitude], 2);
    } else {
        *--from = static_cast<char>('0' + magnitude);
    }
    auto const count = static_cast<std::size_t>(digits.data() + digits.size() - from);
    std::memcpy(at_, from, count);
    at_ += count;
}

} // namespace gateway::sdmx::data
