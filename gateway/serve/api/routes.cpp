#include "gateway/serve/api/routes.hpp"

#include "gateway/serve/api/areas.hpp"
#include "gateway/serve/api/availability.hpp"
#include "gateway/serve/api/catalog.hpp"
#include "gateway/serve/api/datasets.hpp"
#include "gateway/serve/api/explain.hpp"
#include "gateway/serve/api/feed.hpp"
#include "gateway/serve/api/feed_atom.hpp"
#include "gateway/serve/api/feed_events.hpp"
#include "gateway/serve/api/health.hpp"
#include "gateway/serve/api/pages.hpp"
#include "gateway/serve/api/saved.hpp"
#include "gateway/serve/api/series.hpp"
#include "gateway/serve/api/series_request.hpp"

namespace gateway::serve::api {

std::vector<Route> routes(Shelf& shelf) {
    using Answer = http::Response (*)(Shelf&, Call const&);
    auto const on = [&shelf](Answer answer) -> Handler {
        return [&shelf, answer](Call const& call) { return answer(shelf, call); };
    };
    return {
        {"GET", "/healthz", "getHealth", {}, show_health},
        {"GET", "/readyz", "getReadiness", {}, on(show_readiness)},
        {"GET",
         "/api/v1/areas",
         "listAreas",
         {"search", "level", "on", "within", "limit", "cursor"},
         on(list_areas)},
        {"GET", "/api/v1/areas/{key}", "getArea", {}, on(show_area)},
        {"GET",
         "/api/v1/areas/{key}/children",
         "listChildren",
         {"level", "on", "limit", "cursor"},
         on(list_children)},
        {"GET", "/api/v1/areas/{key}/history", "getHistory", {}, on(show_history)},
        {"GET", "/api/v1/datasets", "listDatasets", {"search", "limit", "cursor"}, on(list_datasets)},
        {"GET", "/api/v1/datasets/{id}", "getDataset", {}, on(show_dataset)},
        {"GET",
         "/api/v1/indicators",
         "listIndicators",
         {"dataset", "search", "limit", "cursor"},
         on(list_indicators)},
        {"GET", "/api/v1/series", "getSeries", series_parameters(), on(show_series), true},
        {"GET",
         "/api/v1/availability",
         "getAvailability",
         {"area", "dataset", "format", "limit", "cursor"},
         on(show_availability)},
        {"GET",
         "/api/v1/feed",
         "getFeed",
         {"area", "dataset", "indicator", "kind", "cursor", "from", "limit", "wait", "format"},
         on(show_feed)},
        {"GET",
         "/api/v1/feed/state",
         "getFeedState",
         {"area", "dataset", "indicator", "kind", "cursor"},
         on(show_feed_state)},
        {"GET",
         "/api/v1/feed/events",
         "getFeedEvents",
         {"area", "dataset", "indicator", "kind", "cursor", "from"},
         on(show_feed_events)},
        {"GET",
         "/api/v1/feed/atom",
         "getFeedAtom",
         {"area", "dataset", "indicator", "kind", "cursor", "limit"},
         on(show_feed_atom)},
        {"GET", "/api/v1/explain", "explainFigure", {"figure", "format"}, on(show_explanation)},
        {"POST", "/api/v1/queries", "saveQuery", {}, on(save_query)},
        {"GET", "/api/v1/queries/{id}", "getQuery", {}, on(show_saved)},
        {"GET", "/q/{id}", "followQuery", {}, on(follow_saved)},
        {"GET", "/api/v1/openapi.json", "getContract", {}, on(show_openapi)},
        {"GET", "/catalog", "getCatalog", {"format"}, on(show_catalog)},
        {"GET", "/", "getStart", {"gebiet", "tabelle"}, on(show_start), false, {}, true},
    };
}

} // namespace gateway::serve::api
