// The address of availability: what there is for an area, and for every hole the reason.
//
// Holes    a dataset expects, of an area, every period that its indicator has for any area of the same level. What is
//          missing there has a reason: the one the figure itself gives; NO_TERRITORY where the register says that the
//          area did not exist on the last day; ROW_SET_ASIDE where rows of the last vintage were set aside;
//          NOT_IN_SOURCE where the source's document has no such row.
// Datasets that have nothing for the area are named, too, with the reason: other levels only, or other areas only.
#pragma once

#include "gateway/serve/api/shelf.hpp"
#include "gateway/serve/call.hpp"

namespace gateway::serve::api {

http::Response show_availability(Shelf& shelf, Call const& call);

} // namespace gateway::serve::api
