#include "gateway/serve/access/limiter.hpp"

#include <algorithm>
#include <cmath>

namespace gateway::serve::access {
namespace {

constexpr double second_ns = 1e9;
constexpr std::size_t most_buckets = 50'000; ///< some 5 MB

} // namespace

unsigned Limiter::take(std::string const& name, Rate const& rate, std::int64_t now_ns) {
    if (rate.per_second <= 0) return 0;
    auto const burst = std::max(rate.burst, 1.0);
    std::lock_guard const lock{guard_};
    if (buckets_.size() >= most_buckets) forget_full(rate, now_ns);
    auto const [at, is_new] = buckets_.try_emplace(name, Bucket{burst, now_ns});
    auto& bucket = at->second;
    if (!is_new) {
        auto const passed = static_cast<double>(std::max<std::int64_t>(now_ns - bucket.at_ns, 0)) / second_ns;
        bucket.tokens = std::min(burst, bucket.tokens + passed * rate.per_second);
        bucket.at_ns = now_ns;
    }
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    return static_cast<unsigned>(std::max(1.0, std::ceil((1 - bucket.tokens) / rate.per_second)));
}

void Limiter::forget_full(Rate const& rate, std::int64_t now_ns) {
    // A bucket that has filled up again says nothing. Where an attack keeps all of them in use, they start anew.
    auto const burst = std::max(rate.burst, 1.0);
    for (auto at = buckets_.begin(); at != buckets_.end();) {
        auto const passed = static_cast<double>(now_ns - at->second.at_ns) / second_ns;
        bool const full = at->second.tokens + passed * rate.per_second >= burst;
        at = full ? buckets_.erase(at) : std::next(at);
    }
    if (buckets_.size() >= most_buckets) buckets_.clear();
}

} // namespace gateway::serve::access
