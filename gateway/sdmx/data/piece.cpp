// Compiled as C++23, where the library has it (CMakeLists.txt): a string of C++20 cannot grow without being cleared, and
// clearing took a thirtieth of the time of an answer.
#include "gateway/sdmx/data/piece.hpp"

#include <algorithm>

namespace gateway::sdmx::data {

void Out::grow(std::size_t bytes) {
    auto const used = at_ == nullptr ? start_ : static_cast<std::size_t>(at_ - out_.data());
    auto const step = used + std::max(bytes, first_bytes);
#ifdef __cpp_lib_string_resize_and_overwrite
    // What is behind the text is overwritten before it counts.
    out_.resize_and_overwrite(step <= out_.capacity() ? out_.capacity() : std::max(step, 2 * out_.capacity()),
                              [](char*, std::size_t size) { return size; });
#else
    // Resizing clears what is overwritten before it counts: as long as the string has room, it grows by steps that stay
    // in the cache.
    out_.resize(step <= out_.capacity() ? step : std::max(step, 2 * out_.capacity()));
#endif
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
}

} // namespace gateway::sdmx::data
