#include <gmock/gmock.h>

#include "convert_tools.hpp"
#include "gateway/harmonize/territory/audit.hpp"
#include "gateway/harmonize/territory/estimate.hpp"

using namespace territory_test;
using gateway::Error;

namespace {

TEST(CrosswalkFile, RecognisesTheTablesByTheirHeaders) {
    auto const bbsr = crosswalk_from(small_table);
    EXPECT_EQ(bbsr.target_name, "ags20");
    EXPECT_EQ(bbsr.target, 2020);
    EXPECT_EQ(bbsr.entry_count(), 6U);
    EXPECT_EQ(bbsr.parts.size(), 7U);
    auto const package =
        crosswalk_from("ags_xw;year_xw;ags19;pop_conv;size_conv\n01001;2015;01001;1;1\n", "x.csv");
    EXPECT_EQ(package.target_name, "ags19");
    auto const step = crosswalk_from(
        "year_from,year_to,ags_old,ags_new,w_pop,w_area\n2020,2021,16056,16063,1,1\n", "step.csv");
    EXPECT_EQ(step.target_name, "ags21");
}

TEST(CrosswalkFile, PutsStepsBehindTheTableTheyBeginAt) {
    CrosswalkText const tables[] = {
        {"step.csv", "year_from,year_to,ags_old,ags_new,w_pop,w_area,w_emp\n2020,2021,16056,16063,1,1,1\n"
                     "2020,2021,16063,16063,1,1,1\n2021,2022,16063,16063,1,1,1\n"},
        {"kreise_2020.csv", "year,ags_old,ags_new,w_pop,w_area,w_emp\n1997,16063,16056,0.25,0.1,\n"
                            "1997,16063,16063,0.75,0.9,\n2020,16056,16056,1,1,1\n"}};
    auto const chain = read_crosswalk(tables);
    EXPECT_EQ(chain.target, 2022);
    EXPECT_THAT(chain.all_statuses(), testing::ElementsAre(1997, 2020, 2021));
    auto const key = chain.old_keys.find("16063");
    auto const parts = chain.parts_of(chain.entry(*key, 1997));
    ASSERT_EQ(parts.size(), 1U); // apart in 2020, one area again in 2021
    EXPECT_DOUBLE_EQ(parts[0].weights[0], 1);
    EXPECT_EQ(chain.sources[parts[0].source].name, "kreise_2020.csv");
}

TEST(CrosswalkFile, AddsTheAreasOfTheTargetOnRequest) {
    CrosswalkText const tables[] = {
        {"step.csv", "year_from,year_to,ags_old,ags_new,w_pop,w_area,w_emp\n2020,2021,16056,16063,1,1,1\n"
                     "2020,2021,16063,16063,1,1,1\n"}};
    EXPECT_THAT(read_crosswalk(tables).all_statuses(), testing::ElementsAre(2020));
    auto const table = read_crosswalk(tables, true);
    EXPECT_THAT(table.all_statuses(), testing::ElementsAre(2020, 2021));
    EXPECT_EQ(convert_with(table, request(), "ags,year,n\n16063,2021,16\n").at("2021", "16063", "n_status"),
              "observed");
    EXPECT_EQ(table.entry(*table.old_keys.find("16056"), 2021), Crosswalk::no_entry);
}

TEST(CrosswalkFile, NamesLineAndTextOfWhatItCannotRead) {
    auto const message = [](std::string const& text) -> std::string {
        try {
            crosswalk_from("year,ags_old,ags_new,w_pop\n" + text, "t.csv");
        } catch (Error const& error) {
            return error.what();
        }
        return "read";
    };
    EXPECT_THAT(message("2015,01001,01001,one\n"), testing::HasSubstr("t.csv:2: 'one' in column w_pop"));
    EXPECT_THAT(message("2015,01001,01001\n"), testing::HasSubstr("t.csv:2: 3 fields"));
    EXPECT_THAT(message("then,01001,01001,1\n"), testing::HasSubstr("'then' is no year"));
    EXPECT_THAT(message("2015,,01001,1\n"), testing::HasSubstr("a key is missing"));
    EXPECT_THAT(message("2015,01001,01001,-1\n"), testing::HasSubstr("below zero"));
    EXPECT_THAT(message(""), testing::HasSubstr("no row follows"));
    EXPECT_THROW(crosswalk_from("a,b\n1,2\n"), Error);
}

TEST(CrosswalkAudit, FoldsWhatIsWrongByItsCause) {
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                      "2005,09172444,09172452,1,0.4,1\n2005,09172444,09172454,1,0.6,1\n"
                                      "2006,09172444,09172452,1,0.4,1\n2006,09172444,09172454,1,0.6,1\n"
                                      "2005,16064073,16064073,0.9999,1,1\n2007,16064073,16064073,1,1,1\n"
                                      "2007,16064073,16064073,1,1,1\n");
    auto const issues = audited(table);
    std::map<std::string, std::uint64_t> counts;
    for (auto const& issue : issues) counts[issue.text] = issue.count;
    EXPECT_EQ(counts["the pop weights of 09172444 at 2005 add up to 2"], 2U);
    EXPECT_EQ(counts["the emp weights of 09172444 at 2005 add up to 2"], 2U);
    EXPECT_EQ(counts["the pop weights of 16064073 at 2005 add up to 0.9999"], 1U);
    EXPECT_EQ(counts["16064073 at 2006 is not in the table, but in the year before and after"], 1U);
    EXPECT_EQ(counts["status 2007: 16064073 to 16064073 stands there twice"], 1U);
    EXPECT_EQ(issues.size(), 5U);
}

TEST(Apportioned, GivesTheRestToTheLargestRemaindersInOrder) {
    double const values[] = {1.5, 2.5, 3.0};
    EXPECT_THAT(apportioned(values, 7), testing::ElementsAre(2, 2, 3));
    double const negative[] = {-1.5, 1.25, 0.25};
    EXPECT_THAT(apportioned(negative, 0), testing::ElementsAre(-1, 1, 0));
}

TEST(Apportioned, KeepsTheTotalOfEveryLand) {
    std::string_view const keys[] = {"12051", "12052", "13071", "13072"};
    double const values[] = {10.4, 20.6, 7.7, 1.3};
    EXPECT_THAT(apportioned_by_land(keys, values), testing::ElementsAre(10, 21, 8, 1));
}

} // namespace
