#include "gateway/night/run.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "gateway/night/fence.hpp"
#include "gateway/night/plan.hpp"
#include "tests/gateway/night/run_fixture.hpp"

namespace gateway::night {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char const *first = "12411-01-01-4", *second = "12411-01-02-4", *third = "12411-01-03-4",
                     *fourth = "12411-01-04-4";

class Run : public RunFixture {};

TEST_F(Run, AsksWhatIsDueAndNotAgainInTheSameNight) {
    answers_["regio"] = serves(population_file(3, 1000));
    Runner runner{parts(), {source("regio", {first})}};
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=loaded");
    *now_ += 3600;
    auto const again = runner.pass({});
    EXPECT_THAT(again.reports, IsEmpty());
    EXPECT_THAT(again.waiting, SizeIs(1));
    EXPECT_THAT(requests_, SizeIs(1));
    EXPECT_EQ(runner.next_due(), requests_[0].time + fetch_every);
    RunOptions by_hand;
    by_hand.scope = Scope::all;
    EXPECT_EQ(outcomes(runner.pass(by_hand)), "regio/12411-01-01-4=unchanged");
}

TEST_F(Run, OneSourceDownIsLeftAloneAfterThreeTablesAndHarmsNoOther) {
    answers_["down"] = is_down();
    answers_["well"] = serves(population_file(3, 1000));
    Runner runner{parts(), {source("down", {first, second, third, fourth}), other("well", {"12411-0015"})}};
    auto const result = runner.pass({});
    EXPECT_EQ(outcomes(result),
              "down/12411-01-01-4=unavailable down/12411-01-02-4=unavailable "
              "down/down=unavailable down/12411-01-03-4=unavailable well/12411-0015=loaded");
    for (auto const& request : requests_) EXPECT_NE(request.table, fourth);
    EXPECT_THAT(result.waiting, testing::Contains(HasSubstr(fourth)));
    // The source is well again: what waited is made up for after its pause.
    answers_["down"] = serves(population_file(3, 1000));
    RunOptions night;
    night.deadline = *now_ + 4 * hour_seconds;
    auto const later = runner.night(night);
    EXPECT_THAT(later.reports, SizeIs(4));
    EXPECT_THAT(later.reports, Each(Field(&ingest::LoadReport::outcome, "loaded")));
}

TEST_F(Run, ASourceThatRefusesCredentialsIsNotAskedAgainTheSameDay) {
    answers_["regio"] = [](std::string const&) -> HttpResponse {
        return {401, {}, R"({"Code":2,"Content":"Kennung falsch","Type":"ERROR"})"};
    };
    Runner runner{parts(), {source("regio", {first, second})}};
    RunOptions night;
    night.deadline = *now_ + 8 * hour_seconds;
    auto const result = runner.night(night);
    EXPECT_EQ(outcomes(result), "regio/regio=refused");
    EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(Run, AccessDataThatCannotBeReadEndTheirSourceOnly) {
    answers_["well"] = serves(population_file(3, 1000));
    auto locked = source("locked", {first, second});
    locked.credentials = []() -> adapters::genesis::Credentials {
        throw Error{Errc::io, "/etc/kreislauf/credentials: permission denied"};
    };
    Runner runner{parts(), {locked, other("well", {"12411-0015"})}};
    EXPECT_EQ(outcomes(runner.pass({})), "locked/locked=failed well/12411-0015=loaded");
    EXPECT_THAT(runner.pass({}).reports, IsEmpty()) << "it has a pause like every failure";
}

TEST_F(Run, AsksOnlyForWhatTheSourceListsAsChanged) {
    int lists = 0;
    answers_["regio"] = [&, file = population_file(3, 1000)](std::string const& table) -> HttpResponse {
        if (!table.empty()) return {200, {{"Content-Type", "text/csv"}}, file};
        ++lists;
        return {
            200,
            {{"Content-Type", "application/json"}},
            R"({"Ident":{"Service":"catalogue","Method":"modifieddata"},"Status":{"Code":0,"Content":"ok",)"
            R"("Type":"Information"},"Parameter":{},"List":[{"Code":"21311","Content":"Studierende",)"
            R"("Type":"Aktualisierte Statistiken","Date":"25.11.2026","Added":"2025"}],"Copyright":""})"};
    };
    auto asking = source("regio", {first, second, "21311-01-01-4"});
    asking.ask_modified = true;
    Runner runner{parts(), {asking}};
    EXPECT_THAT(runner.pass({}).reports, SizeIs(3));
    EXPECT_EQ(lists, 0) << "what was never had is asked for anyway";
    *now_ += day_seconds;
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=skipped regio/12411-01-02-4=skipped "
                                         "regio/21311-01-01-4=unchanged");
    EXPECT_EQ(lists, 1);
    *now_ += 7 * day_seconds;
    EXPECT_EQ(runner.pass({}).reports.at(0).outcome, "unchanged") << "once a week all are asked for";
}

TEST_F(Run, WaitsAsLongAsTheSourceWantsAndThePlanKnowsIt) {
    answers_["regio"] = [](std::string const&) -> HttpResponse {
        return {429, {{"Retry-After", "7200"}}, "slow down"};
    };
    Runner runner{parts(), {source("regio", {first, second})}};
    auto const begun = *now_;
    auto const result = runner.pass({});
    EXPECT_EQ(outcomes(result), "regio/12411-01-01-4=postponed regio/regio=postponed");
    EXPECT_THAT(requests_, SizeIs(1));
    EXPECT_EQ(runner.next_due(), begun + 7200);
    EXPECT_THAT(store_->attempts(1).at(0).text, HasSubstr("not before 2026-11-26T04:00:00Z"));
}

TEST_F(Run, StopsAtTheBudgetOfTheNightAlsoAfterARestart) {
    answers_["regio"] = serves(population_file(3, 1000));
    auto limited = source("regio", {first, second, third});
    limited.budget.requests = 2;
    {
        Runner runner{parts(), {limited}};
        EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=loaded regio/12411-01-02-4=loaded "
                                             "regio/12411-01-03-4=postponed regio/regio=postponed");
    }
    RunOptions by_hand;
    by_hand.scope = Scope::all;
    by_hand.table = third;
    Runner runner{parts(), {limited}};
    EXPECT_EQ(outcomes(runner.pass(by_hand)), "regio/12411-01-03-4=postponed regio/regio=postponed");
    EXPECT_THAT(requests_, SizeIs(2));
    *now_ = utc_from("2026-11-27T02:00:00Z", 0);
    auto const next = runner.pass({});
    EXPECT_EQ(next.reports.at(0).table, third);
    EXPECT_EQ(next.reports.at(0).outcome, "loaded");
}

TEST_F(Run, EndsAtTheDeadlineAndKeepsItsPauses) {
    answers_["regio"] = serves(population_file(3, 1000));
    auto polite = source("regio", {first, second, third});
    polite.spacing = std::chrono::seconds{20};
    Runner runner{parts(), {polite}};
    RunOptions options;
    options.deadline = *now_ + 30;
    auto const begun = *now_;
    EXPECT_EQ(outcomes(runner.pass(options)), "regio/12411-01-01-4=loaded regio/12411-01-02-4=loaded "
                                              "regio/12411-01-03-4=postponed regio/regio=postponed");
    ASSERT_THAT(requests_, SizeIs(2));
    EXPECT_EQ(requests_[1].time, begun + 20);
}

TEST_F(Run, StopsBeforeTheNextRequest) {
    answers_["regio"] = serves(population_file(3, 1000));
    auto stopping = parts();
    stopping.stop = [this] { return requests_.size() == 1; };
    Runner runner{std::move(stopping), {source("regio", {first, second})}};
    auto const result = runner.pass({});
    EXPECT_TRUE(result.stopped);
    EXPECT_THAT(requests_, SizeIs(1));
    EXPECT_EQ(outcomes(result), "regio/12411-01-01-4=loaded");
}

TEST_F(Run, SideBySideEverySourceEndsTheSame) {
    answers_["a"] = answers_["b"] = serves(population_file(3, 1000));
    auto wide = source("a", {first, second, third, fourth});
    wide.parallel = 4;
    auto both = parts();
    both.parallel = true;
    Runner runner{std::move(both), {wide, other("b", {"12411-0015", "12411-0016"})}};
    auto const result = runner.pass({});
    EXPECT_THAT(result.reports, SizeIs(6));
    EXPECT_THAT(result.reports, Each(Field(&ingest::LoadReport::outcome, "loaded")));
}

/// A source of which two tables need a job that is at work until a moment.
class RunJobs : public Run {
  protected:
    void serve(std::string const& source, std::vector<std::string> const& big, UnixTime ready) {
        auto const file = population_file(3, 1000);
        answers_by_request_[source] = [this, file, big, ready](HttpRequest const& request) -> HttpResponse {
            auto const text = [](std::string const& body) -> HttpResponse {
                return {200, {{"Content-Type", "application/json"}}, body};
            };
            auto const is_of = [&](std::string const& word) {
                return request.body.find(word) != std::string::npos;
            };
            std::string const none =
                R"({"Status":{"Code":104,"Content":"nichts","Type":"Information"},"List":null})";
            auto const listed = [&](std::string const& state) {
                std::string list;
                for (auto const& table : big)
                    if (jobs_.count(table) != 0 && is_of(table))
                        list += (list.empty() ? "" : ",") + std::string{R"({"Code":")"} + table +
                                R"(_1","State":")" + state + R"("})";
                return text(list.empty()
                                ? none
                                : R"({"Status":{"Code":0,"Content":"x","Type":"Information"},"List":[)" +
                                      list + "]}");
            };
            if (request.url.ends_with("catalogue/jobs")) return listed("wartet");
            if (request.url.ends_with("catalogue/results"))
                return *now_ < ready ? text(none) : listed("fertig");
            if (request.url.ends_with("data/resultfile")) return {200, {{"Content-Type", "text/csv"}}, file};
            if (request.url.ends_with("data/tablefile")) {
                auto const found = std::find_if(big.begin(), big.end(), is_of);
                if (found == big.end()) return {200, {{"Content-Type", "text/csv"}}, file};
                if (!is_of("job=true"))
                    return text(R"({"Status":{"Code":98,"Content":"zu groß","Type":"Fehler"}})");
                EXPECT_TRUE(jobs_.insert(*found).second) << "a job is started twice";
                return text(R"({"Status":{"Code":99,"Content":"kann mit folgendem Namen abgerufen werden: )" +
                            *found + R"(_1","Type":"Information"}})");
            }
            return text(R"({"Status":{"Code":0,"Content":"x","Type":"Information"}})");
        };
    }
    std::set<std::string> jobs_;
};

TEST_F(RunJobs, AJobAtWorkKeepsNoOtherTableWaiting) {
    auto const begun = *now_;
    serve("regio", {first, second}, begun + UnixTime{20} * 60);
    auto big = source("regio", {first, second, third, fourth});
    big.credentials = [] {
        return adapters::genesis::Credentials::user(adapters::genesis::Secret{"a"},
                                                    adapters::genesis::Secret{"b"});
    };
    std::map<std::string, UnixTime> ended;
    auto told = parts();
    told.done = [&](ingest::LoadReport const& report) { ended[report.table] = *now_; };
    Runner runner{std::move(told), {big}};
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-03-4=loaded regio/12411-01-04-4=loaded "
                                         "regio/12411-01-01-4=loaded regio/12411-01-02-4=loaded");
    EXPECT_LT(ended[fourth] - begun, 120) << "they waited for the jobs";
    EXPECT_GE(ended[first] - begun, UnixTime{20} * 60);
    EXPECT_THAT(store_->attempts(10), SizeIs(4)) << "a job that is at work is no attempt that failed";
}

TEST_F(Run, TheOlderOfTwoDaemonsStopsAndCommitsNothing) {
    answers_["regio"] = serves(population_file(3, 1000));
    Fence old{*store_, "daemon A", *now_};
    old.guard();
    Runner runner{parts(), {source("regio", {first})}};
    auto const beside = store::open_sqlite(folder_.path());
    Fence const young{*beside, "daemon B", *now_};
    try {
        (void)runner.pass({});
        FAIL() << "the older one went on";
    } catch (Fenced const& error) {
        EXPECT_THAT(error.what(), HasSubstr("daemon B"));
    }
    EXPECT_THAT(store_->datasets(), IsEmpty());
    EXPECT_NO_THROW(young.check());
}

TEST_F(Run, TheOlderOfTwoDaemonsDoesNotSayHowATableEnded) {
    Fence old{*store_, "daemon A", *now_};
    old.guard();
    std::optional<Fence> young;
    auto const beside = store::open_sqlite(folder_.path());
    // The other one takes over while the source is asked; there is nothing to load, only something to say.
    answers_["regio"] = [&](std::string const&) -> HttpResponse {
        if (!young) young.emplace(*beside, "daemon B", *now_);
        throw Error{Errc::source_unavailable, "connect: refused"};
    };
    Runner runner{parts(), {source("regio", {first})}};
    EXPECT_THROW((void)runner.pass({}), Fenced);
    EXPECT_THAT(store_->attempts(10), IsEmpty());
}

TEST_F(Run, SaysLateWhereTheDayHasPassedAndAsksAgainEveryNight) {
    answers_["regio"] = serves(population_file(3, 1000));
    auto monthly = source("regio", {first});
    monthly.facts.expected[first].add("28");
    Runner runner{parts(), {monthly}};
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=loaded");
    EXPECT_EQ(runner.next_due(), utc_from("2026-11-27T23:00:00Z", 0)) << "the 28th begins in Germany";
    *now_ = utc_from("2026-11-28T02:00:00Z", 0);
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=unchanged");
    *now_ = utc_from("2026-11-29T02:00:00Z", 0);
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=late");
    *now_ = utc_from("2026-11-30T02:00:00Z", 0);
    answers_["regio"] = serves(population_file(4, 1000));
    EXPECT_EQ(outcomes(runner.pass({})), "regio/12411-01-01-4=loaded");
    EXPECT_EQ(runner.next_due(), utc_from("2026-12-07T02:00:00Z", 0)) << "once a week until the next day";
}

} // namespace
} // namespace gateway::night
