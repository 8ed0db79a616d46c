#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::testing::error_of;
using testing::Bench;
using testing::envelope;
using testing::list_of;
using Outcome = TableAnswer::Outcome;

constexpr char const* job = "12531-0043_673843136";

TableRequest table() {
    TableRequest request;
    request.name = "12531-0043";
    return request;
}

gateway::HttpResponse accepted() {
    return envelope(
        99, std::string{"Der Bearbeitungsauftrag wurde erstellt. Die Tabelle kann in Kürze als Ergebnis mit "
                        "folgendem Namen abgerufen werden: "} +
                job);
}
gateway::HttpResponse too_big() {
    return envelope(98, "Die Tabelle ist zu gross");
}
gateway::HttpResponse nothing() {
    return envelope(104, "Es gibt keine Objekte", "\"List\":null");
}
gateway::HttpResponse result() {
    return testing::zip(std::string{job} + "_flat.csv", testing::flat({{"2023-12-31", "03153"}}));
}

std::vector<std::string> endpoints(Bench const& bench) {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < bench.transport.requests.size(); ++i)
        all.push_back(bench.transport.endpoint(i));
    return all;
}

TEST(GenesisJob, RunsFrom98ToTheTableAndCleansUp) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(accepted());
    bench.transport.then([&](gateway::HttpRequest const&) {
        EXPECT_EQ(bench.jobs, std::vector<std::string>{job})
            << "the name must be stored before the first poll";
        return nothing();
    });
    bench.transport.then(nothing()).then(list_of({job})).then(result()).then(envelope(0, "erfolgreich"));
    auto const answer = bench.client().fetch(table(), bench.job_sink());
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(answer.documents.size(), 1U);
    EXPECT_TRUE(answer.warnings.empty());
    EXPECT_EQ(endpoints(bench),
              (std::vector<std::string>{"data/tablefile", "catalogue/jobs", "catalogue/results",
                                        "data/tablefile", "catalogue/results", "catalogue/results",
                                        "catalogue/results", "data/resultfile", "profile/removeResult"}));
    EXPECT_EQ(bench.transport.field(0, "job"), "false");
    EXPECT_EQ(bench.transport.field(3, "job"), "true");
    EXPECT_EQ(bench.transport.field(4, "selection"), job);
    EXPECT_EQ(bench.transport.field(4, "area"), "user");
    EXPECT_EQ(bench.transport.field(7, "name"), job);
    EXPECT_EQ(bench.transport.field(8, "name"), job);
    EXPECT_EQ(bench.time.pauses_ms, (std::vector<std::int64_t>{2000, 3000}));
    EXPECT_EQ(bench.kept.size(), 9U);
}

TEST(GenesisJob, IsNotStartedTwiceWhereTheAnswerToTheStartIsLost) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(list_of({"12531-0043_1"})).then_breaks();
    bench.transport.then(list_of({job})).then(list_of({"12531-0043_1"})); // what is new since
    bench.transport.then(list_of({job})).then(result()).then(envelope(0, "erfolgreich"));
    EXPECT_EQ(bench.client().fetch(table(), bench.job_sink()).outcome, Outcome::table);
    EXPECT_EQ(bench.jobs, std::vector<std::string>{job});
    unsigned starts = 0;
    for (std::size_t i = 0; i < bench.transport.requests.size(); ++i)
        starts += bench.transport.field(i, "job") == "true";
    EXPECT_EQ(starts, 1U);
}

TEST(GenesisJob, IsStartedAgainWhereTheFirstStartDidNotArrive) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(testing::response(503, "", ""));
    bench.transport.then(nothing()).then(nothing()).then(accepted());
    bench.transport.then(list_of({job})).then(result()).then(envelope(0, "erfolgreich"));
    EXPECT_EQ(bench.client().fetch(table(), bench.job_sink()).outcome, Outcome::table);
}

TEST(GenesisJob, IsNamedWhereItCannotBeTold) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then_breaks();
    bench.transport.then(list_of({"12531-0043_1", "12531-0043_2"})).then(nothing());
    auto const error = error_of([&] { bench.client().fetch(table(), bench.job_sink()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::conflict);
    EXPECT_NE(std::string{error->what()}.find("12531-0043_1 and 12531-0043_2"), std::string::npos)
        << error->what();
}

TEST(GenesisJob, GoesOnAfterARestart) {
    Bench bench;
    bench.transport.then(nothing())
        .then(list_of({job}))
        .then(list_of({job}))
        .then(result())
        .then(envelope(0, "ok"));
    auto const answer = bench.client().resume_job(table(), job);
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(endpoints(bench),
              (std::vector<std::string>{"catalogue/results", "catalogue/jobs", "catalogue/results",
                                        "data/resultfile", "profile/removeResult"}));
}

TEST(GenesisJob, CountsAsLostWhereNoListKnowsItAnyMore) {
    Bench bench;
    for (unsigned i = 0; i < 10; ++i) bench.transport.then(nothing());
    auto const answer = bench.client().resume_job(table(), job);
    EXPECT_EQ(answer.outcome, Outcome::job_lost);
    EXPECT_NE(answer.text.find(job), std::string::npos);
    EXPECT_EQ(bench.transport.left(), 0U);
}

TEST(GenesisJob, StopsWaitingAtTheDeadlineAndKeepsTheName) {
    Bench bench;
    unsigned polls = 0;
    for (unsigned i = 0; i < 200; ++i)
        bench.transport.then([&](gateway::HttpRequest const& request) {
            if (request.url.ends_with("catalogue/jobs")) return list_of({job});
            ++polls;
            return nothing();
        });
    auto const error = error_of([&] { bench.client().resume_job(table(), job); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::source_unavailable);
    EXPECT_NE(std::string{error->what()}.find("no result after 60 minutes (state at the source: Fertig)"),
              std::string::npos)
        << error->what();
    EXPECT_LT(polls, 80U) << "pauses must grow";
    EXPECT_EQ(bench.time.pauses_ms.back(), 60'000);
}

TEST(GenesisJob, IsNotTriedWithATokenOrAsGuest) {
    for (auto const token : {true, false}) {
        Bench bench;
        bench.transport.then(too_big());
        auto const error = error_of([&] {
            bench.client(token ? Credentials::token(Secret{"t0k3n"}) : Credentials{})
                .fetch(table(), bench.job_sink());
        });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), Errc::too_large);
        EXPECT_EQ(bench.transport.requests.size(), 1U);
    }
}

TEST(GenesisJob, SaysWhereATableIsTooBigEvenForAJob) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(too_big());
    auto const error = error_of([&] { bench.client().fetch(table(), bench.job_sink()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    EXPECT_TRUE(bench.jobs.empty());
}

TEST(GenesisJob, TakesTheTableWhereTheServiceSendsItAtOnce) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(result());
    EXPECT_EQ(bench.client().fetch(table(), bench.job_sink()).outcome, Outcome::table);
    EXPECT_TRUE(bench.jobs.empty());
}

TEST(GenesisJob, ReportsAResultThatCannotBeRemovedButKeepsTheTable) {
    Bench bench;
    bench.transport.then(list_of({job})).then(nothing()).then(result()).then(envelope(999, "gesperrt"));
    auto const answer = bench.client().resume_job(table(), job);
    EXPECT_EQ(answer.outcome, Outcome::table);
    ASSERT_EQ(answer.warnings.size(), 1U);
    EXPECT_NE(answer.warnings[0].text.find("code 999: gesperrt"), std::string::npos)
        << answer.warnings[0].text;
}

TEST(GenesisJob, RefusesAnAcceptanceWithoutAName) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(
        envelope(99, "Auftrag wurde erstellt."));
    auto const error = error_of([&] { bench.client().fetch(table(), bench.job_sink()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_a_table);
    EXPECT_TRUE(bench.jobs.empty());
}

} // namespace
} // namespace adapters::genesis
