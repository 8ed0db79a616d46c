// Series as CSV for programs, JSON and JSON-stat; the other formats are those of gateway/feed.
//
// CSV      ',' and '.', UTF-8, LF; one row per figure; ids of dimensions are columns, as they are parameters of the
//          query. A missing value is an empty field with its reason beside it.
// JSON     {"datasets": [...], "series": [{..., "figures": [{"id", "period", "value", ...}]}]}: value is a number
//          with the published digits, or null with missing_reason
// JSON-stat 2.0, one dataset or a collection: value and status are objects by position, so that a sparse cube costs
//          what it holds. Status is OBS_STATUS, with the missing reason behind a blank where there is no number.
// Source   RFC 4180; https://json-stat.org/full/; docs/api.md
#pragma once

#include <memory>

#include "gateway/feed/feed.hpp"
#include "gateway/feed/source.hpp"
#include "gateway/serve/json.hpp"

namespace gateway::serve::api {

std::unique_ptr<feed::Writer> make_csv(feed::ByteSink sink, feed::FeedContext const& context);
std::unique_ptr<feed::Writer> make_json(feed::ByteSink sink, feed::FeedContext const& context);

/// The whole document in pieces: reads `figures` three times, so that memory goes with areas and codes alone.
void write_jsonstat(feed::FigureSource const& figures, feed::ByteSink const& sink);

/// The members that say what a figure is: missing_reason, obs_status, conf_status, protection, sign, obs_lo, obs_hi.
void write_quality(Json& json, Observation const& figure);
void write_derived(Json& json, feed::Derived const& derived);

} // namespace gateway::serve::api
