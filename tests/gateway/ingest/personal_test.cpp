// Which files are records of persons, and that statistics with similar words are not taken for them.
#include "gateway/ingest/personal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/zip_writer.hpp"

namespace gateway::ingest {
namespace {

using testing::HasSubstr;

TEST(PersonalRecords, AreKnownByTheNamesOfTheirColumns) {
    for (std::string const text : {
             "AGS;Nachname;Vorname\n03153;Muster;Erika\n",
             "AGS,\"Geburtsdatum\",Staat\n03153,1990-01-01,SY\n",
             "Liste der Fälle\n\nLfd.\tAktenzeichen\tStand\n1\t12 A 3/24\toffen\n",
             "kreis;AZR-Nummer;seit\n03153;123;2020\n",
             "kreis;Ausl\xE4nder-Nummer\n03153;123\n",
             "\xEF\xBB\xBFGEB.-DATUM;AGS\n01.02.1990;03153\n",
             "<liste><person><Nachname>M</Nachname><Vorname>E</Vorname></person></liste>",
             "<?xml version='1.0'?><DatML-RAW-D version='2.0' xmlns='urn:x'/>",
             "[{\"ags\":\"03153\",\"dateOfBirth\":\"1990-01-01\"}]",
         })
        EXPECT_TRUE(personal_records(text)) << text;
}

TEST(PersonalRecords, AreNotStatisticsWithSimilarWords) {
    for (std::string const text : {
             "Vorname;Anzahl\nMia;12\n",
             "AGS;Name;Wert\n03153;Goslar;1\n",
             "Geburtsjahr;Anzahl\n1990;5\n",
             "statistics_code;statistics_label;time_code\n12411;Fortschreibung;STAG\n",
             "Lebendgeborene nach Geburtsmonat\nKreis;Januar\nGoslar;3\n",
             "Geburtsdatum\nsteht hier allein in einer Zeile, als Satz.\n",
             "",
             "PK broken",
             "<html><body>Aktenzeichen: siehe Brief</body></html>",
         })
        EXPECT_FALSE(personal_records(text)) << text;
}

TEST(PersonalRecords, AreFoundInsideAZip) {
    std::string packed;
    feed::ZipWriter zip{[&packed](std::string_view bytes) { packed += bytes; }};
    zip.begin("daten/fall.csv");
    zip.write("AGS;Fallnummer\n03153;77\n");
    zip.end();
    zip.finish();
    auto const found = personal_records(packed);
    ASSERT_TRUE(found);
    EXPECT_THAT(*found, HasSubstr("daten/fall.csv"));
}

TEST(PersonalRecords, AreRefusedWithoutShowingWhatStandsInTheRows) {
    try {
        refuse_personal_records("faelle.csv", "AGS;Geburtsdatum\n03153;31.12.1999\n");
        FAIL() << "records of persons were taken";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::personal_data);
        EXPECT_THAT(error.what(), HasSubstr("faelle.csv: line 1, column 2: 'Geburtsdatum' (date of birth)"));
        EXPECT_THAT(error.what(), testing::Not(HasSubstr("1999")));
    }
}

} // namespace
} // namespace gateway::ingest
