#include "gateway/server/wiring.hpp"

#include <cstdio>

#include "gateway/http/access_log.hpp"

namespace gateway::server {
namespace {

/// Answers where no service is wired.
class NothingHere final : public http::Service {
  public:
    http::Response answer(http::Request const&) override {
        return http::Response::text(
            404, "application/json",
            "{\"error\":{\"code\":\"not_found\",\"text\":\"there is nothing under this "
            "address\"}}\n");
    }
    [[nodiscard]] std::uint64_t generation() noexcept override { return 0; }
};

} // namespace

std::unique_ptr<http::Service> make_service(Options const&) {
    return std::make_unique<NothingHere>();
}

http::ServerOptions server_options(Options const& options) {
    http::ServerOptions made;
    made.listen = options.listen;
    made.workers = options.workers;
    made.cache_bytes = options.cache_mib << 20U;
    if (!options.tls_certificate.empty())
        made.tls = http::TlsOptions{options.tls_certificate, options.tls_key, options.client_ca,
                                    options.client_required};
    made.limits.connections = options.connections;
    made.limits.stop_time = std::chrono::seconds{options.stop_seconds};
    made.limits.body_bytes = [bytes = options.body_kib << 10U](std::string_view, std::string_view) {
        return bytes;
    };
    if (options.log != "none") made.access_log = std::make_shared<http::AccessLog>(options.log);
    made.routes = {"/sdmx/v1/data", "/sdmx/v2/data", "/sdmx/v1", "/sdmx/v2", "/api/v1",
                   "/catalog",      "/healthz",      "/readyz",  "/metrics"};
    made.complain = [](std::string_view text) {
        std::fprintf(stderr, "kreislauf: %.*s\n", static_cast<int>(text.size()), text.data());
    };
    return made;
}

} // namespace gateway::server
