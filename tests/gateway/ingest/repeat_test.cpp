// What is imported again: read anew exactly where that could say something else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/ingest/load.hpp"
#include "gateway/ingest/position.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using ingest::LoadOptions;

std::string const source_dir = KREISLAUF_SOURCE_DIR;

class Repeat : public ::testing::Test {
  protected:
    Repeat() {
        std::filesystem::copy(source_dir + "/mappings", folder_.path() + "/mappings",
                              std::filesystem::copy_options::recursive);
        std::filesystem::copy(source_dir + "/schemas", folder_.path() + "/schemas",
                              std::filesystem::copy_options::recursive);
        write(file_, "39");
    }

    /// One county, two years; the last number is `number`.
    static void write(std::string const& path, std::string const& number) {
        std::ofstream out{path, std::ios::binary};
        out << "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
               "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
               "value;value_unit;value_variable_code;value_variable_label\n";
        for (auto const* const year : {"2023", "2024"})
            out << "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" << year
                << "-12-31;KREISE;Kreise;03153;Goslar, Landkreis;1345"
                << (std::string_view{year} == "2024" ? number : "40") << ";Anzahl;BEVSTD;Bevölkerungsstand\n";
    }

    ingest::LoadReport import(LoadOptions const& options = {}) {
        auto const mappings = harmonize::MappingFiles::from_directory(folder_.path() + "/mappings");
        auto const areas = harmonize::AreaRegister::load(mappings);
        auto clock = Clock::system();
        clock.now = [this] { return now_++; };
        ingest::Workshop shop{*store_, archive_, mappings, areas, folder_.path(), clock, 1};
        return ingest::import_file(shop, file_, {"regionalstatistik", "12411-01-01-4"}, options);
    }

    TempDirectory folder_;
    std::string const file_ = folder_.path() + "/12411-01-01-4_de_flat.csv";
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    UnixTime now_ = 1'760'000'000;
};

TEST_F(Repeat, SameBytesAreReportedAsTheyWereLoaded) {
    auto const first = import();
    ASSERT_EQ(first.outcome, "loaded") << first.text;
    auto const second = import();
    EXPECT_EQ(second.outcome, "unchanged");
    EXPECT_TRUE(second.is_repeat);
    EXPECT_EQ(second.dataset, first.dataset);
    EXPECT_EQ(second.document_sha256, first.document_sha256);
    EXPECT_EQ(second.rows, 2U);
    EXPECT_EQ(second.series, first.series);
    EXPECT_EQ(second.cells, 2U);
    EXPECT_EQ(second.unchanged, 2U);
    EXPECT_EQ(store_->vintages(first.dataset).size(), 1U);
    ASSERT_EQ(store_->documents().size(), 2U) << "each delivery is remembered";
    EXPECT_EQ(second.document, store_->documents().back().no);
}

TEST_F(Repeat, DamagedObjectOfTheArchiveIsWrittenAnew) {
    auto const sha256 = import().document_sha256;
    auto const object = folder_.path() + "/raw/" + sha256.substr(0, 2) + "/" + sha256 + ".raw";
    std::filesystem::resize_file(object, std::filesystem::file_size(object) - 1);
    EXPECT_FALSE(archive_.holds_sound(sha256));
    EXPECT_EQ(import().outcome, "unchanged");
    EXPECT_TRUE(archive_.holds_sound(sha256));
    EXPECT_THAT(archive_.verify(), ::testing::IsEmpty());
}

TEST_F(Repeat, OtherBytesOfTheSameLengthAreLoaded) {
    auto const first = import();
    write(file_, "41");
    auto const second = import();
    EXPECT_EQ(second.bytes, first.bytes);
    EXPECT_EQ(second.outcome, "loaded");
    EXPECT_EQ(second.revised, 1U);
}

TEST_F(Repeat, ForceAndOtherWaysOfReadingReadAgain) {
    import();
    LoadOptions force;
    force.force = true;
    EXPECT_FALSE(import(force).is_repeat);
    LoadOptions partial;
    partial.partial = true;
    EXPECT_FALSE(import(partial).is_repeat);
    EXPECT_FALSE(import().is_repeat) << "the last load was of a part";
    EXPECT_TRUE(import().is_repeat);
    LoadOptions english;
    english.language = "en";
    EXPECT_FALSE(import(english).is_repeat);
}

TEST_F(Repeat, AnotherMappingReadsAgain) {
    import();
    std::ofstream{folder_.path() + "/mappings/units.toml", std::ios::app} << "\n# another version\n";
    auto const again = import();
    EXPECT_EQ(again.outcome, "unchanged");
    EXPECT_FALSE(again.is_repeat);
    EXPECT_TRUE(import().is_repeat);
}

TEST_F(Repeat, TableThatWasWithdrawnComesBack) {
    auto const first = import();
    store_->withdraw(first.dataset, now_, 0, "status 104");
    auto const second = import();
    EXPECT_EQ(second.outcome, "loaded");
    EXPECT_EQ(store_->vintages(first.dataset).back().kind, store::VintageKind::content);
}

TEST_F(Repeat, WhatWasSetAsideIsSaidAgain) {
    std::ofstream{file_, std::ios::app | std::ios::binary}
        << "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2022-12-31;KREISE;Kreise;03153;"
           "Goslar, Landkreis;viele;Anzahl;BEVSTD;Bevölkerungsstand\n";
    auto const first = import();
    ASSERT_EQ(first.set_aside, 1U) << first.text;
    auto const second = import();
    EXPECT_TRUE(second.is_repeat);
    EXPECT_EQ(second.set_aside, 1U);
    EXPECT_NE(second.next_step, "");
}

TEST(Position, ComesBackAsItWasWritten) {
    ingest::Position position;
    position.document_sha256 = "a\"b";
    position.mapping_sha256 = "m";
    position.levels = {"county", "land"};
    position.newest_period = "2024-12-31";
    position.dataset = "REGIO_1";
    position.reading = ", partial";
    position.bytes = 1;
    position.rows = 2;
    position.series = 3;
    position.figures = 4;
    position.set_aside = 5;
    position.repeated = 6;
    position.pending_job = "job";
    auto const text = position.to_json();
    EXPECT_EQ(ingest::Position::from_json(text).to_json(), text);
    auto const back = ingest::Position::from_json(text);
    EXPECT_EQ(back.levels, position.levels);
    EXPECT_EQ(back.reading, position.reading);
    EXPECT_EQ(back.bytes + 10 * back.rows + 100 * back.series, 321U);
    EXPECT_EQ(back.figures + 10 * back.set_aside + 100 * back.repeated, 654U);
}

} // namespace
