// What the command line of kreislauf-server asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gateway::server {

struct Options {
    std::string store; ///< directory of store and archive
    std::vector<std::string> listen{"127.0.0.1:8080"};
    std::string tls_certificate, tls_key, client_ca;
    bool client_required = false;
    std::string public_url; ///< "https://daten.example.de", for links; empty = as the request says
    unsigned workers = 0;
    std::string log = "-"; ///< of requests: a file, "-" standard output, "none"
    std::size_t cache_mib = 256;
    std::size_t connections = 20'000;
    std::uint64_t body_kib = 1024;
    unsigned stop_seconds = 10;
    unsigned drain_seconds = 0; ///< /readyz says 503 so long before nobody is let in any more
    std::string intake_folder;  ///< offices put files here; empty = nobody looks
};

struct Parsed {
    Options options;
    std::optional<int> exit; ///< help was shown
    std::string complaint;   ///< the words were off; empty where they were not
};

/// Reads the command line; prints help itself.
Parsed parse_command_line(int argc, char** argv);

} // namespace gateway::server
