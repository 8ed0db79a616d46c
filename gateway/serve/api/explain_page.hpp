// The explanation of a figure as a page for people: where it comes from, down to the row of the source, and how.
#pragma once

#include "gateway/http/message.hpp"
#include "gateway/ingest/explain.hpp"
#include "gateway/ingest/explain_series.hpp"
#include "gateway/ingest/explain_territorial.hpp"

namespace gateway::serve::api {

http::Response explanation_page(ingest::Explanation const& e);
/// Of what a figure on another territory or of a derived flow was made; its parts are links.
http::Response explanation_page(ingest::TerritorialExplanation const& e);
http::Response explanation_page(ingest::SeriesExplanation const& e);

} // namespace gateway::serve::api
