// Short rows: delivered only where the rest of the document leaves one reading.
#include <string>

#include <gtest/gtest.h>

#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

using gateway::Errc;

std::string const header =
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label\n";
std::string const start = "31231;Wohnungen;JAHR;Jahr;2022;BAUJR;Baujahr;";

} // namespace

TEST(GenesisShortRow, IsSetAsideWhereTheOtherRowsSayNothing) {
    auto const record = read(header + start + "BJ1949;8305;Anzahl;WHG001;Wohnungen\n");
    EXPECT_TRUE(record.seen.empty());
    EXPECT_EQ(record.count(Errc::short_row), 1U);
    EXPECT_NE(record.issues[0].text.find("no reading fits the other rows"), std::string::npos)
        << record.issues[0].text;
}

TEST(GenesisShortRow, TakesNoLabelThatIsANumberForAValue) {
    // Here labels are years: without its unit the second row could be read one field further left.
    auto const record = read(header + start + "BJ1949;1949;120;Anzahl;WHG001;Wohnungen\n" + start +
                             "BJ1950;1950;500;WHG001;Wohnungen\n");
    ASSERT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.seen[0].cell.number.mantissa(), 120);
    EXPECT_EQ(record.count(Errc::short_row), 1U);
}

TEST(GenesisShortRow, IsReadWhereItsCodeIsKnown) {
    auto const record = read(
        header + start + "BJ1949;bis 1949;120;Anzahl;WHG001;Wohnungen\n" +
        "31231;Wohnungen;JAHR;Jahr;2023;BAUJR;Baujahr;BJ1949;130;Anzahl;WHG001;Wohnungen\n" + start +
        "BJ1950;1950 bis 1970;55;Anzahl;WHG001;Wohnungen\n" +
        "31231;Wohnungen;JAHR;Jahr;2023;BAUJR;Baujahr;BJ1950;1950 bis 1970;56;Anzahl;WHG001;Wohnungen\n");
    ASSERT_EQ(record.seen.size(), 4U);
    EXPECT_EQ(record.line_of(record.seen.back()), "3:9 JAHR=2023 WHG001 [Anzahl] BAUJR=BJ1949 = 130");
    EXPECT_EQ(record.count(Errc::repaired_row), 1U);
    EXPECT_EQ(record.issues[0].severity, gateway::Severity::warning);
    EXPECT_EQ(record.rows, 4U);
}

TEST(GenesisShortRow, KeepsTheQuotesOfItsOtherFields) {
    auto const record =
        read(header + start + "BJ1949;\"bis 1949; alle\";120;Anzahl;WHG001;\"Wohnungen; gesamt\"\n" +
             "31231;Wohnungen;JAHR;Jahr;2022;BAUJR;Baujahr;BJ1949;7;Anzahl;WHG001;\"Wohnungen; gesamt\"\n");
    ASSERT_EQ(record.seen.size(), 2U) << record.text();
    EXPECT_EQ(record.seen[1].cell.number.mantissa(), 7);
    EXPECT_EQ(record.measures.size(), 1U);
    EXPECT_EQ(record.measures[0].label, "Wohnungen; gesamt");
}

TEST(GenesisShortRow, IsSetAsideWhereItsValueOrTimeIsLost) {
    auto const complete = start + "BJ1949;bis 1949;120;Anzahl;WHG001;Wohnungen\n";
    auto const no_value = start + "BJ1949;bis 1949;Anzahl;WHG001;Wohnungen\n";
    auto const no_time =
        std::string{"31231;Wohnungen;JAHR;Jahr;BAUJR;Baujahr;BJ1949;bis 1949;7;Anzahl;WHG001;Wohnungen\n"};
    for (auto const& row : {no_value, no_time}) {
        auto const record = read(header + complete + row);
        EXPECT_EQ(record.seen.size(), 1U) << row;
        EXPECT_NE(record.issue_lines().at(0).find("the missing field cannot be known"), std::string::npos)
            << record.issue_lines()[0];
    }
}

TEST(GenesisShortRow, OfTheWideLayoutIsNeverRepaired) {
    auto const record =
        read("Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;A__B__Anzahl;C__D__Anzahl\n"
             "12411;Bevölkerung;JAHR;Jahr;2022;1;2\n12411;Bevölkerung;JAHR;Jahr;2023;1\n");
    EXPECT_EQ(record.seen.size(), 2U);
    EXPECT_EQ(record.count(Errc::short_row), 1U);
}

} // namespace genesis_test
