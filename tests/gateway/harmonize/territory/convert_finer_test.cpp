// The error of estimates, measured by municipalities.
#include <gmock/gmock.h>

#include "convert_tools.hpp"
#include "gateway/harmonize/territory/finer.hpp"

using namespace territory_test;

namespace {

/// 16063 gave one of its three municipalities to 16066.
constexpr std::string_view districts = "year,ags_old,ags_new,w_pop,w_area,w_emp\n"
                                       "2018,16063,16063,0.9,0.8,0.6\n2018,16063,16066,0.1,0.2,0.4\n"
                                       "2018,16066,16066,1,1,1\n";
constexpr std::string_view municipalities =
    "year,ags_old,ags_new,w_pop,w_area,w_emp\n2018,16063001,16063001,1,1,1\n2018,16063002,16063002,1,1,1\n"
    "2018,16063003,16066003,1,1,1\n2018,16066001,16066001,1,1,1\n";
constexpr std::string_view by_district = "ags,year,n\n16063,2018,100\n16066,2018,50\n";

ConvertRequest on_districts() {
    auto asked = request();
    asked.districts = true;
    return asked;
}

struct Measured {
    std::vector<Row> rows;
    ResultCounts counts;
    std::string report;
};

Measured measured(std::string_view finer_data) {
    auto const table = crosswalk_from(districts);
    auto const finer_table = crosswalk_from(municipalities, "gemeinden_2020.csv");
    Plan const plan{table, request()};
    Plan const finer_plan{finer_table, on_districts()};
    Conversion conversion{plan};
    Conversion below{finer_plan};
    convert_csv(by_district, {"districts", "ags", "year", std::nullopt}, conversion);
    convert_csv(finer_data, {"municipalities", "ags", "year", std::nullopt}, below);
    Finer const finer{below};
    std::string text;
    Measured result;
    result.counts = write_result(
        conversion, {}, [&text](std::string_view piece) { text += piece; }, &finer);
    result.rows = rows_of(text);
    result.report = report_of(conversion, result.counts).text();
    return result;
}

TEST(ConvertFiner, MeasuresTheErrorOfEstimatesByMunicipalities) {
    auto const result =
        measured("ags,year,n\n16063001,2018,60\n16063002,2018,25\n16063003,2018,15\n16066001,2018,50\n");
    ASSERT_EQ(result.rows.size(), 2U);
    EXPECT_EQ(result.rows[0].at("n"), "90");
    EXPECT_EQ(result.rows[0].at("n_measured"), "85");
    EXPECT_EQ(result.rows[0].at("n_error"), "5");
    EXPECT_EQ(result.rows[1].at("n"), "60");
    EXPECT_EQ(result.rows[1].at("n_error"), "-5");
    ASSERT_EQ(result.counts.errors.size(), 1U);
    auto const& error = result.counts.errors[0];
    EXPECT_EQ(error.estimates, 2U);
    EXPECT_EQ(error.measured, 2U);
    EXPECT_DOUBLE_EQ(error.misplaced, 5);
    EXPECT_DOUBLE_EQ(error.total, 150);
    EXPECT_DOUBLE_EQ(error.worst, 5.0 / 65);
    EXPECT_THAT(result.report,
                testing::HasSubstr("2 of 2 estimates measured by municipalities; misplaced 5 of 150; "
                                   "worst 7.69231 % (2018, 16066)"));
}

TEST(ConvertFiner, DoesNotMeasureByMunicipalitiesThatAreIncomplete) {
    auto const result =
        measured("ags,year,n\n16063001,2018,60\n16063002,2018,\n16063003,2018,15\n16066001,2018,50\n");
    EXPECT_EQ(result.rows[0].at("n_measured"), "");
    EXPECT_EQ(result.rows[0].at("n_error"), "");
    EXPECT_EQ(result.rows[1].at("n_error"), "-5");
    EXPECT_EQ(result.counts.errors[0].measured, 1U);
}

TEST(ConvertFiner, GivesTheRangeOfAllThreeEstimators) {
    auto const result = convert_with(crosswalk_from(districts), request(), by_district);
    EXPECT_EQ(result.at("2018", "16063", "n_low"), "60");
    EXPECT_EQ(result.at("2018", "16063", "n_high"), "90");
    EXPECT_EQ(result.at("2018", "16066", "n_low"), "60");
    EXPECT_EQ(result.at("2018", "16066", "n_high"), "90");
}

} // namespace
