// The feed as Atom: what changed for an area and a topic, for a person with a news reader, the newest first.
//
// Shape    GET /api/v1/feed/atom?area=&dataset=&kind=&cursor=&limit=; an entry is a vintage of a dataset as far as it
//          changed something that is asked for, or an event of a dataset; its content is the text of a mail
//          (gateway/subscribe/digest_text.hpp). What was told once keeps its id.
// Paging   RFC 5005, 3: link rel="next" leads to older ones. The feed ends where the log begins.
// Errors   as /api/v1/feed
// Source   RFC 4287
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_feed_atom(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
