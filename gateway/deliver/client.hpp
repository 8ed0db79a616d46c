// The sender's side of the intake: uploads a file in pieces, waits for the report, releases.
//
// It keeps no notes: the service knows by the checksum of the file what of it has arrived, so that a second call goes on
// where the first one was cut, on another machine too.
// Retries  no answer, 5xx, 429, 423, 460 and an offset that does not fit: with pauses of 1 s that double up to 30 s, then
//          from where the service says it stands
// Errors   Error source_unavailable where the service does not answer however often it is asked; source_refused with its
//          words where it refuses; not_found and io of the file
// Source   tus 1.0.0; docs/api.md, deliveries
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "gateway/core/document.hpp"

namespace gateway::deliver {

struct Progress {
    std::uint64_t sent = 0, total = 0; ///< bytes
    std::string trouble;               ///< why it pauses; empty while it runs
    std::int64_t pause_ms = 0;
};

struct ClientSettings {
    std::string url; ///< of the service: "https://daten.example.de"
    std::string key; ///< empty where a client certificate speaks
    std::size_t piece_bytes = std::size_t{4} << 20U;
    unsigned most_failures = 10; ///< in a row
    Clock clock = Clock::system();
    std::function<void(Progress const&)> progress = {};
};

/// Where a file went.
struct Sent {
    std::string upload;   ///< path of the upload: "/api/v1/uploads/..."
    std::string delivery; ///< id; empty for a dry run
    /// Path of what its report is under.
    [[nodiscard]] std::string report_path() const {
        return (delivery.empty() ? upload : "/api/v1/deliveries/" + delivery) + "/report";
    }
};

class Client {
  public:
    /// `transport` outlives the client.
    Client(Transport& transport, ClientSettings settings);

    /// `wish`: agreement, embargo, comment, ... as docs/api.md names them.
    Sent send(std::string const& path, Fields const& wish);
    /// Waits until there is one. Error source_unavailable after `patience`.
    std::string report(Sent const& sent, std::string const& format, std::chrono::seconds patience);
    /// What the service says of a delivery, as JSON.
    std::string delivery(std::string const& id);
    void release(std::string const& id, std::string const& reason);

  private:
    /// Asks until there is an answer below 500.
    HttpResponse ask(HttpRequest const& request);
    HttpRequest request(std::string method, std::string const& path) const;
    void pause(unsigned failures, std::string const& why, std::uint64_t sent, std::uint64_t total) const;

    Transport& transport_;
    ClientSettings settings_;
};

} // namespace gateway::deliver
