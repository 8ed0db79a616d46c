// Text for HTML and XML: what a page, a report or a feed may hold as text or in quotes.
//
// Source   https://www.w3.org/TR/xml/#charsets, https://html.spec.whatwg.org/#escapingString
#pragma once

#include <string>
#include <string_view>

namespace gateway::io {

/// & < > " ' as references. A control character that XML cannot hold becomes a blank; line ends and tabs stay.
std::string escaped_markup(std::string_view text);

} // namespace gateway::io
