// The catalogue of datasets after DCAT-AP.de, as JSON-LD or Turtle, for portals that harvest.
//
// Source   DCAT-AP.de 2.0 (https://www.dcat-ap.de/def/dcatde/2.0/spec/), licences http://dcat-ap.de/def/licenses/;
//          frequencies and themes: EU Publications Office
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// By format=jsonld|turtle, else by Accept; JSON-LD where nothing is asked for.
http::Response show_catalog(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
