#include "adapters/xlsx/number_format.hpp"

#include <gtest/gtest.h>

namespace adapters::xlsx {
namespace {

/// "text" or "text<around>", dates "@...", fixed texts "'...'".
std::string shown(std::string_view code, std::string_view number, bool epoch_1904 = false) {
    NumberFormat const format{code};
    Shown result;
    format.show(*DecimalText::from(number), epoch_1904, result);
    std::string text = result.text;
    if (result.kind == Shown::Kind::date) text = "@" + text;
    if (result.kind == Shown::Kind::literal) text = "'" + text + "'";
    if (result.kind == Shown::Kind::not_a_day) text = "no day";
    if (!result.around.empty()) text += "<" + std::string{result.around} + ">";
    return text;
}

TEST(NumberFormat, ShowsFifteenDigitsUnderGeneral) {
    EXPECT_EQ(shown("General", "74.599999999999994"), "74.6");
    EXPECT_EQ(shown("General", "74.5999999"), "74.5999999");
    EXPECT_EQ(shown("General", "1.1E-2"), "0.011");
    EXPECT_EQ(shown("General", "123456789012345678"), "123456789012346000");
    EXPECT_EQ(shown("General", "9.9999999999999999"), "10");
    EXPECT_EQ(shown("@", "12.50"), "12.5");
}

TEST(NumberFormat, RoundsHalfAwayFromZeroToItsPlaces) {
    EXPECT_EQ(shown("0", "2.5"), "3");
    EXPECT_EQ(shown("0", "-2.5"), "-3");
    EXPECT_EQ(shown("0.00", "0.28499999999999998"), "0.29");
    EXPECT_EQ(shown("0.0#", "1"), "1.0");
    EXPECT_EQ(shown("0.##", "1.5"), "1.5");
    EXPECT_EQ(shown("#,##0.0", "1234567.25"), "1234567.3");
    EXPECT_EQ(shown("0.0", "-0.04"), "0.0");
    EXPECT_EQ(shown("0.0", "99.96"), "100.0");
}

TEST(NumberFormat, KeepsLeadingZerosScalesAndPercent) {
    EXPECT_EQ(shown("00000", "3153"), "03153");
    EXPECT_EQ(shown("0%", "0.745"), "75<%>");
    EXPECT_EQ(shown("0.0%", "0.74599999"), "74.6<%>");
    EXPECT_EQ(shown("#,##0,", "1234567"), "1235");
    EXPECT_EQ(shown("0.0,,", "1234567"), "1.2");
    EXPECT_EQ(shown("#,##0\\ \"€\"", "5"), "5<€>");
    EXPECT_EQ(shown("#,##0.00\\ [$€-407]", "5"), "5.00<€>");
    EXPECT_EQ(shown("0.00E+00", "123456"), "123000");
}

TEST(NumberFormat, TellsSignsFromNumbers) {
    EXPECT_EQ(shown("\"/\"", "4.5187"), "'/'");
    EXPECT_EQ(shown("#,##0;-#,##0;\\-", "0"), "'-'");
    EXPECT_EQ(shown("#,##0;-#,##0;\\-", "-7"), "-7");
    EXPECT_EQ(shown(";;;", "7"), "''");
    EXPECT_EQ(shown("\\(0.0\\)", "5.16"), "5.2<()>");
    EXPECT_EQ(shown("0.0_);\\(0.0\\)", "-5.16"), "-5.2");
    EXPECT_EQ(shown("+0.0;-0.0;0.0", "12.6"), "12.6");
    EXPECT_EQ(shown("[>=100]0;[<0]\"x\";0.0", "99.96"), "100.0");
    EXPECT_EQ(shown("[>=100]0;[<0]\"x\";0.0", "-1"), "'x'");
    EXPECT_EQ(shown("[Red]0.0", "1"), "1.0");
}

TEST(NumberFormat, WritesDatesAsIso) {
    EXPECT_EQ(shown("dd/mm/yyyy", "45657"), "@2024-12-31");
    EXPECT_EQ(shown("dd.mm.yyyy hh:mm", "45657.5"), "@2024-12-31T12:00:00");
    EXPECT_EQ(shown("mmm yyyy", "39263"), "@2007-06");
    EXPECT_EQ(shown("yyyy", "45657"), "@2024");
    EXPECT_EQ(shown("[h]:mm", "1.5"), "@36:00:00");
    EXPECT_EQ(shown("dd/mm/yyyy", "1"), "@1900-01-01");
    EXPECT_EQ(shown("dd/mm/yyyy", "59"), "@1900-02-28");
    EXPECT_EQ(shown("dd/mm/yyyy", "60"), "no day");
    EXPECT_EQ(shown("dd/mm/yyyy", "61"), "@1900-03-01");
    EXPECT_EQ(shown("dd/mm/yyyy", "0"), "no day");
    EXPECT_EQ(shown("dd/mm/yyyy", "-1"), "no day");
    EXPECT_EQ(shown("dd/mm/yyyy", "2958466"), "no day");
    EXPECT_EQ(shown("dd/mm/yyyy", "0", true), "@1904-01-01");
    EXPECT_EQ(shown("dd/mm/yyyy", "44195", true), "@2024-12-31");
}

TEST(NumberFormat, KnowsTheBuiltinOnes) {
    EXPECT_EQ(NumberFormat::builtin(0), "General");
    EXPECT_EQ(NumberFormat::builtin(2), "0.00");
    EXPECT_EQ(shown(NumberFormat::builtin(14), "45657"), "@2024-12-31");
    EXPECT_EQ(shown(NumberFormat::builtin(10), "0.5"), "50.00<%>");
    EXPECT_FALSE(NumberFormat{NumberFormat::builtin(12)}.understood());
}

TEST(DecimalText, RefusesWhatIsNoNumber) {
    for (auto const* const text : {"", "-", ".", "1e", "1,5", "0x1", "1e9999", "INF", "1 2"})
        EXPECT_FALSE(DecimalText::from(text).has_value()) << text;
    EXPECT_EQ(DecimalText::from("-0")->text(), "0");
    EXPECT_EQ(DecimalText::from("1E+50")->text(), "1E+50");
}

} // namespace
} // namespace adapters::xlsx
