#include "gateway/derive/territorial.hpp"

#include <gmock/gmock.h>

#include "memory.hpp"

namespace gateway::derive::testing {
namespace {

using feed::Derived;
using ::testing::HasSubstr;

TEST(TerritorialView, AddsMergedCountiesToTheLastDigit) {
    Memory memory;
    memory.put("03152", number("2013-12-31", "248249.50"));
    memory.put("03156", number("2013-12-31", "74367.25"));
    memory.put("03159", dash("2013-12-31"));
    memory.put("03159", number("2017-12-31", "328036"));
    memory.put("03152", dash("2017-12-31"));
    memory.put("03156", dash("2017-12-31"));
    auto const figures = on(memory, "2016-12-31");
    ASSERT_EQ(figures.size(), 2U); // and nothing for the counties that were merged
    auto const& sum = figures.at("03159 BEVSTD 2013-12-31");
    EXPECT_EQ(digits(sum), "322616.75");
    EXPECT_EQ(sum.derived.origin, Derived::Origin::summed);
    EXPECT_EQ(sum.derived.sources, 2U);
    EXPECT_EQ(sum.derived.territory, day("2016-12-31"));
    EXPECT_EQ(sum.value.quality.status, ObsStatus::normal);
    EXPECT_THAT(sum.derived.basis, HasSubstr("(2016-11-01)"));
    EXPECT_EQ(sum.view, "2016-12-31");
    EXPECT_FALSE(sum.derived.low);
    auto const& own = figures.at("03159 BEVSTD 2017-12-31");
    EXPECT_EQ(digits(own), "328036");
    EXPECT_EQ(own.derived.origin, Derived::Origin::observed);
}

TEST(TerritorialView, DividesByShareKeepsTheTotalAndSaysTheRange) {
    Memory memory;
    memory.put("16063", number("2018-12-31", "123025"));
    memory.put("16066", number("2018-12-31", "122347"));
    memory.put("16056", number("2018-12-31", "42370"));
    auto const figures = on(memory, "2019-12-31");
    auto const& wartburg = figures.at("16063 BEVSTD 2018-12-31");
    auto const& schmalkalden = figures.at("16066 BEVSTD 2018-12-31");
    EXPECT_EQ(wartburg.derived.origin, Derived::Origin::estimated);
    EXPECT_EQ(wartburg.value.quality.status, ObsStatus::estimated);
    EXPECT_EQ(schmalkalden.derived.origin, Derived::Origin::estimated);
    EXPECT_EQ(wartburg.value.value.number()->mantissa() + schmalkalden.value.value.number()->mantissa(),
              123025 + 122347);
    ASSERT_TRUE(wartburg.derived.low && wartburg.derived.high);
    EXPECT_LT(*wartburg.derived.low, *wartburg.derived.high);
    EXPECT_LE(*wartburg.derived.low, *wartburg.value.value.number());
    EXPECT_GE(*wartburg.derived.high, *wartburg.value.value.number());
    EXPECT_EQ(wartburg.derived.method, "pop");
    EXPECT_GT(*wartburg.derived.largest_share, Decimal::from_scaled(9, 1));
    EXPECT_THAT(wartburg.derived.basis, HasSubstr("parts.csv (sha256 "));
    EXPECT_EQ(digits(figures.at("16056 BEVSTD 2018-12-31")), "42370");
}

TEST(TerritorialView, GoesBackOnlyAsAnEstimate) {
    Memory memory;
    memory.put("03159", number("2020-12-31", "324892"));
    auto const figures = on(memory, "2015-12-31");
    ASSERT_EQ(figures.size(), 2U);
    auto const& goettingen = figures.at("03152 BEVSTD 2020-12-31");
    auto const& osterode = figures.at("03156 BEVSTD 2020-12-31");
    EXPECT_EQ(goettingen.derived.origin, Derived::Origin::estimated);
    EXPECT_EQ(goettingen.value.value.number()->mantissa() + osterode.value.value.number()->mantissa(),
              324892);
}

TEST(TerritorialView, NeverAddsRatiosAndSaysTheWayOut) {
    Memory memory;
    memory.put("03152", number("2013-12-31", "7.5"), measure("QUOTE", "PT"));
    memory.put("03156", number("2013-12-31", "8.5"), measure("QUOTE", "PT"));
    memory.put("03153", number("2013-12-31", "9.5"), measure("QUOTE", "PT"));
    auto const figures = on(memory, "2016-12-31");
    auto const& refused = figures.at("03159 QUOTE 2013-12-31");
    EXPECT_TRUE(refused.value.value.is_missing());
    EXPECT_EQ(refused.derived.origin, Derived::Origin::none);
    EXPECT_THAT(refused.derived.note, HasSubstr("a ratio (mappings/measures.toml:"));
    EXPECT_THAT(refused.derived.note, HasSubstr("ask for the counts"));
    EXPECT_EQ(digits(figures.at("03153 QUOTE 2013-12-31")), "9.5");
}

TEST(TerritorialView, ComputesRatiosFromTheirComponents) {
    auto const rules = Measures::load(harmonize::MappingFiles{
        {{"measures.toml", "[measure.\"RATE\"]\nkind = \"ratio\"\nnumerator = \"N\"\ndenominator = \"P\"\n"
                           "factor = 1000\n[unit.PS]\nkind = \"count\"\nweight = \"pop\"\n"}}});
    Memory memory;
    for (auto const& [key, n, p, rate] :
         {std::tuple{"03152", "22271", "248000", "89.8"}, std::tuple{"03156", "7385", "74509", "99.1"}}) {
        memory.put(key, number("2014-12-31", n), measure("N"));
        memory.put(key, number("2014-12-31", p), measure("P"));
        memory.put(key, number("2014-12-31", rate), measure("RATE", "PM"));
    }
    auto const figures = on(memory, "2016-11-01", false, rules);
    auto const& rate = figures.at("03159 RATE 2014-12-31");
    EXPECT_EQ(digits(rate), "92.0"); // 29,656 of 322,509
    EXPECT_EQ(rate.derived.origin, Derived::Origin::computed);
    EXPECT_EQ(rate.derived.method, "components");
}

TEST(TerritorialView, ReadsAReusedKeyAsWhatTheMappingSaysItMeans) {
    Memory memory{"6-2-1"}; // Niedersachsen has the old Göttingen under the new key
    memory.put("03159", number("2014-12-31", "22271"), measure("MINDEST"));
    memory.put("03156", number("2014-12-31", "7385"), measure("MINDEST"));
    auto const figures = on(memory, "2016-11-01");
    auto const& sum = figures.at("03159 MINDEST 2014-12-31");
    EXPECT_EQ(digits(sum), "29656");
    EXPECT_EQ(sum.derived.flags, "key_repaired");
    EXPECT_EQ(sum.derived.territory, day("2016-11-01"));
}

TEST(TerritorialView, GivesNoNumberWhereAreaAndPartsContradictEachOther) {
    Memory memory;
    memory.put("03159", number("2014-12-31", "22271"));
    memory.put("03156", number("2014-12-31", "7385"));
    auto const contradiction = on(memory, "2016-12-31").at("03159 BEVSTD 2014-12-31");
    EXPECT_TRUE(contradiction.value.value.is_missing());
    EXPECT_THAT(contradiction.derived.flags, HasSubstr("double_vintage"));
    EXPECT_THAT(contradiction.derived.note, HasSubstr("22271"));
    memory.put("03152", number("2014-12-31", "14886"));
    auto const agreement = on(memory, "2016-12-31").at("03159 BEVSTD 2014-12-31");
    EXPECT_EQ(digits(agreement), "22271");
    EXPECT_EQ(agreement.derived.origin, Derived::Origin::observed);
    EXPECT_THAT(agreement.derived.flags, HasSubstr("double_vintage"));
}

TEST(TerritorialView, TakesARecalculationOfTheOfficeAlone) {
    Memory memory;
    memory.put("03159", number("2014-12-31", "322616"));
    memory.put("03152", dash("2014-12-31"));
    memory.put("03156", dash("2014-12-31"));
    auto const figure = on(memory, "2016-12-31").at("03159 BEVSTD 2014-12-31");
    EXPECT_EQ(digits(figure), "322616");
    EXPECT_EQ(figure.derived.flags, "outside_validity");
}

TEST(TerritorialView, GivesNothingIncompleteWithoutBeingAsked) {
    Memory memory;
    memory.put("03152", number("2013-12-31", "248249"));
    auto const none = on(memory, "2016-12-31").at("03159 BEVSTD 2013-12-31");
    EXPECT_TRUE(none.value.value.is_missing());
    EXPECT_EQ(none.derived.note, "no figures for 03156");
    EXPECT_EQ(none.derived.flags, "absent_part");
    auto const partial = on(memory, "2016-12-31", true).at("03159 BEVSTD 2013-12-31");
    EXPECT_EQ(digits(partial), "248249");
    EXPECT_EQ(partial.derived.origin, Derived::Origin::incomplete);
    EXPECT_EQ(partial.derived.coverage.to_string(), "0.5000");
    EXPECT_EQ(partial.value.quality.status, ObsStatus::estimated);
    EXPECT_EQ(partial.view, "2016-12-31:partial");
}

TEST(TerritorialView, NeverGivesASumWithAConfidentialPart) {
    Memory memory;
    memory.put("03152", number("2013-12-31", "5"));
    memory.put("03156", missing("2013-12-31", MissingReason::confidential, ObsStatus::suppressed));
    for (bool const partial : {false, true}) {
        auto const figure = on(memory, "2016-12-31", partial).at("03159 BEVSTD 2013-12-31");
        EXPECT_EQ(digits(figure), "CONFIDENTIAL");
        EXPECT_EQ(figure.value.quality.status, ObsStatus::suppressed);
        EXPECT_EQ(figure.value.quality.confidentiality, ConfStatus::secondary_receiver);
        EXPECT_THAT(figure.derived.flags, HasSubstr("secret_part"));
    }
}

TEST(TerritorialView, AddsTheMicrocensusOfWartburgAndEisenach) { // worked example E8, in thousands
    Memory memory;
    memory.put("16063", number("2019", "64"));
    memory.put("16056", number("2019", "23"));
    memory.put("16063", number("2019", "15"), measure("FAMILIES"));
    memory.put("16056", missing("2019", MissingReason::unreliable, ObsStatus::low_reliability),
               measure("FAMILIES"));
    auto const figures = on(memory, "2021-12-31");
    EXPECT_EQ(digits(figures.at("16063 BEVSTD 2019")), "87");
    EXPECT_EQ(figures.at("16063 BEVSTD 2019").derived.origin, Derived::Origin::summed);
    auto const& families = figures.at("16063 FAMILIES 2019");
    EXPECT_EQ(digits(families), "UNRELIABLE");
    EXPECT_EQ(families.value.quality.status, ObsStatus::low_reliability);
}

TEST(TerritorialView, AddsTheBoundsOfProtectedParts) {
    Memory memory;
    memory.put("03152", number("2013-12-31", "100", Protection::r5));
    memory.put("03156", number("2013-12-31", "25", Protection::none));
    memory.put("03152", number("2014-12-31", "100", Protection::ckm));
    memory.put("03156", number("2014-12-31", "25", Protection::ckm));
    auto const figures = on(memory, "2016-12-31");
    auto const& rounded = figures.at("03159 BEVSTD 2013-12-31");
    EXPECT_EQ(digits(rounded), "125");
    ASSERT_TRUE(rounded.value.quality.bounds);
    EXPECT_EQ(rounded.value.quality.bounds->below.to_string(), "2");
    EXPECT_EQ(rounded.value.quality.bounds->above.to_string(), "2");
    EXPECT_EQ(rounded.value.quality.status, ObsStatus::estimated); // an own sum of rounded cells
    auto const& perturbed = figures.at("03159 BEVSTD 2014-12-31");
    EXPECT_EQ(digits(perturbed), "125");
    EXPECT_FALSE(perturbed.value.quality.bounds); // nobody says by how much
    Memory before;
    before.put("03152", number("2015-10-01/P6M", "894", Protection::r3));
    before.put("03156", number("2015-10-01/P6M", "30", Protection::r3));
    auto const term = on(before, "2016-12-31").at("03159 BEVSTD 2015-10-01/P6M");
    EXPECT_EQ(term.value.quality.bounds->above.to_string(), "2"); // 1 for each part
}

TEST(TerritorialView, TakesAYearOfAMergerOnTheAreasThatItIsCountedOn) {
    Memory memory;
    memory.put("03152", number("2016", "100"));
    memory.put("03156", number("2016", "40"));
    memory.put("03159", dash("2016"));
    auto const figure = on(memory, "2016-12-31").at("03159 BEVSTD 2016");
    EXPECT_EQ(digits(figure), "140");
    EXPECT_EQ(figure.derived.flags, "off_day");
}

TEST(TerritorialView, DoesNotGuessWhetherAMergedAreaHoldsWhatStillHasFigures) {
    Memory memory;
    memory.put("16063", number("2022-12-31", "100"));
    memory.put("16056", number("2022-12-31", "40"));
    auto const figure = on(memory, "2022-12-31").at("16063 BEVSTD 2022-12-31");
    EXPECT_TRUE(figure.value.value.is_missing());
    EXPECT_THAT(figure.derived.note, HasSubstr("16056 has a figure although it did not exist"));
}

TEST(TerritorialView, LeavesOutWhatHasNoHistoryAndCountsIt) {
    Memory memory;
    memory.put("03153", number("2020-12-31", "1"));
    memory.put("03153002", number("2020-12-31", "1"));
    memory.put("03999", number("2020-12-31", "1"));
    TerritorialView const view{memory, nullptr, atlas(), measures(), {day("2016-12-31"), false, {}}};
    EXPECT_EQ(all(view).size(), 1U);
    ASSERT_EQ(view.left_out().size(), 2U);
    for (auto const& one : view.left_out()) EXPECT_EQ(one.series, 1U);
}

TEST(TerritorialView, PassesLaenderAndGermanyWhereTheirBordersStayed) {
    Memory memory;
    memory.put("DG", number("1991-12-31", "80274564"));
    memory.put("03", number("2013-12-31", "7790559"));
    memory.put("03", number("1991-12-31", "7475790"));
    auto const figures = on(memory, "2016-12-31");
    EXPECT_EQ(digits(figures.at("DG BEVSTD 1991-12-31")), "80274564");
    EXPECT_EQ(digits(figures.at("03 BEVSTD 2013-12-31")), "7790559");
    auto const& before = figures.at("03 BEVSTD 1991-12-31"); // Amt Neuhaus came in 1993
    EXPECT_TRUE(before.value.value.is_missing());
    EXPECT_THAT(before.derived.note, HasSubstr("crossed this border"));
}

TEST(TerritorialView, KeepsTheTotalOfEveryYearThroughEveryReform) {
    for (auto const* const date :
         {"1994-12-31", "1995-12-31", "2000-12-31", "2007-12-31", "2010-12-31", "2015-12-31", "2022-12-31"}) {
        Memory memory;
        DecimalSum before;
        std::int64_t next = 1000;
        for (auto const* life : atlas().areas().counties_on(day(date))) {
            // Länder whose registers are in the project: elsewhere shares are not known.
            auto const land = life->key.substr(0, 2);
            if (land != "03" && land != "05" && land != "09" && land != "16") continue;
            auto const figure = number(date, std::to_string(next = (next * 7919 + 13) % 1'000'003));
            before.add(*figure.value.number());
            memory.put(std::string{life->key}, figure);
        }
        DecimalSum after;
        for (auto const& [name, figure] : on(memory, "2024-12-31")) {
            auto const value = figure.value.value.number();
            if (value) after.add(*value);
            EXPECT_TRUE(value.has_value()) << name << " from " << date << ": " << figure.derived.note;
        }
        EXPECT_EQ(after.to_string(), before.to_string()) << date;
    }
}

TEST(TerritorialView, DoesNotTakeACountyForUnchangedThatOnlyGaveLandAway) {
    Memory memory;
    memory.put("06435",
               number("2023-12-31", "419055")); // Hanau left on 2026-01-01; nobody has told its share
    auto const after = on(memory, "2026-01-01");
    ASSERT_EQ(after.size(), 2U);
    for (auto const& [name, figure] : after) {
        EXPECT_TRUE(figure.value.value.is_missing()) << name;
        EXPECT_THAT(figure.derived.note, HasSubstr("nobody has told how 06435 was divided"));
    }
    auto const before = on(memory, "2024-12-31");
    ASSERT_EQ(before.size(), 1U);
    EXPECT_EQ(digits(before.at("06435 BEVSTD 2023-12-31")), "419055");
    EXPECT_EQ(before.at("06435 BEVSTD 2023-12-31").derived.origin, Derived::Origin::observed);
    EXPECT_TRUE(atlas().untouched("03153"));
    EXPECT_FALSE(atlas().untouched("07135"));
}

TEST(RequireArea, NamesWhatAnAreaBecame) {
    try {
        require_area(atlas(), "03152", day("2016-12-31"));
        FAIL();
    } catch (Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("did not exist on 2016-12-31 (it did until 2016-10-31)"));
        EXPECT_THAT(error.what(), HasSubstr("03159 Göttingen"));
    }
    require_area(atlas(), "03152", day("2016-10-31"));
    EXPECT_THROW(require_area(atlas(), "03999", day("2016-10-31")), Error);
}

TEST(TerritoryDay, IsADayOrTheLatest) {
    EXPECT_EQ(territory_day_from(atlas(), "latest"), atlas().latest());
    EXPECT_EQ(territory_day_from(atlas(), "31.12.2016"), day("2016-12-31"));
    EXPECT_THROW(territory_day_from(atlas(), "2016-13-31"), Error);
    EXPECT_THROW(territory_day_from(atlas(), "1980-12-31"), Error);
    EXPECT_FALSE(territory_of_view("freq:year"));
    EXPECT_TRUE(territory_of_view("2016-12-31:partial")->partial);
}

} // namespace
} // namespace gateway::derive::testing
