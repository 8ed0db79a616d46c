// A large table in a ZIP: unpacked, read and harmonized by two threads, it says what its text says to one.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "gateway/ingest/load.hpp"
#include "tests/gateway/io/support.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;

constexpr std::size_t two_threads_from = std::size_t{4} << 20U; ///< bytes unpacked

class LargeZip : public ::testing::Test {
  protected:
    /// Men, women and all in a few hundred keys and 35 years. Some keys are no county, some rows are too short or have a
    /// sign that nobody explains.
    static std::string table() {
        std::string text =
            "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
            "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
            "2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;"
            "value;value_unit;value_variable_code;value_variable_label\n";
        unsigned row = 0;
        for (int year = 1990; year < 2025; ++year)
            for (unsigned key = 3101; key < 3501; ++key)
                for (std::string const sex : {";Insgesamt", "GESM;männlich", "GESW;weiblich"}) {
                    ++row;
                    text += "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" +
                            std::to_string(year) + "-12-31;KREISE;Kreise und kreisfreie Städte;0" +
                            std::to_string(key) + ";Kreis 0" + std::to_string(key) + ";GES;Geschlecht;" +
                            sex + ";";
                    if (row % 5003 == 0) {
                        text += "\n"; // ends here
                        continue;
                    }
                    text += row % 7001 == 0 ? "?!" : row % 1009 == 0 ? "." : std::to_string(row % 997 * 131);
                    text += ";Anzahl;BEVSTD;Bevölkerungsstand\n";
                }
        return text;
    }

    struct Loaded {
        ingest::LoadReport report;
        std::string content;
    };
    static Loaded load(std::string_view bytes, unsigned threads) {
        TempDirectory const folder;
        auto const file = folder.path() + "/document.bin";
        std::ofstream{file, std::ios::binary} << bytes;
        auto const mappings =
            harmonize::MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
        auto const areas = harmonize::AreaRegister::load(mappings);
        auto store = store::open_sqlite(folder.path());
        raw::Archive archive{folder.path() + "/raw"};
        ingest::Workshop shop{*store, archive, mappings, areas, folder.path(), Clock::system(), threads};
        Loaded loaded;
        loaded.report = ingest::import_file(shop, file, {"regionalstatistik", "12411-02-02-4"}, {});
        loaded.content = store->content_hash();
        return loaded;
    }

    static std::string issues(ingest::LoadReport const& report) {
        std::string text;
        for (auto const& issue : report.issues)
            text += std::to_string(issue.position.line) + ":" + std::to_string(issue.position.column) + " " +
                    std::to_string(issue.count) + " " + issue.text + "\n";
        return text;
    }
};

TEST_F(LargeZip, SaysWhatItsTextSays) {
    auto const text = table();
    ASSERT_GT(text.size(), two_threads_from);
    auto const plain = load(text, 1);
    ASSERT_EQ(plain.report.outcome, "loaded") << plain.report.text;
    ASSERT_GT(plain.report.cells, 40'000U);
    ASSERT_GT(plain.report.set_aside, 5U);
    auto const archive = gateway::testing::zip_of({{"12411-02-02-4_flat.csv", text}});
    for (unsigned const threads : {1U, 2U, 4U}) {
        auto const zipped = load(archive, threads);
        EXPECT_EQ(zipped.content, plain.content) << threads << " threads";
        EXPECT_EQ(zipped.report.rows, plain.report.rows);
        EXPECT_EQ(zipped.report.cells, plain.report.cells);
        EXPECT_EQ(zipped.report.set_aside, plain.report.set_aside);
        EXPECT_EQ(issues(zipped.report), issues(plain.report)) << threads << " threads";
    }
}

TEST_F(LargeZip, ShowsNothingWhereItsEndIsBroken) {
    auto archive = gateway::testing::zip_of({{"12411-02-02-4_flat.csv", table()}});
    auto const empty = load("", 1).content;
    // A bit of the packed bytes near their end: most of the table has been read by then.
    auto& last = archive[archive.size() - archive.size() / 10];
    last = static_cast<char>(last ^ 0x10);
    for (unsigned const threads : {1U, 2U}) {
        auto const broken = load(archive, threads);
        EXPECT_EQ(broken.report.outcome, "failed") << threads << " threads";
        EXPECT_NE(broken.report.text.find("12411-02-02-4_flat.csv"), std::string::npos) << broken.report.text;
        EXPECT_EQ(broken.content, empty);
    }
}

} // namespace
