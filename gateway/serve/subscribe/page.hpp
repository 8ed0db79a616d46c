// The page for counties, in German: what is subscribed, how far it is, what failed; add, pause, resume, end.
//
// A plain form without script: the key is a field of it, and typed again with every step. Nothing comes from elsewhere.
#pragma once

#include "gateway/serve/call.hpp"
#include "gateway/serve/subscribe/office.hpp"

namespace gateway::serve::subscribe {

http::Response show_page(Office& office, Call const& call);
http::Response use_page(Office& office, Call const& call);

} // namespace gateway::serve::subscribe
