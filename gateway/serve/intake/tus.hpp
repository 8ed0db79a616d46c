// Handlers of /api/v1/uploads: tus 1.0.0 with creation, checksum, expiration and termination.
//
// The last piece hands the file over: its answer names the delivery in Kreislauf-Delivery, or says why there is none.
// Source   https://tus.io/protocols/resumable-upload (1.0.0); docs/api.md, deliveries
#pragma once

#include <memory>

#include "gateway/serve/intake/desk.hpp"

namespace gateway::serve::intake {

http::Response tus_options(Desk& desk, Call const& call);
http::Response create_upload(Desk& desk, Call const& call);
/// Of HEAD, too.
http::Response show_upload(Desk& desk, Call const& call);
http::Response send_piece(Desk& desk, Call const& call);
std::unique_ptr<http::BodySink> receive_piece(Desk& desk, Call const& call);
/// POST with X-HTTP-Method-Override, for clients that cannot say PATCH or DELETE.
http::Response override_method(Desk& desk, Call const& call);
http::Response delete_upload(Desk& desk, Call const& call);
http::Response show_dry_run(Desk& desk, Call const& call);

} // namespace gateway::serve::intake
