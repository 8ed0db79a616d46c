// Maps between any two days, from the shipped register alone.
#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "register_test_tools.hpp"

namespace gateway::harmonize::territory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// "16063>16066 0.0270": the parts of one old key with their population shares; "?" where not known.
std::vector<std::string> parts_of(AreaMap const& map, std::string_view key) {
    std::vector<std::string> result;
    auto const& crosswalk = map.crosswalk;
    auto const number = crosswalk.old_keys.find(key);
    if (!number) return result;
    auto const entry = crosswalk.entry(*number, map.from);
    if (entry == Crosswalk::no_entry) return result;
    for (auto const& part : crosswalk.parts_of(entry)) {
        char text[32] = "?";
        if (!std::isnan(part.weights[0])) std::snprintf(text, sizeof text, "%.4f", part.weights[0]);
        result.push_back(std::string{crosswalk.new_keys.text(part.key)} + " " + text + " " +
                         std::string{to_string(map.passages[part.row].kind)});
    }
    return result;
}

TEST(TerritoryGraph, AgreesWithTheRegisterOnEveryDayOfAChange) {
    auto const graph = new_graph();
    for (int year = 1990; year <= 2025; ++year)
        EXPECT_THAT(graph.contradictions(last_of(year)), IsEmpty()) << year;
    for (auto const& event : shipped().events()) {
        if (event.legal < day("1990-12-31")) continue;
        EXPECT_THAT(graph.contradictions(event.legal), IsEmpty()) << date_text(event.legal);
        EXPECT_THAT(graph.contradictions(event.legal - 1), IsEmpty()) << date_text(event.legal - 1);
    }
}

TEST(TerritoryGraph, CarriesWholeMergersWithWeightOne) {
    auto graph = new_graph();
    auto const& map = graph.map(day("2015-12-31"), day("2016-12-31"));
    EXPECT_THAT(parts_of(map, "03152"), ElementsAre("03159 1.0000 whole"));
    EXPECT_THAT(parts_of(map, "03156"), ElementsAre("03159 1.0000 whole"));
    EXPECT_THAT(parts_of(map, "03153"), ElementsAre("03153 1.0000 same"));
    auto const number = map.crosswalk.old_keys.find("03152").value();
    auto const part = map.crosswalk.parts_of(map.crosswalk.entry(number, map.from))[0];
    for (auto const weight : part.weights) EXPECT_EQ(weight, 1.0);
    ASSERT_EQ(map.passages[part.row].events.size(), 1U);
    EXPECT_EQ(shipped().events()[map.passages[part.row].events[0]].id, "03/2016/0006-R");
}

TEST(TerritoryGraph, ChoosesTheLifeThatTheDayIsIn) {
    auto graph = new_graph();
    EXPECT_THAT(parts_of(graph.map(day("1990-12-31"), day("1991-01-01")), "15001"),
                ElementsAre("15101 1.0000 whole"));
    EXPECT_THAT(parts_of(graph.map(day("1991-01-01"), day("2020-12-31")), "15001"), IsEmpty());
    EXPECT_THAT(parts_of(graph.map(day("1991-01-01"), day("2020-12-31")), "15101"),
                ElementsAre("15001 1.0000 whole"));
    EXPECT_THAT(parts_of(graph.map(day("2008-01-01"), day("2020-12-31")), "15001"),
                ElementsAre("15001 1.0000 same"));
}

TEST(TerritoryGraph, SharesADividedCountyByItsParts) {
    auto graph = new_graph();
    // Kaltennordheim, by its people in the register of 2017.
    auto const& map = graph.map(day("2018-12-31"), day("2019-01-01"));
    auto const parts = parts_of(map, "16063");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_THAT(parts[0], HasSubstr("16063 0.97"));
    EXPECT_THAT(parts[1], HasSubstr("16066 0.02"));
    EXPECT_THAT(parts[1], HasSubstr("divided"));
    EXPECT_THAT(parts_of(graph.map(day("1990-12-31"), day("2020-12-31")), "16036"),
                ElementsAre("16066 1.0000 whole"));
}

TEST(TerritoryGraph, LeavesASharesPlaceEmptyWhereNobodyToldIt) {
    auto graph = new_graph();
    EXPECT_THAT(parts_of(graph.map(day("2025-12-31"), day("2026-01-01")), "06435"),
                ElementsAre("06415 ? divided", "06435 ? divided"));
}

TEST(TerritoryGraph, MarksTheWayBackAsEstimated) {
    auto graph = new_graph();
    auto const parts = parts_of(graph.map(day("2020-12-31"), day("2015-12-31")), "03159");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_THAT(parts[0], HasSubstr("03152 0.769"));
    EXPECT_THAT(parts[0], HasSubstr("backwards"));
    EXPECT_THAT(parts_of(graph.map(day("2020-12-31"), day("2015-12-31")), "03153"),
                ElementsAre("03153 1.0000 same"));
}

TEST(TerritoryGraph, KeepsEveryCountyAndAddsSharesToOne) {
    auto graph = new_graph();
    int const years[] = {1990, 1992, 1993, 1994, 1995, 1998, 2002, 2007, 2011, 2015, 2019, 2024};
    for (auto const from : years) {
        for (auto const to : years) {
            auto const& map = graph.map(last_of(from), last_of(to));
            auto const& crosswalk = map.crosswalk;
            std::set<std::string> sources;
            std::set<std::string> targets;
            for (std::uint32_t key = 0; key < crosswalk.old_keys.size(); ++key) {
                sources.insert(std::string{crosswalk.old_keys.text(key)});
                double sums[2] = {0, 0};
                for (auto const& part : crosswalk.parts_of(crosswalk.entry(key, map.from))) {
                    targets.insert(std::string{crosswalk.new_keys.text(part.key)});
                    sums[0] += part.weights[0];
                    sums[1] += part.weights[1];
                }
                for (auto const sum : sums) {
                    if (!std::isnan(sum)) {
                        EXPECT_NEAR(sum, 1, 1e-12) << from << to << crosswalk.old_keys.text(key);
                    }
                }
            }
            EXPECT_EQ(sources.size(), shipped().counties_on(last_of(from)).size()) << from << " " << to;
            EXPECT_EQ(targets.size(), shipped().counties_on(last_of(to)).size()) << from << " " << to;
            for (auto const& key : targets) EXPECT_NE(shipped().life_on(key, last_of(to)), nullptr) << key;
        }
    }
}

TEST(TerritoryGraph, GivesTheSameMapTwiceWithoutComputingIt) {
    auto graph = new_graph();
    auto const& map = graph.map(day("1992-12-31"), day("2024-12-31"));
    EXPECT_EQ(&map, &graph.map(day("1992-12-31"), day("2024-12-31")));
}

TEST(TerritoryGraph, PutsSeveralDaysIntoOneCrosswalk) {
    auto graph = new_graph();
    auto const crosswalk = graph.crosswalk({day("1990-12-31"), day("2010-12-31")}, day("2024-12-31"));
    EXPECT_THAT(crosswalk.all_statuses(), ElementsAre(day("1990-12-31"), day("2010-12-31")));
    auto const dessau = crosswalk.old_keys.find("15001").value();
    for (auto const status : crosswalk.all_statuses()) {
        auto const entry = crosswalk.entry(dessau, status);
        ASSERT_NE(entry, Crosswalk::no_entry);
        EXPECT_EQ(crosswalk.new_keys.text(crosswalk.parts_of(entry)[0].key), "15001");
    }
    EXPECT_FALSE(crosswalk.old_keys.find("15101"));
}

TEST(TerritoryGraph, RefusesDaysBeforeItBegins) {
    auto graph = new_graph();
    EXPECT_THROW(graph.map(day("1989-12-31"), day("2020-12-31")), Error);
}

TEST(TerritoryGraph, PutsATableInPlaceOfItsOwnShares) {
    CrosswalkBuilder builder;
    builder.source({"own.csv", "", 2});
    builder.add(2018, "16063", "16063", {0, 1, 0, {0.9, 0.8, 0.7}});
    builder.add(2018, "16063", "16066", {0, 2, 0, {0.1, 0.2, 0.3}});
    auto graph = new_graph();
    builder.result().target = 2020;
    graph.use(builder.finish());
    EXPECT_THAT(parts_of(graph.map(day("2018-12-31"), day("2020-12-31")), "16063"),
                ElementsAre("16063 0.9000 divided", "16066 0.1000 divided"));
    // A mid-year day is led to the table's day first, a later target beyond it afterwards.
    EXPECT_THAT(parts_of(graph.map(day("2018-06-30"), day("2021-12-31")), "16063"),
                ElementsAre("16063 0.9000 divided", "16066 0.1000 divided"));
}

} // namespace
} // namespace gateway::harmonize::territory
