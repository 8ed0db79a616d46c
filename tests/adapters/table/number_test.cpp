// Figures as people write them, and the proof of their marks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/table/marks.hpp"
#include "adapters/table/number.hpp"
#include "adapters/table/texts.hpp"
#include "gateway/core/error.hpp"

namespace {

using adapters::table::Figure;
using adapters::table::MarkEvidence;
using adapters::table::Marks;
using adapters::table::read_figure;
using testing::HasSubstr;

std::string text_of(std::string_view text, Marks marks = {}) {
    auto const figure = read_figure(text, marks);
    std::string const beside = figure.sign.empty() ? "" : " " + std::string{figure.sign};
    switch (figure.kind) {
    case Figure::Kind::number: return figure.value.to_string() + beside;
    case Figure::Kind::empty: return "empty";
    case Figure::Kind::sign: return "sign" + beside;
    case Figure::Kind::overflow: return "overflow";
    case Figure::Kind::other_mark: return "other mark";
    case Figure::Kind::malformed: return "malformed";
    }
    return {};
}

TEST(TableNumber, ReadsWhatPeopleWrite) {
    EXPECT_EQ(text_of("126775"), "126775");
    EXPECT_EQ(text_of("+12.6"), "12.6");
    EXPECT_EQ(text_of("−8,3", {',', '\0'}), "-8.3");
    EXPECT_EQ(text_of("126 775", {',', ' '}), "126775");
    EXPECT_EQ(text_of("126\u202F775", {',', ' '}), "126775");
    EXPECT_EQ(text_of("1.234.567,8", {',', '.'}), "1234567.8");
    EXPECT_EQ(text_of("6.42144433101722E-02"), "0.0642144433101722");
    EXPECT_EQ(text_of("-9.26097425449157E-03"), "-0.00926097425449157");
    EXPECT_EQ(text_of("1.5E+3"), "1500");
    EXPECT_EQ(text_of("0.00000000000000000000"), "0.000000000000000000");
    EXPECT_EQ(text_of("(12,3)", {',', '\0'}), "12.3 ()");
    EXPECT_EQ(text_of("12,3p", {',', '\0'}), "12.3 p");
    EXPECT_EQ(text_of("12 r", {',', '\0'}), "12 r");
    EXPECT_EQ(text_of(" 7 "), "7");
}

TEST(TableNumber, NeverMakesANumberOfSomethingElse) {
    EXPECT_EQ(text_of(""), "empty");
    EXPECT_EQ(text_of("\u00A0"), "empty");
    EXPECT_EQ(text_of("-"), "sign -");
    EXPECT_EQ(text_of("..."), "sign ...");
    EXPECT_EQ(text_of("1.234", {',', '\0'}), "other mark");
    EXPECT_EQ(text_of("1,5"), "other mark");
    EXPECT_EQ(text_of("1.23.456", {',', '.'}), "malformed");
    EXPECT_EQ(text_of("1.2345", {',', '.'}), "malformed");
    EXPECT_EQ(text_of("12 %"), "malformed");
    EXPECT_EQ(text_of("K03153"), "malformed");
    EXPECT_EQ(text_of("2024-12-31"), "malformed");
    EXPECT_EQ(text_of("1e999"), "overflow");
    EXPECT_EQ(text_of("1234567890123456789"), "overflow");
    EXPECT_EQ(text_of("--5"), "malformed");
    EXPECT_EQ(text_of("5-"), "malformed");
}

Marks decided(std::initializer_list<std::string_view> texts, Marks declared = {'\0', '\0'}) {
    MarkEvidence evidence;
    std::uint64_t line = 1;
    for (auto const text : texts) evidence.look(text, ++line);
    return evidence.decide(declared, "'Wert'");
}

std::string refused(std::initializer_list<std::string_view> texts) {
    try {
        (void)decided(texts);
    } catch (gateway::Error const& error) {
        return std::string{to_string(error.code())} + " " + error.what();
    }
    return {};
}

TEST(TableMarks, AreProvenByTheColumnAsAWhole) {
    EXPECT_EQ(decided({"1.234", "12.5"}), (Marks{'.', '\0'}));
    EXPECT_EQ(decided({"1.234", "1.234.567"}), (Marks{',', '.'}));
    EXPECT_EQ(decided({"1.234", "7,5"}), (Marks{',', '.'}));
    EXPECT_EQ(decided({"1.234,5"}), (Marks{',', '.'}));
    EXPECT_EQ(decided({"0.123"}), (Marks{'.', '\0'}));
    EXPECT_EQ(decided({"1234.567"}), (Marks{'.', '\0'}));
    EXPECT_EQ(decided({"1 234,5"}), (Marks{',', ' '}));
    EXPECT_EQ(decided({"1'234", "5.25"}), (Marks{'.', '\''}));
    EXPECT_EQ(decided({"17", "4711"}), (Marks{'.', '\0'}));
    EXPECT_EQ(decided({"1.234"}, {',', '.'}), (Marks{',', '.'}));
}

TEST(TableMarks, AreRefusedWithoutProof) {
    EXPECT_THAT(refused({"17", "1.234"}),
                HasSubstr("ambiguous_number column 'Wert': nothing in it proves whether "
                          "'1.234' in line 3 has a decimal or a thousands mark"));
    EXPECT_THAT(refused({"1,5", "2.5"}), HasSubstr("two decimal marks: '2.5' in line 3 and '1,5' in line 2"));
    EXPECT_THAT(refused({"1.2", "1.234.567"}), HasSubstr("'.' is the decimal mark of '1.2' in line 2"));
}

TEST(TableTexts, FootnoteMarksAreFoundBehindATextOnly) {
    auto const bare = [](std::string_view text) {
        return std::string{text.substr(0, adapters::table::footnote_at(text).value_or(text.size()))};
    };
    EXPECT_EQ(bare("Fachhochschulreife1)"), "Fachhochschulreife");
    EXPECT_EQ(bare("Allgemeine Hochschulreife¹⁾"), "Allgemeine Hochschulreife");
    EXPECT_EQ(bare("Rechtskreis SGB II3)"), "Rechtskreis SGB II");
    EXPECT_EQ(bare("Insgesamt *)"), "Insgesamt");
    EXPECT_EQ(bare("Insgesamt 1)2)"), "Insgesamt");
    EXPECT_EQ(bare("Nienburg (Weser)"), "Nienburg (Weser)");
    EXPECT_EQ(bare("1)"), "1)");
    EXPECT_EQ(bare("Abschnitte (WZ 2008)"), "Abschnitte (WZ 2008)");
}

} // namespace
