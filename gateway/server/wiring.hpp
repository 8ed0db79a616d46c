// Puts the pieces of kreislauf-server together, as its options say.
//
// Errors   Error of the store and of the service, invalid_argument for options that cannot be used
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/http/message.hpp"
#include "gateway/http/server.hpp"
#include "gateway/serve/call.hpp"
#include "gateway/serve/settings.hpp"
#include "gateway/server/options.hpp"

namespace gateway::server {

/// Folder with mappings/ and schemas/.
std::string data_directory();
std::unique_ptr<http::Service> make_service(Options const& options, std::vector<serve::Route> more,
                                            std::function<std::vector<serve::UnderReview>()> under_review,
                                            std::function<bool()> leaving = {});
http::ServerOptions server_options(Options const& options);

} // namespace gateway::server
