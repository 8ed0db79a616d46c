// Service: everything behind the sockets, on one store.
//
// answer() finds out who asks, what they may see, which route is meant, and gives every answer what all have in
// common: CORS, Vary, an entity tag and 304, problems in the caller's language.
//
// Shape    the addresses are the table in gateway/serve/api/routes.hpp and the mounts, such as SDMX REST
// Threads  from any
// Errors   none: what goes wrong becomes an answer; causes of 500 go to Settings::complain
// Source   RFC 9110, RFC 9457; docs/api.md
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/settings.hpp"

namespace gateway::serve {

class GatewayService final : public http::Service {
  public:
    /// Opens nothing yet; a store that comes later is found then.
    /// \throws Error malformed for an access.toml that cannot be read
    explicit GatewayService(Settings settings, std::vector<Mount> mounts = {}, std::vector<Route> more = {});
    ~GatewayService() override;

    http::Response answer(http::Request const& request) override;
    [[nodiscard]] bool receives(std::string_view method, std::string_view target) noexcept override;
    http::Reception receive(http::Request const& request) override;
    [[nodiscard]] std::uint64_t generation() noexcept override;
    [[nodiscard]] std::uint64_t generation_now() noexcept override;
    [[nodiscard]] std::string trouble() override;

    /// Every address but the mounts.
    [[nodiscard]] std::vector<Route> const& routes() const noexcept;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

} // namespace gateway::serve
