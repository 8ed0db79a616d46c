// Puts the pieces of kreislauf-server together, as its options say.
//
// Errors   Error of the store and of the service, invalid_argument for options that cannot be used
#pragma once

#include <memory>

#include "gateway/http/message.hpp"
#include "gateway/http/server.hpp"
#include "gateway/server/options.hpp"

namespace gateway::server {

std::unique_ptr<http::Service> make_service(Options const& options);
http::ServerOptions server_options(Options const& options);

} // namespace gateway::server
