// Counters of the server, as Prometheus reads them.
//
// Routes are prefixes that the program names; what fits none is counted under "other", so that strangers cannot
// make counters by asking for addresses.
// Units    seconds and bytes, as Prometheus wants them
// Threads  any
// Source   Prometheus text format 0.0.4
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/exchange.hpp"

namespace gateway::http {

class Metrics {
  public:
    explicit Metrics(std::vector<std::string> routes);

    void add(Exchange const& exchange) noexcept;
    /// What is measured by looking, beside what was counted.
    struct Now {
        std::size_t connections = 0;
        std::size_t waiting = 0;
        std::size_t cache_bytes = 0;
        std::size_t cache_files = 0;
    };
    [[nodiscard]] std::string text(Now const& now) const;
    void connection_opened() noexcept { connections_.fetch_add(1, std::memory_order_relaxed); }
    void connection_refused() noexcept { refused_.fetch_add(1, std::memory_order_relaxed); }

  private:
    static constexpr std::array<unsigned, 28> statuses{200, 201, 202, 204, 206, 301, 302, 303, 304, 307,
                                                       308, 400, 401, 403, 404, 405, 406, 408, 409, 413,
                                                       414, 417, 422, 429, 431, 500, 501, 503};
    static constexpr std::array<std::int64_t, 11> bounds_us{
        500, 1'000, 2'500, 5'000, 10'000, 25'000, 100'000, 250'000, 500'000, 2'500'000, 10'000'000};
    struct Route {
        std::array<std::atomic<std::uint64_t>, statuses.size() + 1> by_status{};
        std::array<std::atomic<std::uint64_t>, bounds_us.size() + 1> by_time{};
        std::atomic<std::uint64_t> time_us{0};
        std::atomic<std::uint64_t> bytes{0};
        std::atomic<std::uint64_t> cached{0};
        std::atomic<std::uint64_t> cut{0};
    };
    [[nodiscard]] std::size_t route_of(std::string_view target) const noexcept;

    std::vector<std::string> const names_;
    std::unique_ptr<Route[]> routes_; ///< the last is "other"
    std::atomic<std::uint64_t> connections_{0};
    std::atomic<std::uint64_t> refused_{0};
};

} // namespace gateway::http
