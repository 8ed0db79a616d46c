// The feed: what changed, page by page, and the proof that a copy is complete. docs/feed.md is its contract.
//
// Shape    GET /api/v1/feed?area=&dataset=&kind=&cursor=&from=&limit=&wait=&format=; GET /api/v1/feed/state
// Waiting  at most 30 s; for JSON any number of callers, without a worker (gateway/http/message.hpp, BodySource::pause).
//          Avro has its cursor in front of the body: only a few wait, on a worker, the others are answered at once.
// Errors   Refusal 400 naming the parameter; 410 where the change log no longer holds what comes behind a cursor
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_feed(Shelf& shelf, Call const& call);
http::Response show_feed_state(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
