#include "gateway/store/ledger_database.hpp"

#include <gmock/gmock.h>

#include <latch>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/core/error.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store {
namespace {

constexpr LedgerForm form{"CREATE TABLE entry (no INTEGER PRIMARY KEY, maker INTEGER NOT NULL) STRICT", 3};

std::int64_t entries_in(Database& database) {
    return first_number(database, "SELECT count(*) FROM entry");
}

TEST(LedgerDatabase, IsMadeOnceByManyAtOnce) {
    constexpr int makers = 6;
    for (int round = 0; round < 40; ++round) {
        testing::TempDirectory const directory;
        std::latch together{makers};
        std::mutex mutex;
        std::vector<std::string> failures;
        std::vector<std::jthread> threads;
        threads.reserve(makers);
        for (int maker = 0; maker < makers; ++maker)
            threads.emplace_back([&, maker] {
                together.arrive_and_wait();
                try {
                    auto database = open_ledger(directory.path(), "made.sqlite", form);
                    LedgerTransaction transaction{database};
                    Statement{database, "INSERT INTO entry (maker) VALUES (?)"}.run(maker);
                    transaction.commit();
                } catch (Error const& error) {
                    std::scoped_lock const lock{mutex};
                    failures.emplace_back(error.what());
                }
            });
        threads.clear();
        ASSERT_THAT(failures, ::testing::IsEmpty());
        auto database = open_ledger(directory.path(), "made.sqlite", form);
        ASSERT_EQ(entries_in(database), makers);
    }
}

TEST(LedgerDatabase, WaitsForTheDiskAndKeepsItsReferences) {
    testing::TempDirectory const directory;
    auto database = open_ledger(directory.path(), "made.sqlite", form);
    EXPECT_EQ(first_number(database, "PRAGMA user_version"), 3);
    EXPECT_EQ(first_number(database, "PRAGMA synchronous"), 2);
    EXPECT_EQ(first_number(database, "PRAGMA foreign_keys"), 1);
    Statement mode{database, "PRAGMA journal_mode"};
    Rows rows{mode};
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.text(0), "wal");
}

TEST(LedgerDatabase, GivesUpWhatWasNotCommitted) {
    testing::TempDirectory const directory;
    auto database = open_ledger(directory.path(), "made.sqlite", form);
    {
        LedgerTransaction const transaction{database};
        Statement{database, "INSERT INTO entry (maker) VALUES (1)"}.run();
    }
    EXPECT_EQ(entries_in(database), 0);
}

TEST(LedgerDatabase, TakesUpAFileThatWasNotFinished) {
    testing::TempDirectory const directory;
    // As a kill leaves it: the file is there, its tables are not.
    Database{directory.path() + "/made.sqlite", Database::Mode::create}.execute("PRAGMA journal_mode = WAL");
    auto database = open_ledger(directory.path(), "made.sqlite", form);
    EXPECT_EQ(entries_in(database), 0);
}

TEST(LedgerDatabase, RefusesTablesOfAnotherForm) {
    testing::TempDirectory const directory;
    open_ledger(directory.path(), "made.sqlite", form);
    try {
        open_ledger(directory.path(), "made.sqlite", {form.tables, 2});
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::corrupt_store);
        EXPECT_THAT(error.what(), ::testing::HasSubstr("form 3, this program knows form 2"));
    }
}

} // namespace
} // namespace gateway::store
