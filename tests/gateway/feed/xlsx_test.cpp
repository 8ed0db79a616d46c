#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/xlsx.hpp"
#include "gateway/feed/xlsx_sheet.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using gateway::Decimal;
using testing::HasSubstr;

TEST(Xlsx, HasTheFiguresThatAllFormatsHave) {
    if (!python_has("openpyxl")) GTEST_SKIP() << "python3-openpyxl is not installed";
    auto const folder = scratch("xlsx");
    write_file(folder + "/daten.xlsx", written(make_xlsx, sample()));
    auto const output = run("/usr/bin/python3 " + std::string{source_dir} +
                            "/tests/gateway/feed/read_xlsx.py " + folder + "/daten.xlsx");
    ASSERT_EQ(output.status, 0) << output.text;
    expect_golden("figures.txt", output.text);
}

TEST(Xlsx, WritesThePublishedDigitsAndNoBinaryResidue) {
    std::string bytes;
    std::string xml;
    {
        ZipWriter zip{[&](std::string_view piece) { bytes += piece; }};
        XlsxSheet sheet{zip, "sheet1.xml", {10, 10, 10}, true};
        sheet.begin_row();
        sheet.number(Decimal::from_scaled(746, 1), CellStyle::number);
        sheet.number(Decimal::from_scaled(1250, 2), CellStyle::number);
        sheet.number(Decimal::from_scaled(-3, 1), CellStyle::number);
        sheet.end_row();
        sheet.finish(0);
        zip.finish();
    }
    auto const folder = scratch("xlsx-digits");
    write_file(folder + "/a.zip", bytes);
    xml = run("unzip -p " + folder + "/a.zip sheet1.xml").text;
    EXPECT_THAT(xml, HasSubstr("<v>74.6</v>"));
    EXPECT_THAT(xml, HasSubstr("<v>12.50</v>"));
    EXPECT_THAT(xml, HasSubstr("<v>-0.3</v>"));
}

TEST(Xlsx, KnowsWhichNumbersExcelWouldRound) {
    EXPECT_TRUE(excel_holds(Decimal::from_integer(999'999'999'999'999)));
    EXPECT_FALSE(excel_holds(Decimal::from_integer(1'000'000'000'000'000)));
    EXPECT_FALSE(excel_holds(Decimal::from_integer(-1'000'000'000'000'000)));
}

TEST(Xlsx, NamesColumnsAsExcelDoes) {
    EXPECT_EQ(column_letters(0), "A");
    EXPECT_EQ(column_letters(25), "Z");
    EXPECT_EQ(column_letters(26), "AA");
    EXPECT_EQ(column_letters(701), "ZZ");
    EXPECT_EQ(column_letters(702), "AAA");
}

TEST(Xlsx, EscapesWhatXmlDoesNotTake) {
    std::string out;
    append_xml(out, "a<b>&\"\x01\r_x0041_ _x");
    EXPECT_EQ(out, "a&lt;b&gt;&amp;&quot;_x0001__x000D__x005F_x0041_ _x");
}

TEST(Xlsx, RefusesATextThatNoCellHolds) {
    ZipWriter zip{[](std::string_view) {}};
    XlsxSheet sheet{zip, "sheet1.xml", {10}, true};
    sheet.begin_row();
    EXPECT_THROW(sheet.text(std::string(32'768, 'a')), gateway::Error);
}

TEST(Xlsx, BeginsAnotherSheetWhereExcelsRowsEnd) {
    if (!python_has("openpyxl")) GTEST_SKIP() << "python3-openpyxl is not installed";
    auto const& first = sample().series.front();
    auto const context = sample().context("REGIO_12411-01-01-4");
    std::string bytes;
    auto const writer = make_xlsx_with([&](std::string_view piece) { bytes += piece; }, context, 4);
    for (int i = 0; i < 2; ++i)
        writer->series({*first.dataset, first.area, first.area_name, first.indicator, first.observations});
    writer->finish();
    auto const folder = scratch("xlsx-long");
    write_file(folder + "/a.xlsx", bytes);
    auto const output = run("/usr/bin/python3 -c \"import openpyxl; b = openpyxl.load_workbook('" + folder +
                            "/a.xlsx'); print([(s.title, s.max_row) for s in b][:2])\"");
    EXPECT_EQ(output.text, "[('Daten', 4), ('Daten 2', 2)]\n");
}

TEST(Xlsx, IsRecognizedAndSoundAsAZipFile) {
    auto const folder = scratch("xlsx-zip");
    write_file(folder + "/daten.xlsx", written(make_xlsx, sample()));
    auto const output = run("unzip -t " + folder + "/daten.xlsx");
    EXPECT_EQ(output.status, 0) << output.text;
    EXPECT_THAT(output.text, HasSubstr("No errors"));
}

TEST(Xlsx, IsWellFormedXmlThroughout) {
    if (run("command -v xmllint").status != 0) GTEST_SKIP() << "xmllint is not installed";
    auto const folder = scratch("xlsx-xml");
    write_file(folder + "/daten.xlsx", written(make_xlsx, sample()));
    auto const output =
        run("cd " + folder +
            " && unzip -q daten.xlsx && find . -name '*.xml' -o -name '*.rels' | xargs xmllint --noout");
    EXPECT_EQ(output.status, 0) << output.text;
    EXPECT_EQ(output.text, "");
}

} // namespace
} // namespace feed_test
