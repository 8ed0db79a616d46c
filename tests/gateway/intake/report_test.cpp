// Reports: one content, three forms, and nothing of a file that could break them.
#include <gmock/gmock.h>

#include <array>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/preview_derived.hpp"
#include "gateway/intake/report_german.hpp"
#include "gateway/intake/report_phrases.hpp"
#include "gateway/io/file.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using ::testing::HasSubstr;
using ::testing::Not;

Report sample() {
    Report report;
    report.delivery = "D-2026-000017";
    report.agreement = "lsn-bevoelkerung";
    report.file = "<script>alert(1)</script>\n\"&'.csv";
    report.sha256 = std::string(64, 'a');
    report.checked = 1'790'000'000;
    report.verdict = Verdict::needs_reason;
    report.counts = {1'100'000, 1'100'000, 1'099'960, 2, 38, 5, 1234, 0, 1'098'721};
    Finding finding;
    finding.code = Errc::unknown_sign;
    finding.severity = Severity::error;
    finding.line = 12345;
    finding.column = 18;
    finding.key = "03153 2024-12-31 MEASURE=BEVSTD,UNIT=PS,SEX=_T";
    finding.found = "unknown sign '<img src=x onerror=alert(2)>'";
    finding.expected = "eine Zahl oder ein vereinbartes Qualitätszeichen";
    finding.next_step = "vereinbartes Zeichen verwenden";
    finding.count = 38;
    finding.examples = {"line 12345", "lines 12350-12386"};
    finding.needs_reason = true;
    report.findings.push_back(finding);
    report.preview.dataset = "REGIO_12411-02-03-4";
    report.preview.against = 3;
    report.preview.counties.push_back({"03153", "Goslar, Landkreis", 5, 1234, 0});
    report.preview.derived.push_back(
        {"03 Niedersachsen, Summe der Kreise, 2024", "8004489", "8004589.5", "+1.4 %"});
    report.preview.derived.push_back({"03153 Goslar, 2024", "CONFIDENTIAL", std::string{withheld}, ""});
    report.preview.derived_more = 1200;
    report.preview.changes_sha256 = std::string(64, 'b');
    report.mapping_sha256 = std::string(64, 'c');
    report.rules_sha256 = std::string(64, 'd');
    report.program = "1.0";
    return report;
}

TEST(Report, JsonIsReadBackWithoutLoss) {
    auto const report = sample();
    auto const json = to_json(report);
    auto const again = report_from_json(json);
    EXPECT_EQ(to_json(again), json);
    EXPECT_EQ(again.file, report.file);
    EXPECT_EQ(again.verdict, Verdict::needs_reason);
    ASSERT_EQ(again.findings.size(), 1U);
    EXPECT_EQ(again.findings[0].code, Errc::unknown_sign);
    EXPECT_EQ(again.findings[0].examples, report.findings[0].examples);
    EXPECT_TRUE(again.findings[0].needs_reason);
    EXPECT_EQ(again.counts.unchanged, report.counts.unchanged);
    EXPECT_EQ(again.preview.derived_more, 1200U);
}

/// Where a text breaks schemas/delivery/report.schema.json; empty where it does not.
std::string breach(std::string const& text) {
    rapidjson::Document schema;
    auto const source =
        io::read_file(std::string{KREISLAUF_SOURCE_DIR} + "/schemas/delivery/report.schema.json");
    schema.Parse(source.data(), source.size());
    EXPECT_FALSE(schema.HasParseError());
    rapidjson::SchemaDocument const compiled{schema};
    rapidjson::SchemaValidator validator{compiled};
    rapidjson::Document json;
    json.Parse(text.data(), text.size());
    if (json.Accept(validator)) return {};
    rapidjson::StringBuffer place;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(place);
    return place.GetString();
}

TEST(Report, JsonFollowsItsSchema) {
    EXPECT_EQ(breach(to_json(sample())), "");
    Report refused; // nothing could be read
    refused.sha256 = std::string(64, 'a');
    EXPECT_EQ(breach(to_json(refused)), "");
    auto json = to_json(sample());
    json.replace(json.find("needs_reason\""), 12, "maybe");
    EXPECT_EQ(breach(json), "#/verdict");
}

TEST(Report, BrokenJsonNamesThePlace) {
    auto const refused = [](std::string const& text) -> std::string {
        try {
            static_cast<void>(report_from_json(text));
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::malformed);
            return error.what();
        }
        return {};
    };
    EXPECT_THAT(refused("{"), HasSubstr("byte 1"));
    EXPECT_THAT(refused("[]"), HasSubstr("an object is due"));
    auto json = to_json(sample());
    auto const code = json.find("unknown_sign");
    EXPECT_THAT(refused(std::string{json}.replace(code, 12, "nonsense")), HasSubstr("findings[0].code"));
    auto const rows = json.find("1100000");
    EXPECT_THAT(refused(std::string{json}.replace(rows, 7, "\"x\"")), HasSubstr("counts.rows"));
}

TEST(Report, TextSaysEverythingInGermanNotation) {
    auto const text = to_text(sample(), {});
    EXPECT_THAT(text, HasSubstr("Ergebnis: in Ordnung, braucht aber eine Begründung"));
    EXPECT_THAT(text, HasSubstr("Gelesene Zeilen: 1\u202F100\u202F000"));
    EXPECT_THAT(text, HasSubstr("1. Fehler: Unbekanntes Zeichen (38-mal)"));
    EXPECT_THAT(text, HasSubstr("Ort:       Zeile 12\u202F345, Spalte 18"));
    EXPECT_THAT(text, HasSubstr("Zeile 12345; Zeilen 12350–12386"));
    EXPECT_THAT(text, HasSubstr("8\u202F004\u202F489 → 8\u202F004\u202F589,5 (+1,4\u00A0%)"));
    EXPECT_THAT(text, HasSubstr("→ nicht gezeigt"));
    EXPECT_THAT(text, HasSubstr("und 1200 weitere"));
    EXPECT_THAT(text, Not(HasSubstr("</script>\n")));
}

TEST(Report, HtmlEscapesWhatTheFileSaysAndNeedsNothingElse) {
    auto const html = to_html(sample(), {});
    EXPECT_THAT(html, HasSubstr("<html lang=\"de\">"));
    EXPECT_THAT(html, Not(HasSubstr("<script")));
    EXPECT_THAT(html, Not(HasSubstr("<img")));
    EXPECT_THAT(html, Not(HasSubstr("http://")));
    EXPECT_THAT(html, Not(HasSubstr("https://")));
    EXPECT_THAT(html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; &quot;&amp;&#39;.csv"));
    EXPECT_THAT(html, HasSubstr("<caption>"));
    EXPECT_THAT(html, HasSubstr("scope=\"row\""));
    EXPECT_THAT(html, HasSubstr("default-src 'none'"));
    EXPECT_THAT(html, HasSubstr("@media print"));
}

TEST(Report, ValuesAreWrittenAsGermansWriteThem) {
    EXPECT_EQ(value_de("-8.3"), "\u22128,3");
    EXPECT_EQ(value_de("126775"), "126\u202F775");
    EXPECT_EQ(value_de("1234"), "1234");
    EXPECT_EQ(value_de("2024-12-31"), "2024-12-31");
    EXPECT_EQ(value_de("31.12.2024"), "31.12.2024");
    EXPECT_EQ(value_de("CONFIDENTIAL"), "CONFIDENTIAL");
    EXPECT_EQ(value_de(""), "");
    EXPECT_EQ(value_de("-"), "-");
    EXPECT_EQ(place_de("lines 12-49"), "Zeilen 12–49");
    EXPECT_EQ(place_de("line 12, column 4"), "Zeile 12, Spalte 4");
    EXPECT_EQ(cut_text("Qualität", 7), "Qualit…") << "never within a letter";
    EXPECT_EQ(cut_text("kurz", 7), "kurz");
}

TEST(Report, SaysInGermanWhatReadersAndRulesFound) {
    EXPECT_EQ(reader_text_de(Errc::malformed, "a number beside the sign 'x', which says that there is none"),
              "eine Zahl neben dem Zeichen 'x', das besagt, dass es keine gibt");
    EXPECT_EQ(
        reader_text_de(Errc::malformed,
                       "the key '93255' ('Isle of Man') of KREISE (Kreise) is not in the description's list"),
        "der Schlüssel '93255' ('Isle of Man') von KREISE (Kreise) steht nicht in der Liste der "
        "Beschreibung");
    EXPECT_EQ(reader_text_de(Errc::malformed, "44 of 46 counties"), "44 von 46 Kreise");
    EXPECT_EQ(reader_text_de(Errc::malformed, "at most 62494, the total"), "höchstens 62494, die Summe");
    EXPECT_EQ(reader_text_de(Errc::malformed, "weiterhin geheim"), "weiterhin geheim");
    EXPECT_EQ(reader_text_de(Errc::malformed, ""), "");
}

TEST(Report, EveryCauseHasItsGermanWords) {
    for (unsigned i = 0; i <= static_cast<unsigned>(Errc::conflict); ++i) {
        auto const code = static_cast<Errc>(i);
        EXPECT_FALSE(title_of(code).empty()) << to_string(code);
        EXPECT_FALSE(next_step_of(code).empty()) << to_string(code);
        if (code != Errc::malformed) {
            EXPECT_NE(title_of(code), title_of(Errc::malformed)) << to_string(code);
        }
    }
}

/// Messages as the readers make them, with values where they put some.
constexpr std::array reader_messages{
    // csv
    "line 7: the byte 0x81 is no letter in windows-1252 and none in ISO-8859-1; the file may have an old PC "
    "code page (850): save it as UTF-8",
    "line 7: a zero byte: this is no text; kreislauf inspect FILE shows what it is",
    "line 7: the byte 0xE4 is no UTF-8, but the file has 12 sound sequences of UTF-8: two character sets are "
    "mixed, ask the source; or declare charset in the feed description",
    "a row of more than 10000 fields",
    "a quotation mark is opened and never closed",
    "a quoted field of more than 65536 bytes; its quotation mark may not be closed",
    "text stands behind the closing quotation mark: 'x'",
    "a row of more than 1048576 bytes",
    "rows with a quotation mark inside an unquoted field were read as they stand",
    "the document is empty (0 bytes)",
    // table: csv, sheets and records
    "the text 'Köln' is not UTF-8",
    "the text 'KÃ¶ln' was turned into UTF-8 twice",
    "'#NV' in place of a code for NAT: a formula of the source failed here, nobody knows what stood there",
    "unknown code 'X' for variable GES (Geschlecht)",
    "no code for GES (Geschlecht)",
    "no key ('') for KREISE (Kreise), and the name 'Nirgendwo' belongs to no key of the description",
    "the key '93255' ('Isle of Man') of KREISE (Kreise) is not in the description's list",
    "the key '03153' stands beside the name 'Gifhorn'; this name belongs to '03151'",
    "too many different names beside the keys of KREISE; is the column of names the right one?",
    "a row of 5 fields where the header has 6",
    "a row of 7 fields where the header has 6; the field 7 holds 'x'",
    "the key of KREISE is missing ('Goslar') and was found by its name",
    "the footnote mark behind 'Goslar' was taken off",
    "the text 'x' stands in a column that the feed description does not know",
    "the document has no rows",
    "names and keys of KREISE are shifted by one row in 38 rows, from line 12 on; they were set aside",
    "5 rows of data, expected at least 46",
    "the text 'siehe oben' stands where a figure is due",
    "nothing says whether '1.234' has a decimal or a thousands mark",
    "'1234567890123456789' has more than 18 digits or places",
    "'1.5' has another mark than the figures of column Value (',' for decimals)",
    "'12a' is no figure",
    "the remark 'entfällt' has no meaning in the feed description",
    "figures beside the remark 'gesperrt' were not read: the office says that they are closed",
    "figures of column Value look like binary residues and are kept digit by digit, because nothing says how "
    "many digits are meant",
    "binary residues of column Value were rounded to 2 digits behind the mark",
    "hidden rows were left out",
    "'12x' is neither a number nor a quality sign",
    "'x' is not a quality sign",
    "unknown sign 'q'",
    "a number beside the sign '.', which says that there is none",
    "empty cell: neither number nor sign",
    "different figures for one cell 03153 2024-12-31 in lines 4, 9; all set aside",
    "rows that say the same twice were taken once",
    // xlsx
    "the file is empty: fetch it again",
    "a workbook of Excel 97-2003 (.xls), which is not read: open it and save it as .xlsx",
    "the workbook is encrypted with a password: remove it in Excel (Datei, Informationen, Arbeitsmappe "
    "schützen) and save it again",
    "a Word document: copy its table into a workbook and save that as .xlsx",
    "no ZIP archive, so no workbook: first bytes 0x41; is it text, try it as .csv",
    "the row stands twice in the sheet",
    "the cell calls itself 'B7'",
    "sheet 'Daten': cells in hidden columns were left out",
    "the sheet 'Alt', which is hidden, was not read",
    // xml
    "z.xml: no element fits the record path '/a/b'; the document has 'c': correct 'record' in the feed "
    "description",
    "the path '@x' fits 2 nodes of the record",
    // jsonstat and cubes
    "z.json: JSON, but no JSON-stat dataset in it",
    "the number '12' stands in quotes",
    "a value that is neither number, text nor null",
    "the document ends too early: fetch it again",
    // genesis
    "20 fields where 21 are due: 'x'",
    "an empty line",
    "a field of 70000 bytes: 'x'",
    "'x' is not UTF-8 or holds NUL",
    "'1,5' has the decimal mark ',', this document uses '.'",
    "'03153' is labelled 'Goslar' here and 'Gifhorn' in an earlier row: the row may be shifted",
    "a quotation mark that is never closed",
    "text behind a closing quotation mark",
    "no line end within 262144 bytes",
    "no reading fits the other rows",
    "z.csv: the document begins with 'PK'",
    "a JSON answer where a table is due",
    "a presentation table (datencsv) where a flat file is due; ask for format ffcsv",
    "neither a flat file (ffcsv) nor a cube",
    "line 2: the table has a header and no rows",
    "a ZIP archive inside a ZIP archive",
    // sdmx
    "a row without TIME_PERIOD",
    "a row that lacks a dimension of the first row",
    "'x' where a number is due",
    "z.csv:1:1: the file is empty; ask the source for it again",
    "z.csv: a zero byte; the file is damaged or UTF-16, SDMX-CSV is UTF-8",
    "bytes that are not UTF-8",
    "the document ends in the middle; fetch it again",
    "a second header, or one behind the data",
    // mapping, agreement, rules
    "area 09162 is none that the agreement lsn-1-2-4 allows",
    "unknown unit 'Stück' of measure BEV",
    "time '2024-13' cannot be read",
    "levels that the last delivery had are missing: county; their last values stay",
    "44 of 46 counties",
    "at most 62494, the inhabitants of 2024-12-31",
    "all that existed then; missing: 03152",
};

TEST(ReportWords, HaveEveryMessageOfTheReadersInGerman) {
    for (std::string const message : reader_messages) {
        EXPECT_TRUE(is_german(translated(message))) << message << "\n  became " << translated(message);
        EXPECT_EQ(reader_text_de(Errc::malformed, message), translated(message));
    }
}

TEST(ReportWords, QuoteAsAWholeWhatTheyDoNotKnow) {
    EXPECT_EQ(reader_text_de(Errc::malformed, "the frobnicator is not of this kind"),
              "Nicht lesbar; die Meldung auf Englisch: „the frobnicator is not of this kind“");
    EXPECT_EQ(reader_text_de(Errc::malformed, "Zeile 7: 'the value' von Teterow und Malchow"),
              "Zeile 7: 'the value' von Teterow und Malchow");
}

TEST(ReportWords, SayTimesAsTheClockOnTheWallShowsThem) {
    EXPECT_EQ(time_de(utc_from("2026-11-26T13:05:00Z", 0), "Europe/Berlin"), "26.11.2026, 14:05 Uhr");
    EXPECT_EQ(time_de(utc_from("2026-07-01T22:30:00Z", 0), "Europe/Berlin"), "02.07.2026, 00:30 Uhr");
    EXPECT_EQ(time_de(utc_from("2026-11-26T13:05:00Z", 0), "Nowhere/Land"), "26.11.2026, 13:05 Uhr UTC");
}

} // namespace
