#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;
using testing::Bench;
using testing::envelope;

TEST(GenesisLists, AskForTheLongestPageAndReturnTheItems) {
    Bench bench;
    bench.transport.then(testing::list_of({"12411-0001", "12411-0002"}));
    auto const listing = bench.client().list("catalogue/tables2statistic", {{"name", "12411"}});
    EXPECT_TRUE(listing.found);
    EXPECT_TRUE(listing.warnings.empty());
    ASSERT_NE(listing.answer.list(), nullptr);
    EXPECT_EQ(listing.answer.list()->items.at(1).code(), "12411-0002");
    EXPECT_EQ(bench.transport.requests[0].body, "name=12411&area=all&pagelength=25000&language=de");
}

TEST(GenesisLists, SayWhereAListIsProbablyCutOff) {
    Bench bench;
    bench.transport.then(testing::list_of({"a", "b"})).then(testing::list_of({"a"}));
    auto client = bench.client();
    auto const cut = client.list("catalogue/tables", {{"selection", "*"}, {"pagelength", "2"}});
    ASSERT_EQ(cut.warnings.size(), 1U);
    EXPECT_EQ(cut.warnings[0].code, Errc::truncated);
    EXPECT_NE(cut.warnings[0].text.find("List has 2 entries"), std::string::npos) << cut.warnings[0].text;
    EXPECT_TRUE(client.list("catalogue/tables", {{"selection", "*"}, {"pagelength", "2"}}).warnings.empty());
}

TEST(GenesisLists, UseTheDataOfCode22AndPassTheWarningOn) {
    Bench bench;
    bench.transport.then(envelope(22, "erfolgreich (Mindestens ein Parameter: sortcriterion)",
                                  R"("List":[{"Code":"GES","Content":"Geschlecht"}])"));
    auto const listing = bench.client().list("catalogue/variables2statistic", {{"name", "12411"}});
    EXPECT_TRUE(listing.found);
    ASSERT_EQ(listing.warnings.size(), 1U);
    EXPECT_NE(listing.warnings[0].text.find("sortcriterion"), std::string::npos);
}

TEST(GenesisLists, TakeAnEmptySelectionAsAnAnswer) {
    for (auto const code : {104, 103, 90}) {
        Bench bench;
        bench.transport.then(envelope(code, "keine Objekte", "\"List\":null"));
        EXPECT_FALSE(bench.client().list("catalogue/tables", {{"selection", "x"}}).found);
    }
    Bench bench;
    bench.transport.then(envelope(0, "erfolgreich", "\"List\":null"));
    EXPECT_FALSE(bench.client().list("catalogue/tables", {{"selection", "x"}}).found);
}

TEST(GenesisLists, RefuseCodesThatNobodyKnows) {
    Bench bench;
    bench.transport.then(envelope(999, "test error message"));
    auto const error = error_of([&] { bench.client().find("bus"); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::source_refused);
    EXPECT_STREQ(error->what(), "genesis find/find bus: code 999: test error message");
}

TEST(GenesisFind, SendsUmlautsInUtf8) {
    Bench bench;
    bench.transport.then(
        envelope(0, "erfolgreich", R"("Cubes":null,"Statistics":[{"Code":"12411","Content":"x"}])"));
    EXPECT_TRUE(bench.client().find("Bevölkerung").found);
    EXPECT_EQ(bench.transport.field(0, "term"), "Bev%C3%B6lkerung");
    EXPECT_EQ(bench.transport.endpoint(0), "find/find");
}

TEST(GenesisMetadata, TellsAKnownTableFromAnUnknownOne) {
    Bench bench;
    bench.transport
        .then(envelope(0, "erfolgreich",
                       R"("Object":{"Code":"a","Content":"t","Time":{"From":"2000","To":"2024"}})"))
        .then(envelope(104, "keine Objekte"));
    auto client = bench.client();
    auto const known = client.metadata("table", "12411-0015");
    ASSERT_TRUE(known.found);
    EXPECT_EQ(known.answer.object->time_to, "2024");
    EXPECT_FALSE(client.metadata("table", "nothing").found);
    EXPECT_EQ(bench.transport.endpoint(0), "metadata/table");
}

TEST(GenesisModified, AsksTheCensusForTablesOnly) {
    Bench bench;
    bench.transport.then(testing::list_of({"12411"})).then(testing::list_of({"1000A"}));
    bench.client().modified_since("31.12.2024");
    EXPECT_EQ(bench.transport.field(0, "type"), "all");
    EXPECT_EQ(bench.transport.field(0, "date"), "31.12.2024");
    EXPECT_EQ(bench.transport.field(0, "selection"), "*");
    bench.service.cubes = false;
    bench.client().modified_since("31.12.2024");
    EXPECT_EQ(bench.transport.field(1, "type"), "tables");
}

TEST(GenesisLogin, BelievesASuccessOnlyWithAName) {
    struct Case {
        std::string body;
        bool logged_in, guest;
    };
    for (auto const& [body, logged_in, guest] :
         {Case{R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"DE12345678"})", true,
               false},
          Case{R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!","Username":"GAST"})", false, true},
          Case{R"({"Status":"Sie wurden erfolgreich an- und abgemeldet!"})", false, false},
          Case{R"({"Status":"Ein Fehler ist aufgetreten","Username":"DE12345678"})", false, false}}) {
        Bench bench;
        bench.transport.then(testing::json(body));
        auto const login = bench.client().login_check();
        EXPECT_EQ(login.logged_in, logged_in) << body;
        EXPECT_EQ(login.guest, guest) << body;
        EXPECT_FALSE(login.text.empty());
        EXPECT_EQ(bench.kept.at(0).bytes.find("DE12345678"), std::string::npos) << "the echo must be masked";
    }
}

} // namespace
} // namespace adapters::genesis
