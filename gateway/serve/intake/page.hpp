// The page for clerks, in German: send a file, see one's deliveries, read reports, release.
//
// Without script it works with a form: the key is a field of it, and typed again with every step. The script remembers the
// key until the window is closed and sends files of any size in pieces. Nothing comes from elsewhere.
#pragma once

#include "gateway/serve/intake/desk.hpp"

namespace gateway::serve::intake {

http::Response show_page(Desk& desk, Call const& call);
http::Response use_page(Desk& desk, Call const& call);
http::Response show_script(Desk& desk, Call const& call);

} // namespace gateway::serve::intake
