#include <gmock/gmock.h>

#include <numeric>

#include "convert_tools.hpp"

using namespace territory_test;
using testing::HasSubstr;

namespace {

ConvertReport::Line line_about(ConvertReport const& report, std::string const& text) {
    for (auto const& line : report.lines)
        if (line.text.find(text) != std::string::npos) return line;
    return {};
}

TEST(ConvertKeys, GiveEveryRowOneFate) {
    auto const result =
        convert_with(crosswalk_from(small_table), request(),
                     "ags,year,n\n03152,2015,1\n03156,2015,1\n,2015,1\n03152,,1\n99999,2015,1\n"
                     "03,2015,1\nDG,2015,1\n03152,1980,1\n03159,2015,1\n03152,2015,2\n"
                     "03159,2015,-\n3152,2016,1\n");
    EXPECT_EQ(result.report.rows_in, 12U);
    std::uint64_t sum = 0;
    for (auto const& [name, rows] : result.report.fates) sum += rows;
    EXPECT_EQ(sum, 12U);
    EXPECT_EQ(result.fate("matched_exact"), 2U);
    EXPECT_EQ(result.fate("key_or_time_missing"), 2U);
    EXPECT_EQ(result.fate("key_unknown"), 2U);
    EXPECT_EQ(result.fate("other_level"), 2U);
    EXPECT_EQ(result.fate("time_unknown"), 1U);
    EXPECT_EQ(result.fate("unmatched"), 1U);
    EXPECT_EQ(result.fate("no_territory"), 1U);
    EXPECT_EQ(result.fate("duplicate"), 1U);
}

TEST(ConvertKeys, OfferTheNearestKeysWithNameAndYears) {
    auto const result = convert_with(crosswalk_from(small_table), request(),
                                     "ags,year,n\n03153,2015,1\nOsterode,2015,1\n03152,2016,1\n");
    EXPECT_THAT(line_about(result.report, "03153").candidates, testing::Contains("03152 Göttingen (2015)"));
    EXPECT_THAT(line_about(result.report, "Osterode").candidates,
                testing::ElementsAre("03156 Osterode am Harz (2015)"));
    EXPECT_THAT(line_about(result.report, "03152 did not exist at 2016").text,
                HasSubstr("03152 Göttingen (2015)"));
}

TEST(ConvertKeys, ReadLostZerosAndNumbersOnlyOnRequest) {
    auto const table = crosswalk_from(small_table);
    auto const* const data = "ags,year,n\n3152,2015,1\n3156.0,2015,2\n1.1e+04,2015,3\n";
    auto const refused = convert_with(table, request(), data);
    EXPECT_EQ(refused.fate("key_unknown"), 3U);
    EXPECT_THAT(line_about(refused.report, "3152").text, HasSubstr("a leading zero is lost: 03152?"));
    auto asked = request();
    asked.repair_keys = true;
    auto const repaired = convert_with(table, asked, data);
    EXPECT_EQ(repaired.at("2015", "03159", "n"), "3");
    EXPECT_EQ(repaired.at("2015", "11000", "n"), "3");
    EXPECT_EQ(repaired.at("2015", "11000", "n_flags"), "key_repaired");
    EXPECT_EQ(repaired.report.repaired_rows, 3U);
}

TEST(ConvertKeys, ReadMunicipalNumbersOfCitiesAsDistrictsOnRequest) {
    auto asked = request();
    asked.repair_keys = true;
    auto const result = convert_with(crosswalk_from(small_table), asked,
                                     "ags,year,n\n1.1e+07,2015,3\n3152000,2015,1\n03156000,2015,2\n");
    EXPECT_EQ(result.at("2015", "11000", "n"), "3");
    EXPECT_EQ(result.at("2015", "03159", "n"), "3");
}

TEST(ConvertKeys, FindTheAgsInRegionalKeys) {
    auto const districts = convert_with(crosswalk_from(small_table), request(),
                                        "ags,year,n\n110000000000,2015,3\n031520012012,2015,1\n");
    EXPECT_EQ(districts.at("2015", "11000", "n"), "3");
    EXPECT_EQ(districts.fate("other_level"), 1U);
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                      "2015,03152012,03159012,1,1,1\n");
    EXPECT_EQ(convert_with(table, request(), "ags,year,n\n031525401012,2015,4\n").at("2015", "03159012", "n"),
              "4");
}

TEST(ConvertKeys, FindTwoSpellingsOfOneArea) {
    auto asked = request();
    asked.repair_keys = true;
    auto const result =
        convert_with(crosswalk_from(small_table), asked, "ags,year,n\n11000,2015,3\n110000000000,2015,3\n");
    EXPECT_EQ(result.fate("duplicate"), 1U);
    EXPECT_EQ(result.at("2015", "11000", "n"), "");
    EXPECT_THAT(result.at("2015", "11000", "n_flags"), HasSubstr("duplicate"));
}

TEST(ConvertKeys, ReadDatesAsTheirYearAndSaySoOffTheDayOfTheTable) {
    auto const table = crosswalk_from(small_table);
    auto const result =
        convert_with(table, request(), "ags,year,n\n11000,2015-12-31,3\n11000,2016-06-30,4\n");
    EXPECT_EQ(result.at("2015-12-31", "11000", "n_flags"), "");
    EXPECT_EQ(result.at("2016-06-30", "11000", "n_flags"), "off_day");
}

TEST(ConvertKeys, KeepTheReasonOfAValueThatIsNoNumber) {
    auto const result =
        convert_with(crosswalk_from(small_table), request(), "ags,year,n\n11000,2015,about 300\n");
    EXPECT_EQ(result.report.unreadable, 1U);
    EXPECT_EQ(result.at("2015", "11000", "n"), "");
    EXPECT_EQ(result.at("2015", "11000", "n_status"), "missing");
}

} // namespace
