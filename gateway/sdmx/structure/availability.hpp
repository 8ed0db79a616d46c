// Answers to availability queries: a content constraint that says what there is for a question.
//
// v1       /availableconstraint/{flow}/{key}/{provider}/{component}?mode=&references=
// v2       /availability/{context}/{agency}/{id}/{version}/{key}/{component}?mode=&references=
// What the key means and what there is, the data part finds out; here it becomes a structure message. No
// ReferencePeriod, because a client in use stops at it; counts are annotations series_count and obs_count.
//
// Source   SDMX REST 1.5 and 2.2, "Data availability queries"
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/sdmx/structure/selection.hpp"

namespace gateway::sdmx::structure {

struct Availability {
    std::string dataset;
    Region region; ///< of the components that were asked for; others may be left out
};

/// `references` is the value of that parameter: none, all, or one of codelist, datastructure, conceptscheme,
/// dataflow, dataproviderscheme (several with '+' or ','). Code lists that come along hold the available codes.
/// \throws SdmxError syntax for another value; no_results where the catalogue has no such dataset
Selection availability(std::shared_ptr<Catalogue const> catalogue, Availability available, ApiVersion api,
                       std::string_view references = "none");
/// Of several dataflows: a constraint for each, and what they refer to, once.
Selection availabilities(std::shared_ptr<Catalogue const> catalogue, std::vector<Availability> available,
                         ApiVersion api, std::string_view references = "none");

} // namespace gateway::sdmx::structure
