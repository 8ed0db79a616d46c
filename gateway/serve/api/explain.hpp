// The address that explains a figure: from its id back to the bytes it came from, computed anew on the way.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_explanation(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
