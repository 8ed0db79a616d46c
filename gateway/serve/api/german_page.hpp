// A page of the county API for people: German, everything in itself, readable without scripts.
#pragma once

#include <string>
#include <string_view>

#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

/// `title` is plain text and heads the page, `body` is HTML.
http::Response german_page(std::string_view title, std::string_view body);

/// Whether format= asks for such a page instead of JSON. \throws Refusal for any other format
bool wants_html(Call const& call);

} // namespace gateway::serve::api
