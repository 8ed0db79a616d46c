#include "gateway/ingest/territory_news.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "gateway/io/file.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::ingest {
namespace {

using namespace store::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string const shipped = std::string{KREISLAUF_SOURCE_DIR} + "/mappings/territory";

class TerritoryNews : public ::testing::Test {
  protected:
    void SetUp() override { load_one(*store_, "F", "03152", {observed("2015", "1")}); }
    [[nodiscard]] std::string last_note() const {
        std::string note;
        store_->changes(1, [&note](store::ChangeBlock const& block) {
            note = std::string{to_string(block.kind)} + " " + block.dataset + " " + block.note;
            return true;
        });
        return note;
    }
    TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
};

TEST_F(TerritoryNews, AListOfChangesIsAnnouncedOnceAndNamesTheAreasWithFigures) {
    std::string const list =
        "event_id,ags_old,name_old,ags_new,name_new,change_type,area_m2,pop,date_legal,date_stat\n"
        "1,03152,Göttingen,03159,Göttingen,1,1,1,2016-11-01,2017-01-01\n"
        "2,03156,Osterode,03159,Göttingen,1,1,1,2016-11-01,2017-01-01\n";
    auto const areas = harmonize::territory::Register::from_directory(shipped);
    auto const report = harmonize::territory::audit_import(list, "aenderungen.csv", areas);
    auto const number = announce_import(*store_, report, list, 7);
    ASSERT_TRUE(number);
    EXPECT_EQ(*number, store_->last_change());
    EXPECT_THAT(last_note(),
                AllOf(HasSubstr("territory  Gebietsstand: Liste der Gebietsänderungen aenderungen.csv"),
                      HasSubstr("betrifft 03152;"), Not(HasSubstr("03156"))));
    store_ = store::open_sqlite(directory_.path());
    EXPECT_FALSE(announce_import(*store_, report, list, 8)) << "after a kill between announcement and import";
    EXPECT_EQ(store_->last_change(), *number);
}

TEST_F(TerritoryNews, AnotherRegisterIsAnnouncedAndTheFirstOneIsNot) {
    auto const before = store_->last_change();
    EXPECT_FALSE(announce_register(*store_, shipped, 7));
    EXPECT_FALSE(announce_register(*store_, shipped, 8));
    EXPECT_EQ(store_->last_change(), before);
    TempDirectory const other;
    for (auto const& entry : std::filesystem::directory_iterator(shipped))
        if (entry.path().extension() == ".csv")
            std::filesystem::copy(entry.path(), other.path() + "/" + entry.path().filename().string());
    auto const path = other.path() + "/regions.csv";
    io::write_durable(path, io::read_file(path) + "\n");
    EXPECT_TRUE(announce_register(*store_, other.path(), 9));
    EXPECT_THAT(last_note(),
                HasSubstr("territory  Gebietsstand: das Verzeichnis der Kreise ist ein anderes"));
    EXPECT_FALSE(announce_register(*store_, other.path(), 10));
    EXPECT_EQ(store_->last_change(), before + 1);
}

} // namespace
} // namespace gateway::ingest
