#include "gateway/sdmx/data/piece.hpp"

#include <algorithm>

namespace gateway::sdmx::data {

void Out::grow(std::size_t bytes) {
    auto const used = at_ == nullptr ? start_ : static_cast<std::size_t>(at_ - out_.data());
    // What is behind the text is overwritten before it counts, but resizing clears it: as long as the string has room,
    // it grows by steps that stay in the cache.
    auto const step = used + std::max(bytes, first_bytes);
    out_.resize(step <= out_.capacity() ? step : std::max(step, 2 * out_.capacity()));
    at_ = out_.data() + used;
    end_ = out_.data() + out_.size();
}

} // namespace gateway::sdmx::data
