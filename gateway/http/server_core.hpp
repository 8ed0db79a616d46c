// What the connections of a server share. Internal to gateway/http.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/http/access_log.hpp"
#include "gateway/http/answer_cache.hpp"
#include "gateway/http/collected.hpp"
#include "gateway/http/loop.hpp"
#include "gateway/http/metrics.hpp"
#include "gateway/http/server.hpp"
#include "gateway/http/spare_pieces.hpp"
#include "gateway/http/tls.hpp"
#include "gateway/http/workers.hpp"

namespace gateway::http {

class Connection;

struct Core {
    Core(Service& the_service, ServerOptions the_options)
        : service{the_service}, options{std::move(the_options)}, cache{options.cache_bytes,
                                                                       most_files(options)},
          metrics{options.routes}, collecting{options.cache_bytes / 4} {}

    Service& service;
    ServerOptions const options;
    AnswerCache cache;
    Metrics metrics;
    CollectingRoom collecting;
    SparePieces pieces;
    std::unique_ptr<Workers> workers;
    Loop loop;
    std::atomic<bool> stopping{false};

    // On the thread of the loop only.
    std::unique_ptr<TlsContext> tls; ///< null: plain
    std::vector<std::shared_ptr<Connection>> connections;
    /// Answers that are being made for the cache, and who waits for each, with its turn: it is made once.
    std::unordered_map<std::string, std::vector<std::pair<std::shared_ptr<Connection>, std::uint64_t>>>
        flights;
    void land(std::string const& flight);
    static std::size_t most_files(ServerOptions const& options) noexcept;
    std::vector<Connection*> waiting; ///< those whose body waits for something to happen
    std::uint64_t jobs = 0;           ///< handed to workers so far
    std::size_t streams = 0;          ///< bodies that are sent while they are made
    std::size_t ahead = 0;           ///< of streaming bodies, pieces that are made before the client is ready
    std::string const& date_field(); ///< "Date: ...\r\n" of this second
    void done(Exchange const& exchange) {
        metrics.add(exchange);
        if (options.access_log) options.access_log->add(exchange);
    }
    [[nodiscard]] std::string metrics_text() const;
    void complain(std::string_view text) const {
        if (options.complain) options.complain(text);
    }

  private:
    std::string date_;
    std::int64_t date_second_ = -1;
};

} // namespace gateway::http
