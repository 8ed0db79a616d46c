#include <gmock/gmock.h>

#include <filesystem>

#include "gateway/care/backup.hpp"
#include "gateway/care/doctor.hpp"
#include "tests/gateway/care/fixture.hpp"

namespace gateway::care::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr UnixTime today = 1'795'680'000; // 2026-11-26

Health worst_of(std::vector<Symptom> const& symptoms) {
    auto worst = Health::well;
    for (auto const& each : symptoms) worst = std::max(worst, each.health);
    return worst;
}

/// Texts of what is not well; each of them says what to do.
std::string complaints(std::vector<Symptom> const& symptoms) {
    std::string all;
    for (auto const& each : symptoms) {
        if (each.health == Health::well) {
            EXPECT_THAT(each.next_step, IsEmpty()) << each.text;
            continue;
        }
        EXPECT_THAT(each.next_step, Not(IsEmpty())) << each.text;
        all += each.topic + ": " + each.text + "\n";
    }
    return all;
}

std::vector<Symptom> examined(std::string const& directory) {
    std::optional<UnixTime> newest;
    return examine_store(directory, newest);
}

TEST(Doctor, FindsNothingInASoundStore) {
    Site const site;
    std::optional<UnixTime> newest;
    auto const symptoms = examine_store(site.path(), newest);
    EXPECT_EQ(worst_of(symptoms), Health::well) << complaints(symptoms);
    EXPECT_EQ(newest, 1003);
    EXPECT_EQ(worst_of(examine_disk(site.path())), Health::well);
    EXPECT_EQ(complaints(examine_disk(site.path())), "");
}

TEST(Doctor, LeavesNothingBehind) {
    Site const site;
    auto const before = other_files(site.path());
    static_cast<void>(examine_disk(site.path()));
    static_cast<void>(examined(site.path()));
    EXPECT_EQ(other_files(site.path()), before);
    for (auto const& entry : fs::directory_iterator{site.path()})
        EXPECT_FALSE(io::is_temporary(entry.path().filename().string())) << entry.path();
}

TEST(Doctor, SaysThatThereIsNoStoreYet) {
    TempDirectory const empty;
    auto const symptoms = examined(empty.path() + "/none");
    EXPECT_EQ(worst_of(symptoms), Health::attention);
    EXPECT_THAT(complaints(symptoms), HasSubstr("there is no store yet"));
    EXPECT_FALSE(fs::exists(empty.path() + "/none"));
}

TEST(Doctor, NamesADamagedPage) {
    Site const site;
    flip(site.path() + "/store.sqlite", 3 * 8192 + 77, 2);
    auto const symptoms = examined(site.path());
    EXPECT_EQ(worst_of(symptoms), Health::broken);
    EXPECT_THAT(complaints(symptoms), HasSubstr("page 4"));
}

TEST(Doctor, NamesDocumentsThatAreDamagedOrLost) {
    Site const site;
    auto const objects = raw::Archive{site.path() + "/raw"}.list();
    flip(site.path() + "/" + object_path(objects[0]), 60, 1);
    fs::remove(site.path() + "/" + object_path(objects[1]));
    auto const symptoms = examined(site.path());
    EXPECT_EQ(worst_of(symptoms), Health::broken);
    EXPECT_THAT(complaints(symptoms), HasSubstr("of the newest 3 documents 2 are damaged or missing"));
}

TEST(Doctor, NamesAFetchThatFailedLast) {
    Site const site;
    {
        auto const store = store::open_sqlite(site.path());
        store->record_attempt({2000, "genesis", "61111-0021", "failed", "no route", 0});
        store->record_attempt({2000, "genesis", "12411-0001", "failed", "no route", 0});
        store->record_attempt({2001, "genesis", "12411-0001", "loaded", "", 0});
    }
    auto const symptoms = examined(site.path());
    EXPECT_EQ(worst_of(symptoms), Health::attention);
    EXPECT_THAT(complaints(symptoms), HasSubstr("genesis 61111-0021"));
    EXPECT_THAT(complaints(symptoms), HasSubstr("the last fetch of 1 of 2 tables failed"));
}

TEST(Doctor, NamesAClockThatCannotBeRight) {
    EXPECT_THAT(complaints(examine_clock(1'000'000, std::nullopt)),
                HasSubstr("before this program was written"));
    EXPECT_EQ(worst_of(examine_clock(1'000'000, std::nullopt)), Health::broken);
    EXPECT_THAT(complaints(examine_clock(today, today + 7200)),
                HasSubstr("the newest document was received at"));
    EXPECT_NE(worst_of(examine_clock(today, today - 7200)), Health::broken);
}

TEST(Doctor, NamesADirectoryThatCannotBeWrittenTo) {
    TempDirectory const place;
    std::ofstream{place.path() + "/file"} << "x";
    auto const symptoms = examine_disk(place.path() + "/file/store");
    EXPECT_EQ(worst_of(symptoms), Health::broken);
    EXPECT_THAT(complaints(symptoms), HasSubstr("Not a directory"));
}

} // namespace
} // namespace gateway::care::testing
