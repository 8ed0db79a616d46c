#include "gateway/serve/api/catalog.hpp"

#include <algorithm>

#include "gateway/core/error.hpp"
#include "gateway/serve/api/catalog_entries.hpp"
#include "gateway/serve/api/paging.hpp"

namespace gateway::serve::api {
namespace {

bool wants_turtle(Call const& call) {
    if (auto const format = call.parameter("format"); !format.empty()) {
        if (format == "turtle") return true;
        if (format == "jsonld") return false;
        throw Refusal{bad_value("format", format, {"jsonld or turtle", "jsonld oder turtle"})};
    }
    for (auto const& range : weighted_values(call.request.header("Accept"))) {
        if (range.weight <= 0) break;
        auto const type = std::string_view{range.value}.substr(0, range.value.find(';'));
        if (type == "text/turtle" || type == "text/*") return true;
        if (type == "application/ld+json" || type == "application/json" || type == "*/*") return false;
    }
    return false;
}

Publisher publisher_of(Settings const& settings) {
    try {
        return Publisher::load(settings.state + "/catalog.toml");
    } catch (Error const& error) {
        // Not the fault of the caller.
        throw Error{Errc::io, error.what()};
    }
}

} // namespace

http::Response show_catalog(Shelf& shelf, Call const& call) {
    bool const turtle = wants_turtle(call);
    auto const publisher = publisher_of(shelf.settings());
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto datasets = store.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    std::vector<CatalogEntry> entries;
    entries.reserve(datasets.size());
    for (auto const& info : datasets) {
        CatalogEntry entry;
        entry.info = info;
        entry.vintages = store.vintages(info.id);
        entry.restricted = store.is_restricted(info.id);
        // The periods of what is restricted are not for the catalogue: reading them would be a transmission.
        entry.coverage = shelf.coverage(call, info, !entry.restricted);
        entries.push_back(std::move(entry));
    }
    auto const catalogue = catalogue_of(entries, publisher, call.base, shelf.settings().has_sdmx);
    auto response =
        turtle ? http::Response::text(200, "text/turtle; charset=utf-8", rdf::as_turtle(catalogue))
               : http::Response::text(200, "application/ld+json; charset=utf-8", rdf::as_json_ld(catalogue));
    // Its addresses hold the host as the caller calls it, unless the operator has named one.
    response.shared = !shelf.settings().public_url.empty();
    return response;
}

} // namespace gateway::serve::api
