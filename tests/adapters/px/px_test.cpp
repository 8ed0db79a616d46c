#include "adapters/px/px.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/adapters/cube/cells_text.hpp"

namespace adapters::px {
namespace {

using cube_test::CellsText;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view head =
    "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2013\";\nCODEPAGE=\"utf-8\";\nLANGUAGE=\"de\";\n"
    "LANGUAGES=\"de\",\"en\";\nMATRIX=\"POP\";\nCONTENTS=\"Bevölkerung\";\n"
    "DATASYMBOL2=\"...\";\nTITLE=\"Bevölkerung \"\n\"nach Kreisen\";\n"
    "STUB=\"Kreis\";\nHEADING=\"Geschlecht\",\"Jahr\";\n"
    "VALUES(\"Kreis\")=\"Goslar\",\"Eisenach\";\nVALUES[en](\"Kreis\")=\"a\",\"b\";\n"
    "CODES(\"Kreis\")=\"03153\",\"16056\";\n"
    "VALUES(\"Geschlecht\")=\"Insgesamt\";\nVALUES(\"Jahr\")=\"2023\",\"2024\";\n"
    "TIMEVAL(\"Jahr\")=TLIST(A1),\"2023\",\"2024\";\nMAP(\"Kreis\")=\"kreise\";\n"
    "UNITS=\"Anzahl\";\nDECIMALS=0;\n";

std::string file(std::string_view data) {
    return std::string{head} + "DATA=\n" + std::string{data};
}

cube_test::Told read(std::string_view bytes, std::string const& geo = "") {
    CellsText sink;
    PxFile{bytes, "x.px"}.read(sink, geo);
    return sink.told;
}

std::string with(std::string_view what, std::string_view replacement, std::string_view data = "1 2\n3 4;") {
    auto text = file(data);
    text.replace(text.find(what), what.size(), replacement);
    return text;
}

TEST(Px, ReadsTextsOverSeveralLinesRolesAndSigns) {
    auto const bytes = file("127712 126775\n41970 \"..\";\n");
    PxFile const px{bytes, "x.px"};
    EXPECT_EQ(px.title(), "Bevölkerung nach Kreisen");
    EXPECT_EQ(px.values(), 4U);
    auto const sink = read(bytes, "KREISE");
    EXPECT_THAT(sink.lines,
                ElementsAre("JAHR=2023 | POP [Anzahl] | KREISE=03153 | Geschlecht=Insgesamt | 127712",
                            "JAHR=2024 | POP [Anzahl] | KREISE=03153 | Geschlecht=Insgesamt | 126775",
                            "JAHR=2023 | POP [Anzahl] | KREISE=16056 | Geschlecht=Insgesamt | 41970",
                            "JAHR=2024 | POP [Anzahl] | KREISE=16056 | Geschlecht=Insgesamt | '...'"));
    EXPECT_EQ(sink.info.language, "de");
    EXPECT_THAT(sink.issues, IsEmpty());
}

TEST(Px, LeavesRowsOutThatASparseFileOmits) {
    auto const bytes = with("UNITS", "KEYS(\"Kreis\")=CODES;\nUNITS", "\"16056\",41970 \"-\";");
    auto const sink = read(bytes);
    EXPECT_THAT(sink.lines,
                ElementsAre("JAHR=2023 | POP [Anzahl] | Kreis=16056 | Geschlecht=Insgesamt | 41970",
                            "JAHR=2024 | POP [Anzahl] | Kreis=16056 | Geschlecht=Insgesamt | '-'"));
    ASSERT_THAT(sink.issues, SizeIs(1));
    EXPECT_EQ(sink.issues[0].text,
              "1 of 2 rows are left out of the file (KEYS); they are absent here, not zero");
}

TEST(Px, ReadsContentsWithTheirUnitsAndPlaces) {
    constexpr std::string_view bytes =
        "CHARSET=\"ANSI\";\nSTUB=\"Jahr\";\nHEADING=\"Inhalt\";\nCONTVARIABLE=\"Inhalt\";\n"
        "VALUES(\"Jahr\")=\"2024Q1\";\nTIMEVAL(\"Jahr\")=TLIST(Q1),\"20241\";\n"
        "VALUES(\"Inhalt\")=\"Personen\",\"Quote\";\nCODES(\"Inhalt\")=\"PERS\",\"QUO\";\n"
        "UNITS(\"Personen\")=\"Anzahl\";\nUNITS(\"Quote\")=\"Prozent\";\nPRECISION(\"Inhalt\",\"Quote\")=1;\n"
        "DATA=5 13;";
    EXPECT_THAT(read(bytes).lines, ElementsAre("SQUART=2024-01P3M | PERS [Anzahl] | 5",
                                               "SQUART=2024-01P3M | QUO [Prozent] | 13.0"));
}

TEST(Px, ReadsOldCodePages) {
    auto const latin = with("CODEPAGE=\"utf-8\"", "CODEPAGE=\"iso-8859-15\"");
    auto bytes = latin;
    for (auto at = bytes.find("\xC3\xB6"); at != std::string::npos; at = bytes.find("\xC3\xB6"))
        bytes.replace(at, 2, "\xF6");
    EXPECT_EQ((PxFile{bytes, "x.px"}.title()), "Bevölkerung nach Kreisen");
    auto ansi = bytes;
    ansi.erase(ansi.find("CODEPAGE"), 24);
    EXPECT_EQ((PxFile{ansi, "x.px"}.title()), "Bevölkerung nach Kreisen");
}

TEST(Px, NeverMakesANumberOfASign) {
    auto const sink = read(file("\"-\" . \"5\" 1e3;"));
    EXPECT_THAT(sink.lines,
                ElementsAre("JAHR=2023 | POP [Anzahl] | Kreis=03153 | Geschlecht=Insgesamt | '-'",
                            "JAHR=2024 | POP [Anzahl] | Kreis=03153 | Geschlecht=Insgesamt | '.'",
                            "JAHR=2024 | POP [Anzahl] | Kreis=16056 | Geschlecht=Insgesamt | 1000"));
    ASSERT_THAT(sink.issues, SizeIs(1));
    EXPECT_EQ(sink.issues[0].position, (gateway::Position{23, 7}));
    EXPECT_EQ(sink.rows, 4U);
}

TEST(Px, IsToldFromOtherText) {
    EXPECT_TRUE(looks_like_px(head));
    EXPECT_TRUE(looks_like_px("AXIS-VERSION = \"2010\";"));
    EXPECT_FALSE(looks_like_px("CHARSET;1;2"));
    EXPECT_FALSE(looks_like_px("Year,Value"));
}

struct Hostile {
    char const* name;
    std::string bytes;
    std::string begins; ///< of "code: text"
};

class PxHostile : public ::testing::TestWithParam<Hostile> {};

TEST_P(PxHostile, IsRefusedWithCodeLineAndColumn) {
    auto const said = cube_test::error_of([&] { read(GetParam().bytes); });
    EXPECT_EQ(said.substr(0, GetParam().begins.size()), GetParam().begins);
}

INSTANTIATE_TEST_SUITE_P(
    , PxHostile,
    ::testing::Values(
        Hostile{"Empty", "", "empty_document: x.px: the file is empty"},
        Hostile{"NoPx", "Year,Value\n", "not_a_table: x.px: no keyword of a PX file"},
        Hostile{"EndsBeforeData", std::string{head}, "truncated: x.px:22:1: the file ends before DATA"},
        Hostile{"TextDoesNotEnd", "CHARSET=\"ANSI;\n",
                "truncated: x.px:1:9: a text in quotation marks does not end"},
        Hostile{"KeywordDoesNotEnd", "CHARSET=\"ANSI\"",
                "truncated: x.px:1:15: the file ends within CHARSET"},
        Hostile{"NoEqualsSign", with("UNITS=", "UNITS:"), "malformed: x.px:20:6: '=' is due after UNITS"},
        Hostile{"BracketDoesNotClose", with("MAP(\"Kreis\")", "MAP(\"Kreis\""),
                "malformed: x.px:19:12: the brackets of MAP"},
        Hostile{"LanguageDoesNotClose", with("VALUES[en]", "VALUES[en"), "malformed: x.px:14:28: the l"},
        Hostile{"TooFewValues", file("1 2\n3;"), "truncated: x.px:24:3: 3 values where the variables make 4"},
        Hostile{"TooManyValues", file("1 2\n3 4 5;"), "malformed: x.px:24:5: more than the 4 values"},
        Hostile{"DataDoesNotEnd", file("1 2\n3 4"),
                "truncated: x.px:24:3: the last value of DATA does not end"},
        Hostile{"DataEndsInBlank", file("1 2\n3 4\n"), "truncated: x.px:25:1: DATA does not end with ';'"},
        Hostile{"QuoteInData", file("1 2\n\"3 4;"), "truncated: x.px:24:1: the last value"},
        Hostile{"FewerCodes", with("\"03153\",\"16056\"", "\"03153\""),
                "malformed: x.px:15:1: CODES of 'Kreis' has 1 codes, VALUES 2"},
        Hostile{"CodeTwice", with("\"03153\",\"16056\"", "\"03153\",\"03153\""),
                "duplicate_key: x.px:13:1: '03153' stands twice"},
        Hostile{"NoValues", with("VALUES(\"Geschlecht\")", "VALUES(\"Sex\")"),
                "malformed: x.px:12:1: no VALUES for 'Geschlecht'"},
        Hostile{"VariableTwice", with("\"Geschlecht\",\"Jahr\"", "\"Jahr\",\"Jahr\""),
                "duplicate_key: x.px:12:1: variable 'Jahr' stands twice"},
        Hostile{"KeywordTwice", with("UNITS=", "UNITS=\"a\";\nUNITS="),
                "duplicate_key: x.px:21:1: UNITS stands twice"},
        Hostile{"UnknownCodePage", with("utf-8", "ebcdic"),
                "wrong_charset: x.px:3:1: CODEPAGE 'ebcdic' is not read"},
        Hostile{"NotUtf8", with("Bevölkerung", "Bev\xF6lkerung"),
                "wrong_charset: x.px:7:1: CONTENTS is not UTF-8"},
        Hostile{"TimesMissing", with("TLIST(A1),\"2023\",\"2024\"", "TLIST(A1),\"2023\""),
                "malformed: x.px:18:1: TIMEVAL has 1 times, VALUES 2"},
        Hostile{"NoTimeList", with("TLIST(A1),", ""), "malformed: x.px:18:1: TIMEVAL without TLIST"},
        Hostile{"UnknownKey", with("UNITS", "KEYS(\"Kreis\")=CODES;\nUNITS", "\"99999\",1 2;"),
                "unknown_code: x.px:24:1: '99999' is no key of 'Kreis'"},
        Hostile{"RowTwice", with("UNITS", "KEYS(\"Kreis\")=CODES;\nUNITS", "\"03153\",1 2\n\"03153\",1 2;"),
                "duplicate_key: x.px:25:1: the row stands twice"},
        Hostile{"RowTooShort", with("UNITS", "KEYS(\"Kreis\")=CODES;\nUNITS", "\"03153\",1;"),
                "truncated: x.px:24:10: the last row has too few values"},
        Hostile{"KeysOfNoKind", with("UNITS", "KEYS(\"Kreis\")=NAMES;\nUNITS"),
                "malformed: x.px:11:1: KEYS of 'Kreis'"},
        Hostile{"ValueTooLong", file(std::string(2000, '1')),
                "malformed: x.px:23:1: a value is longer than 1000 bytes"}),
    [](auto const& tested) { return std::string{tested.param.name}; });

} // namespace
} // namespace adapters::px
