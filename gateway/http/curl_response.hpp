// Collects one answer while libcurl receives it. Internal to gateway/http.
#pragma once

#include <chrono>
#include <cstdint>

#include "gateway/core/document.hpp"
#include "gateway/http/curl_library.hpp"

namespace gateway::http {

/// Why receiving was stopped from our side.
enum class Stop : std::uint8_t { none, body_too_large, headers_too_large, stalled, no_memory };

class CurlResponse {
  public:
    CurlResponse(std::uint64_t body_limit_bytes, std::chrono::milliseconds stall_limit)
        : body_limit_{body_limit_bytes}, stall_limit_{stall_limit} {}

    /// Registers the callbacks; the object must not move afterwards.
    void attach(CURL* handle);
    [[nodiscard]] Stop stop() const noexcept { return stop_; }
    [[nodiscard]] HttpResponse& response() noexcept { return response_; }
    [[nodiscard]] std::uint64_t body_bytes() const noexcept { return response_.body.size(); }

  private:
    using SteadyTime = std::chrono::steady_clock::time_point;
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self) noexcept;
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self) noexcept;
    static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept;
    void header(std::string_view line);

    HttpResponse response_;
    std::uint64_t body_limit_;
    std::chrono::milliseconds stall_limit_;
    SteadyTime last_byte_{};
    std::size_t header_bytes_ = 0;
    Stop stop_ = Stop::none;
};

} // namespace gateway::http
