// The feed as Server-Sent Events: what changes, told as it happens, over one connection.
//
// Shape    GET /api/v1/feed/events?area=&dataset=&kind=&cursor=&from=; an event `changes` is a page of the feed (docs/feed.md),
//          its id the cursor behind it; Last-Event-ID goes on from there. Without cursor, only what comes. `gone`: the log
//          no longer holds the place; take the full state. Lines that begin with ':' keep the connection alive.
// Time     a stream ends after five minutes and its client comes back, so that rules and keys that changed count
// Threads  a stream that waits has none (gateway/http/message.hpp, BodySource::pause)
// Errors   as /api/v1/feed, before the first event
// Source   HTML Living Standard, 9.2
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_feed_events(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
