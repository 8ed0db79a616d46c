#include "gateway/server/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>

namespace gateway::server {
namespace {

constexpr char const* description =
    "Kreislauf - serves a store over HTTP: SDMX under /sdmx, the plain API under /api.\n\n"
    "  kreislauf serve                                        http://127.0.0.1:8080, ./var/kreislauf\n"
    "  kreislauf serve --store bestand --listen 127.0.0.1:9000\n"
    "  kreislauf serve --listen 0.0.0.0:443 --tls-cert server.pem --tls-key server.key\n"
    "  kreislauf serve ... --client-ca counties.pem           client certificates are checked\n"
    "  kreislauf serve --log access.log --workers 8\n";

constexpr char const* footer =
    "kreislauf serve --config FILE takes what the line does not say from [serve] of that file.\n"
    "It runs until SIGTERM or SIGINT, then lets running answers end. The first line of its output says "
    "where\n"
    "it listens; port 0 takes a free one. SIGHUP reads the certificate again and opens the log anew.\n"
    "Exit codes: 0 stopped, 1 failed, 2 wrong arguments.";

std::string default_store() {
    char const* const home = std::getenv("KREISLAUF_HOME");
    return home != nullptr && *home != '\0' ? home : "var/kreislauf";
}

} // namespace

Parsed parse_command_line(int argc, char** argv) {
    Parsed parsed;
    auto& options = parsed.options;
    options.store = default_store();

    CLI::App app{description, "kreislauf serve"};
    app.footer(footer);
    app.add_option("--store", options.store, "directory of the store")->capture_default_str();
    app.add_option("--listen", options.listen, "ADDRESS:PORT, may be repeated; [::1]:8080 for IPv6")
        ->allow_extra_args(false)
        ->capture_default_str();
    auto* const certificate =
        app.add_option("--tls-cert", options.tls_certificate, "certificate and its chain, PEM");
    auto* const key = app.add_option("--tls-key", options.tls_key, "its private key, PEM");
    certificate->needs(key);
    key->needs(certificate);
    auto* const authority =
        app.add_option("--client-ca", options.client_ca, "check certificates of clients against this, PEM")
            ->needs(certificate);
    app.add_flag("--client-required", options.client_required, "refuse clients without a certificate")
        ->needs(authority);
    app.add_option("--public-url", options.public_url,
                   "https://daten.example.de: how links begin, behind a proxy");
    app.add_option("--workers", options.workers,
                   "threads that answer (default: twice the processors, and 20 for uploads)")
        ->check(CLI::Range(1, 1024));
    app.add_option("--log", options.log, "file for one line per request; - is the output, none is none")
        ->capture_default_str();
    app.add_option("--cache", options.cache_mib, "MiB for answers that are kept; 0 keeps none")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    app.add_option("--connections", options.connections, "at most so many at a time")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--body", options.body_kib, "KiB that a request may bring")
        ->check(CLI::Range(1, 1 << 20))
        ->capture_default_str();
    app.add_option("--stop-time", options.stop_seconds, "seconds that running answers get at the end")
        ->check(CLI::Range(0, 3600))
        ->capture_default_str();
    app.add_option(
           "--drain-time", options.drain_seconds,
           "seconds in which /readyz says 503 and everything is still answered, before the end begins")
        ->check(CLI::Range(0, 300))
        ->capture_default_str();
    app.add_option("--intake-folder", options.intake_folder,
                   "take deliveries from this folder too: one folder in it for each delivery agreement");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) {
        if (error.get_exit_code() == 0)
            parsed.exit = app.exit(error);
        else
            parsed.complaint = std::string{error.what()} + "; kreislauf serve --help shows examples";
    }
    return parsed;
}

} // namespace gateway::server
