// Limiter: how many requests a key or an address may send, as a bucket that fills at a steady rate.
//
// Threads  from any
// Source   token bucket; RFC 6585 (429), RFC 9110 (Retry-After)
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>

namespace gateway::serve::access {

struct Rate {
    double per_second = 0; ///< 0 = no limit
    double burst = 0;      ///< requests at once after a pause
};

class Limiter {
  public:
    /// Takes one request from the bucket `name`. 0 = let it pass; else seconds after which one will pass.
    unsigned take(std::string const& name, Rate const& rate, std::int64_t now_ns);

  private:
    struct Bucket {
        double tokens = 0;
        std::int64_t at_ns = 0;
    };
    void forget_full(Rate const& rate, std::int64_t now_ns);
    std::mutex guard_;
    std::unordered_map<std::string, Bucket> buckets_;
};

} // namespace gateway::serve::access
