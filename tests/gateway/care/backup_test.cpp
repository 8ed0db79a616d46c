#include <gmock/gmock.h>
#include <sqlite3.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "gateway/care/backup.hpp"
#include "gateway/care/restore.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/care/fixture.hpp"

namespace gateway::care::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr UnixTime now = 1'795'000'000;

template <typename Action>
void expect_error(Errc code, std::string const& text, Action const& action) {
    try {
        action();
        ADD_FAILURE() << "no error where " << to_string(code) << " is due";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_THAT(error.what(), HasSubstr(text));
    }
}

class Backup : public ::testing::Test {
  protected:
    Site site_;
    TempDirectory place_;
    std::string const to_ = place_.path() + "/backup";
};

TEST_F(Backup, HoldsStoreArchiveAndKeysAndComparesEqual) {
    auto const report = back_up(site_.path(), to_, now);
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.manifest.content_hash, site_.hash());
    EXPECT_EQ(report.manifest.documents, 3U);
    EXPECT_EQ(report.manifest.files.size(), 5U); // the store, three objects, the keys
    EXPECT_EQ(report.copied, 5U);
    auto const read = read_manifest(to_);
    EXPECT_EQ(read.files, report.manifest.files);
    EXPECT_EQ(read.made, now);
    for (auto const& [path, file] : read.files)
        EXPECT_EQ(io::sha256_hex(io::read_file(to_ + "/" + path)), file.sha256) << path;
    auto const comparison = compare(site_.path(), to_);
    EXPECT_TRUE(comparison.is_equal());
}

TEST_F(Backup, SecondRunCopiesOnlyWhatIsNew) {
    back_up(site_.path(), to_, now);
    auto const again = back_up(site_.path(), to_, now + 1);
    EXPECT_EQ(again.copied, 0U);
    load_document(site_.path(), "4", 2000);
    EXPECT_FALSE(compare(site_.path(), to_).is_equal());
    auto const third = back_up(site_.path(), to_, now + 2);
    EXPECT_EQ(third.copied, 2U); // the store and one object
    EXPECT_TRUE(compare(site_.path(), to_).is_equal());
    // The store of before is gone, and nothing else.
    std::size_t stores = 0;
    for (auto const& entry : fs::directory_iterator{to_})
        if (entry.path().extension() == ".sqlite") ++stores;
    EXPECT_EQ(stores, 1U);
}

TEST_F(Backup, ComesBackIntoAnEmptyDirectoryWithTheSameContent) {
    back_up(site_.path(), to_, now);
    TempDirectory const elsewhere;
    auto const target = elsewhere.path() + "/store";
    auto const report = restore(to_, target);
    EXPECT_EQ(report.files, 5U);
    EXPECT_EQ(store::open_sqlite(target, true)->content_hash(), site_.hash());
    EXPECT_TRUE(compare(target, to_).is_equal());
    EXPECT_THAT(raw::Archive{target + "/raw"}.verify(), IsEmpty());
    EXPECT_EQ(io::read_file(target + "/service/keys"), "id scope\n");
    expect_error(Errc::invalid_argument, "is not empty", [&] { restore(to_, target); });
}

TEST_F(Backup, RestoredStoreTakesFurtherLoads) {
    back_up(site_.path(), to_, now);
    TempDirectory const elsewhere;
    restore(to_, elsewhere.path());
    load_document(elsewhere.path(), "4", 2000);
    load_document(site_.path(), "4", 2000);
    EXPECT_EQ(store::open_sqlite(elsewhere.path(), true)->content_hash(), site_.hash());
}

TEST_F(Backup, IsOneStateWhileASyncWrites) {
    // A process of its own: within one, SQLite shares its locks.
    auto const writer = ::fork();
    if (writer == 0) {
        for (int i = 10;; ++i) load_document(site_.path(), std::to_string(i), 1000 + i);
    }
    std::uint64_t documents = 0;
    for (int i = 0; i < 8; ++i) {
        auto const report = back_up(site_.path(), to_, now + i);
        EXPECT_THAT(report.problems, IsEmpty());
        EXPECT_GE(report.manifest.documents, documents);
        documents = report.manifest.documents;
        TempDirectory const elsewhere;
        auto const target = elsewhere.path() + "/store";
        restore(to_, target);
        auto const store = store::open_sqlite(target, true);
        EXPECT_THAT(store->verify(), IsEmpty());
        // A document is recorded before its load: between the two it has no vintage yet.
        auto const vintages = store->vintages(store::testing::population().id).size();
        EXPECT_LE(vintages, store->documents().size());
        EXPECT_GE(vintages + 1, store->documents().size());
        raw::Archive const archive{target + "/raw"};
        for (auto const& document : store->documents()) EXPECT_TRUE(archive.holds_sound(document.sha256));
    }
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    EXPECT_GT(documents, 3U);
}

TEST_F(Backup, TakesTheLedgerOfTheIntakeAsOneState) {
    // A database of its own beside the store, open and with commits that only its log holds.
    fs::create_directories(site_.path() + "/intake");
    auto const file = site_.path() + "/intake/ledger.sqlite";
    sqlite3* ledger = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &ledger), SQLITE_OK);
    auto const run = [&ledger](char const* sql) {
        EXPECT_EQ(sqlite3_exec(ledger, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(ledger);
    };
    run("PRAGMA journal_mode = WAL; CREATE TABLE entry (no INTEGER PRIMARY KEY, text TEXT)");
    run("INSERT INTO entry VALUES (1, 'received'), (2, 'released')");
    ASSERT_TRUE(fs::exists(file + "-wal"));
    auto const report = back_up(site_.path(), to_, now);
    EXPECT_EQ(report.manifest.files.count("intake/ledger.sqlite"), 1U);
    EXPECT_EQ(report.manifest.files.count("intake/ledger.sqlite-wal"), 0U);
    EXPECT_TRUE(compare(site_.path(), to_).is_equal());
    EXPECT_EQ(back_up(site_.path(), to_, now + 1).copied, 0U);
    run("INSERT INTO entry VALUES (3, 'withdrawn')");
    EXPECT_THAT(compare(site_.path(), to_).differences, SizeIs(1));
    EXPECT_EQ(back_up(site_.path(), to_, now + 2).copied, 1U);
    sqlite3_close(ledger);
    TempDirectory const elsewhere;
    restore(to_, elsewhere.path() + "/s");
    ASSERT_EQ(sqlite3_open((elsewhere.path() + "/s/intake/ledger.sqlite").c_str(), &ledger), SQLITE_OK);
    int rows = 0;
    sqlite3_exec(
        ledger, "SELECT no FROM entry",
        [](void* count, int, char**, char**) { return ++*static_cast<int*>(count), 0; }, &rows, nullptr);
    sqlite3_close(ledger);
    EXPECT_EQ(rows, 3);
}

TEST_F(Backup, OfADamagedStoreIsRefusedAndTheOldOneStays) {
    back_up(site_.path(), to_, now);
    auto const before = io::read_file(to_ + "/manifest.json");
    flip(site_.path() + "/store.sqlite", 20'000, 3);
    expect_error(Errc::corrupt_store, "kreislauf verify --repair",
                 [&] { back_up(site_.path(), to_, now + 1); });
    EXPECT_EQ(io::read_file(to_ + "/manifest.json"), before);
}

TEST_F(Backup, NamesDocumentsThatItCouldNotTake) {
    auto const objects = raw::Archive{site_.path() + "/raw"}.list();
    flip(site_.path() + "/" + object_path(objects[0]), 30, 1);
    fs::remove(site_.path() + "/" + object_path(objects[1]));
    auto const report = back_up(site_.path(), to_, now);
    ASSERT_THAT(report.problems, SizeIs(2));
    EXPECT_THAT(report.problems[0].place, HasSubstr(objects[0]));
    EXPECT_THAT(report.problems[1].place, HasSubstr(objects[1]));
}

TEST_F(Backup, KeepsWhatTheArchiveLost) {
    back_up(site_.path(), to_, now);
    auto const lost = raw::Archive{site_.path() + "/raw"}.list()[1];
    fs::remove(site_.path() + "/" + object_path(lost));
    auto const report = back_up(site_.path(), to_, now + 1);
    EXPECT_THAT(report.problems, IsEmpty());
    EXPECT_EQ(report.manifest.files.count(object_path(lost)), 1U);
    EXPECT_EQ(compare(site_.path(), to_).objects_only_in_backup, 1U);
}

TEST_F(Backup, WithAFlippedBitIsRefusedOnRestoreAndNamedByCompare) {
    back_up(site_.path(), to_, now);
    for (auto const& [path, file] : read_manifest(to_).files) {
        flip(to_ + "/" + path, file.bytes / 2, 5);
        TempDirectory const elsewhere;
        expect_error(Errc::checksum, path, [&, name = path] { restore(to_, elsewhere.path() + "/" + "s"); });
        EXPECT_FALSE(fs::exists(elsewhere.path() + "/s/store.sqlite"));
        auto const comparison = compare(site_.path(), to_);
        ASSERT_THAT(comparison.damages, SizeIs(1)) << path;
        EXPECT_THAT(comparison.damages[0].place, HasSubstr(path));
        flip(to_ + "/" + path, file.bytes / 2, 5);
    }
    EXPECT_TRUE(compare(site_.path(), to_).is_equal());
}

TEST_F(Backup, PlaceThatWouldBeLostWithTheStoreIsRefused) {
    expect_error(Errc::invalid_argument, "inside the store",
                 [&] { back_up(site_.path(), site_.path() + "/b", now); });
    fs::create_directories(to_);
    std::ofstream{to_ + "/photo.jpg"} << "x";
    expect_error(Errc::invalid_argument, "holds other files", [&] { back_up(site_.path(), to_, now); });
    expect_error(Errc::not_found, "there is no store", [&] { back_up(place_.path(), to_, now); });
}

TEST_F(Backup, ManifestThatLeadsElsewhereIsRefused) {
    back_up(site_.path(), to_, now);
    auto const sound = io::read_file(to_ + "/manifest.json");
    auto const with = [&](std::string const& what, std::string const& instead) {
        auto text = sound;
        text.replace(text.find(what), what.size(), instead);
        io::write_durable(to_ + "/manifest.json", text);
    };
    TempDirectory const elsewhere;
    auto const restored = [&] { restore(to_, elsewhere.path() + "/s"); };
    with("service/keys", "../../evil");
    expect_error(Errc::malformed, "leads out of the backup", restored);
    with("\"version\": 1", "\"version\": 9");
    expect_error(Errc::malformed, "version 9", restored);
    io::write_durable(to_ + "/manifest.json", sound.substr(0, 100));
    expect_error(Errc::malformed, "manifest.json", restored);
    EXPECT_FALSE(fs::exists(elsewhere.path() + "/s"));
}

} // namespace
} // namespace gateway::care::testing
