// A page for people: everything in itself, readable without scripts.
#pragma once

#include <string>
#include <string_view>

#include "gateway/serve/call.hpp"

namespace gateway::serve {

/// `title` is plain text and heads the page, `body` is HTML in that language.
http::Response html_page(Language language, std::string_view title, std::string_view body);

/// Whether format= asks for such a page instead of JSON. \throws Refusal for any other format
bool wants_html(Call const& call);

/// What is wrong, as answer_problem() says it, as a page where a browser asks: its Accept names text/html before anything
/// else.
http::Response answer_problem(Call const& call, Problem const& problem);

} // namespace gateway::serve
