#include <gmock/gmock.h>
#include <sqlite3.h>

#include <map>
#include <random>

#include "gateway/care/backup.hpp"
#include "gateway/care/verification.hpp"
#include "tests/gateway/care/fixture.hpp"

namespace gateway::care::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Verify : public ::testing::Test {
  protected:
    Verification run(bool repair = false, std::string const& backup = {}) const {
        return verify(site_.path(), {repair, backup});
    }
    /// Every byte of store and archive.
    [[nodiscard]] std::map<std::string, std::string> files() const {
        std::map<std::string, std::string> result;
        result["store.sqlite"] = io::read_file(site_.path() + "/store.sqlite");
        for (auto const& sha256 : raw::Archive{site_.path() + "/raw"}.list())
            result[object_path(sha256)] = io::read_file(site_.path() + "/" + object_path(sha256));
        return result;
    }
    Site site_;
};

TEST_F(Verify, SoundStoreHasNoFindings) {
    auto const result = run();
    EXPECT_TRUE(result.is_sound());
    EXPECT_THAT(result.findings, IsEmpty());
    EXPECT_EQ(result.content_hash, site_.hash());
    EXPECT_EQ(result.objects, 3U);
    EXPECT_EQ(result.documents, 3U);
    EXPECT_GT(result.pages, 10U);
    EXPECT_TRUE(result.has_page_sums);
}

/// Done-when 4 of the operation: one flipped bit anywhere is found, named, and mended.
TEST_F(Verify, AThousandFlippedBitsAreFoundNamedAndTurnedBack) {
    auto const whole = files();
    auto const hash = site_.hash();
    std::uint64_t total = 0;
    for (auto const& entry : whole) total += entry.second.size();
    std::mt19937_64 random{8};
    int store = 0;
    int repaired = 0;
    for (int i = 0; i < 1000; ++i) {
        // Half in the store, half in the archive, which is smaller.
        auto entry = whole.find("store.sqlite");
        if (i % 2 == 1) {
            entry = whole.begin(); // "raw/…" comes before
            std::advance(entry, static_cast<long>(random() % (whole.size() - 1)));
        }
        auto const& path = entry->first;
        auto const byte = random() % entry->second.size();
        auto const bit = static_cast<unsigned>(random() % 8);
        flip(site_.path() + "/" + path, byte, bit);
        auto const found = run();
        ASSERT_FALSE(found.is_sound()) << path << " byte " << byte << " bit " << bit;
        ASSERT_THAT(found.findings, SizeIs(1)) << path << " byte " << byte << " bit " << bit;
        bool const in_store = path == "store.sqlite";
        EXPECT_THAT(found.findings[0].place,
                    HasSubstr(in_store ? "store.sqlite, page " + std::to_string(byte / 8192 + 1) : path));
        auto const mended = run(true);
        ASSERT_TRUE(mended.is_sound())
            << path << " byte " << byte << " bit " << bit << ": " << mended.findings[0].text;
        EXPECT_EQ(mended.content_hash, hash);
        ASSERT_EQ(io::read_file(site_.path() + "/" + path), entry->second);
        store += in_store ? 1 : 0;
        repaired += static_cast<int>(mended.repaired());
    }
    EXPECT_EQ(store, 500);
    EXPECT_EQ(repaired, 1000);
    EXPECT_EQ(files(), whole);
    std::printf("[ COUNTED  ] 1000 bits of %llu bytes: %d in the store, %d in the archive, %d turned back\n",
                static_cast<unsigned long long>(total), store, 1000 - store, repaired);
}

TEST_F(Verify, WiderDamageIsTakenFromABackupAndNamedWithoutOne) {
    TempDirectory const place;
    auto const backup = place.path() + "/backup";
    back_up(site_.path(), backup, 1);
    auto const whole = files();
    for (auto const& entry : whole) {
        auto damaged = entry.second;
        for (std::size_t i = 0; i < 30; ++i) damaged[damaged.size() / 2 + i] = static_cast<char>(i * 37 + 1);
        io::write_durable(site_.path() + "/" + entry.first, damaged);
        auto const left = run(true);
        ASSERT_FALSE(left.is_sound()) << entry.first;
        EXPECT_EQ(left.repaired(), 0U);
        auto const mended = run(true, backup);
        EXPECT_TRUE(mended.is_sound()) << entry.first << ": " << mended.findings[0].text;
        EXPECT_EQ(mended.repaired(), 1U);
        EXPECT_EQ(io::read_file(site_.path() + "/" + entry.first), entry.second) << entry.first;
    }
}

TEST_F(Verify, LostDocumentIsNamedAndTakenFromABackup) {
    TempDirectory const place;
    auto const backup = place.path() + "/backup";
    back_up(site_.path(), backup, 1);
    auto const lost = raw::Archive{site_.path() + "/raw"}.list()[0];
    fs::remove_all(fs::path{site_.path() + "/" + object_path(lost)}.parent_path());
    auto const found = run(true);
    ASSERT_THAT(found.findings, SizeIs(1));
    EXPECT_THAT(found.findings[0].place, HasSubstr(lost));
    EXPECT_TRUE(run(true, backup).is_sound());
    EXPECT_TRUE(run().is_sound());
}

TEST_F(Verify, ForeignFilesInTheArchiveAreNamedAndLeft) {
    std::ofstream{site_.path() + "/raw/notes.txt"} << "x";
    auto const found = run(true);
    ASSERT_THAT(found.findings, SizeIs(1));
    EXPECT_THAT(found.findings[0].text, HasSubstr("no object"));
    EXPECT_TRUE(fs::exists(site_.path() + "/raw/notes.txt"));
}

TEST_F(Verify, StoreWithoutPageSumsGetsThemByRepair) {
    TempDirectory const old;
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((old.path() + "/store.sqlite").c_str(), &raw), SQLITE_OK);
    auto const sql = io::read_file(KREISLAUF_SOURCE_DIR "/tests/gateway/store/store_v1.sql");
    ASSERT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(raw);
    auto const before = verify(old.path(), {});
    EXPECT_FALSE(before.has_page_sums);
    ASSERT_THAT(before.findings, SizeIs(1)); // the document of the fixture has no archive
    EXPECT_THAT(before.findings[0].text, HasSubstr("not in the archive"));
    auto const after = verify(old.path(), {true, {}});
    EXPECT_TRUE(after.sums_added);
    EXPECT_TRUE(after.has_page_sums);
    EXPECT_EQ(after.content_hash, before.content_hash);
    EXPECT_TRUE(verify(old.path(), {}).has_page_sums);
}

} // namespace
} // namespace gateway::care::testing
