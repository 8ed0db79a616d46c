#include "gateway/night/brake.hpp"

#include <gmock/gmock.h>

#include "gateway/io/file.hpp"
#include "gateway/night/facts.hpp"
#include "gateway/night/morning.hpp"
#include "tests/gateway/night/run_fixture.hpp"

namespace gateway::night {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char const* table = "12411-01-01-4";
constexpr char const* dataset = "REGIO_12411-01-01-4";

class BrakeOfANight : public RunFixture {
  protected:
    void SetUp() override {
        answers_["regio"] = serves(population_file(50, 1000));
        ASSERT_EQ(tonight(), "loaded");
    }
    std::string tonight() {
        *now_ += day_seconds;
        auto const result = Runner{parts(), {source("regio", {table})}}.pass({});
        last_ = result.reports.at(0);
        return last_.outcome;
    }
    std::size_t vintages() const { return store_->vintages(dataset).size(); }
    HeldFolder held() const { return HeldFolder{folder_.path()}; }
    ingest::LoadReport last_;
};

TEST_F(BrakeOfANight, HoldsAMassDeletionAndLoadsItWhenAPersonSaysSo) {
    answers_["regio"] = serves(population_file(20, 1000));
    EXPECT_EQ(tonight(), "held");
    EXPECT_THAT(last_.text, HasSubstr("30 of 51 figures would be deleted (59 %)"));
    EXPECT_EQ(vintages(), 1U);
    auto const all = held().list();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_THAT(io::read_file(held().sample_of(all[0].id)), HasSubstr("03421;2024-12-31;1020;"));
    EXPECT_TRUE(archive_.holds_sound(all[0].document));

    EXPECT_EQ(tonight(), "held") << "the same document is not loaded by itself";
    EXPECT_THAT(last_.text, HasSubstr("still held since"));
    auto const report = release_held(shop_, held(), all[0], "Gebietsreform, laut Amt");
    EXPECT_EQ(report.outcome, "loaded");
    EXPECT_EQ(report.deleted, 30U);
    EXPECT_THAT(store_->vintages(dataset).back().note, HasSubstr("Gebietsreform, laut Amt"));
    EXPECT_EQ(tonight(), "unchanged");
    EXPECT_THROW(refuse_held(shop_, held(), *held().find(all[0].id), "doch nicht"), Error);
}

TEST_F(BrakeOfANight, WhatAPersonRefusedStaysRefusedUntilSomethingNewerComes) {
    answers_["regio"] = serves(population_file(50, 5000));
    EXPECT_EQ(tonight(), "held");
    EXPECT_THAT(last_.text, HasSubstr("would be changed"));
    refuse_held(shop_, held(), held().list().at(0), "Fehler der Quelle");
    EXPECT_EQ(tonight(), "declined");
    EXPECT_THAT(last_.text, HasSubstr("Fehler der Quelle"));
    answers_["regio"] = serves(population_file(51, 1000));
    EXPECT_EQ(tonight(), "loaded");
    EXPECT_EQ(vintages(), 2U);
}

TEST_F(BrakeOfANight, HoldsADocumentThatLacksALevel) {
    answers_["regio"] = serves(population_file(50, 1000, false));
    EXPECT_EQ(tonight(), "held");
    EXPECT_THAT(last_.text, HasSubstr("the level"));
    EXPECT_EQ(vintages(), 1U);
}

TEST_F(BrakeOfANight, ANewerHeldDocumentReplacesTheOlderOne) {
    answers_["regio"] = serves(population_file(20, 1000));
    EXPECT_EQ(tonight(), "held");
    answers_["regio"] = serves(population_file(19, 1000));
    EXPECT_EQ(tonight(), "held");
    std::vector<std::string> states;
    for (auto const& each : held().list()) states.push_back(each.state);
    EXPECT_THAT(states, ElementsAre("replaced", "held"));
}

TEST_F(BrakeOfANight, LetsFewChangesAndWholeNewTablesPass) {
    answers_["regio"] = serves(population_file(45, 1000));
    EXPECT_EQ(tonight(), "loaded") << "five deletions are never too many";
    EXPECT_THAT(held().list(), IsEmpty());
}

TEST_F(BrakeOfANight, TheReportNamesItWithTheCommandsThatDecide) {
    answers_["regio"] = serves(population_file(20, 1000));
    ASSERT_EQ(tonight(), "held");
    FactsFrom from{*store_,
                   folder_.path(),
                   KREISLAUF_SOURCE_DIR,
                   {source("regio", {table}).facts},
                   true,
                   *now_ - day_seconds,
                   *now_};
    auto const zone = german_zone();
    auto const morning = morning_report(read_facts(from), window_before(*now_), zone, {});
    auto const line = std::find_if(morning.lines.begin(), morning.lines.end(),
                                   [](auto const& each) { return each.topic == Topic::held; });
    ASSERT_NE(line, morning.lines.end());
    EXPECT_TRUE(line->needs_person);
    EXPECT_THAT(line->text, HasSubstr("30 Werte gelöscht"));
    ASSERT_THAT(line->commands, SizeIs(3));
    EXPECT_THAT(line->commands[1], HasSubstr("kreislauf held release regionalstatistik_12411-01-01-4_"));
    EXPECT_EQ(morning.tally.held, 1U);
}

} // namespace
} // namespace gateway::night
