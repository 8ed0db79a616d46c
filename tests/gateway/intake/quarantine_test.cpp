// Rows that were set aside come back in the sender's format, and corrected rows make a delivery of their own.
#include "tests/gateway/intake/check_fixture.hpp"

#include "gateway/intake/quarantine.hpp"

namespace {

using namespace gateway;
using namespace gateway::intake;
using namespace gateway::intake::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Quarantine : public CheckFixture {
  protected:
    std::string quarantined(std::string const& text) {
        CheckOptions options;
        options.quarantine = folder.path() + "/quarantine.csv";
        report = check_text(text, options);
        return io::file_exists(options.quarantine) ? io::read_file(options.quarantine) : std::string{};
    }
    Report report;
};

std::string replaced(std::string text, std::string const& from, std::string const& to) {
    auto const at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST_F(Quarantine, FlatFilesComeBackRowByRowWithTheirReason) {
    Row const sound{"03153", "", "2024", "126775"};
    auto const broken = flat_row({"03101", "", "2024", "25x0"});
    auto const foreign = flat_row({"05111", "", "2024", "600000"});
    auto const file = quarantined(flat_header() + flat_row(sound) + broken + foreign);
    EXPECT_EQ(report.counts.set_aside, 2U);
    auto header = flat_header();
    header.insert(header.size() - 1, ";KREISLAUF_GRUND");
    EXPECT_THAT(file, StartsWith(header));
    EXPECT_THAT(file, HasSubstr(broken.substr(0, broken.size() - 1) + ";Spalte 14: Nicht lesbar"));
    EXPECT_THAT(file, HasSubstr(foreign.substr(0, foreign.size() - 1) + ";Spalte "));
    EXPECT_THAT(file, ::testing::Not(HasSubstr("126775")));
    // Corrected and sent again: exactly this row, and nothing else changes.
    ASSERT_EQ(release({sound}).added, 1U);
    auto corrected = replaced(file, "25x0", "250000");
    auto const again = release_text(corrected.substr(0, corrected.find("12411;", corrected.find("250000"))));
    EXPECT_EQ(again.added, 1U);
    EXPECT_EQ(again.revised + again.deleted, 0U);
    EXPECT_EQ(again.set_aside, 0U);
    EXPECT_EQ(figures().size(), 2U);
}

TEST_F(Quarantine, HoldsEveryRowOfAFileOfWhichNothingCanBeUsed) {
    auto const file = quarantined(flat_header() + flat_row({"03101", "", "2024", "25x0"}) +
                                  flat_row({"03153", "", "2024", "12x0"}));
    EXPECT_EQ(report.verdict, Verdict::unusable);
    EXPECT_EQ(report.counts.rows, 2U);
    EXPECT_EQ(report.counts.set_aside, 2U);
    EXPECT_THAT(file, HasSubstr("25x0"));
    EXPECT_THAT(file, HasSubstr("12x0"));
    ASSERT_NE(find(report, Errc::malformed), nullptr);
    auto const again = release_text(replaced(replaced(file, "25x0", "250"), "12x0", "120"));
    EXPECT_EQ(again.added, 2U);
}

TEST_F(Quarantine, NoFileWhereNothingIsSetAside) {
    EXPECT_EQ(quarantined(flat_file({{"03153", "", "2024", "126775"}})), "");
}

class TextQuarantine : public Quarantine {
  protected:
    TextQuarantine() {
        agreement.service = "lsn";
        agreement.table = "1-1-1";
        delivery.file = "indicator_1-1-1.csv";
    }
};

TEST_F(TextQuarantine, DelimitedTextKeepsPreambleDelimiterAndQuotation) {
    std::string const head = "Year,Gebietseinheit,GeoCode,Value\n";
    auto const file = quarantined("\xEF\xBB\xBF" + head +
                                  "2023,Goslar,K03153,127712\n"
                                  "2024,\"Goslar\",K03153,\"12a\"\n2024,Goslar,K03154,88000\n");
    EXPECT_GE(report.counts.set_aside, 2U) << to_text(report, agreement);
    EXPECT_THAT(file, StartsWith("\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value,KREISLAUF_GRUND\n"));
    EXPECT_THAT(file, HasSubstr("2024,\"Goslar\",K03153,\"12a\",\""));
    EXPECT_THAT(file, HasSubstr("2024,Goslar,K03154,88000,\""));
    auto const again = release_text(replaced(replaced(file, "12a", "127018"), "K03154", "K03153"));
    EXPECT_EQ(again.set_aside, 2U) << "two figures for one cell now";
}

TEST_F(TextQuarantine, CorrectedRowsMakeADeliveryOfExactlyTheseRows) {
    auto const file = quarantined("\xEF\xBB\xBFYear,Gebietseinheit,GeoCode,Value\n2023,Goslar,K03153,127712\n"
                                  "2024,Goslar,K03153,12a\n");
    auto const again = release_text(replaced(file, "12a", "127018"));
    EXPECT_EQ(again.rows, 1U);
    EXPECT_EQ(again.added, 1U);
    EXPECT_EQ(again.set_aside, 0U);
}

TEST_F(TextQuarantine, OtherCharacterSetsStayAsTheyWere) {
    auto const file = quarantined("Year,Gebietseinheit,GeoCode,Value\r\n2023,Goslar,K03153,127712\r\n"
                                  "2024,G\xF6slar,K03153,12a\r\n");
    EXPECT_THAT(file, StartsWith("Year,Gebietseinheit,GeoCode,Value,KREISLAUF_GRUND\n"));
    EXPECT_THAT(file, HasSubstr("2024,G\xF6slar,K03153,12a,"));
}

TEST(QuarantineList, HoldsLinesOfFormatsThatCannotBeCut) {
    gateway::store::testing::TempDirectory const folder;
    harmonize::AsideLog log;
    log.add({Errc::malformed, {7, 3}, "'x;\"y\"' is no figure", ""});
    log.add({Errc::malformed, {8, 3}, "'x;\"y\"' is no figure", ""});
    log.add({Errc::unknown_code, {8, 4}, "unknown code 'Q'", ""});
    log.sort();
    auto const path = folder.path() + "/list.csv";
    EXPECT_EQ(write_quarantine(path, {"PK\x03\x04", nullptr}, log), 2U);
    auto const text = io::read_file(path);
    EXPECT_THAT(text,
                StartsWith("\xEF\xBB\xBFZeile;Spalte;KREISLAUF_GRUND;Naechster_Schritt\n7;3;\"Spalte 3: "
                           "Nicht lesbar: 'x;\"\"y\"\"' ist kein Wert\";\""));
    EXPECT_THAT(text, HasSubstr("\n8;3;\"Spalte 3: "));
    EXPECT_THAT(text, HasSubstr(" | Spalte 4: Unbekannte Ausprägung: unbekannter Schlüssel 'Q'\""));
}

TEST(QuarantineName, KeepsTheEndingOfTexts) {
    EXPECT_EQ(quarantine_name("bevoelkerung.csv"), "bevoelkerung-quarantaene.csv");
    EXPECT_EQ(quarantine_name("bevoelkerung.xlsx"), "bevoelkerung-quarantaene.csv");
    EXPECT_EQ(quarantine_name("werte.txt"), "werte-quarantaene.txt");
}

TEST(AsideLog, KeepsRunsAndSaysWhenItIsNotComplete) {
    harmonize::AsideLog log;
    for (std::uint64_t line = 2; line < 1'000'000; ++line) log.add_numbered(3, line, 0);
    EXPECT_EQ(log.runs().size(), 1U);
    EXPECT_TRUE(log.is_complete());
    harmonize::AsideLog all;
    all.take(log, [](std::uint32_t number) {
        return harmonize::AsideCause{Errc::unknown_code, "number " + std::to_string(number), ""};
    });
    ASSERT_EQ(all.causes().size(), 1U);
    EXPECT_EQ(all.causes()[0].text, "number 3");
    EXPECT_EQ(all.runs()[0].count, 999'998U);
    for (std::uint64_t i = 0; i < harmonize::AsideLog::most_runs + 10; ++i) log.add_numbered(1, 2 * i, 0);
    EXPECT_FALSE(log.is_complete());
}

} // namespace
