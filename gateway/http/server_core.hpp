// What the connections of a server share. Internal to gateway/http.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/answer_cache.hpp"
#include "gateway/http/loop.hpp"
#include "gateway/http/server.hpp"
#include "gateway/http/workers.hpp"

namespace gateway::http {

class Connection;

/// What was done, for log and metrics. Views live for the call.
struct Exchange {
    std::string_view method;
    std::string_view target;
    std::string_view remote;
    std::string_view key_id;
    unsigned status = 0;
    std::uint64_t bytes = 0; ///< sent, head included
    std::chrono::microseconds time{};
    bool cached = false;
    bool cut = false; ///< the body has no end
};

struct Core {
    Core(Service& the_service, ServerOptions the_options)
        : service{the_service}, options{std::move(the_options)}, cache{options.cache_bytes} {}

    Service& service;
    ServerOptions const options;
    AnswerCache cache;
    std::unique_ptr<Workers> workers;
    Loop loop;
    std::atomic<bool> stopping{false};

    // On the thread of the loop only.
    std::vector<std::shared_ptr<Connection>> connections;
    std::string const& date_field(); ///< "Date: ...\r\n" of this second
    void done(Exchange const& exchange);
    void complain(std::string_view text) const {
        if (options.complain) options.complain(text);
    }

  private:
    std::string date_;
    std::int64_t date_second_ = -1;
};

} // namespace gateway::http
