// Router: from method and target to one route of an explicit table.
//
// A known address with another method is 405 with Allow; OPTIONS is answered for every address; an unknown address
// is 404; an unknown, doubled or empty parameter is 400 and names those there are: a slip in a filter's name must
// not give everything instead.
#pragma once

#include <string>
#include <vector>

#include "gateway/serve/call.hpp"

namespace gateway::serve {

class Router {
  public:
    Router(std::vector<Route> routes, std::vector<Mount> mounts);

    [[nodiscard]] std::vector<Route> const& routes() const noexcept { return routes_; }
    /// Calls the handler. Fills in `call`'s path and parameters. \throws Refusal
    http::Response dispatch(Call& call) const;
    /// Whether the body of such a request is taken while it arrives.
    [[nodiscard]] bool receives(std::string_view method, std::string_view path) const;
    /// Who takes it. \throws Refusal
    std::unique_ptr<http::BodySink> receive(Call& call) const;
    /// The mount that a path lies in; null where it lies in none.
    [[nodiscard]] Mount const* mount_of(std::string_view path) const noexcept;

  private:
    [[nodiscard]] Route const* route_of(std::string_view method, Call& call) const;
    [[nodiscard]] std::string
    allowed(std::string_view path) const; ///< "GET, HEAD, OPTIONS"; empty: no such path
    std::vector<Route> routes_;
    std::vector<Mount> mounts_;
};

} // namespace gateway::serve
