// Reports: one content, three forms, and nothing of a file that could break them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include "gateway/core/error.hpp"
#include "gateway/intake/check.hpp"
#include "gateway/intake/preview_derived.hpp"
#include "gateway/intake/report_german.hpp"
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
    EXPECT_EQ(reader_text_de("a number beside the sign 'x', which says that there is none"),
              "eine Zahl neben dem Zeichen 'x', das besagt, dass es keine gibt");
    EXPECT_EQ(
        reader_text_de("the key '93255' ('Isle of Man') of KREISE (Kreise) is not in the description's list"),
        "der Schlüssel '93255' ('Isle of Man') von KREISE (Kreise) steht nicht in der Liste der "
        "Beschreibung");
    EXPECT_EQ(reader_text_de("44 of 46 counties"), "44 von 46 Kreise");
    EXPECT_EQ(reader_text_de("at most 62494, the total"), "höchstens 62494, die Summe");
    EXPECT_EQ(reader_text_de("weiterhin geheim"), "weiterhin geheim");
    EXPECT_EQ(reader_text_de(""), "");
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

} // namespace
