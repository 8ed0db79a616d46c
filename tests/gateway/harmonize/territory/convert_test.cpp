#include <gmock/gmock.h>

#include "convert_tools.hpp"
#include "gateway/harmonize/territory/cells.hpp"

using namespace territory_test;
using gateway::Errc;
using gateway::Error;

namespace {

std::optional<Errc> code_of(std::function<void()> const& action) {
    try {
        action();
    } catch (Error const& error) {
        return error.code();
    }
    return std::nullopt;
}

TEST(Convert, PutsMergedAreasTogetherToTheLastDigit) {
    auto const table = crosswalk_from(small_table);
    auto const result =
        convert_with(table, request(), "ags,year,n\n03152,2015,0.1\n03156,2015,0.2\n03159,2016,7\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "0.3");
    EXPECT_EQ(result.at("2015", "03159", "n_status"), "summed");
    EXPECT_EQ(result.at("2016", "03159", "n_status"), "observed");
    EXPECT_EQ(result.at("2015", "03159", "n_coverage"), "1");
    EXPECT_EQ(result.report.set_aside(), 0U);
}

TEST(Convert, MarksASplitWithTheRangeOfTheEstimators) {
    auto const table = crosswalk_from(small_table);
    auto const result = convert_with(table, request(), "ags,year,n\n15171,2015,1000\n");
    EXPECT_EQ(result.at("2015", "15001", "n"), "250");
    EXPECT_EQ(result.at("2015", "15001", "n_status"), "estimated");
    EXPECT_EQ(result.at("2015", "15001", "n_low"), "100");
    EXPECT_EQ(result.at("2015", "15001", "n_high"), "400");
    EXPECT_EQ(result.at("2015", "15091", "n_split"), "0.75");
}

TEST(Convert, DividesByTheWeightThatIsAskedFor) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.weight = Weight::employees;
    EXPECT_EQ(convert_with(table, asked, "ags,year,n\n15171,2015,1000\n").at("2015", "15001", "n"), "100");
    asked.weight = Weight::area;
    EXPECT_EQ(convert_with(table, asked, "ags,year,n\n15171,2015,1000\n").at("2015", "15001", "n"), "400");
}

TEST(Convert, GivesNoNumberWhereAPartIsAbsent) {
    auto const table = crosswalk_from(small_table);
    auto const result = convert_with(table, request(), "ags,year,n\n03152,2015,250\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "");
    EXPECT_EQ(result.at("2015", "03159", "n_status"), "incomplete");
    EXPECT_EQ(result.at("2015", "03159", "n_flags"), "absent_part");
    EXPECT_EQ(result.at("2015", "03159", "n_coverage").substr(0, 6), "0.7763");
}

TEST(Convert, GivesPartialSumsOnlyOnRequestAndWithTheirCoverage) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.partial = true;
    auto const result = convert_with(table, asked, "ags,year,n\n03152,2015,250\n03156,2015,...\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "250");
    EXPECT_EQ(result.at("2015", "03159", "n_status"), "incomplete");
    EXPECT_EQ(result.at("2015", "03159", "n_flags"), "missing_part");
    EXPECT_EQ(result.at("2015", "03159", "n_missing"), "1");
}

TEST(Convert, NeverCountsAMissingValueAsZero) {
    auto const table = crosswalk_from(small_table);
    for (char const* const sign : {"", "NA", "...", "/", "x", "-", "."}) {
        auto const data = std::string{"ags,year,n\n03152,2015,5\n03156,2015,"} + sign + "\n";
        EXPECT_EQ(convert_with(table, request(), data).at("2015", "03159", "n"), "") << sign;
    }
}

TEST(Convert, CountsADashAsZeroOnRequestWhereTheAreaExisted) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.dash_is_zero = true;
    auto const result = convert_with(table, asked, "ags,year,n\n03152,2015,5\n03156,2015,-\n03152,2016,-\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "5");
    EXPECT_EQ(result.fate("no_territory"), 1U);
    EXPECT_EQ(result.report.set_aside(), 0U);
}

TEST(Convert, FindsAMergedUnitBesideItsParts) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.nearest_year = true;
    auto const result =
        convert_with(table, asked, "ags,year,n\n03152,2015,250\n03156,2015,72\n03159,2015,322\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "");
    EXPECT_THAT(result.at("2015", "03159", "n_flags"), testing::HasSubstr("double_vintage"));
}

TEST(Convert, FormsGroupsByStratumAndTheYearOfTheData) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.strata = {"sex"};
    auto const result = convert_with(table, asked,
                                     "ags,year,sex,n\n03152,2015,F,1\n03156,2015,F,2\n03152,2015,M,3\n"
                                     "03156,2015,M,4\n");
    EXPECT_EQ(result.text.substr(0, 21), "year,ags20,sex,n,n_n,");
    EXPECT_EQ(result.at("2015", "03159", "n", "F"), "3");
    EXPECT_EQ(result.at("2015", "03159", "n", "M"), "7");
}

TEST(Convert, ComputesRatiosFromConvertedComponents) {
    auto const table = crosswalk_from(small_table);
    auto asked = request({"valid", "voters"});
    asked.ratios = {ratio_from("turnout_pct=valid/voters")};
    auto const result =
        convert_with(table, asked, "ags,year,valid,voters\n03152,2015,50,100\n03156,2015,10,20\n");
    EXPECT_EQ(result.at("2015", "03159", "turnout_pct"), "50");
    EXPECT_EQ(result.at("2015", "03159", "turnout_pct_status"), "summed");
}

TEST(Convert, RefusesToAddPercentages) {
    auto const table = crosswalk_from(small_table);
    auto const refuse = [&table](std::string const& name) {
        return code_of(
            [&] { convert_with(table, request({name}), "ags,year," + name + "\n11000,2015,61.2\n"); });
    };
    for (auto const* const name : {"turnout_pct", "Arbeitslosenquote", "mean_age", "Anteil", "median_income"})
        EXPECT_EQ(refuse(name), Errc::invalid_argument) << name;
    for (auto const* const name : {"pop", "generated", "area_ha", "voters", "karate"})
        EXPECT_EQ(refuse(name), std::nullopt) << name;
}

TEST(Convert, RefusesNumbersThatLookLikePercentagesUnlessDeclaredCounts) {
    auto const table = crosswalk_from(small_table);
    std::string data = "ags,year,s,n\n";
    for (int i = 0; i < 20; ++i)
        data += "11000,2015,s" + std::to_string(i) + "," + std::to_string(i) + ".5\n";
    auto asked = request();
    asked.strata = {"s"};
    EXPECT_EQ(code_of([&] { convert_with(table, asked, data); }), Errc::invalid_argument);
    asked.counts = {"n"};
    EXPECT_EQ(convert_with(table, asked, data).rows.size(), 20U);
}

TEST(Convert, CarriesOnThatASourceWasEstimated) {
    auto const table = crosswalk_from(small_table);
    auto const result = convert_with(table, request(),
                                     "ags,year,n,n_status\n03152,2015,1,estimated\n03156,2015,2,observed\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "3");
    EXPECT_EQ(result.at("2015", "03159", "n_status"), "estimated");
    EXPECT_EQ(result.at("2015", "03159", "n_flags"), "estimated_part");
}

TEST(Convert, KeepsTotalsInWholeNumbers) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.integers = true;
    asked.weight = Weight::area;
    auto const result = convert_with(table, asked, "ags,year,n\n15171,2015,99\n11000,2015,7\n");
    EXPECT_EQ(result.at("2015", "15001", "n"), "40"); // 39.6
    EXPECT_EQ(result.at("2015", "15091", "n"), "59"); // 59.4
    EXPECT_EQ(result.at("2015", "11000", "n"), "7");
}

TEST(Convert, CutsMunicipalitiesToDistrictsAndKnowsThatSplitsInsideAreNone) {
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                      "2015,03152001,03159001,0.5,0.5,\n"
                                      "2015,03152001,03159002,0.5,0.5,\n"
                                      "2015,03152003,03159001,1,1,\n");
    auto asked = request();
    asked.districts = true;
    auto const result = convert_with(table, asked, "ags,year,n\n03152001,2015,10\n03152003,2015,5\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "15");
    EXPECT_EQ(result.at("2015", "03159", "n_status"), "summed");
    EXPECT_EQ(result.at("2015", "03159", "n_n"), "3");
}

TEST(Convert, TakesTheAreaWhereThePopulationWeightsSumToTwo) {
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                      "2005,09172444,09172452,1,0.4,1\n2005,09172444,09172454,1,0.6,1\n");
    auto const safe = convert_with(table, request(), "ags,year,n\n09172444,2005,100\n");
    EXPECT_EQ(safe.at("2005", "09172452", "n"), "40");
    EXPECT_EQ(safe.at("2005", "09172452", "n_flags"), "weight_fallback");
    auto asked = request();
    asked.mode = Mode::ags;
    EXPECT_EQ(convert_with(table, asked, "ags,year,n\n09172444,2005,100\n").at("2005", "09172452", "n"),
              "100");
}

TEST(Convert, DoesNotMissUninhabitedKeysAmongPersons) {
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                      "2005,09373140,09373140,1,1,1\n2005,09373444,09373140,1,1,1\n");
    EXPECT_EQ(convert_with(table, request(), "ags,year,n\n09373140,2005,8\n").at("2005", "09373140", "n"),
              "8");
    auto asked = request();
    asked.weight = Weight::area;
    EXPECT_EQ(convert_with(table, asked, "ags,year,n\n09373140,2005,8\n").at("2005", "09373140", "n"), "");
}

TEST(Convert, AddsBeyondWhatAnIntegerHolds) {
    auto const table = crosswalk_from(small_table);
    auto const result = convert_with(
        table, request(), "ags,year,n\n03152,2015,999999999999999999\n03156,2015,1e18\n11000,2015,-3.25\n");
    EXPECT_EQ(result.at("2015", "03159", "n"), "2e+18");
    EXPECT_EQ(result.at("2015", "11000", "n"), "-3.25");
}

TEST(Convert, GivesOnlyTheValuesOfThePackageInItsMode) {
    auto asked = request();
    asked.mode = Mode::ags;
    auto const result =
        convert_with(crosswalk_from(small_table), asked, "ags,year,n\n03152,2015.9,250\n15171,2015,8\n");
    EXPECT_EQ(result.text, "year,ags20,n\n2015,03159,250\n2015,15001,2\n2015,15091,6\n");
}

TEST(Convert, RefusesInTheModeOfThePackageWhatThePackageRefuses) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.mode = Mode::ags;
    auto const run = [&](char const* data) { return code_of([&] { convert_with(table, asked, data); }); };
    EXPECT_EQ(run("ags,year,n\n03152,2015,1\n03152,2015,1\n"), Errc::duplicate_key);
    EXPECT_EQ(run("ags,year,n\n03152,2015,\n"), Errc::empty_cell);
    EXPECT_EQ(run("ags,year,n\n03152,2015,many\n"), Errc::malformed);
    EXPECT_EQ(run("ags,year,n\n03152,2015,1\n3,2015,1\n"), Errc::malformed);
    EXPECT_EQ(run("ags,year,m\n03152,2015,1\n"), Errc::not_found);
}

TEST(Convert, TakesTheEarlierOfTwoEquallyNearYears) {
    auto const table =
        crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                       "2000,13001,13071,1,1,1\n2002,13001,13072,1,1,1\n2001,13002,13072,1,1,1\n");
    for (auto const mode : {Mode::ags, Mode::safe}) {
        auto asked = request();
        asked.mode = mode;
        asked.nearest_year = true;
        auto const result = convert_with(table, asked, "ags,year,n\n13001,2001,4\n");
        EXPECT_EQ(result.at("2001", "13071", "n"), "4");
        EXPECT_EQ(result.fate("matched_fuzzy"), 1U);
    }
}

TEST(Convert, GivesTheSameFromPartsAsFromTheWhole) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.strata = {"s"};
    std::string const head = "ags,year,s,n\n";
    std::string const first = "03152,2015,a,1.5\n15171,2015,b,10\n9,2015,a,1\n";
    std::string const second = "03156,2015,a,2\n15171,2015,a,7\n9,2015,a,1\n11000,2016,c,\n";
    Plan const plan{table, asked};
    auto const written = [](Conversion const& conversion) {
        std::string text;
        write_result(conversion, {}, [&text](std::string_view piece) { text += piece; });
        return text;
    };
    Conversion one{plan};
    Conversion two{plan};
    convert_csv(head + first, {"1", "ags", "year", std::nullopt}, one);
    convert_csv(head + second, {"2", "ags", "year", std::nullopt}, two);
    one.merge(two);
    EXPECT_EQ(written(one), convert_with(table, asked, head + first + second).text);
    EXPECT_EQ(one.rows(), 7U);
    EXPECT_EQ(code_of([&] { one.merge(two); }), Errc::conflict);
}

TEST(Convert, TakesAttributesFromTheSourceThatFitsBest) {
    auto const table = crosswalk_from(small_table);
    auto asked = request();
    asked.attributes = {"type"};
    auto const result = convert_with(table, asked,
                                     "ags,year,n,type\n03156,2015,1,rural\n03152,2015,2,urban\n"
                                     "11000,2015,3,city\n15171,2015,4,\n");
    EXPECT_EQ(result.at("2015", "03159", "type"), "urban"); // 250,000 people against 72,000
    EXPECT_EQ(result.at("2015", "03159", "type_status"), "best_fit");
    EXPECT_EQ(result.at("2015", "11000", "type"), "city");
    EXPECT_EQ(result.at("2015", "11000", "type_status"), "observed");
    EXPECT_EQ(result.at("2015", "15001", "type_status"), "missing");
    EXPECT_EQ(result.at("2015", "03159", "n"), "3");
}

TEST(ConvertBits, AreTakenOverUpToALimit) {
    for (std::uint32_t const limit : {1U, 63U, 64U, 65U, 128U, 200U}) {
        gateway::harmonize::territory::BitSet ours;
        gateway::harmonize::territory::BitSet theirs;
        for (std::uint32_t bit = 0; bit < 200; bit += 2) ours.set(bit);
        for (std::uint32_t bit = 1; bit < 200; bit += 2) theirs.set(bit);
        EXPECT_EQ(ours.merge(theirs, limit), limit);
        for (std::uint32_t bit = 0; bit < 200; ++bit)
            EXPECT_EQ(ours.test(bit), bit % 2 == 0 || bit < limit) << bit << " of " << limit;
        // What both have is named only below the limit.
        gateway::harmonize::territory::BitSet again;
        again.set(limit);
        EXPECT_EQ(ours.merge(again, limit), limit);
        again.set(limit - 1U);
        EXPECT_EQ(ours.merge(again, limit), limit - 1U);
    }
}

} // namespace
