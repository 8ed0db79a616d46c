// Drafts of every format pass the check on their own file: small samples of our own, and, beside the checkout, the
// workbooks of the integration monitoring and recorded SDMX messages.
#include "gateway/ingest/feed_draft.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "gateway/io/file.hpp"
#include "tests/adapters/xlsx/book_support.hpp"

namespace gateway::ingest {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr std::int32_t day = 20783; // 2026-11-26
std::string const source_dir = KREISLAUF_SOURCE_DIR;

FeedTrial draft_and_try(std::string_view bytes, std::string const& file_name, std::string& draft,
                        DraftStructure const& structure = {}) {
    auto const files = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    static auto const names = AreaNames::of(harmonize::AreaRegister::load(files), day);
    draft = draft_feed(bytes, file_name, day, structure, names);
    harmonize::Beside beside;
    if (!structure.file_name.empty()) beside[structure.file_name] = std::string{structure.bytes};
    return try_feed(files, "draft.toml", draft, "lsn", bytes, day, fs::temp_directory_path().string(), 3,
                    beside);
}

void expect_sound(FeedTrial const& trial, std::uint64_t figures, std::string const& draft) {
    EXPECT_EQ(trial.figures, figures) << draft;
    EXPECT_EQ(trial.set_aside, 0U) << draft << (trial.issues.empty() ? "" : trial.issues.front().text);
    EXPECT_THAT(draft, HasSubstr("DOUBT")) << "a draft says that it is one";
}

/// A workbook with one sheet of these rows; what looks like a number is one, but keys with a zero in front.
std::string book_of(std::vector<std::vector<std::string>> const& table) {
    std::string rows;
    int number = 0;
    for (auto const& texts : table) {
        ++number;
        rows += "<row r=\"" + std::to_string(number) + "\">";
        char column = 'A';
        for (auto const& text : texts) {
            auto const name = std::string{column++} + std::to_string(number);
            if (text.empty()) continue;
            bool const is_number = (text.front() != '0' || text == "0") &&
                                   text.find_first_not_of("0123456789.") == std::string::npos;
            rows += is_number ? "<c r=\"" + name + "\"><v>" + text + "</v></c>"
                              : "<c r=\"" + name + "\" t=\"inlineStr\"><is><t>" + text + "</t></is></c>";
        }
        rows += "</row>";
    }
    return xlsx_test::Book{rows}.bytes();
}

TEST(FeedDraft, OfXmlFindsTheRecordItsLeavesAndWhatStandsAboveIt) {
    std::string draft;
    auto const trial =
        draft_and_try("<feed><head><made>2026-01-01</made></head>\n"
                      "<series geo=\"03153\"><sex>GESM</sex>\n"
                      "<obs year=\"2023\"><value unit=\"Anzahl\">62895</value></obs>\n"
                      "<obs year=\"2024\"><value unit=\"Anzahl\">62494</value></obs></series>\n"
                      "<series geo=\"03154\"><sex>GESW</sex>\n"
                      "<obs year=\"2024\"><value unit=\"Anzahl\">46000</value></obs></series></feed>",
                      "kreise.xml", draft);
    expect_sound(trial, 3, draft);
    EXPECT_THAT(draft, HasSubstr("record = \"/feed/series/obs\""));
    EXPECT_THAT(draft, HasSubstr("column = \"../@geo\""));
    EXPECT_THAT(draft, HasSubstr("time.column = \"@year\""));
    EXPECT_THAT(draft, HasSubstr("unit.column = \"value/@unit\""));
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=03153 TIME_PERIOD=2023"));
}

TEST(FeedDraft, OfCsvTakesLettersForTextsAndTimesForWhatTheyAre) {
    std::string draft;
    auto const trial = draft_and_try(
        "Semester;Gebiet;Geschlecht;Wert\nWS 2005/06;Deutschland;m;12\nWS 2005/06;Deutschland;w;13\n"
        "WS 2006/07;Niedersachsen;i;25\n",
        "studierende.csv", draft);
    EXPECT_THAT(draft, HasSubstr("time_variable = \"SEMEST\""));
    EXPECT_THAT(draft, HasSubstr("variable = \"GES\""));
    EXPECT_THAT(draft, HasSubstr("\"m\" = \"M\"\n\"w\" = \"F\""));
    EXPECT_THAT(draft, HasSubstr("\"i\" = \"_T\" # DOUBT"));
    EXPECT_THAT(draft, HasSubstr("\"Deutschland\" = \"DG\"\n\"Niedersachsen\" = \"03\""));
    EXPECT_THAT(draft, HasSubstr("columns = [\"Wert\"]"));
    expect_sound(trial, 3, draft);
}

TEST(FeedDraft, OfCsvKnowsTermsMonthsAndComparedYears) {
    std::string draft;
    auto trial = draft_and_try("Jahr;Gebiet;Wert\nWS 2005/06;Niedersachsen;12\nSS 2006;Niedersachsen;13\n",
                               "a.csv", draft);
    EXPECT_THAT(draft, HasSubstr("time_variable = \"SEMEST\""));
    expect_sound(trial, 2, draft);
    trial = draft_and_try("Year;Gebiet;Wert\nJuni 2007;Niedersachsen;12\nMai 2008;Niedersachsen;13\n",
                          "b.csv", draft);
    EXPECT_THAT(draft, HasSubstr("time_variable = \"SMONAT\""));
    expect_sound(trial, 2, draft);
    trial = draft_and_try("Year;Gebiet;Wert\n2024 / 2005;Niedersachsen;12\n2023 / 2005;Niedersachsen;-3\n",
                          "c.csv", draft);
    EXPECT_THAT(draft, HasSubstr("time.before = \" / \""));
    expect_sound(trial, 2, draft);
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("BASE_YEAR=2005"));
}

TEST(FeedDraft, OfAWideCsvTakesTheYearsFromItsHeader) {
    std::string draft;
    auto const trial = draft_and_try("Bevölkerung am Jahresende\n"
                                     ";;Männer;Männer;Frauen;Frauen\n"
                                     "AGS;Kreis;2023;2024;2023;2024\n"
                                     "03151;Gifhorn;87654;87900;89000;89500\n"
                                     "03153;Goslar;62000;61900;65000;64900\n"
                                     "03154;Helmstedt;45000;44900;46000;45900\n"
                                     "Quelle: eigene Zahlen\n",
                                     "kreise.csv", draft);
    expect_sound(trial, 12, draft);
    EXPECT_THAT(draft, HasSubstr("header_rows = 2"));
    EXPECT_THAT(draft, HasSubstr("time.header_row = 2"));
    EXPECT_THAT(
        draft,
        HasSubstr("kind = \"skip\" # notes: rows of a single field\nmatch = [\"Quelle: eigene Zahlen\"]"));
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("TIME_PERIOD=2024"));
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("SPALTE=Männer"));
}

TEST(FeedDraft, OfACsvKnowsUnitsUnderItsHeaderAndMarksThatAnotherColumnProves) {
    std::string draft;
    auto const trial = draft_and_try("AGS;Kreis;Jahr;Einwohner;Anteil\n"
                                     ";;;Anzahl;%\n"
                                     "03151;Gifhorn;2024;178.214;50,5\n"
                                     "03153;Goslar;2024;126.775;50,7\n"
                                     "03154;Helmstedt;2024;91.000;…\n",
                                     "kreise.csv", draft);
    expect_sound(trial, 6, draft);
    EXPECT_THAT(draft, HasSubstr("thousands = \".\" # DOUBT: proven for other columns only"));
    EXPECT_THAT(draft, HasSubstr("unit.header_row = 2"));
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("UNIT=NR OBS_VALUE=178214"));
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("UNIT=PT OBS_VALUE=50.5"));
}

TEST(FeedDraft, OfACsvCutsEveryPrefixAndKnowsKeysThatLostTheirZero) {
    std::string draft;
    auto trial = draft_and_try("Jahr|Schlüssel|Wert\n2024|K03159|12\n2024|K03153|13\n2024|RH03241|14\n",
                               "portal.csv", draft);
    expect_sound(trial, 3, draft);
    EXPECT_THAT(draft, HasSubstr("prefixes = [\"RH\", \"K\"]"));
    trial = draft_and_try("AGS;Jahr;Wert\n3151;2024;1\n3153;2024;2\n#BEZUG!;2024;3\n", "zahlen.csv", draft);
    EXPECT_THAT(draft, HasSubstr("prepend = \"0\" # DOUBT: keys that are numbers have lost their zero"));
    EXPECT_THAT(draft, HasSubstr("no keys of an area: \"#BEZUG!\""));
    EXPECT_EQ(trial.figures, 2U) << draft;
    EXPECT_EQ(trial.set_aside, 1U) << draft;
}

TEST(FeedDraft, OfACsvKnowsMonthsAndQuarters) {
    std::string draft;
    auto trial = draft_and_try("Monat;AGS;Wert\n01/2024;03151;12\n02/2024;03151;13\n", "monat.csv", draft);
    expect_sound(trial, 2, draft);
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("TIME_PERIOD=2024-02"));
    trial = draft_and_try("Quartal;AGS;Wert\n2024-Q1;03151;12\n2024-Q2;03151;13\n", "quartal.csv", draft);
    expect_sound(trial, 2, draft);
    EXPECT_THAT(trial.first.at(1).text, HasSubstr("TIME_PERIOD=2024-Q2"));
}

TEST(FeedDraft, OfAWideWorkbookTakesTheYearsFromItsHeading) {
    auto const book = book_of({{"Kreis", "Geschlecht", "2022", "2023", "2024"},
                               {"Gifhorn", "m", "100", "101", "102"},
                               {"Gifhorn", "w", "200", "201", "202"},
                               {"Goslar", "m", "300", "301", "302"}});
    std::string draft;
    auto const trial = draft_and_try(book, "wide.xlsx", draft);
    expect_sound(trial, 9, draft);
    EXPECT_THAT(draft, HasSubstr("time.header_row = 1 # years across"));
    EXPECT_THAT(trial.first.at(2).text, HasSubstr("AREA=03151 TIME_PERIOD=2024"));
}

TEST(FeedDraft, OfRecordsOfPersonsIsRefusedWithoutShowingThem) {
    for (auto const* const text :
         {"Name;Vorname;Geburtsdatum;Aktenzeichen;AGS\nMüller;Anna;12.03.1980;A-1;03151\n",
          "<?xml version=\"1.0\"?><DatML-RAW-D version=\"2.0\"><satz><mm name=\"Name\">Müller</mm></satz>"
          "</DatML-RAW-D>"})
        try {
            (void)draft_feed(text, "akte.csv", day);
            ADD_FAILURE() << text;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::personal_data) << error.what();
            EXPECT_THAT(error.what(), testing::Not(HasSubstr("Müller")));
        }
}

TEST(FeedDraft, OfXmlFindsAttributesUnderAPrefix) {
    std::string draft;
    auto const trial = draft_and_try("<d:daten xmlns:d=\"urn:x\"><d:satz d:ags=\"03159\" jahr=\"2024\">"
                                     "<d:wert>12</d:wert></d:satz><d:satz d:ags=\"03153\" jahr=\"2024\">"
                                     "<d:wert>13</d:wert></d:satz></d:daten>",
                                     "kreise.xml", draft);
    expect_sound(trial, 2, draft);
    EXPECT_THAT(draft, HasSubstr("column = \"@ags\""));
}

TEST(FeedDraft, OfXmlTellsSeveralFiguresOfARecordApart) {
    std::string draft;
    auto const trial = draft_and_try("<d><s><ags>03159</ags><jahr>2024</jahr><m>12</m><w>13</w></s>"
                                     "<s><ags>03153</ags><jahr>2024</jahr><m>14</m><w>15</w></s></d>",
                                     "kreise.xml", draft);
    expect_sound(trial, 4, draft);
    EXPECT_THAT(draft, HasSubstr("columns = [\"w\"]\ncodes = { SPALTE = \"w\" } # DOUBT"));
}

TEST(FeedDraft, OfXmlWithoutRecordsIsRefused) {
    EXPECT_THROW((void)draft_feed("<a><b>1</b></a>", "x.xml", day), Error);
}

TEST(FeedDraft, OfAWorkbookFindsHeadingUnitsRunningNumbersAndTheEnd) {
    auto const book = book_of({{"Tabelle 1: Bevölkerung der Landkreise"},
                               {"AGS", "Landkreis", "Jahr", "Insgesamt", "darunter"},
                               {"AGS", "Landkreis", "Jahr", "Insgesamt", "weiblich"},
                               {"", "", "", "Anzahl", "Prozent"},
                               {"1", "2", "3", "4", "5"},
                               {"03151", "Gifhorn", "2024", "178000", "50.5"},
                               {"03153", "Goslar", "2024", "126775", "50.7"},
                               {"03154", "Helmstedt", "2024", "91000", "/"},
                               {"Quelle: eigene Zahlen"}});
    std::string draft;
    auto const trial = draft_and_try(book, "kreise.xlsx", draft);
    expect_sound(trial, 6, draft);
    EXPECT_THAT(draft, HasSubstr("kind = \"unit\""));
    EXPECT_THAT(draft, HasSubstr("kind = \"running\""));
    EXPECT_THAT(draft, HasSubstr("kind = \"end\"\nmatch = [\"Quelle: eigene Zahlen\"]"));
    EXPECT_THAT(draft, HasSubstr("darunter / weiblich"));
    EXPECT_THAT(draft, HasSubstr("time.column_number = 3"));
}

TEST(FeedDraft, OfAWorkbookFindsTheLandThatItsKeysLackByTheirNames) {
    auto const book = book_of({{"AGS", "Kreis", "Jahr", "Anzahl"},
                               {"411", "Darmstadt, kreisfreie Stadt", "2023", "160000"},
                               {"432", "Landkreis Darmstadt-Dieburg", "2023", "300000"},
                               {"434", "Hochtaunuskreis", "2023", "238000"},
                               {"0", "Hessen", "2023", "6400000"},
                               {"11", "Südhessen", "2023", "4000000"}});
    std::string draft;
    auto const trial = draft_and_try(book, "hessen.xlsx", draft);
    EXPECT_THAT(draft,
                HasSubstr("prepend = \"06\" # the Land that the keys lack: with it 3 of 3 known names"));
    EXPECT_THAT(draft, HasSubstr("recode = { \"0\" = \"06\" }"));
    EXPECT_THAT(draft, HasSubstr("#   \"11\" = \"\" for Südhessen, 1 rows, first 6"));
    EXPECT_EQ(trial.figures, 4U) << draft;
    EXPECT_EQ(trial.set_aside, 1U) << draft;
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=06411 TIME_PERIOD=2023"));
}

TEST(FeedDraft, OfAWorkbookFindsMissingKeysByTheirNames) {
    auto const book = book_of({{"AGS", "Kreis", "Jahr", "Anzahl"},
                               {"", "Gifhorn", "2022", "177000"},
                               {"", "Goslar", "2022", "127712"},
                               {"03151", "Gifhorn", "2023", "178000"},
                               {"03153", "Goslar", "2023", "126775"},
                               {"#BEZUG!", "Helmstedt", "2023", "91000"},
                               {"03154", "Helmstedt", "2024", "91500"},
                               {"03153", "Goslar", "2024", "126000"},
                               {"03151", "Gifhorn", "2024", "178500"},
                               {"03155", "Northeim", "2024", "130000"},
                               {"03157", "Peine", "2024", "139000"},
                               {"03158", "Wolfenbüttel", "2024", "119000"},
                               {"03159", "Göttingen", "2024", "323000"}});
    std::string draft;
    auto const trial = draft_and_try(book, "kreise.xlsx", draft);
    EXPECT_THAT(draft, HasSubstr("rows 2, 3 have no key: it is found by the name"));
    EXPECT_THAT(draft, HasSubstr("\"03153\" = [\"Goslar\"]"));
    EXPECT_THAT(draft, HasSubstr("in row 6 a failed formula left the key"));
    EXPECT_EQ(trial.figures, 11U) << draft;
    EXPECT_EQ(trial.set_aside, 1U) << draft;
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=03151 TIME_PERIOD=2022"));
}

TEST(FeedDraft, OfAWorkbookGivesNamesWithoutKeysTheirKeysAndNamesEmptyCells) {
    auto const book = book_of({{"Gebietseinheit", "Semester", "Studierende", "darunter Frauen"},
                               {"Stat. Region Hannover", "WS 2022/23", "60000", "31000"},
                               {"Braunschweig, Stadt", "WS 2022/23", "20000"},
                               {"Niedersachsen", "WS 2023/24", "200000", "102000"},
                               {"Atlantis", "WS 2023/24", "10", "5"},
                               {"", "", "0", "0"},
                               {"1) vorläufig"},
                               {"Niedersachsen", "WS 2024/25", "200500", "102100"},
                               {"1) vorläufig"},
                               {"Hrsg.: das Amt"}});
    std::string draft;
    auto const trial = draft_and_try(book, "studierende.xlsx", draft);
    EXPECT_THAT(draft, HasSubstr("time.column_number = 2\ntime_variable = \"SEMEST\""));
    EXPECT_THAT(draft, HasSubstr("\"Stat. Region Hannover\" = \"032\""));
    EXPECT_THAT(draft, HasSubstr("\"Braunschweig, Stadt\" = \"03101\""));
    EXPECT_THAT(draft, HasSubstr("# DOUBT: which key has it? \"Atlantis\" = \"\""));
    EXPECT_THAT(draft, HasSubstr("# DOUBT: empty in row 3, all of WS 2022/23: set aside"));
    EXPECT_THAT(draft, HasSubstr("# DOUBT: figures without any text stand in row 6"));
    EXPECT_THAT(draft, HasSubstr("kind = \"end\"\nmatch = [\"Hrsg.: das Amt\"]"));
    EXPECT_EQ(trial.figures, 7U) << draft;
    EXPECT_EQ(trial.rows, 6U) << draft;
}

TEST(FeedDraft, OfPxAndJsonStatAskTheFile) {
    std::string draft;
    std::string const px =
        "CHARSET=\"ANSI\";\nAXIS-VERSION=\"2010\";\nCODEPAGE=\"utf-8\";\nMATRIX=\"B1\";\n"
        "TITLE=\"Befolkning\";\nCONTENTS=\"Befolkning\";\nUNITS=\"antal\";\nSTUB=\"region\";\n"
        "HEADING=\"tid\";\nVALUES(\"region\")=\"Goslar\",\"Helmstedt\";\n"
        "VALUES(\"tid\")=\"2023\",\"2024\";\nCODES(\"region\")=\"03153\",\"03154\";\n"
        "MAP(\"region\")=\"map\";\nTIMEVAL(\"tid\")=TLIST(A1),\"2023\",\"2024\";\n"
        "DATA=\n1 2\n3 ..;\n";
    auto trial = draft_and_try(px, "b1.px", draft);
    expect_sound(trial, 4, draft);
    EXPECT_THAT(trial.first.at(0).text, HasSubstr("AREA=03153 TIME_PERIOD=2023 MEASURE=B1"));
    // Neither time nor areas are named: the codes tell.
    std::string const json =
        R"({"class":"dataset","version":"2.0","label":"Fläche","id":["wann","kreis","art"],
"size":[2,1,2],"dimension":{"wann":{"category":{"index":["2023","2024"]}},
"kreis":{"category":{"index":["03153"],"label":{"03153":"Goslar"}}},
"art":{"label":"Art","category":{"index":["W","G"],"label":{"W":"Wald","G":"Insgesamt"}}}},
"value":[1.5,2,1.6,null],"status":{"3":":"}})";
    trial = draft_and_try(json, "flaeche.json", draft);
    expect_sound(trial, 4, draft);
    EXPECT_THAT(draft, HasSubstr("time.column = \"wann\""));
    EXPECT_THAT(draft, HasSubstr("\"G\" = \"_T\""));
}

TEST(FeedDraft, OfWhatNeedsNoneSaysSo) {
    auto const why = [](std::string_view bytes) {
        try {
            (void)draft_feed(bytes, "x", day);
        } catch (Error const& error) {
            return std::string{error.what()};
        }
        return std::string{};
    };
    EXPECT_THAT(why("<!DOCTYPE html><html></html>"), HasSubstr("an HTML page"));
    EXPECT_THAT(why("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), HasSubstr("no draft can be written"));
    EXPECT_THAT(why(""), HasSubstr("an empty file"));
}

/// Files of a folder beside the checkout, in order.
std::vector<fs::path> recorded(std::string const& folder, std::string const& extension) {
    std::vector<fs::path> files;
    std::error_code absent;
    for (auto const& entry :
         fs::recursive_directory_iterator{source_dir + "/../shared/real/" + folder, absent})
        if (entry.path().extension() == extension) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

TEST(FeedDraft, OfTheWorkbooksOfTheIntegrationMonitoringPassTheirCheck) {
    auto const files = recorded("lsn/xlsx", ".xlsx");
    if (files.empty()) GTEST_SKIP() << "no workbooks beside the checkout";
    // Where the files themselves leave something open, the draft reads the rest and names what it set aside: keys that
    // are missing, that a failed formula left or that are no official ones; empty cells;
    // rows that only their place tells apart.
    std::set<std::string> const open{"2024_1-2-4.xlsx", "2024_6-2-1.xlsx", "2024_6-2-2.xlsx",
                                     "2025_1-2-4.xlsx", "2025_1-3-2.xlsx", "2025_2-1-1.xlsx",
                                     "2025_4-1-6.xlsx", "2025_4-3-1.xlsx", "2025_5-2-1.xlsx"};
    for (auto const& file : files) {
        auto const name = file.filename().string();
        SCOPED_TRACE(name);
        io::MappedFile const mapped{file.string()};
        std::string draft;
        FeedTrial trial;
        try {
            trial = draft_and_try(mapped.view(), name, draft);
        } catch (Error const& error) {
            ADD_FAILURE() << error.what();
            continue;
        }
        EXPECT_GT(trial.figures, trial.set_aside / 2);
        EXPECT_GT(trial.figures, 20U);
        if (open.count(name) == 0) {
            EXPECT_EQ(trial.set_aside, 0U) << (trial.issues.empty() ? "" : trial.issues.front().text);
        } else {
            EXPECT_FALSE(trial.set_aside > 0 && trial.issues.empty());
            // What is set aside is foretold, with its rows or texts.
            EXPECT_THAT(draft,
                        testing::AnyOf(trial.set_aside == 0 ? HasSubstr("DOUBT") : HasSubstr(": set aside"),
                                       HasSubstr("# DOUBT: keys that no area has today"),
                                       HasSubstr("# DOUBT: which key has it?"),
                                       HasSubstr("they are set aside; what do they speak of?")));
        }
    }
}

TEST(FeedDraft, OfRecordedSdmxMessagesPassTheirCheck) {
    struct Message {
        char const* data;
        char const* structure; ///< empty where the message tells its dimensions
        std::uint64_t figures;
    };
    auto const root = source_dir + "/../shared/real/sdmx/";
    if (!fs::exists(root)) GTEST_SKIP() << "no SDMX messages beside the checkout";
    for (auto const& [data, structure, figures] : std::initializer_list<Message>{
             {"json/1.0/agri.json", "", 8},
             {"json/2.0/exr-flat.json", "", 4},
             {"ml21/exr-ng/generic-ecb_exr_ng_ts.xml", "", 12},
             {"ml21/exr-ng/generic-ecb_exr_ng_flat.xml", "", 12},
             {"ml21/exr-ng/structure-specific-ecb_exr_ng_ts.xml", "ml21/exr-ng/ecb_exr_ng_full.xml", 12},
             {"ml21/exr-ng/structure-specific-ecb_exr_ng_flat.xml", "ml21/exr-ng/ecb_exr_ng_full.xml", 12}}) {
        SCOPED_TRACE(data);
        io::MappedFile const message{root + data};
        std::string const beside = std::string_view{structure}.empty() ? "" : io::read_file(root + structure);
        DraftStructure given;
        if (!beside.empty()) given = {"dsd.xml", beside};
        std::string draft;
        auto const trial = draft_and_try(message.view(), "message", draft, given);
        EXPECT_EQ(trial.rows, figures);
        EXPECT_EQ(trial.figures, figures);
        EXPECT_EQ(trial.set_aside, 0U) << (trial.issues.empty() ? "" : trial.issues.front().text);
    }
}

} // namespace
} // namespace gateway::ingest
