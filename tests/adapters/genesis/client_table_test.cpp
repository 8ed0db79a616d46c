#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;
using testing::Bench;
using testing::envelope;
using testing::flat;
using testing::zip;
using Outcome = TableAnswer::Outcome;

TableRequest table(int first = 0, int last = 0) {
    TableRequest request;
    request.name = "12411-0015";
    request.start_year = first;
    request.end_year = last;
    return request;
}

gateway::HttpResponse year(int from, int to) {
    return zip("12411-0015_1_de_flat.csv",
               flat({{std::to_string(from) + "-12-31", "03153"}, {std::to_string(to) + "-12-31", "03153"}}));
}

TEST(GenesisTable, ReturnsTheDocumentAsServed) {
    Bench bench;
    auto const served = year(2023, 2023);
    bench.transport.then(served);
    auto const answer = bench.client().fetch(table(), {});
    EXPECT_EQ(answer.outcome, Outcome::table);
    ASSERT_EQ(answer.documents.size(), 1U);
    EXPECT_EQ(answer.documents[0].bytes, served.body);
    EXPECT_TRUE(answer.warnings.empty());
    EXPECT_FALSE(answer.partial);
}

TEST(GenesisTable, SendsWhatWasAskedAndNothingElse) {
    Bench bench;
    bench.transport.then(year(2020, 2021));
    auto request = table(2020, 2021);
    request.language = "en";
    request.contents = "BEVSTD";
    request.regional_variable = "KREISE";
    request.regional_key = "031*";
    request.classifying = {{"GES", "GESM,GESW"}, {"NAT", ""}};
    request.quality = false;
    request.compress = true;
    request.newer_than = 1'606'208'232;
    EXPECT_TRUE(bench.client().fetch(request, {}).partial);
    EXPECT_EQ(
        bench.transport.requests.at(0).body,
        "name=12411-0015&area=all&compress=true&contents=BEVSTD&startyear=2020&endyear=2021&"
        "regionalvariable=KREISE&regionalkey=031*&classifyingvariable1=GES&classifyingkey1=GESM%2CGESW&"
        "classifyingvariable2=NAT&stand=24.11.2020+08%3A57&format=ffcsv&quality=off&job=false&language=en");
}

TEST(GenesisTable, TellsGoneNotNewerAndUnexpectedApart) {
    struct Case {
        int code;
        Outcome outcome;
    };
    for (auto const& [code, outcome] : {Case{50, Outcome::not_newer}, Case{90, Outcome::gone},
                                        Case{103, Outcome::gone}, Case{104, Outcome::gone}}) {
        Bench bench;
        bench.transport.then(envelope(code, "Es gibt keine Objekte\\nzum Kriterium"))
            .then(envelope(104, "nichts", "\"List\":null"));
        auto const answer = bench.client().fetch(table(), {});
        EXPECT_EQ(answer.outcome, outcome) << code;
        EXPECT_EQ(answer.text, "code " + std::to_string(code) + ": Es gibt keine Objekte zum Kriterium");
        EXPECT_TRUE(answer.documents.empty());
        EXPECT_EQ(bench.transport.requests.size(), outcome == Outcome::gone ? 2U : 1U)
            << "code " << code << " must not be tried again, only looked up";
    }
    for (auto const code : {0, 22, 999}) {
        Bench bench;
        bench.transport.then(envelope(code, "text of the source"));
        auto const error = error_of([&] { bench.client().fetch(table(), {}); });
        ASSERT_TRUE(error) << code;
        EXPECT_EQ(error->code(), Errc::not_a_table);
        EXPECT_NE(std::string{error->what()}.find("no table but code " + std::to_string(code) +
                                                  ": text of the source"),
                  std::string::npos)
            << error->what();
    }
}

TEST(GenesisTable, RefusesAPresentationTable) {
    Bench bench;
    bench.transport.then(testing::response(200, "text/csv", "GENESIS-Tabelle: 12411-08-01-4-B\n"));
    auto const error = error_of([&] { bench.client().fetch(table(), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_a_table);
}

TEST(GenesisTable, AsksYearByYearWhereAJobIsImpossible) {
    Bench bench;
    bench.service.jobs = false;
    bench.transport
        .then(envelope(98, "zu gross")) // 2020 to 2023
        .then(year(2020, 2021))
        .then(envelope(98, "zu gross")) // 2022 to 2023
        .then(year(2022, 2022))
        .then(year(2023, 2023));
    auto const answer = bench.client().fetch(table(2020, 2023), bench.memory());
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(answer.documents.size(), 3U);
    EXPECT_TRUE(answer.warnings.empty());
    EXPECT_TRUE(bench.jobs.empty());
    std::vector<std::string> asked;
    for (std::size_t i = 0; i < bench.transport.requests.size(); ++i)
        asked.push_back(bench.transport.field(i, "startyear") + "-" + bench.transport.field(i, "endyear"));
    EXPECT_EQ(asked,
              (std::vector<std::string>{"2020-2023", "2020-2021", "2022-2023", "2022-2022", "2023-2023"}));
}

TEST(GenesisTable, TakesTheNewestYearFromTheMetadataWhereNoneIsAsked) {
    Bench bench;
    bench.transport.then(envelope(98, "zu gross"))
        .then(envelope(
            0, "erfolgreich",
            R"("Object":{"Code":"12411-0015","Content":"t","Time":{"From":"31.12.1967","To":"31.12.2023"}})"))
        .then(year(2022, 2022))
        .then(year(2023, 2023));
    auto const answer = bench.client(Credentials::token(Secret{"t0k3n"})).fetch(table(2022), {});
    EXPECT_EQ(answer.documents.size(), 2U);
    EXPECT_EQ(bench.transport.field(2, "endyear"), "2022");
    EXPECT_EQ(bench.transport.field(3, "startyear"), "2023");
}

TEST(GenesisTable, TreatsYearsWithoutDataAsPartsNotAsAWithdrawal) {
    Bench bench;
    bench.service.jobs = false;
    bench.transport.then(envelope(98, "x")).then(envelope(104, "nichts")).then(year(2023, 2023));
    auto const answer = bench.client().fetch(table(2022, 2023), {});
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_TRUE(answer.text.empty());
    bench.transport.then(envelope(98, "x")).then(envelope(104, "nichts")).then(envelope(104, "nichts"));
    bench.transport.then(envelope(104, "nichts", "\"List\":null"));
    EXPECT_EQ(bench.client().fetch(table(2022, 2023), {}).outcome, Outcome::gone);
}

TEST(GenesisTable, SaysWhatHelpsWhereNothingCanBeSplit) {
    struct Case {
        bool jobs;
        int first, last;
        std::string text;
    };
    for (auto const& example : {Case{true, 0, 0, "background jobs need a user and password"},
                                Case{false, 0, 0, "this service has no background jobs"},
                                Case{false, 2023, 2023, "a part of the regions"}}) {
        Bench bench;
        bench.service.jobs = example.jobs;
        bench.transport.then(envelope(98, "zu gross")).then(envelope(104, "nichts"));
        auto const error = error_of([&] {
            bench.client(Credentials::token(Secret{"t0k3n"})).fetch(table(example.first, example.last), {});
        });
        ASSERT_TRUE(error) << example.text;
        EXPECT_EQ(error->code(), Errc::too_large);
        EXPECT_NE(std::string{error->what()}.find(example.text), std::string::npos) << error->what();
        EXPECT_NE(std::string{error->what()}.find("code 98: zu gross"), std::string::npos) << error->what();
    }
    Bench bench;
    bench.service.jobs = false;
    bench.transport.then(envelope(98, "x")).then(envelope(98, "x")).then(envelope(104, "nichts"));
    auto const error = error_of([&] { bench.client().fetch(table(2022, 2023), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    EXPECT_NE(std::string{error->what()}.find("even the year 2022 alone"), std::string::npos)
        << error->what();
}

gateway::HttpResponse structure() {
    return envelope(0, "erfolgreich",
                    R"("Object":{"Code":"12411-0015","Content":"t","Time":{"From":"2022","To":"2023"},)"
                    R"("Structure":{"Head":null,"Columns":null,"Rows":[{"Code":"KREISE","Content":"Kreise",)"
                    R"("Type":"Merkmal","Structure":null}]}})");
}

TEST(GenesisTable, AsksLandByLandWhereAYearIsTooBig) {
    Bench bench;
    bench.service.jobs = false;
    bench.transport.then(envelope(98, "zu gross")).then(envelope(98, "zu gross")).then(structure());
    for (unsigned part = 0; part < 17; ++part)
        bench.transport.then(part == 4 ? envelope(104, "nichts") : year(2022, 2022));
    bench.transport.then(year(2023, 2023));
    auto const answer = bench.client().fetch(table(2022, 2023), bench.memory());
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(answer.documents.size(), 17U) << "16 parts of 2022, one of them empty, and 2023";
    EXPECT_TRUE(answer.partial) << "what no Land lists is not deleted";
    EXPECT_EQ(bench.transport.left(), 0U);
    EXPECT_EQ(bench.transport.field(3, "regionalkey"), "DG");
    EXPECT_EQ(bench.transport.field(4, "regionalkey"), "01*");
    EXPECT_EQ(bench.transport.field(19, "regionalkey"), "16*");
    EXPECT_EQ(bench.transport.field(19, "regionalvariable"), "KREISE");
    EXPECT_EQ(bench.transport.field(19, "endyear"), "2022");
    EXPECT_EQ(bench.transport.field(20, "regionalkey"), "");
}

TEST(GenesisTable, AsksLandByLandForItsDefaultSlices) {
    Bench bench;
    bench.transport.then(envelope(98, "zu gross")).then(structure());
    for (unsigned part = 0; part < 17; ++part) bench.transport.then(year(2023, 2023));
    auto const answer = bench.client(Credentials::token(Secret{"t0k3n"})).fetch(table(), {});
    EXPECT_EQ(answer.documents.size(), 17U);
    EXPECT_EQ(bench.transport.field(2, "startyear"), "");
}

TEST(GenesisTable, SaysWhereEvenALandIsTooBig) {
    Bench bench;
    bench.service.jobs = false;
    bench.transport.then(envelope(98, "zu gross")).then(structure()).then(year(2023, 2023));
    bench.transport.then(envelope(98, "zu gross"));
    auto const error = error_of([&] { bench.client().fetch(table(2023, 2023), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    EXPECT_NE(std::string{error->what()}.find("even the regions 01* alone"), std::string::npos)
        << error->what();
}

TEST(GenesisTable, IsNotGoneAsLongAsTheCatalogueListsIt) {
    Bench bench;
    bench.transport.then(envelope(104, "Es gibt keine Objekte")).then(testing::list_of({"12411-0015"}));
    auto const answer = bench.client().fetch(table(), {});
    EXPECT_EQ(answer.outcome, Outcome::not_ready);
    EXPECT_EQ(answer.text,
              "the catalogue lists it, and the data are not served (code 104: Es gibt keine Objekte)");
    EXPECT_EQ(bench.transport.endpoint(1), "catalogue/tables");
    EXPECT_EQ(bench.transport.field(1, "selection"), "12411-0015");
}

TEST(GenesisTable, IsNotGoneWhereTheCatalogueCannotBeAsked) {
    Bench bench;
    bench.transport.then(envelope(104, "Es gibt keine Objekte"));
    for (unsigned attempt = 0; attempt < 4; ++attempt) bench.transport.then_breaks();
    auto const error = error_of([&] { bench.client().fetch(table(), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::source_unavailable);
}

TEST(GenesisTable, TakesATimeOutAsTooBigInsteadOfWaitingAgain) {
    Bench bench;
    bench.service.jobs = false;
    bench.transport
        .then([&](gateway::HttpRequest const& request) -> gateway::HttpResponse {
            bench.time.now += request.timeout_ms / 1000;
            throw gateway::Error{Errc::source_unavailable, "Operation timed out"};
        })
        .then(year(2022, 2022))
        .then(year(2023, 2023));
    EXPECT_EQ(bench.client().fetch(table(2022, 2023), {}).documents.size(), 2U);
    EXPECT_EQ(bench.transport.requests.size(), 3U);
}

TEST(GenesisTable, RefusesRequestsThatCannotBeMeant) {
    Bench bench;
    for (auto const& [change, text] : std::vector<std::pair<std::function<void(TableRequest&)>, std::string>>{
             {[](TableRequest& r) { r.name = ""; }, "code of a table or cube is missing"},
             {[](TableRequest& r) { r.language = "fr"; }, "language 'fr'"},
             {[](TableRequest& r) { r.start_year = 20; }, "year 20 is out of range"},
             {[](TableRequest& r) { r.start_year = 2024, r.end_year = 2020; }, "start year 2024 is after"},
             {[](TableRequest& r) { r.classifying.resize(6); }, "the service takes 5"}}) {
        auto request = table();
        change(request);
        auto client = bench.client();
        auto const error = error_of([&] { client.fetch_table(request, {}); });
        ASSERT_TRUE(error) << text;
        EXPECT_EQ(error->code(), Errc::invalid_argument);
        EXPECT_NE(std::string{error->what()}.find(text), std::string::npos) << error->what();
    }
    EXPECT_TRUE(bench.transport.requests.empty());
}

TEST(GenesisCube, IsFetchedUnderItsCodeAndMasked) {
    Bench bench;
    std::string const cube =
        "* Der Benutzer DE12345678 der Benutzergruppe DE1234 hat am 03.09.2022 diesen Export "
        "angestossen.\r\nK;DQ;FACH-SCHL\r\nD;22922KJ114\r\n";
    bench.transport.then(testing::response(200, "text/csv", cube));
    TableRequest request;
    request.name = "22922KJ1141";
    request.start_year = 2016;
    auto const answer = bench.client().fetch(request, {});
    ASSERT_EQ(answer.documents.size(), 1U);
    EXPECT_EQ(answer.documents[0].bytes.find("DE12345678"), std::string::npos);
    EXPECT_EQ(answer.documents[0].bytes, bench.kept.at(0).bytes);
    EXPECT_EQ(
        bench.transport.requests[0].body,
        "name=22922KJ1141&area=all&values=true&metadata=true&additionals=false&startyear=2016&language=de");
    EXPECT_EQ(bench.transport.endpoint(0), "data/cubefile");
}

TEST(GenesisCube, IsRefusedByServicesWithoutCubes) {
    Bench bench;
    bench.service.cubes = false;
    TableRequest request;
    request.name = "22922KJ1141";
    auto const error = error_of([&] { bench.client().fetch(request, {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::invalid_argument);
    EXPECT_TRUE(bench.transport.requests.empty());
}

} // namespace
} // namespace adapters::genesis
