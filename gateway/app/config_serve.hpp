// The section [serve] of kreislauf.toml: what kreislauf serve does where its command line says nothing.
//
// Source   schemas/config/kreislauf.schema.json; docs/server.md
// Errors   Error invalid_argument naming file:line:column, the key and what is expected
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace gateway::app {

struct ServeConfig {
    std::vector<std::string> listen; ///< ADDRESS:PORT
    std::string public_url;
    std::string log; ///< a file, "-" or "none"
    std::optional<int> workers, cache_mib;
    std::string tls_certificate, tls_key, client_ca; ///< [serve.tls]
    bool client_required = false;
    std::optional<int> connections, body_kib, stop_seconds, drain_seconds; ///< [serve.limits]
};

/// `words` of the command line behind "serve" without --config FILE, and with the options that its [serve] says and
/// the words do not. Certificate and key come from one place.
/// \throws Error not_found, io where the file cannot be read, invalid_argument where it has no [serve]
std::vector<std::string> words_with_config(std::vector<std::string> words);

} // namespace gateway::app
