#include "gateway/server/wiring.hpp"

#include <algorithm>
#include <thread>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <utility>

#include "gateway/http/access_log.hpp"
#include "gateway/io/file.hpp"
#include "gateway/serve/intake/routes.hpp"
#include "gateway/serve/sdmx/mounts.hpp"
#include "gateway/serve/service.hpp"

namespace gateway::server {
namespace {

void complain(std::string_view text) {
    std::fprintf(stderr, "kreislauf: %.*s\n", static_cast<int>(text.size()), text.data());
}

} // namespace

/// As told, beside the installed program, or the checkout.
std::string data_directory() {
    char const* const named = std::getenv("KREISLAUF_DATA");
    if (named != nullptr && *named != '\0') return named;
    std::array<char, 4096> path{};
    auto const size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size > 0) {
        std::string const program{path.data(), static_cast<std::size_t>(size)};
        // Installed it lies in bin or in libexec/kreislauf.
        for (auto const* const up : {"/../share/kreislauf", "/../../share/kreislauf"}) {
            auto shared = program.substr(0, program.rfind('/')) + up;
            if (io::file_exists(shared + "/mappings/units.toml")) return shared;
        }
    }
    return KREISLAUF_SOURCE_DIR;
}

std::unique_ptr<http::Service> make_service(Options const& options, std::vector<serve::Route> more,
                                            std::function<std::vector<serve::UnderReview>()> under_review,
                                            std::function<bool()> leaving) {
    serve::Settings settings;
    settings.store = options.store;
    settings.data = data_directory();
    settings.public_url = options.public_url;
    settings.version = KREISLAUF_VERSION;
    settings.complain = complain;
    settings.has_sdmx = true;
    settings.under_review = std::move(under_review);
    settings.leaving = std::move(leaving);
    auto const derived = std::make_shared<serve::sdmx::DerivedFlows>(
        serve::sdmx::DerivedSettings{settings.store, settings.data, settings.store + "/service/derived"});
    settings.derived.list = [derived](store::Store const& store) { return derived->list(store); };
    settings.derived.lease = [derived](store::Store const& store, std::string_view id) {
        return derived->lease(store, id);
    };
    settings.derived.explain = [derived](ingest::Workshop& shop,
                                         std::function<ingest::TerritoryKnowledge&()> const& known,
                                         FigureId const& id) { return derived->explain(shop, known, id); };
    return std::make_unique<serve::GatewayService>(
        std::move(settings), serve::sdmx::mounts(KREISLAUF_VERSION, derived), std::move(more));
}

http::ServerOptions server_options(Options const& options) {
    http::ServerOptions made;
    made.listen = options.listen;
    made.workers = options.workers;
    if (made.workers == 0) {
        // An upload that is complete waits for its bytes to be kept, and does little else: offices that push at once must not
        // leave readers without a worker.
        constexpr unsigned that_mostly_wait = 20;
        made.workers = std::max(4U, 2 * std::thread::hardware_concurrency()) + that_mostly_wait;
    }
    made.cache_bytes = options.cache_mib << 20U;
    if (!options.tls_certificate.empty())
        made.tls = http::TlsOptions{options.tls_certificate, options.tls_key, options.client_ca,
                                    options.client_required};
    made.limits.connections = options.connections;
    made.limits.stop_time = std::chrono::seconds{options.stop_seconds};
    made.limits.body_bytes = [bytes = options.body_kib << 10U](std::string_view method,
                                                               std::string_view target) {
        return serve::intake::body_limit(method, target).value_or(bytes);
    };
    if (options.log != "none") made.access_log = std::make_shared<http::AccessLog>(options.log);
    made.routes = {
        "/sdmx/v1/data", "/sdmx/v2/data", "/sdmx/v1", "/sdmx/v2", "/api/v1/uploads", "/api/v1/deliveries",
        "/api/v1",       "/catalog",      "/healthz", "/readyz",  "/metrics"};
    made.complain = complain;
    return made;
}

} // namespace gateway::server
