#include <string>

#include <gtest/gtest.h>

#include "adapters/genesis/reader.hpp"
#include "gateway/core/error.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

using gateway::Errc;

std::string const head =
    "K;DQ;FACH-SCHL\nD;22922KJ114\nK;DQ-ERH;FACH-SCHL\nD;22922\nK;DQA;NAME\nD;KREISE\nK;DQZ;NAME\nD;JAHR\n"
    "K;DQI;NAME;ME-NAME\nD;ELG002;EUR\n";
std::string const values = "K;QEI;FACH-SCHL;ZI-WERT;WERT;QUALITAET\n";

void expect_error(std::string const& bytes, Errc code, std::string const& words) {
    try {
        read(bytes);
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_NE(std::string{error.what()}.find(words), std::string::npos) << error.what();
    }
}

} // namespace

TEST(GenesisCube, LetsASignWinOverALeftoverNumber) {
    auto const record = read(head + values + "D;01001;2016;1234;/\nD;01001;2017;1234;e\nD;01002;2017;;.\n");
    ASSERT_EQ(record.seen.size(), 3U);
    EXPECT_EQ(record.seen[0].cell.kind, gateway::Cell::Kind::sign);
    EXPECT_TRUE(record.seen[0].cell.number.is_zero());
    EXPECT_EQ(record.seen[1].cell.kind, gateway::Cell::Kind::number);
    EXPECT_EQ(record.signs[record.seen[1].cell.quality - 1U], "e");
    EXPECT_EQ(record.seen[2].cell.kind, gateway::Cell::Kind::sign);
}

TEST(GenesisCube, SaysWhereItsHeadIsNotSound) {
    expect_error(head, Errc::truncated, "QEI");
    expect_error("K;DQ;FACH-SCHL\nX;1\n", Errc::malformed, "line 2, field 1: 'X'");
    expect_error(head + "K;QEI;ZI-WERT;WERT\n", Errc::malformed, "FACH-SCHL of axis KREISE");
    expect_error(head + "K;QEI;FACH-SCHL;WERT\n", Errc::malformed, "ZI-WERT");
    expect_error(head + "K;QEI;FACH-SCHL;ZI-WERT;QUALITAET\n", Errc::malformed, "no WERT");
    expect_error("K;DQ;FACH-SCHL\nK;QEI;ZI-WERT;WERT\n", Errc::malformed, "0 time axes");
}

// Found by fuzzing: a head behind the values gave the rows behind it a measure that nobody had announced.
TEST(GenesisCube, RefusesASecondCubeInOneDocument) {
    expect_error(head + values + "D;01001;2016;1;e\n" + head + values + "D;01001;2017;2;e\n", Errc::malformed,
                 "a second block DQ ");
    expect_error(head + values + "D;01001;2016;1;e\nK;DQI;NAME;ME-NAME\nD;ELG003;EUR\nD;01001;2017;2;e\n",
                 Errc::malformed, "a second block DQI ");
}

TEST(GenesisCube, SaysThatItHoldsNoValues) {
    auto const record = read(head + values);
    EXPECT_EQ(record.tables, 1);
    EXPECT_EQ(record.count(Errc::empty_document), 1U);
}

TEST(GenesisCube, SetsLockedAndDistortedValuesAside) {
    auto const record = read(head + "K;QEI;FACH-SCHL;ZI-WERT;WERT;QUALITAET;GESPERRT;WERT-VERFAELSCHT\n"
                                    "D;01001;2016;5;e;;0\nD;01001;2017;5;e;G;0\nD;01001;2018;5;e;;7\n");
    EXPECT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.count(Errc::unknown_sign), 2U);
}

TEST(GenesisCube, DropsTheNoteThatNamesAccountAndGroup) {
    auto const record = read("* Der Benutzer GEHEIM der Benutzergruppe X hat diesen Export angestossen.\n" +
                             head + values + "D;01001;2016;5;e\nD;01001\n");
    EXPECT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.text().find("GEHEIM"), std::string::npos);
    EXPECT_EQ(record.count(Errc::short_row), 1U);
}

TEST(GenesisCube, SkipsBlocksItDoesNotKnow) {
    auto const record = read("K;DQ;FACH-SCHL\nD;A\nK;KMA;X;Y\nD;1;2\nK;DQA;NAME\nD;KREISE\nK;DQZ;NAME\nD;"
                             "JAHR\nK;DQI;NAME;ME-NAME\n"
                             "D;ELG002;EUR\n" +
                             values + "D;01001;2016;5;e\nK;ENDE;X\nD;1\nD;01001;2017;6;e\n");
    EXPECT_EQ(record.seen.size(), 1U);
    EXPECT_EQ(record.rows, 1U);
    EXPECT_TRUE(record.issues.empty());
}

} // namespace genesis_test
