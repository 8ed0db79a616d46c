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

TEST(GenesisJob, RunsFrom98ToTheTableAndLeavesTheResultUntilItIsSafe) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(accepted());
    bench.transport.then([&](gateway::HttpRequest const&) {
        EXPECT_EQ(bench.jobs, std::vector<std::string>{job})
            << "the name must be stored before the first poll";
        return nothing();
    });
    bench.transport.then(nothing()).then(list_of({job})).then(result());
    auto const answer = bench.client().fetch(table(), bench.memory());
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(answer.documents.size(), 1U);
    EXPECT_TRUE(answer.warnings.empty());
    EXPECT_EQ(endpoints(bench),
              (std::vector<std::string>{"data/tablefile", "catalogue/jobs", "catalogue/results",
                                        "data/tablefile", "catalogue/results", "catalogue/results",
                                        "catalogue/results", "data/resultfile"}));
    EXPECT_EQ(answer.job, job) << "who has the table safe removes the result";
    EXPECT_EQ(bench.transport.field(0, "job"), "false");
    EXPECT_EQ(bench.transport.field(3, "job"), "true");
    EXPECT_EQ(bench.transport.field(4, "selection"), job);
    EXPECT_EQ(bench.transport.field(4, "area"), "user");
    EXPECT_EQ(bench.transport.field(7, "name"), job);
    EXPECT_EQ(bench.time.pauses_ms, (std::vector<std::int64_t>{2000, 3000}));
    EXPECT_EQ(bench.kept.size(), 8U);
}

TEST(GenesisJob, IsNotStartedTwiceWhereTheAnswerToTheStartIsLost) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(list_of({"12531-0043_1"})).then_breaks();
    bench.transport.then(list_of({job})).then(list_of({"12531-0043_1"})); // what is new since
    bench.transport.then(list_of({job})).then(result());
    EXPECT_EQ(bench.client().fetch(table(), bench.memory()).outcome, Outcome::table);
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
    bench.transport.then(list_of({job})).then(result());
    EXPECT_EQ(bench.client().fetch(table(), bench.memory()).outcome, Outcome::table);
}

TEST(GenesisJob, IsNamedWhereItCannotBeTold) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then_breaks();
    bench.transport.then(list_of({"12531-0043_1", "12531-0043_2"})).then(nothing());
    auto const error = error_of([&] { bench.client().fetch(table(), bench.memory()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::source_unavailable);
    EXPECT_NE(std::string{error->what()}.find("12531-0043_1 and 12531-0043_2"), std::string::npos)
        << error->what();
}

TEST(GenesisJob, GoesOnAfterARestart) {
    Bench bench;
    bench.transport.then(nothing()).then(list_of({job})).then(list_of({job})).then(result());
    auto const answer = bench.client().resume_job(table(), job);
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(endpoints(bench), (std::vector<std::string>{"catalogue/results", "catalogue/jobs",
                                                          "catalogue/results", "data/resultfile"}));
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
    auto const answer = bench.client().resume_job(table(), job);
    EXPECT_EQ(answer.outcome, Outcome::not_ready);
    EXPECT_NE(answer.text.find("no result after 60 minutes (state at the source: Fertig)"), std::string::npos)
        << answer.text;
    EXPECT_LT(polls, 80U) << "pauses must grow";
    EXPECT_EQ(bench.time.pauses_ms.back(), 60'000);
}

TEST(GenesisJob, IsNotTriedWithATokenOrAsGuest) {
    for (auto const token : {true, false}) {
        Bench bench;
        bench.transport.then(too_big()).then(nothing()); // the metadata tell of no regions to part it by
        auto const error = error_of([&] {
            bench.client(token ? Credentials::token(Secret{"t0k3n"}) : Credentials{})
                .fetch(table(), bench.memory());
        });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), Errc::too_large);
        EXPECT_EQ(endpoints(bench), (std::vector<std::string>{"data/tablefile", "metadata/table"}));
    }
}

TEST(GenesisJob, SaysWhereATableIsTooBigEvenForAJob) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(too_big());
    auto const error = error_of([&] { bench.client().fetch(table(), bench.memory()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    EXPECT_TRUE(bench.jobs.empty());
}

TEST(GenesisJob, TakesTheTableWhereTheServiceSendsItAtOnce) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(result());
    EXPECT_EQ(bench.client().fetch(table(), bench.memory()).outcome, Outcome::table);
    EXPECT_TRUE(bench.jobs.empty());
}

TEST(GenesisJob, SaysWhereAResultCannotBeRemoved) {
    Bench bench;
    bench.transport.then(envelope(999, "gesperrt"));
    auto const error = error_of([&] { bench.client().remove_result(job); });
    ASSERT_TRUE(error);
    EXPECT_NE(std::string{error->what()}.find("code 999: gesperrt"), std::string::npos) << error->what();
}

TEST(GenesisJob, IsTakenOverWhereTheKillCameBeforeItsNameWasStored) {
    Bench bench;
    bench.transport.then(list_of({"12531-0043_1"})).then(list_of({"12531-0043_1", job}));
    bench.transport.then(list_of({job})).then(result());
    auto const answer = bench.client().resume_start(table(), {"12531-0043_1"}, bench.memory());
    EXPECT_EQ(answer.outcome, Outcome::table);
    EXPECT_EQ(bench.jobs, std::vector<std::string>{job}) << "its name is stored before it is polled";
    for (std::size_t i = 0; i < bench.transport.requests.size(); ++i)
        EXPECT_NE(bench.transport.field(i, "job"), "true") << "nothing is started";
}

TEST(GenesisJob, NeverArrivedWhereTheListsShowOnlyWhatWasThereBefore) {
    Bench bench;
    bench.transport.then(list_of({"12531-0043_1"})).then(nothing());
    auto const answer = bench.client().resume_start(table(), {"12531-0043_1"}, bench.memory());
    EXPECT_EQ(answer.outcome, Outcome::job_lost);
    EXPECT_TRUE(bench.jobs.empty());
}

TEST(GenesisJob, TellsWhatIsKnownBeforeItIsStarted) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(list_of({"12531-0043_1"}));
    bench.transport.then([&](gateway::HttpRequest const&) {
        EXPECT_EQ(bench.starts, (std::vector<std::vector<std::string>>{{"12531-0043_1"}}));
        return accepted();
    });
    bench.transport.then(list_of({job})).then(result());
    EXPECT_EQ(bench.client().fetch(table(), bench.memory()).outcome, Outcome::table);
}

TEST(GenesisJob, RefusesAnAcceptanceWithoutAName) {
    Bench bench;
    bench.transport.then(too_big()).then(nothing()).then(nothing()).then(
        envelope(99, "Auftrag wurde erstellt."));
    auto const error = error_of([&] { bench.client().fetch(table(), bench.memory()); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_a_table);
    EXPECT_TRUE(bench.jobs.empty());
}

} // namespace
} // namespace adapters::genesis
