// The package of a county, written from a store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <filesystem>

#include "gateway/ingest/package.hpp"
#include "gateway/io/file.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::store::testing;
using ::testing::HasSubstr;
using ::testing::Not;

class Package : public ::testing::Test {
  protected:
    /// Loads what the source says of Goslar on `received`; nothing = it deletes what was there.
    void load(UnixTime received, std::vector<store::PackedObservation> const& observations,
              std::string const& table = "12411-01-01-4") {
        auto info = population();
        info.table = table;
        info.id = "REGIO_" + table;
        auto const load = store_->begin(request(info, received));
        auto const indicator = load->indicator(indicator_of("F"));
        auto const area = load->area(county("03153"));
        load->label("AREA", "03153", "Goslar, Landkreis");
        if (!observations.empty()) load->put(indicator, area, observations);
        load->commit("", observations.size(), 0, everything());
    }
    ingest::WrittenPackage write(std::optional<UnixTime> as_of = {}) {
        ingest::PackageRequest request;
        request.area = "03153";
        request.as_of = as_of;
        request.directory = out_;
        request.command = "kreislauf export";
        return ingest::write_package(*store_, request);
    }
    std::string file(std::string const& name) const { return io::read_file(out_ + "/" + name); }
    static std::ptrdiff_t lines(std::string const& text) {
        return std::count(text.begin(), text.end(), '\n');
    }

    TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    std::string const out_ = folder_.path() + "/goslar";
};

TEST_F(Package, SaysOfADatasetThatTheSourceTookEverythingAway) {
    load(1000, {observed("2024-12-31", "64281")}, "12411-01-01-4");
    load(1000, {observed("2023-12-31", "65000"), observed("2024-12-31", "64281")}, "12612-01-01-4");
    load(2'000'000, {}, "12612-01-01-4");
    auto const package = write();
    EXPECT_EQ(package.info.datasets.size(), 2U);

    EXPECT_EQ(lines(file("daten.csv")), 2) << "the header and the figure of the other dataset";
    EXPECT_EQ(lines(file("sdmx/REGIO_12612-01-01-4.csv")), 1);
    EXPECT_EQ(lines(file("revisionen.csv")), 3);
    auto const readme = file("LIESMICH.txt");
    EXPECT_THAT(readme, HasSubstr("Tabelle 12612-01-01-4"));
    EXPECT_THAT(readme, HasSubstr("alle früheren Angaben (2) zurückgezogen"));
    EXPECT_EQ(readme.find("Derzeit ohne Angaben"), readme.rfind("Derzeit ohne Angaben")) << "of one only";
    EXPECT_THAT(readme, HasSubstr("abgerufen am 24.01.1970")) << "the day on which it was found gone";

    rapidjson::Document json;
    auto const text = file("datapackage.json");
    json.Parse(text.data(), text.size());
    auto const& datasets = json["kreislauf"]["datasets"];
    ASSERT_EQ(datasets.Size(), 2U);
    EXPECT_EQ(datasets[0]["observations"].GetUint64(), 1U);
    EXPECT_FALSE(datasets[0].HasMember("superseded"));
    EXPECT_EQ(datasets[1]["observations"].GetUint64(), 0U);
    EXPECT_EQ(datasets[1]["superseded"].GetUint64(), 2U);
}

TEST_F(Package, HasAFileForACountyOfWhichNothingIsLeft) {
    load(1000, {observed("2024-12-31", "64281")});
    load(2'000'000, {});
    auto const package = write();
    EXPECT_EQ(package.info.area_name, "Goslar, Landkreis");
    EXPECT_EQ(package.info.counts.observations(), 0U);
    EXPECT_EQ(package.info.superseded, 1U);
    EXPECT_EQ(lines(file("daten.csv")), 1);
}

TEST_F(Package, OfADayBeforeTheDeletionKnowsNothingOfIt) {
    load(1000, {observed("2024-12-31", "64281")});
    load(2'000'000, {});
    write(1'000'000);
    EXPECT_EQ(lines(file("daten.csv")), 2);
    EXPECT_THAT(file("LIESMICH.txt"), Not(HasSubstr("Derzeit ohne Angaben")));
    EXPECT_FALSE(io::file_exists(out_ + "/revisionen.csv"));
}

TEST_F(Package, LeavesOutADatasetThatNeverHadTheCounty) {
    load(1000, {observed("2024-12-31", "64281")});
    auto info = population();
    info.id = "REGIO_OTHER";
    auto const other = [&](std::vector<store::PackedObservation> const& observations, UnixTime received) {
        auto const load = store_->begin(request(info, received));
        auto const indicator = load->indicator(indicator_of("F"));
        auto const area = load->area(county("03154"));
        if (!observations.empty()) load->put(indicator, area, observations);
        load->commit("", observations.size(), 0, everything());
    };
    other({observed("2024-12-31", "1")}, 1000);
    other({}, 2000);
    EXPECT_EQ(write().info.datasets.size(), 1U);
}

TEST_F(Package, RemovesWhatAKilledExportLeftHalfWritten) {
    load(1000, {observed("2024-12-31", "64281")});
    write();
    for (auto const* const name : {"/.partial-1-0", "/sdmx/.partial-1-1"})
        io::write_durable(out_ + name, "half");
    write();
    for (auto const* const name : {"/.partial-1-0", "/sdmx/.partial-1-1"})
        EXPECT_FALSE(io::file_exists(out_ + name)) << name;
}

} // namespace
