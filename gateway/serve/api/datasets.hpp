// Addresses on datasets and indicators: what there is, what it means, where it comes from.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response list_datasets(Shelf& shelf, Call const& call);
http::Response show_dataset(Shelf& shelf, Call const& call);
http::Response list_indicators(Shelf& shelf, Call const& call);

/// The dataset that a caller means: its id, or its table code where one dataset has that.
/// \throws Refusal 404 (`status` 400 for a parameter) naming near ones
DatasetInfo require_dataset(store::Store const& store, std::string_view text, std::string_view place,
                            unsigned status = 404);

/// German label of a code: of the source, else a general one, else the code.
std::string label_or_code(store::Store const& store, std::string const& dataset, std::string const& dimension,
                          std::string const& code);

} // namespace gateway::serve::api
