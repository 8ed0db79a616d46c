// The address of series: figures in every format, of any size.
//
// An answer up to 4 MiB is made at once and may be kept by the server. A larger one of published figures is made
// while it is sent, area by area; one of derived figures, and JSON-stat, is put down in a file first, as the views
// hand out their series in one go.
// Tags     an entity tag is the SHA-256 of everything that decides the bytes: the question, the mappings, and of each
//          dataset its vintages and labels; what other datasets get leaves it as it is
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_series(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
