#include "gateway/serve/api/catalog_entries.hpp"

#include <algorithm>
#include <array>

#include "gateway/core/document.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "gateway/sdmx/structure/evas.hpp"
#include "gateway/serve/api/catalog_words.hpp"
#include "gateway/serve/api/series_request.hpp"
#include "gateway/serve/uri.hpp"

namespace gateway::serve::api {
namespace {

using rdf::at;
using rdf::text;
using rdf::Thing;
using rdf::typed;

constexpr std::size_t land_digits = 2;
constexpr std::size_t county_digits = 5;

rdf::Value authority(std::string_view table, std::string_view code) {
    return at("http://publications.europa.eu/resource/authority/" + std::string{table} + "/" +
              std::string{code});
}

rdf::Value geocoding(std::string_view list, std::string_view code) {
    return at("http://dcat-ap.de/def/politicalGeocoding/" + std::string{list} + "/" + std::string{code});
}

void say_both(Thing& thing, std::string_view name, LocalWords const& words) {
    thing.say(name, text(words.de, "de"));
    thing.say(name, text(words.en, "en"));
}

std::string publisher_address(std::string const& base) {
    return base + "/#publisher";
}

Thing contact_of(Publisher const& publisher, std::string const& base) {
    Thing contact{base + "/#contact", {"vcard:Organization"}};
    contact.say("vcard:fn", text(publisher.name));
    if (!publisher.email.empty()) contact.say("vcard:hasEmail", at("mailto:" + publisher.email));
    if (!publisher.contact_url.empty()) contact.say("vcard:hasURL", at(publisher.contact_url));
    // The conventions ask for one of them.
    if (publisher.email.empty() && publisher.contact_url.empty())
        contact.say("vcard:hasURL", at(publisher.homepage.empty() ? base + "/" : publisher.homepage));
    return contact;
}

void say_coverage(Thing& dataset, Coverage const& coverage) {
    dataset.say("dct:spatial", authority("country", "DEU"));
    auto const say_place = [&dataset](std::string_view list, std::string const& code) {
        dataset.say("dct:spatial", geocoding(list, code));
        dataset.say("dcatde:politicalGeocodingURI", geocoding(list, code));
    };
    if (!coverage.county.empty())
        say_place("districtKey", coverage.county);
    else
        for (auto const& land : coverage.lands) say_place("stateKey", land);
    for (auto const level : coverage.levels)
        if (auto const name = geocoding_level(level); !name.empty())
            dataset.say("dcatde:politicalGeocodingLevelURI", geocoding("Level", name));
    if (!coverage.first_day || !coverage.last_day) return;
    Thing period{{}, {"dct:PeriodOfTime"}};
    period.say("dcat:startDate", typed(date_text(*coverage.first_day), "xsd:date"));
    period.say("dcat:endDate", typed(date_text(*coverage.last_day), "xsd:date"));
    dataset.say("dct:temporal", rdf::made_of(std::move(period)));
}

Thing distribution_of(CatalogEntry const& entry, SeriesFormat const& format, std::string const& base) {
    auto const address = base + "/api/v1/series?dataset=" + percent_encoded(entry.info.id) +
                         "&format=" + std::string{format.id};
    auto const& words = words_of_format(format.id);
    Thing one{address, {"dcat:Distribution"}};
    say_both(one, "dct:title", words.title);
    say_both(one, "dct:description", words.description);
    one.say("dcat:accessURL", at(address)).say("dcat:downloadURL", at(address));
    one.say("dct:format", authority("file-type", words.file_type));
    if (!words.registered_type.empty())
        one.say("dcat:mediaType",
                at("https://www.iana.org/assignments/media-types/" + std::string{words.registered_type}));
    one.say("dct:license", at(licence_uri(entry.info.licence)));
    one.say("dcatde:licenseAttributionByText", text(std::string{feed::credit_of(entry.info)}, "de"));
    one.say("dct:language", authority("language", "DEU"));
    one.say("dcatap:availability", authority("planned-availability", "AVAILABLE"));
    one.say("dcat:accessService", at(base + "/#api"));
    return one;
}

/// The title as published; in English what the table is about and which it is.
LocalWords title_of(DatasetInfo const& info, Subject const& subject) {
    return {info.title.empty() ? info.id : info.title, subject.name.en + " (table " + info.table + ")"};
}

void say_words(Thing& dataset, DatasetInfo const& info, Subject const& subject) {
    auto const credit = std::string{feed::credit_of(info)};
    auto const title = title_of(info, subject);
    say_both(dataset, "dct:title", title);
    say_both(dataset, "dct:description",
             {title.de + ". Quelle: " + credit + ", Tabelle " + info.table +
                  ". Werte ohne Zahl nennen den Grund; jede Zahl führt zur Quelle zurück.",
              "Official statistics, table " + info.table + " of " + credit + ", subject: " + subject.name.en +
                  ". Missing figures say why; every figure leads back to its source."});
    dataset.say("dct:identifier", text(info.id));
    say_both(dataset, "dcat:keyword", subject.name);
    dataset.say("dcat:keyword", text("amtliche Statistik", "de"))
        .say("dcat:keyword", text("official statistics", "en"));
    for (auto const& dimension : info.dimensions)
        if (auto const name = feed::dimension_de(dimension); name != dimension)
            dataset.say("dcat:keyword", text(std::string{name}, "de"));
    for (auto const theme : subject.themes) dataset.say("dcat:theme", authority("data-theme", theme));
}

Thing dataset_of(CatalogEntry const& entry, Publisher const& publisher, std::string const& base) {
    auto const& info = entry.info;
    Thing dataset{base + "/api/v1/datasets/" + percent_encoded(info.id), {"dcat:Dataset"}};
    say_words(dataset, info, subject_of(sdmx::structure::evas_category(info.statistic, info.source)));
    dataset.say("dct:publisher", at(publisher_address(base)));
    Thing office{{}, {"foaf:Agent"}};
    office.say("foaf:name", text(std::string{feed::credit_of(info)}));
    dataset.say("dct:creator", rdf::made_of(std::move(office)));
    dataset.say("dcat:contactPoint", at(base + "/#contact"));
    dataset.say("dcatde:contributorID", at(publisher.contributor));
    dataset.say("dcat:landingPage", at(dataset.address));
    dataset.say("dct:accrualPeriodicity", authority("frequency", frequency_code(info.frequency)));
    dataset.say("dct:language", authority("language", "DEU"));
    dataset.say("dct:type", authority("dataset-type", "STATISTICAL"));
    dataset.say("dct:accessRights", authority("access-right", entry.restricted ? "RESTRICTED" : "PUBLIC"));
    say_coverage(dataset, entry.coverage);
    if (!entry.vintages.empty()) {
        dataset.say("dct:issued", typed(utc_text(entry.vintages.front().received), "xsd:dateTime"));
        dataset.say("dct:modified", typed(utc_text(entry.vintages.back().received), "xsd:dateTime"));
        dataset.say("owl:versionInfo", text(std::to_string(entry.vintages.back().no)));
    }
    for (auto const& format : series_formats())
        dataset.say("dcat:distribution", rdf::made_of(distribution_of(entry, format, base)));
    return dataset;
}

/// One of the interfaces that answer, and what it serves.
Thing service_of(std::vector<CatalogEntry> const& entries, std::string const& base, std::string const& mark,
                 std::string const& path, LocalWords const& title) {
    Thing service{base + "/#" + mark, {"dcat:DataService"}};
    say_both(service, "dct:title", title);
    service.say("dct:publisher", at(publisher_address(base)));
    service.say("dcat:contactPoint", at(base + "/#contact"));
    service.say("dcat:endpointURL", at(base + path));
    service.say("dcat:endpointDescription",
                at(mark == "api" ? base + "/api/v1/openapi.json" : base + "/sdmx/v1/dataflow"));
    for (auto const& entry : entries)
        service.say("dcat:servesDataset", at(base + "/api/v1/datasets/" + percent_encoded(entry.info.id)));
    return service;
}

} // namespace

std::string licence_uri(std::string_view licence) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> known{
        {{"dl-de/by-2-0", "dl-by-de/2.0"},
         {"dl-de/zero-2-0", "dl-zero-de/2.0"},
         {"CC-BY-4.0", "cc-by/4.0"},
         {"CC0-1.0", "cc-zero"}}};
    auto const* const found = std::find_if(known.begin(), known.end(),
                                           [licence](auto const& entry) { return entry.first == licence; });
    // What nobody has declared open is closed.
    return "http://dcat-ap.de/def/licenses/" +
           std::string{found == known.end() ? "other-closed" : found->second};
}

Coverage coverage_of(store::Store const& store, DatasetInfo const& info, bool with_time) {
    Coverage coverage;
    std::set<std::string> counties;
    bool wider = false; // something is larger than a county
    for (auto const& label : store.labels(info.id, std::nullopt)) {
        if (label.dimension != "AREA") continue;
        auto const numbers = store.find_areas(label.code);
        if (numbers.empty()) continue;
        auto const area = store.area(numbers.front());
        coverage.levels.insert(area.level);
        bool const has_land =
            area.code.size() >= land_digits && area.code.find_first_not_of("0123456789") == std::string::npos;
        if (has_land) coverage.lands.insert(area.code.substr(0, land_digits));
        if (has_land && area.code.size() >= county_digits)
            counties.insert(area.code.substr(0, county_digits));
        else
            wider = true;
    }
    if (!wider && counties.size() == 1) coverage.county = *counties.begin();
    if (!with_time) return coverage;
    auto const vintages = store.vintages(info.id);
    if (vintages.empty()) return coverage;
    store::Pull pull;
    pull.dataset = info.id;
    pull.vintage = vintages.back().no;
    pull.indicators = store.indicators(info.id);
    pull.periods_only = true;
    auto const widen = [&coverage](store::SeriesRef, std::span<store::PackedObservation const> observations) {
        for (auto const& one : observations) {
            auto const first = one.period.start_day();
            auto const last = one.period.end_day() - 1;
            coverage.first_day = std::min(coverage.first_day.value_or(first), first);
            coverage.last_day = std::max(coverage.last_day.value_or(last), last);
        }
    };
    constexpr std::size_t rows = 64;
    while (store.pull(pull, rows, widen)) {
    }
    return coverage;
}

rdf::Thing catalogue_of(std::vector<CatalogEntry> const& entries, Publisher const& publisher,
                        std::string const& base, bool has_sdmx) {
    Thing catalogue{base + "/catalog", {"dcat:Catalog"}};
    say_both(catalogue, "dct:title", {"Amtliche Statistik für Kreise", "Official statistics for counties"});
    say_both(catalogue, "dct:description",
             {"Ergebnisse der amtlichen Statistik in einem gemeinsamen Schema",
              "Results of German official statistics in one common schema"});
    Thing agent{publisher_address(base), {"foaf:Agent"}};
    agent.say("foaf:name", text(publisher.name));
    agent.say("foaf:homepage", at(publisher.homepage));
    if (!publisher.email.empty()) agent.say("foaf:mbox", at("mailto:" + publisher.email));
    catalogue.say("dct:publisher", rdf::made_of(std::move(agent)));
    catalogue.say("foaf:homepage", at(publisher.homepage.empty() ? base + "/" : publisher.homepage));
    catalogue.say("dct:language", authority("language", "DEU"));
    catalogue.say("dct:spatial", authority("country", "DEU"));
    catalogue.say("dcat:themeTaxonomy", at("http://publications.europa.eu/resource/authority/data-theme"));
    UnixTime first = 0;
    UnixTime last = 0;
    for (auto const& entry : entries)
        for (auto const& vintage : entry.vintages) {
            first = first == 0 ? vintage.received : std::min(first, vintage.received);
            last = std::max(last, vintage.received);
        }
    if (last != 0) {
        catalogue.say("dct:issued", typed(utc_text(first), "xsd:dateTime"));
        catalogue.say("dct:modified", typed(utc_text(last), "xsd:dateTime"));
    }
    catalogue.say("dcat:contactPoint", rdf::made_of(contact_of(publisher, base)));
    catalogue.say("dcat:service", rdf::made_of(service_of(entries, base, "api", "/api/v1",
                                                          {"Schnittstelle für Kreise", "County API"})));
    if (has_sdmx) {
        catalogue.say("dcat:service", rdf::made_of(service_of(entries, base, "sdmx21", "/sdmx/v1",
                                                              {"SDMX 2.1 REST", "SDMX 2.1 REST"})));
        catalogue.say("dcat:service", rdf::made_of(service_of(entries, base, "sdmx30", "/sdmx/v2",
                                                              {"SDMX 3.0 REST", "SDMX 3.0 REST"})));
    }
    for (auto const& entry : entries)
        catalogue.say("dcat:dataset", rdf::made_of(dataset_of(entry, publisher, base)));
    return catalogue;
}

} // namespace gateway::serve::api
