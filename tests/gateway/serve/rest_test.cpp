// Availability, explanations, saved queries, catalogue, pages.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "gateway/core/error.hpp"
#include "gateway/serve/api/catalog_entries.hpp"
#include "gateway/serve/api/publisher.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class Rest : public ServiceTest {
  protected:
    std::size_t follow_links(std::string const& page);
};

TEST_F(Rest, AvailabilityGivesAReasonForEveryHole) {
    auto const json = ask("/api/v1/availability?area=03159").json();
    auto const& dataset = json["datasets"][0];
    EXPECT_TRUE(dataset["available"].GetBool());
    EXPECT_EQ(dataset["series"].GetUint(), 1U);
    EXPECT_EQ(dataset["series_of_level"].GetUint(), 2U);
    auto const& last = dataset["periods"][1];
    EXPECT_STREQ(last["period"].GetString(), "2024-12-31");
    EXPECT_EQ(last["numbers"].GetUint(), 0U);
    ASSERT_EQ(last["holes"].Size(), 2U);
    EXPECT_STREQ(last["holes"][0]["reason"].GetString(), "CONFIDENTIAL");
    EXPECT_STREQ(last["holes"][1]["reason"].GetString(), "NOT_IN_SOURCE") << "the series of men";
    EXPECT_THAT(last["holes"][1]["example"].GetString(), HasSubstr("SEX=M"));
    // Osterode am Harz was dissolved in 2016: nothing can be missing there.
    auto const gone = ask("/api/v1/availability?area=03156").json();
    EXPECT_STREQ(gone["datasets"][0]["periods"][0]["holes"][0]["reason"].GetString(), "NO_TERRITORY");
    auto const land = ask("/api/v1/availability?area=03").json();
    EXPECT_FALSE(land["datasets"][0]["available"].GetBool());
    EXPECT_THAT(land["datasets"][0]["reason"].GetString(), HasSubstr("OTHER_LEVEL"));
    EXPECT_EQ(ask("/api/v1/availability").status, 400U);
}

TEST_F(Rest, AvailabilityIsAPageForPeopleToo) {
    auto const page = ask("/api/v1/availability?area=03159&format=html");
    EXPECT_THAT(page.header("Content-Type"), HasSubstr("text/html"));
    EXPECT_THAT(page.body, HasSubstr("<h1>Was zu Göttingen (03159) vorliegt</h1>"));
    EXPECT_THAT(page.body, HasSubstr("1 von 2 Reihen"));
    EXPECT_THAT(page.body, HasSubstr("<td>31.12.2024</td><td>0</td><td>1 × geheim zu halten"));
    EXPECT_THAT(page.body, HasSubstr("1 × die Quelle enthält keine solche Zeile"));
    EXPECT_GE(follow_links(page.body), 1U);
    EXPECT_THAT(ask("/api/v1/availability?area=03&format=html").body,
                HasSubstr("ANDERE_EBENE: die Tabelle hat Zahlen für Kreis"));
    EXPECT_EQ(ask("/api/v1/availability?area=03159&format=pdf").status, 400U);
}

TEST_F(Rest, AvailabilitySaysWhatIsUnderReview) {
    serve::Settings settings;
    settings.store = folder_.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    settings.under_review = [] {
        return std::vector<serve::UnderReview>{{population().id, "03159", 1'782'910'800},
                                               {population().id, "03159", 1'782'824'400},
                                               {"REGIO_OTHER", "03153", 1'782'824'400}};
    };
    service_ = std::make_unique<serve::GatewayService>(settings);
    auto const answer = ask("/api/v1/availability?area=03159");
    EXPECT_FALSE(answer.shared) << "it changes without a change of the store";
    auto const json = answer.json();
    EXPECT_STREQ(json["datasets"][0]["under_review_since"].GetString(), "2026-06-30T13:00:00Z");
    EXPECT_THAT(json["datasets"][0]["under_review_de"].GetString(), HasSubstr("in Prüfung seit 30.06.2026"));
    // The Land has a part of it; another county has not, nor has its dataset.
    EXPECT_TRUE(ask("/api/v1/availability?area=03").json()["datasets"][0].HasMember("under_review_since"));
    EXPECT_FALSE(
        ask("/api/v1/availability?area=03153").json()["datasets"][0].HasMember("under_review_since"));
}

TEST_F(Rest, ExplainRefusesWhatIsNoFigure) {
    EXPECT_EQ(ask("/api/v1/explain").status, 400U);
    EXPECT_EQ(ask("/api/v1/explain?figure=x").status, 400U);
    auto const absent =
        ask("/api/v1/explain?figure=" +
            serve::percent_encoded("REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2024-12-31@9"));
    EXPECT_EQ(absent.status, 404U);
    EXPECT_THAT(absent.json()["detail"].GetString(), HasSubstr("no vintage 9"));
}

TEST_F(Rest, TellsABrowserOnAPageWhatIsWrong) {
    http::Headers const browser{{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"},
                                {"Accept-Language", "de"}};
    auto const page = ask("/api/v1/availability?area=0315%3Cb%3E&format=html", browser);
    EXPECT_EQ(page.status, 400U);
    EXPECT_THAT(page.header("Content-Type"), HasSubstr("text/html"));
    EXPECT_THAT(page.header("Cache-Control"), HasSubstr("no-store"));
    EXPECT_THAT(page.body, HasSubstr("<h1>Dieses Gebiet gibt es nicht</h1>"));
    EXPECT_THAT(page.body, HasSubstr("<td>Angabe &#39;area&#39; in der Adresse</td>"));
    EXPECT_THAT(page.body, HasSubstr("<td>0315&lt;b&gt;</td>"));
    EXPECT_THAT(page.body, HasSubstr("Nächster Schritt"));
    EXPECT_EQ(ask("/nothing", browser).status, 404U);
    EXPECT_THAT(ask("/nothing", {{"Accept", "*/*"}}).header("Content-Type"),
                HasSubstr("application/problem+json"));
    EXPECT_THAT(ask("/nothing", {{"Accept", "application/json, text/html"}}).header("Content-Type"),
                HasSubstr("application/problem+json"));
}

TEST_F(Rest, ExplainsAFigureThatWasComputed) {
    auto const series = ask("/api/v1/series?area=03153&SEX=_T&frequency=year");
    ASSERT_EQ(series.status, 200U) << series.body;
    auto const id = std::string{series.json()["series"][0]["figures"][0]["id"].GetString()};
    auto const answer = ask("/api/v1/explain?figure=" + serve::percent_encoded(id));
    ASSERT_EQ(answer.status, 200U) << answer.body;
    auto const json = answer.json();
    EXPECT_STREQ(json["kind"].GetString(), "series");
    EXPECT_GE(json["sources"].Size(), 1U);
    EXPECT_THAT(json["sources"][0]["id"].GetString(), HasSubstr("REGIO_12411-01-01-4/03153/"));
}

TEST_F(Rest, SavedQueriesAnswerLiveOrFrozen) {
    auto const live = ask("/api/v1/queries", {}, "POST", R"({"query":"area=03153&SEX=_T&format=csv"})");
    ASSERT_EQ(live.status, 201U) << live.body;
    auto const href = std::string{live.json()["href"].GetString()};
    EXPECT_EQ(live.header("Location"), href);
    auto const frozen = ask("/api/v1/queries", {}, "POST",
                            R"({"query":"/api/v1/series?area=03153&SEX=_T&format=csv","frozen":true})");
    ASSERT_EQ(frozen.status, 201U) << frozen.body;
    auto const frozen_href = std::string{frozen.json()["href"].GetString()};
    EXPECT_NE(href, frozen_href);
    EXPECT_THAT(ask(href).body, HasSubstr(",126775,"));
    auto const tomorrow = Clock::system().now() + 100;
    load(*store::open_sqlite(folder_.path()), tomorrow, "126900", "62500");
    restart();
    EXPECT_THAT(ask(href).body, HasSubstr(",126900,"));
    EXPECT_THAT(ask(frozen_href).body, HasSubstr(",126775,"));
    auto const again = ask("/api/v1/queries", {}, "POST", R"({"query":"area=03153&SEX=_T&format=csv"})");
    EXPECT_EQ(again.status, 200U) << "the same question has the same address";
    EXPECT_STREQ(again.json()["href"].GetString(), href.c_str());
    EXPECT_EQ(ask("/api/v1/queries/" + href.substr(3)).status, 200U);
}

TEST_F(Rest, SavesNothingThatCannotBeAsked) {
    for (auto const* body : {"", "[]", R"({"query":1})", R"({"query":"area=1"})", R"({"query":"aera=03153"})",
                             R"({"query":"area=03153","frozen":"yes"})", R"({"query":"area=03153","x":1})"})
        EXPECT_EQ(ask("/api/v1/queries", {}, "POST", body).status, 400U) << body;
    EXPECT_EQ(ask("/q/0123456789").status, 404U);
    EXPECT_EQ(ask("/q/..%2F..%2Fx").status, 404U);
    EXPECT_FALSE(io::file_exists(folder_.path() + "/service/queries"));
}

TEST_F(Rest, CatalogueNamesEveryDatasetInBothForms) {
    auto const json = ask("/catalog").json();
    ASSERT_EQ(json["dcat:dataset"].Size(), 1U);
    auto const& dataset = json["dcat:dataset"][0];
    EXPECT_STREQ(dataset["@id"].GetString(), "http://localhost:8080/api/v1/datasets/REGIO_12411-01-01-4");
    EXPECT_STREQ(dataset["dcat:distribution"][0]["dct:license"]["@id"].GetString(),
                 "http://dcat-ap.de/def/licenses/dl-by-de/2.0");
    auto const turtle = ask("/catalog", {{"Accept", "text/turtle"}});
    EXPECT_THAT(turtle.header("Content-Type"), HasSubstr("text/turtle"));
    EXPECT_THAT(turtle.body, HasSubstr("dct:identifier \"REGIO_12411-01-01-4\""));
    EXPECT_FALSE(turtle.shared) << "it holds the host of this request";
    EXPECT_EQ(ask("/catalog?format=turtle").body, turtle.body);
}

TEST_F(Rest, CatalogueSaysWhatADatasetCoversAndWhoAnswersForIt) {
    std::filesystem::create_directories(folder_.path() + "/service");
    std::ofstream{folder_.path() + "/service/catalog.toml"}
        << "publisher = \"Landkreis \\\"Goslar\\\"\"\nemail = \"statistik@example.de\"\n"
           "contributor = \"http://dcat-ap.de/def/contributors/musterkreis\"\n";
    auto const json = ask("/catalog").json();
    EXPECT_STREQ(json["dct:publisher"]["foaf:name"]["@value"].GetString(), "Landkreis \"Goslar\"");
    auto const& dataset = json["dcat:dataset"][0];
    EXPECT_STREQ(dataset["dcatde:contributorID"]["@id"].GetString(),
                 "http://dcat-ap.de/def/contributors/musterkreis");
    EXPECT_STREQ(dataset["dct:temporal"]["dcat:startDate"]["@value"].GetString(), "2023-12-31");
    EXPECT_STREQ(dataset["dct:temporal"]["dcat:endDate"]["@value"].GetString(), "2024-12-31");
    EXPECT_STREQ(dataset["dcatde:politicalGeocodingURI"]["@id"].GetString(),
                 "http://dcat-ap.de/def/politicalGeocoding/stateKey/03");
    EXPECT_STREQ(dataset["dcatde:politicalGeocodingLevelURI"]["@id"].GetString(),
                 "http://dcat-ap.de/def/politicalGeocoding/Level/administrativeDistrict");
    EXPECT_STREQ(dataset["dcat:theme"][0]["@id"].GetString(),
                 "http://publications.europa.eu/resource/authority/data-theme/SOCI");
    EXPECT_THAT(ask("/catalog?format=turtle").body, HasSubstr("foaf:name \"Landkreis \\\"Goslar\\\"\""));
}

TEST(Catalogue, NamesLicencesAsGovDataListsThemAndClosesWhatIsUnknown) {
    EXPECT_EQ(serve::api::licence_uri("CC-BY-4.0"), "http://dcat-ap.de/def/licenses/cc-by/4.0");
    EXPECT_EQ(serve::api::licence_uri("CC0-1.0"), "http://dcat-ap.de/def/licenses/cc-zero");
    EXPECT_EQ(serve::api::licence_uri("dl-de/zero-2-0"), "http://dcat-ap.de/def/licenses/dl-zero-de/2.0");
    EXPECT_EQ(serve::api::licence_uri("proprietary"), "http://dcat-ap.de/def/licenses/other-closed");
}

TEST(Publisher, IsRefusedWithLineKeyAndValue) {
    using serve::api::Publisher;
    auto const trouble = [](std::string_view text) -> std::string {
        try {
            Publisher::parse(text, "catalog.toml");
            return {};
        } catch (Error const& error) {
            return error.what();
        }
    };
    EXPECT_EQ(trouble("publisher = \"Amt\"\n"), "");
    EXPECT_THAT(trouble("\npublisher = \"\"\n"), HasSubstr("catalog.toml:2: 'publisher'"));
    EXPECT_THAT(trouble("\npublisher = Amt\"\n"), HasSubstr("catalog.toml:2: found a quotation mark behind"));
    EXPECT_THAT(trouble("contributor = \"http://dcat-ap.de/def/contributors/\"\n"), HasSubstr("GovData"));
    EXPECT_THAT(trouble("homepage = \"www.example.de\"\n"), HasSubstr("'www.example.de'"));
    EXPECT_THAT(trouble("mail = \"a@b\"\n"), HasSubstr("'mail' is unknown; there are publisher"));
}

/// Asks for whatever a page leads to on this service; how many that were.
std::size_t Rest::follow_links(std::string const& page) {
    std::size_t links = 0;
    for (std::size_t at = 0; (at = page.find("href=\"/", at)) != std::string::npos; ++at) {
        auto const end = page.find('"', at + 6);
        auto target = page.substr(at + 6, end - at - 6);
        for (std::size_t amp = 0; (amp = target.find("&amp;")) != std::string::npos;)
            target.replace(amp, 5, "&");
        ++links;
        if (target == "/abonnement" || target == "/lieferung") continue; // of other modules
        EXPECT_EQ(ask(target).status, 200U) << target;
    }
    return links;
}

TEST_F(Rest, StartPageHasThreeLinksThatWork) {
    auto const page = ask("/");
    EXPECT_THAT(page.header("Content-Type"), HasSubstr("text/html"));
    EXPECT_THAT(page.body, HasSubstr("lang=\"de\""));
    EXPECT_THAT(page.body, Not(HasSubstr("http://"))) << "nothing from elsewhere";
    EXPECT_THAT(page.body, Not(HasSubstr("https://")));
    EXPECT_GE(follow_links(page.body), 7U);
}

TEST_F(Rest, StartPageFindsAnAreaAndGivesWhatThereIsOfIt) {
    auto const choice = ask("/?gebiet=g%C3%B6ttingen").body;
    EXPECT_THAT(choice, HasSubstr("Gebiete zu „göttingen“"));
    EXPECT_THAT(choice, HasSubstr("href=\"/?gebiet=03159\""));
    EXPECT_THAT(choice, HasSubstr("href=\"/?gebiet=03152\""));
    EXPECT_THAT(choice, HasSubstr("Schlüssel 03152, bis 31.10.2016"));
    auto const gone = ask("/?gebiet=03156").body;
    EXPECT_THAT(gone, HasSubstr("Sein Gebiet gehört seither zu <a href=\"/?gebiet=03159\">"));
    auto const goslar = ask("/?gebiet=03153").body;
    EXPECT_THAT(goslar, HasSubstr("<h2>Goslar"));
    EXPECT_GE(follow_links(goslar), 12U);
    auto const land = ask("/?gebiet=03").body;
    EXPECT_THAT(land, HasSubstr("Zu diesem Gebiet selbst sind keine Zahlen geladen."));
    EXPECT_THAT(land, HasSubstr("area=03&amp;inside=true&amp;format=csv-de"));
    EXPECT_GE(follow_links(land), 10U);
    auto const grown = ask("/?gebiet=03159").body;
    EXPECT_THAT(grown, HasSubstr("area=03159&amp;territory=latest&amp;format=csv-de"));
    EXPECT_GE(follow_links(grown), 12U);
    EXPECT_THAT(goslar, HasSubstr("href=\"/api/v1/series?area=03153&amp;format=csv-de\""));
    EXPECT_THAT(goslar, HasSubstr("area=03153&amp;dataset=REGIO_12411-01-01-4&amp;format=xlsx"));
    EXPECT_THAT(ask("/?gebiet=%3Cscript%3E").body, HasSubstr("Kein Gebiet heißt „&lt;script&gt;“"));
    EXPECT_THAT(ask("/?gebiet=" + std::string(7000, 'x')).body, HasSubstr("Kein Gebiet heißt"));
    EXPECT_THAT(ask("/?gebiet=%20").body, HasSubstr("Drei Beispiele"));
    EXPECT_THAT(ask("/?gebiet=&tabelle=").body, HasSubstr("Drei Beispiele")) << "a form that was left empty";
    EXPECT_THAT(ask("/?gebiet=&tabelle=bevoelkerung").body,
                HasSubstr("series?dataset=REGIO_12411-01-01-4&amp;format=xlsx"));
    EXPECT_THAT(ask("/?gebiet=03153&tabelle=12411").body,
                HasSubstr("area=03153&amp;dataset=REGIO_12411-01-01-4"));
    EXPECT_THAT(ask("/?gebiet=g%C3%B6ttingen&tabelle=12411").body,
                HasSubstr("href=\"/?gebiet=03159&amp;tabelle=12411\""));
    EXPECT_THAT(ask("/?tabelle=Wetter").body, HasSubstr("Keine Tabelle hat „Wetter“"));
    EXPECT_EQ(ask("/?area=03153").status, 400U) << "an unknown parameter is refused, not ignored";
}

} // namespace
