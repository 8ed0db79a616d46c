// Saved queries: a series query under a short address, /q/ID, live or frozen to a state of knowledge.
//
// Shape    POST /api/v1/queries {"query": "area=03153&format=csv-de", "frozen": true} gives {"id", "href", ...};
//          GET /q/ID answers as /api/v1/series with that query. The id is made of the query and its state, so that the
//          same question has the same address.
// Kept     one durable file per query in the service's own folder, queries/ID.json; nothing of it is in the store
// Access   whoever follows a link sees what they may see, not what its maker might
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response save_query(Shelf& shelf, Call const& call);
http::Response show_saved(Shelf& shelf, Call const& call);
http::Response follow_saved(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
