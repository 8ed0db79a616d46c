#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/csv_de.hpp"
#include "gateway/feed/german.hpp"
#include "gateway/feed/rows.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using testing::HasSubstr;
using testing::StartsWith;

TEST(CsvDe, WritesTheSampleAsInTheGoldenFile) {
    expect_golden("daten.csv", written(make_csv_de, sample()));
}

TEST(CsvDe, HasTheFiguresThatAllFormatsHave) {
    std::string figures;
    for (auto& row : read_csv(written(make_csv_de, sample()), ';')) {
        auto value = row.at("Wert");
        if (auto const comma = value.find(','); comma != std::string::npos) value[comma] = '.';
        figures += figure_line(row.at("Kennung der Zahl"), value, row.at("Zeichen"), row.at("Status (Code)"));
    }
    expect_golden("figures.txt", figures);
}

TEST(CsvDe, BeginsWithAByteOrderMarkAndEndsLinesWithCrLf) {
    auto const text = written(make_csv_de, sample());
    EXPECT_THAT(text, StartsWith("\xEF\xBB\xBFGebietsschlüssel;"));
    EXPECT_EQ(text.substr(text.size() - 2), "\r\n");
}

TEST(CsvDe, KeepsLeadingZerosOfKeysInExcel) {
    EXPECT_EQ(csv_de_key("03153"), R"("=""03153""")");
    EXPECT_THAT(written(make_csv_de, sample()), HasSubstr("\r\n\"=\"\"03153\"\"\";Goslar, Landkreis;"));
}

TEST(CsvDe, LeavesOrdinaryTextAlone) {
    for (auto const* const text :
         {"Goslar, Landkreis", "Bevölkerungsstand", "30 bis unter 35 Jahre", "WS 2023/24", "2. Quartal 2024",
          "-", "–", "...", "()", "Landkreis", "BEVSTD", "_T", ""})
        EXPECT_EQ(csv_de_field(text), text);
}

TEST(CsvDe, QuotesSeparatorsQuotesAndLineEnds) {
    EXPECT_EQ(csv_de_field("a;b"), "\"a;b\"");
    EXPECT_EQ(csv_de_field("a \"b\""), "\"a \"\"b\"\"\"");
    EXPECT_EQ(csv_de_field("a\nb"), "\"a\nb\"");
}

TEST(CsvDe, DisarmsTextThatASpreadsheetWouldRun) {
    for (std::string const text :
         {"=1+1", "+49", "-2+3", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a"}) {
        auto const field = csv_de_field(text);
        EXPECT_THAT(field, StartsWith("\"=\"\"")) << text;
        EXPECT_EQ(read_csv("a\n" + field + "\n", ';').at(0).at("a"), text);
    }
    EXPECT_EQ(csv_de_field("=cmd|' /C calc'!A0"), "\"=\"\"=cmd|' /C calc'!A0\"\"\"");
    EXPECT_EQ(csv_de_field("=A(\"x\")"), R"q("=""=A(""""x"""")""")q");
}

TEST(CsvDe, DisarmsFormulasThatAreTooLongForATextLiteral) {
    auto const text = "=" + std::string(300, 'A');
    EXPECT_EQ(csv_de_field(text), "\"'" + text + "\"");
}

TEST(CsvDe, GuardsTextThatExcelWouldConvert) {
    for (auto const* const text : {"3-5", "1/2", "1E5", "12", "1,5", "MAR1", "Juni 2024", "3. Mai", "12:30",
                                   "10 %", "5 €", "3 a", "WAHR", "false", "2024-12-31"})
        EXPECT_THAT(csv_de_field(text), StartsWith("\"=\"\"")) << text;
}

TEST(CsvDe, SaysPeriodsInGerman) {
    using gateway::TimePeriod;
    EXPECT_EQ(period_de(TimePeriod::date(2024, 12, 31).value()), "31.12.2024");
    EXPECT_EQ(period_de(TimePeriod::year(2024).value()), "2024");
    EXPECT_EQ(period_de(TimePeriod::half_year(2024, 1).value()), "1. Halbjahr 2024");
    EXPECT_EQ(period_de(TimePeriod::quarter(2024, 2).value()), "2. Quartal 2024");
    EXPECT_EQ(period_de(TimePeriod::month(2024, 1).value()), "Januar 2024");
    EXPECT_EQ(period_de(TimePeriod::month(2024, 10).value()), "Oktober 2024");
    EXPECT_EQ(period_de(TimePeriod::month(2024, 12).value()), "Dezember 2024");
    EXPECT_EQ(period_de(TimePeriod::school_year(2020).value()), "Schuljahr 2020/21");
    EXPECT_EQ(period_de(TimePeriod::term(1999, true).value()), "WS 1999/00");
    EXPECT_EQ(period_de(TimePeriod::term(2024, false).value()), "SS 2024");
    EXPECT_EQ(period_de(TimePeriod::interval(19737, 19747).value()), "15.01.2024 bis 24.01.2024");
}

TEST(CsvDe, NamesFiguresAsCoreDoes) {
    auto const& series = sample().series.back();
    SeriesRecord const record{*series.dataset, series.area, series.area_name, series.indicator,
                              series.observations};
    for (auto const& period :
         {gateway::TimePeriod::year(2024).value(), gateway::TimePeriod::term(2023, true).value()}) {
        auto text = figure_prefix(record);
        append_figure_suffix(text, period, 7);
        EXPECT_EQ(text, to_string(gateway::FigureId{series.dataset->info.id, area_key(series.area),
                                                    series.indicator, period, 7}));
    }
}

TEST(CsvDe, RefusesASeriesThatThePackageDoesNotAnnounce) {
    auto const context = sample().context("REGIO_12411-01-01-4");
    auto const writer = make_csv_de([](std::string_view) {}, context);
    auto const& other = sample().series.back();
    try {
        writer->series({*other.dataset, other.area, other.area_name, other.indicator, other.observations});
        FAIL() << "the series was taken";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::invalid_argument);
        EXPECT_THAT(error.what(), HasSubstr("REGIO_21311-01-01-4/03153/"));
    }
}

TEST(CsvDe, RefusesAnObservationOfAnUnknownVintage) {
    auto const writer = make_csv_de([](std::string_view) {}, sample().context());
    auto series = sample().series.front();
    series.observations.front().vintage = 99;
    EXPECT_THROW(writer->series(
                     {*series.dataset, series.area, series.area_name, series.indicator, series.observations}),
                 gateway::Error);
}

TEST(CsvDe, RefusesADimensionThatTheDatasetDoesNotList) {
    auto const writer = make_csv_de([](std::string_view) {}, sample().context());
    auto series = sample().series.front();
    series.indicator.set("AGE", "Y18");
    EXPECT_THROW(writer->series(
                     {*series.dataset, series.area, series.area_name, series.indicator, series.observations}),
                 gateway::Error);
}

TEST(CsvDe, IsReadByPythonsCsvModule) {
    if (!python_has("csv")) GTEST_SKIP() << "/usr/bin/python3 is not there";
    auto const folder = scratch("csv");
    write_file(folder + "/daten.csv", written(make_csv_de, sample()));
    auto const output = run("/usr/bin/python3 " + std::string{source_dir} +
                            "/tests/gateway/feed/read_csv.py " + folder + "/daten.csv ';'");
    ASSERT_EQ(output.status, 0) << output.text;
    expect_golden("figures.txt", output.text);
}

} // namespace
} // namespace feed_test
