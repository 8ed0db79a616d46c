#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "gateway/store/empty_store.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

/// Tables, indexes and marks of a store, one per line.
std::string shape_of(std::string const& directory) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open((directory + "/store.sqlite").c_str(), &database), SQLITE_OK);
    std::string shape;
    for (auto const* sql :
         {"SELECT type || name || coalesce(sql, '') || rootpage FROM sqlite_schema", "PRAGMA page_size",
          "PRAGMA application_id", "PRAGMA user_version", "PRAGMA journal_mode", "PRAGMA integrity_check"}) {
        sqlite3_stmt* statement = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(database, sql, -1, &statement, nullptr), SQLITE_OK);
        while (sqlite3_step(statement) == SQLITE_ROW)
            shape += std::string{reinterpret_cast<char const*>(sqlite3_column_text(statement, 0))} + "\n";
        sqlite3_finalize(statement);
    }
    sqlite3_close(database);
    return shape;
}

TEST(StoreOpening, MakesTheFileThatSqliteWouldMake) {
    TempDirectory placed;
    ASSERT_TRUE(place_empty_store(placed.path() + "/store.sqlite")) << "this file system has no O_TMPFILE";
    // An empty file is what a kill may leave of other programs: there SQLite makes the tables.
    TempDirectory made;
    std::ofstream const empty{made.path() + "/store.sqlite"};
    EXPECT_TRUE(open_sqlite(made.path())->datasets().empty());
    EXPECT_EQ(shape_of(placed.path()), shape_of(made.path()));
    EXPECT_NE(shape_of(placed.path()).find("by_indicator"), std::string::npos);
    EXPECT_EQ(open_sqlite(placed.path())->content_hash(), open_sqlite(made.path())->content_hash());
}

TEST(StoreOpening, LeavesAFileAloneThatIsThere) {
    TempDirectory directory;
    auto const path = directory.path() + "/store.sqlite";
    std::ofstream{path} << "of somebody else";
    EXPECT_FALSE(place_empty_store(path));
    std::string text;
    std::getline(std::ifstream{path}, text);
    EXPECT_EQ(text, "of somebody else");
    std::size_t files = 0;
    for (auto const& entry : std::filesystem::directory_iterator{directory.path()})
        files += entry.exists() ? 1U : 0U;
    EXPECT_EQ(files, 1U);
}

TEST(StoreOpening, ThrowsAtEveryUseWhatWentWrongLater) {
    TempDirectory directory;
    std::ofstream{directory.path() + "/file"} << "x";
    auto const store = open_sqlite_later([&] { return directory.path() + "/file/store"; });
    for (int use = 0; use < 2; ++use) {
        try {
            (void)store->datasets();
            ADD_FAILURE() << "a store in a file";
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::io);
        }
    }
}

TEST(StoreOpening, MakesAStoreOnAThreadOfItsOwn) {
    TempDirectory directory;
    {
        auto const store = open_sqlite_later([&] { return directory.path() + "/new"; });
        store->record_attempt({1, "s", "t", "failed", "", 0});
    }
    EXPECT_EQ(open_sqlite(directory.path() + "/new")->attempts(10).size(), 1U);
}

} // namespace
} // namespace gateway::store::testing
