#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>

#include "gateway/store/load.hpp"
#include "gateway/store/page_sums.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

template <typename Action>
void expect_error(Errc code, std::string const& text, Action const& action) {
    try {
        action();
        ADD_FAILURE() << "no error where " << to_string(code) << " is due";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), code) << error.what();
        EXPECT_THAT(error.what(), ::testing::HasSubstr(text));
    }
}

/// Loads `areas` series of incompressible figures.
void load_much(Load& load, unsigned areas, unsigned seed) {
    auto const indicator = load.indicator(indicator_of("F"));
    std::vector<PackedObservation> series;
    for (unsigned i = 0; i < areas; ++i) {
        series.clear();
        for (int year = 1990; year < 2024; ++year) {
            seed = seed * 1'664'525U + 1'013'904'223U;
            series.push_back({TimePeriod::year(year).value(), Decimal::from_integer(seed), 0, 0});
        }
        load.put(indicator, load.area(county(std::to_string(10'000 + i))), series);
    }
}

class StoreFailure : public ::testing::Test {
  protected:
    TempDirectory directory_;
    std::string const file_ = directory_.path() + "/store.sqlite";
};

TEST_F(StoreFailure, MissingStoreNamesTheNextStep) {
    expect_error(Errc::not_found, "kreislauf sync", [&] { open_sqlite(directory_.path() + "/none", true); });
    EXPECT_FALSE(std::filesystem::exists(directory_.path() + "/none"));
}

TEST_F(StoreFailure, DirectoryThatCannotBeMadeIsAnIoError) {
    std::ofstream{directory_.path() + "/file"} << "x";
    expect_error(Errc::io, "/file/store", [&] { open_sqlite(directory_.path() + "/file/store"); });
}

TEST_F(StoreFailure, SecondWriterIsTurnedAway) {
    auto const first = open_sqlite(directory_.path());
    auto const second = open_sqlite(directory_.path());
    auto const load = first->begin(request());
    expect_error(Errc::conflict, "another process is writing", [&] { second->begin(request()); });
    expect_error(Errc::conflict, "another process is writing", [&] { second->record_attempt({}); });
    expect_error(Errc::conflict, "in this process", [&] { first->begin(request()); });
    load_much(*load, 3, 1);
    EXPECT_EQ(load->commit("", 0, 0, {}).vintage, VintageNo{1});
    EXPECT_EQ(second->begin(request())->commit("", 0, 0, {}).vintage, std::nullopt);
}

TEST_F(StoreFailure, AttemptDuringALoadIsPartOfIt) {
    auto const store = open_sqlite(directory_.path());
    auto load = store->begin(request());
    store->record_attempt({1, "s", "t", "loaded", "", 0});
    load.reset();
    EXPECT_TRUE(store->attempts(5).empty());
    load = store->begin(request());
    store->record_attempt({1, "s", "t", "loaded", "", 0});
    load->commit("", 0, 0, {});
    EXPECT_EQ(store->attempts(5).size(), 1U);
}

TEST_F(StoreFailure, NewerVersionIsNotTouched) {
    open_sqlite(directory_.path());
    sqlite3* raw = nullptr;
    // A newer kreislauf writes the sums of its pages, too.
    sqlite3_open_v2(file_.c_str(), &raw, SQLITE_OPEN_READWRITE, page_sums_vfs());
    sqlite3_exec(raw, "PRAGMA user_version = 99", nullptr, nullptr, nullptr);
    sqlite3_close(raw);
    expect_error(Errc::corrupt_store, "use a newer kreislauf", [&] { open_sqlite(directory_.path()); });
    expect_error(Errc::corrupt_store, "version 99", [&] { open_sqlite(directory_.path(), true); });
}

TEST_F(StoreFailure, ForeignDatabaseIsNotTouched) {
    sqlite3* raw = nullptr;
    sqlite3_open(file_.c_str(), &raw);
    sqlite3_exec(raw, "CREATE TABLE photos (x)", nullptr, nullptr, nullptr);
    sqlite3_close(raw);
    expect_error(Errc::corrupt_store, "no store of kreislauf", [&] { open_sqlite(directory_.path()); });
}

TEST_F(StoreFailure, FileThatIsNoDatabaseIsReported) {
    std::ofstream{file_} << std::string(9'000, 'x');
    expect_error(Errc::corrupt_store, "store.sqlite", [&] { open_sqlite(directory_.path()); });
}

TEST_F(StoreFailure, FullStoreKeepsTheLoadBefore) {
    std::string before;
    {
        auto const store = open_sqlite(directory_.path());
        auto const load = store->begin(request());
        load_much(*load, 100, 1);
        load->commit("before", 0, 0, {});
        before = store->content_hash();
    }
    {
        Core core{file_, Database::Mode::read_write};
        core.database.execute("PRAGMA max_page_count = 45"); // what a full disk looks like to SQLite
        expect_error(Errc::io, "free space", [&] {
            SqliteLoad load{core, request()};
            load_much(load, 4'000, 2);
            load.commit("after", 0, 0, {});
        });
        EXPECT_FALSE(core.database.in_transaction());
        EXPECT_FALSE(core.loading);
    }
    auto const store = open_sqlite(directory_.path());
    EXPECT_EQ(store->content_hash(), before);
    EXPECT_EQ(store->position("regionalstatistik", "12411-01-01-4"), "before");
    EXPECT_THAT(store->verify(), ::testing::IsEmpty());
    auto const load = store->begin(request());
    load_much(*load, 100, 3);
    EXPECT_EQ(load->commit("again", 0, 0, {}).vintage, VintageNo{2});
}

TEST_F(StoreFailure, FileSizeLimitOfTheMachineIsAnIoErrorAndHarmless) {
    std::string before;
    {
        auto const store = open_sqlite(directory_.path());
        auto const load = store->begin(request());
        load_much(*load, 100, 1);
        load->commit("before", 0, 0, {});
        before = store->content_hash();
    }
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    auto const handler = std::signal(SIGXFSZ, SIG_IGN);
    {
        auto const store = open_sqlite(directory_.path());
        rlimit const small{300'000, old.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        expect_error(Errc::io, "run the command again", [&] {
            auto const load = store->begin(request());
            load_much(*load, 8'000, 2);
            load->commit("after", 0, 0, {});
        });
        setrlimit(RLIMIT_FSIZE, &old);
    }
    std::signal(SIGXFSZ, handler);
    auto const store = open_sqlite(directory_.path());
    EXPECT_EQ(store->content_hash(), before);
    EXPECT_THAT(store->verify(), ::testing::IsEmpty());
}

/// Runs `action` as a user without rights; the exit code is its result.
template <typename Action>
int as_nobody(Action const& action) {
    auto const child = fork();
    if (child == 0) {
        constexpr uid_t nobody = 65'534;
        if (geteuid() == 0 && setuid(nobody) != 0) _exit(99);
        int code = 98;
        try {
            code = action();
        } catch (Error const& error) {
            code = error.code() == Errc::io ? 10 : 11;
        }
        _exit(code);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(StoreFailure, StoreInAReadOnlyDirectoryCanBeReadButNotWritten) {
    {
        auto const store = open_sqlite(directory_.path());
        load_one(*store, "F", "03153", {observed("2021", "7")});
    }
    ASSERT_FALSE(std::filesystem::exists(file_ + "-wal"));
    chmod(file_.c_str(), 0444);
    chmod(directory_.path().c_str(), 0555);
    EXPECT_EQ(as_nobody([&] {
                  return text_of(*open_sqlite(directory_.path(), true), "F", "03153") == "2021=7@1" ? 0 : 1;
              }),
              0);
    EXPECT_EQ(as_nobody([&] {
                  open_sqlite(directory_.path())->begin(request());
                  return 0;
              }),
              10);
    chmod(directory_.path().c_str(), 0755);
}

} // namespace
} // namespace gateway::store::testing
