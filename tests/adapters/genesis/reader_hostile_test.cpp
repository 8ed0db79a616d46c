// Documents that no sound source sends: a clear error or issue each, never a crash, never a wrong cell.
#include <string>

#include <gtest/gtest.h>

#include "adapters/genesis/reader.hpp"
#include "gateway/core/error.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

using gateway::Errc;

std::string const header =
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label\n";
std::string const start = "12411;Bevölkerung;JAHR;Jahr;2023;KREISE;Kreise;";
std::string const end = ";Anzahl;BEVSTD;Bevölkerungsstand\n";
std::string const good = start + "03153;Goslar, Landkreis;127712" + end;

void expect_error(std::string_view bytes, Errc code, std::string const& words) {
    try {
        read(bytes);
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_NE(std::string{error.what()}.find(words), std::string::npos) << error.what();
    }
}

/// The good row is delivered, the bad one has one issue.
void expect_issue(std::string const& row, std::string const& issue) {
    auto const record = read(header + row + good);
    ASSERT_EQ(record.issue_lines(), std::vector<std::string>{issue});
    ASSERT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.seen[0].cell.number.mantissa(), 127712);
    EXPECT_EQ(record.rows, 2U);
}

} // namespace

TEST(GenesisReader, RefusesWhatIsNoTableWithItsFirstBytes) {
    expect_error("", Errc::empty_document, "0 bytes");
    expect_error("\xEF\xBB\xBF\r\n", Errc::empty_document, "0 bytes");
    expect_error("PK\x03\x04...", Errc::not_a_table, "unpack it first");
    expect_error("{\"Ident\":{}}", Errc::not_a_table, "{\"Ident\":{}}");
    expect_error("<!doctype html>\n<html>", Errc::not_a_table, "HTML");
    expect_error("GENESIS-Tabelle: 12411-08-01-4-B\nTitel", Errc::not_a_table, "ffcsv");
    expect_error("name;value\n1;2\n", Errc::not_a_table, "'name;value'");
    expect_error("\xFF\xFEs\0t\0", Errc::wrong_charset, "\\xFF\\xFE");
}

TEST(GenesisReader, NamesTheFieldWhereAHeaderLeavesTheFormat) {
    expect_error("statistics_code;statistics_label;time_code;time_label;times\n", Errc::malformed,
                 "field 5: 'times'");
    expect_error("statistics_code;statistics_label;time_code;time_label;time;1_variable_code;value\n",
                 Errc::malformed, "field 6: '1_variable_code' where 'value' is due");
    auto extra = header;
    extra.insert(extra.size() - 1, ";value_q;more");
    expect_error(extra, Errc::malformed, "field 15: 'more'");
    auto latin = header;
    latin[3] = '\xE4';
    expect_error(latin, Errc::wrong_charset, "\\xE4");
    expect_error("Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;F\xE4lle__x__Anzahl\n",
                 Errc::wrong_charset, "UTF-8");
    expect_error("Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit\n", Errc::malformed,
                 "the first measure");
    expect_error("Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;A__B__q\n", Errc::malformed,
                 "field 6");
}

TEST(GenesisReader, SaysThatAHeaderAloneIsEmpty) {
    auto const record = read(header);
    EXPECT_EQ(record.tables, 1);
    EXPECT_EQ(record.finished, 1);
    ASSERT_EQ(record.issues.size(), 1U);
    EXPECT_EQ(record.issues[0].code, Errc::empty_document);
    EXPECT_FALSE(record.issues[0].next_step.empty());
}

TEST(GenesisReader, SetsRowsAsideThatDoNotCount) {
    expect_issue(start + "\n", "short_row error 2:9 8 fields where 13 are due: '" + start + "'");
    expect_issue("\n", "malformed error 2:1 an empty line");
    expect_issue(start + "03153;Goslar; Landkreis;1" + end,
                 "long_row error 2:14 14 fields where 13 are due: '" + start + "03153;Goslar; Landkreis;1" +
                     end.substr(0, end.size() - 1) + "'");
}

TEST(GenesisReader, NeverMakesANumberOfWhatIsNone) {
    expect_issue(start + "03153;Goslar, Landkreis;12a" + end,
                 "malformed error 2:10 '12a' is neither a number nor a quality sign");
    expect_issue(start + "03153;Goslar, Landkreis;1.234,5" + end,
                 "malformed error 2:10 '1.234,5' is neither a number nor a quality sign");
    expect_issue(start + "03153;Goslar, Landkreis;confidential" + end,
                 "malformed error 2:10 'confidential' is neither a number nor a quality sign");
    expect_issue(start + "03153;Goslar, Landkreis;1234567890123456789" + end,
                 "overflow error 2:10 '1234567890123456789' has more than 18 digits");
}

TEST(GenesisReader, NoticesACodeWithTwoLabels) {
    auto const record = read(header + good + start + "03153;Göttingen, Landkreis;5" + end);
    ASSERT_EQ(record.issue_lines().size(), 1U);
    EXPECT_EQ(record.issue_lines()[0],
              "label_mismatch error 3:6 '03153' is labelled 'Göttingen, Landkreis' here and "
              "'Goslar, Landkreis' in an earlier row: the row may be shifted");
    EXPECT_EQ(record.seen.size(), 1U);
    auto shifted = good;
    shifted.replace(shifted.find("Kreise;"), 7, "Kreis;");
    EXPECT_EQ(read(header + good + shifted).count(Errc::label_mismatch), 1U);
}

TEST(GenesisReader, TakesIndentedLabelsForTheSameLabel) {
    auto const record = read(header + good + start + "03153;    Goslar, Landkreis;5" + end);
    EXPECT_TRUE(record.issues.empty());
    EXPECT_EQ(record.blocks[0].size(), 1U);
    EXPECT_EQ(record.seen.size(), 2U);
}

TEST(GenesisReader, SetsRowsAsideThatAreNotUtf8) {
    expect_issue(start +
                     "03154;Helmst\xE4"
                     "dt;1" +
                     end,
                 "wrong_charset error 2:9 'Helmst\\xE4dt' is not UTF-8 or holds NUL");
    expect_issue(start + std::string("03154;Helm\0stedt;1", 18) + end,
                 "wrong_charset error 2:9 'Helm\\x00stedt' is not UTF-8 or holds NUL");
    expect_issue(start + "03154;Helmstedt;\xFF" + end,
                 "wrong_charset error 2:10 '\\xFF' is not UTF-8 or holds NUL");
    expect_issue("\xFF;\xFE\n", "wrong_charset error 2:1 '\\xFF;\\xFE' is not UTF-8 or holds NUL");
}

TEST(GenesisReader, GoesOnBehindAFieldOfAMegabyte) {
    auto const record = read(header + start + "03154;" + std::string(1U << 20U, 'x') + ";1" + end + good);
    ASSERT_EQ(record.issues.size(), 1U);
    EXPECT_EQ(record.issues[0].code, Errc::field_too_long);
    EXPECT_LT(record.issues[0].text.size(), 300U);
    ASSERT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.seen[0].cell.line, 3U);
    EXPECT_EQ(read(header + start + "03154;" + std::string(70000, 'x') + ";1" + end + good)
                  .count(Errc::field_too_long),
              1U);
    EXPECT_EQ(read(header + start + "03154;Helmstedt;" + std::string(70000, '7') + end + good).seen.size(),
              1U);
}

TEST(GenesisReader, GoesOnBehindARowOfAHundredThousandFields) {
    std::string wide;
    for (int i = 0; i < 100000; ++i) wide += "x;";
    for (auto const& row : {wide, wide + wide}) {
        auto const record = read(header + row + "\n" + good);
        EXPECT_EQ(record.count(Errc::long_row), 1U);
        EXPECT_EQ(record.seen.size(), 1U);
    }
    std::string many = "statistics_code;statistics_label;time_code;time_label;time";
    for (int i = 1; i <= 20000; ++i) {
        auto const block = ";" + std::to_string(i);
        many += block + "_variable_code" + block + "_variable_label" + block + "_variable_attribute_code" +
                block + "_variable_attribute_label";
    }
    EXPECT_THROW(read(many + "\n"), gateway::Error);
}

TEST(GenesisReader, GoesOnBehindAQuotationMarkThatIsNeverClosed) {
    auto const open = start + "03154;\"Helmstedt;1" + end;
    for (auto const* tail : {"", "\n"}) {
        auto text = header + open + good + good;
        text.pop_back();
        auto const record = read(text + tail);
        ASSERT_EQ(record.issues.size(), 1U);
        EXPECT_EQ(record.issue_lines()[0].substr(0, 60),
                  "malformed error 2:0 a quotation mark that is never closed: '");
        EXPECT_EQ(record.seen.size(), 2U);
        EXPECT_EQ(record.seen[1].cell.line, 4U);
    }
    std::string rest;
    for (int i = 0; i < 2000; ++i) rest += good;
    EXPECT_EQ(read(header + open + rest).seen.size(), 2000U);
    EXPECT_EQ(read(header + start + "03154;\"Helm\"stedt;1" + end + good).issue_lines()[0].substr(0, 60),
              "malformed error 2:0 text behind a closing quotation mark: '1");
}

TEST(GenesisReader, CountsTheLinesInsideQuotedFields) {
    auto const record = read(header + start + "03154;\"Helm\nstedt\";1" + end + good);
    ASSERT_EQ(record.seen.size(), 2U);
    EXPECT_EQ(record.seen[0].cell.line, 2U);
    EXPECT_EQ(record.seen[1].cell.line, 4U);
    EXPECT_EQ(record.blocks[0][0].label, "Helm\nstedt");
}

TEST(GenesisReader, TakesAQuotationMarkInsideAFieldForText) {
    auto const record = read(header + start + "03154;Land \"Helmstedt\" und mehr;1" + end);
    ASSERT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.blocks[0][0].label, "Land \"Helmstedt\" und mehr");
}

TEST(GenesisReader, FoldsIssuesBeyondAThousand) {
    auto text = header + good;
    for (int i = 0; i < 2500; ++i) text += "x;y\n";
    auto const record = read(text);
    EXPECT_EQ(record.issues.size(), 1001U);
    EXPECT_EQ(record.issues.back().count, 1500U);
    EXPECT_EQ(record.count(Errc::short_row), 2500U);
    EXPECT_EQ(record.rows, 2501U);
}

TEST(GenesisReader, ReadsADocumentCutAtAnyByteWithoutAWrongCell) {
    auto const text = header + good + start + "03154;Helmstedt, Landkreis;91000" + end;
    for (std::size_t size = header.size(); size < text.size(); ++size) {
        auto const record = read(text.substr(0, size));
        for (auto const& seen : record.seen) {
            // A cut value in a complete row cannot happen: the value is followed by three fields.
            EXPECT_TRUE(seen.cell.number.mantissa() == 127712 || seen.cell.number.mantissa() == 91000)
                << size;
        }
        EXPECT_LE(record.seen.size(), 2U);
    }
}

TEST(GenesisReader, KnowsDocumentsByTheirFirstBytes) {
    using adapters::genesis::Payload;
    using adapters::genesis::payload_of;
    EXPECT_EQ(payload_of("PK\x03\x04"), Payload::zip);
    EXPECT_EQ(payload_of("\xEF\xBB\xBFstatistics_code;"), Payload::flat);
    EXPECT_EQ(payload_of("Statistik_Code;"), Payload::flat);
    EXPECT_EQ(payload_of("* Der Benutzer"), Payload::cube);
    EXPECT_EQ(payload_of("K;DQ;FACH-SCHL"), Payload::cube);
    EXPECT_EQ(payload_of("\xEF\xBB\xBF \n{\"a\""), Payload::json);
    EXPECT_EQ(payload_of("\xEF\xBB\xBF<html"), Payload::html);
    EXPECT_EQ(payload_of("GENESIS-Tabelle: 12411"), Payload::presentation);
    EXPECT_EQ(payload_of(" \n"), Payload::empty);
    EXPECT_EQ(payload_of("x"), Payload::unknown);
}

} // namespace genesis_test
