// One request and what became of it, for the access log and the metrics.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace gateway::http {

/// Views live for the call.
struct Exchange {
    std::string_view method; ///< empty where the request could not be read
    std::string_view target;
    std::string_view remote;
    std::string_view key_id;
    unsigned status = 0;
    std::uint64_t bytes = 0; ///< sent, head included
    std::chrono::microseconds time{};
    bool cached = false;
    bool cut = false; ///< the client does not have all of the answer
};

} // namespace gateway::http
