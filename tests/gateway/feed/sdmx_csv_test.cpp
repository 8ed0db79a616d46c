#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/sdmx_csv.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char const* population_id = "REGIO_12411-01-01-4";
constexpr char const* students_id = "REGIO_21311-01-01-4";

TEST(SdmxCsv, WritesTheSampleAsInTheGoldenFiles) {
    expect_golden("population.sdmx.csv", written(make_sdmx_csv, sample(), population_id));
    expect_golden("students.sdmx.csv", written(make_sdmx_csv, sample(), students_id));
}

TEST(SdmxCsv, HasTheFiguresThatAllFormatsHave) {
    std::string figures;
    for (auto const* const id : {population_id, students_id})
        for (auto const& row : read_csv(written(make_sdmx_csv, sample(), id), ','))
            figures += figure_line(row.at("FIGURE_ID"), row.at("OBS_VALUE"), row.at("SRC_SIGN"),
                                   row.at("OBS_STATUS"));
    expect_golden("figures.txt", figures);
}

TEST(SdmxCsv, BeginsWithTheFixedColumnsAndNoByteOrderMark) {
    EXPECT_THAT(
        written(make_sdmx_csv, sample(), population_id),
        StartsWith(
            "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,AREA,MEASURE,UNIT,SEX,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"));
}

TEST(SdmxCsv, SaysNotApplicableForADimensionThatASeriesLacks) {
    auto const rows = read_csv(written(make_sdmx_csv, sample(), students_id), ',');
    EXPECT_EQ(rows.at(0).at("SUBJECT_GROUP"), "01");
    EXPECT_EQ(rows.at(2).at("SUBJECT_GROUP"), "_Z");
}

TEST(SdmxCsv, GivesBoundsAndReasonsTheirOwnFields) {
    auto const rows = read_csv(written(make_sdmx_csv, sample(), students_id), ',');
    EXPECT_EQ(rows.at(0).at("OBS_LO"), "1618");
    EXPECT_EQ(rows.at(0).at("OBS_HI"), "1620");
    EXPECT_EQ(rows.at(0).at("PROTECTION"), "R3");
    EXPECT_EQ(rows.at(1).at("OBS_VALUE"), "");
    EXPECT_EQ(rows.at(1).at("MISSING_REASON"), "CONFIDENTIAL");
    EXPECT_EQ(rows.at(1).at("OBS_LO"), "");
}

TEST(SdmxCsv, DatesTheTerritoryByTheLastDayOfThePeriod) {
    auto const rows = read_csv(written(make_sdmx_csv, sample(), students_id), ',');
    EXPECT_EQ(rows.at(0).at("TIME_PERIOD"), "2023-10-01/P6M");
    EXPECT_EQ(rows.at(0).at("TERR_STATE"), "2024-03-31");
    EXPECT_EQ(read_csv(written(make_sdmx_csv, sample(), population_id), ',').at(1).at("TERR_STATE"),
              "2024-12-31");
}

TEST(SdmxCsv, TakesTheFrequencyOfThePeriodBeforeThatOfTheDataset) {
    gateway::DatasetInfo info;
    info.frequency = "A";
    using gateway::TimePeriod;
    EXPECT_EQ(frequency_of(info, TimePeriod::date(2024, 12, 31).value()), "A");
    EXPECT_EQ(frequency_of(info, TimePeriod::month(2024, 1).value()), "M");
    EXPECT_EQ(frequency_of(info, TimePeriod::quarter(2024, 1).value()), "Q");
    EXPECT_EQ(frequency_of(info, TimePeriod::term(2024, true).value()), "S");
    info.frequency.clear();
    EXPECT_EQ(frequency_of(info, TimePeriod::date(2024, 12, 31).value()), "_U");
}

TEST(SdmxCsv, RefusesTwoSeriesThatDifferInTheMultiplierAlone) {
    auto const context = sample().context(population_id);
    auto const writer = make_sdmx_csv([](std::string_view) {}, context);
    auto series = sample().series.front();
    writer->series({*series.dataset, series.area, series.area_name, series.indicator, series.observations});
    series.indicator.set("UNIT_MULT", "3");
    try {
        writer->series(
            {*series.dataset, series.area, series.area_name, series.indicator, series.observations});
        FAIL() << "two figures got one key";
    } catch (gateway::Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("UNIT_MULT"));
        EXPECT_THAT(error.what(), HasSubstr("mapping"));
    }
}

TEST(SdmxCsv, RefusesSeveralDatasetsInOneFile) {
    EXPECT_THROW(make_sdmx_csv([](std::string_view) {}, sample().context()), gateway::Error);
}

TEST(SdmxCsv, RefusesABoundThatDoesNotFitInsteadOfLeavingItOut) {
    auto series = sample().series.front();
    auto& observation = series.observations.front();
    observation.value = gateway::Value::of(gateway::Decimal::from_integer(INT64_MAX));
    observation.quality.bounds = gateway::protection_bounds(gateway::Protection::r3);
    auto const writer = make_sdmx_csv([](std::string_view) {}, sample().context(population_id));
    EXPECT_THROW(writer->series(
                     {*series.dataset, series.area, series.area_name, series.indicator, series.observations}),
                 gateway::Error);
}

TEST(SdmxCsv, IsReadByPythonsCsvModule) {
    if (!python_has("csv")) GTEST_SKIP() << "/usr/bin/python3 is not there";
    auto const folder = scratch("sdmx");
    std::string figures;
    for (auto const* const id : {population_id, students_id}) {
        write_file(folder + "/data.csv", written(make_sdmx_csv, sample(), id));
        auto const output = run("/usr/bin/python3 " + std::string{source_dir} +
                                "/tests/gateway/feed/read_csv.py " + folder + "/data.csv ','");
        ASSERT_EQ(output.status, 0) << output.text;
        figures += output.text;
    }
    expect_golden("figures.txt", figures);
}

} // namespace
} // namespace feed_test
