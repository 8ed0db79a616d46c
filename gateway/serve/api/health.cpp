#include "gateway/serve/api/health.hpp"

#include "gateway/core/error.hpp"

namespace gateway::serve::api {

http::Response show_health(Call const&) {
    auto response = http::Response::text(200, "text/plain; charset=utf-8", "ok\n");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

http::Response show_readiness(Shelf& shelf, Call const& call) {
    try {
        shelf.areas();
        call.lease()->store().dataset("");
    } catch (std::exception const&) {
        auto response = http::Response::text(503, "text/plain; charset=utf-8", "the store cannot be read\n");
        response.headers.emplace_back("Retry-After", "5");
        response.headers.emplace_back("Cache-Control", "no-store");
        return response;
    }
    auto response = http::Response::text(200, "text/plain; charset=utf-8", "ready\n");
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

} // namespace gateway::serve::api
