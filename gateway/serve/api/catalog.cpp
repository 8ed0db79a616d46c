#include "gateway/serve/api/catalog.hpp"

#include <algorithm>
#include <array>

#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/serve/api/paging.hpp"
#include "gateway/serve/api/series_request.hpp"

namespace gateway::serve::api {
namespace {

/// What both forms say of a dataset.
struct Entry {
    DatasetInfo info;
    std::string uri, title, description, licence, frequency, issued, modified;
    struct Distribution {
        std::string uri, title, media_type;
    };
    std::vector<Distribution> distributions;
};

std::string licence_uri(std::string const& id) {
    constexpr std::string_view root = "http://dcat-ap.de/def/licenses/";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 5> known{
        {{"dl-de/by-2-0", "dl-by-de/2.0"},
         {"dl-de/zero-2-0", "dl-zero-de/2.0"},
         {"cc-by-4.0", "cc-by/4.0"},
         {"cc-by/4.0", "cc-by/4.0"},
         {"cc-zero", "cc-zero"}}};
    auto const* const found =
        std::find_if(known.begin(), known.end(), [&id](auto const& entry) { return entry.first == id; });
    if (found != known.end()) return std::string{root} + std::string{found->second};
    auto const url = feed::licence_of(id).url;
    return url.empty() ? std::string{root} + "other-closed" : std::string{url};
}

std::string frequency_uri(std::string const& frequency) {
    constexpr std::string_view root = "http://publications.europa.eu/resource/authority/frequency/";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"A", "ANNUAL"}, {"S", "ANNUAL_2"}, {"Q", "QUARTERLY"}, {"M", "MONTHLY"}}};
    auto const* const found =
        std::find_if(known.begin(), known.end(), [&](auto const& entry) { return entry.first == frequency; });
    return std::string{root} + std::string{found == known.end() ? "UNKNOWN" : found->second};
}

Entry entry_of(store::Store const& store, DatasetInfo const& info, std::string const& base) {
    Entry entry;
    entry.info = info;
    auto const id = percent_encoded(info.id);
    entry.uri = base + "/api/v1/datasets/" + id;
    entry.title = info.title.empty() ? info.id : info.title;
    entry.description =
        entry.title + ". Quelle: " + std::string{feed::credit_of(info)} + ", Tabelle " + info.table + ".";
    entry.licence = licence_uri(info.licence);
    entry.frequency = frequency_uri(info.frequency);
    auto const vintages = store.vintages(info.id);
    if (!vintages.empty()) {
        entry.issued = utc_text(vintages.front().received);
        entry.modified = utc_text(vintages.back().received);
    }
    for (auto const& format : series_formats())
        entry.distributions.push_back(
            {base + "/api/v1/series?dataset=" + id + "&format=" + std::string{format.id},
             std::string{format.id}, std::string{format.media_type.substr(0, format.media_type.find(';'))}});
    return entry;
}

void reference(Json& json, char const* name, std::string const& uri) {
    json.key(name).object().field("@id", uri).end_object();
}

void german(Json& json, char const* name, std::string const& text) {
    json.key(name).object().field("@value", text).field("@language", "de").end_object();
}

void time_of(Json& json, char const* name, std::string const& text) {
    if (text.empty()) return;
    json.key(name)
        .object()
        .field("@value", text)
        .field("@type", "http://www.w3.org/2001/XMLSchema#dateTime")
        .end_object();
}

void publisher(Json& json, std::string const& base) {
    json.key("dct:publisher")
        .object()
        .field("@id", base + "/#publisher")
        .field("@type", "foaf:Agent")
        .field("foaf:name", "Kreislauf")
        .end_object();
}

std::string as_json(std::vector<Entry> const& entries, std::string const& base) {
    Json json;
    json.object().key("@context").object();
    json.field("dcat", "http://www.w3.org/ns/dcat#")
        .field("dct", "http://purl.org/dc/terms/")
        .field("foaf", "http://xmlns.com/foaf/0.1/")
        .field("dcatde", "http://dcat-ap.de/def/dcatde/")
        .end_object();
    json.field("@id", base + "/catalog").field("@type", "dcat:Catalog");
    german(json, "dct:title", "Amtliche Statistik für Kreise");
    german(json, "dct:description", "Ergebnisse der amtlichen Statistik in einem gemeinsamen Schema");
    publisher(json, base);
    reference(json, "foaf:homepage", base + "/");
    json.key("dcat:dataset").array();
    for (auto const& entry : entries) {
        json.object().field("@id", entry.uri).field("@type", "dcat:Dataset");
        german(json, "dct:title", entry.title);
        german(json, "dct:description", entry.description);
        json.field("dct:identifier", entry.info.id);
        publisher(json, base);
        reference(json, "dcat:theme", "http://publications.europa.eu/resource/authority/data-theme/SOCI");
        reference(json, "dct:accrualPeriodicity", entry.frequency);
        reference(json, "dct:spatial", "http://publications.europa.eu/resource/authority/country/DEU");
        time_of(json, "dct:issued", entry.issued);
        time_of(json, "dct:modified", entry.modified);
        json.key("dct:creator")
            .object()
            .field("@type", "foaf:Agent")
            .field("foaf:name", feed::credit_of(entry.info))
            .end_object();
        json.key("dcat:distribution").array();
        for (auto const& one : entry.distributions) {
            json.object()
                .field("@id", one.uri)
                .field("@type", "dcat:Distribution")
                .field("dct:title", one.title);
            reference(json, "dcat:accessURL", one.uri);
            reference(json, "dcat:downloadURL", one.uri);
            reference(json, "dcat:mediaType",
                      "https://www.iana.org/assignments/media-types/" + one.media_type);
            reference(json, "dct:license", entry.licence);
            json.field("dcatde:licenseAttributionByText", feed::credit_of(entry.info)).end_object();
        }
        json.end_array().end_object();
    }
    json.end_array().end_object();
    return json.take() + "\n";
}

/// A text in Turtle.
std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') result += '\\';
        if (c == '\n')
            result += "\\n";
        else if (c == '\r')
            result += "\\r";
        else
            result += c;
    }
    return result + "\"";
}

std::string as_turtle(std::vector<Entry> const& entries, std::string const& base) {
    std::string out = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
                      "@prefix dct: <http://purl.org/dc/terms/> .\n"
                      "@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
                      "@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .\n"
                      "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n\n";
    auto const agent = "<" + base + "/#publisher>";
    out += agent + " a foaf:Agent ; foaf:name \"Kreislauf\" .\n\n";
    out += "<" + base +
           "/catalog> a dcat:Catalog ;\n    dct:title \"Amtliche Statistik für Kreise\"@de ;\n"
           "    dct:description \"Ergebnisse der amtlichen Statistik in einem gemeinsamen Schema\"@de ;\n"
           "    dct:publisher " +
           agent + " ;\n    foaf:homepage <" + base + "/>";
    for (auto const& entry : entries) out += " ;\n    dcat:dataset <" + entry.uri + ">";
    out += " .\n";
    for (auto const& entry : entries) {
        out += "\n<" + entry.uri + "> a dcat:Dataset ;\n    dct:title " + quoted(entry.title) +
               "@de ;\n    dct:description " + quoted(entry.description) + "@de ;\n    dct:identifier " +
               quoted(entry.info.id) + " ;\n    dct:publisher " + agent +
               " ;\n    dct:creator [ a foaf:Agent ; foaf:name " + quoted(feed::credit_of(entry.info)) +
               " ] ;\n    dcat:theme <http://publications.europa.eu/resource/authority/data-theme/SOCI> ;\n"
               "    dct:spatial <http://publications.europa.eu/resource/authority/country/DEU> ;\n"
               "    dct:accrualPeriodicity <" +
               entry.frequency + ">";
        if (!entry.issued.empty())
            out += " ;\n    dct:issued \"" + entry.issued + "\"^^xsd:dateTime ;\n    dct:modified \"" +
                   entry.modified + "\"^^xsd:dateTime";
        for (auto const& one : entry.distributions) out += " ;\n    dcat:distribution <" + one.uri + ">";
        out += " .\n";
        for (auto const& one : entry.distributions)
            out += "<" + one.uri + "> a dcat:Distribution ; dct:title " + quoted(one.title) +
                   " ; dcat:accessURL <" + one.uri + "> ; dcat:downloadURL <" + one.uri +
                   "> ; dcat:mediaType <https://www.iana.org/assignments/media-types/" + one.media_type +
                   "> ; dct:license <" + entry.licence + "> ; dcatde:licenseAttributionByText " +
                   quoted(feed::credit_of(entry.info)) + " .\n";
    }
    return out;
}

bool wants_turtle(Call const& call) {
    if (auto const format = call.parameter("format"); !format.empty()) {
        if (format == "turtle") return true;
        if (format == "jsonld") return false;
        throw Refusal{bad_value("format", format, {"jsonld or turtle", "jsonld oder turtle"})};
    }
    for (auto const& range : weighted_values(call.request.header("Accept"))) {
        auto const type = std::string_view{range.value}.substr(0, range.value.find(';'));
        if (type == "text/turtle") return true;
        if (type == "application/ld+json" || type == "application/json" || type == "*/*") return false;
    }
    return false;
}

} // namespace

http::Response show_catalog(Shelf& shelf, Call const& call) {
    auto const lease = call.lease();
    auto const& store = lease->store();
    auto datasets = store.datasets();
    std::sort(datasets.begin(), datasets.end(), [](auto const& a, auto const& b) { return a.id < b.id; });
    std::vector<Entry> entries;
    entries.reserve(datasets.size());
    for (auto const& info : datasets) entries.push_back(entry_of(store, info, call.base));
    auto response =
        wants_turtle(call)
            ? http::Response::text(200, "text/turtle; charset=utf-8", as_turtle(entries, call.base))
            : http::Response::text(200, "application/ld+json; charset=utf-8", as_json(entries, call.base));
    // Its addresses hold the host as the caller calls it, unless the operator has named one.
    response.shared = !shelf.settings().public_url.empty();
    return response;
}

} // namespace gateway::serve::api
