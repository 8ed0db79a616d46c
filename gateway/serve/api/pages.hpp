// What the service says of itself: the start page for people, the contract for programs.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// A small German page without anything from elsewhere: a search for areas with what there is of them, or three links that
/// work on this store.
http::Response show_start(Shelf& shelf, Call const& call);
/// schemas/openapi/kreislauf.json.
http::Response show_openapi(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
