// Addresses on areas: list and search, one area, what lies in it, how it came about.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response list_areas(Shelf& shelf, Call const& call);
http::Response show_area(Shelf& shelf, Call const& call);
http::Response list_children(Shelf& shelf, Call const& call);
http::Response show_history(Shelf& shelf, Call const& call);

/// The area with this key. \throws Refusal 404 naming near ones
KnownArea const& require_area(AreaIndex const& index, std::string_view key, std::string_view place,
                              unsigned status = 404);

} // namespace gateway::serve::api
