// A store that is new: nothing of it before its first commit, all of it after, whatever happens between.
#include <gmock/gmock.h>
#include <sqlite3.h>

#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

class NewStoreTest : public ::testing::Test {
  protected:
    std::unique_ptr<Store> open() const {
        return open_sqlite_later([path = directory_.path()] { return path; }, NewFile::beside);
    }
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (auto const& entry : std::filesystem::directory_iterator{directory_.path()})
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    std::string file(std::string const& name) const { return directory_.path() + "/" + name; }
    /// What an action throws.
    template <typename Action>
    static std::optional<Error> error_of(Action const& action) {
        try {
            action();
        } catch (Error const& error) {
            return error;
        }
        return std::nullopt;
    }

    TempDirectory directory_;
};

std::string journal_mode_of(std::string const& file) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    std::string mode;
    auto const take = [](void* to, int, char** values, char**) {
        *static_cast<std::string*>(to) = values[0];
        return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, "PRAGMA journal_mode", take, &mode, nullptr), SQLITE_OK);
    sqlite3_close(database);
    return mode;
}

TEST_F(NewStoreTest, IsThereWithItsFirstCommit) {
    auto const store = open();
    EXPECT_TRUE(store->datasets().empty());
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite-new"));
    EXPECT_EQ(error_of([&] { open_sqlite(directory_.path(), true); })->code(), Errc::not_found);
    load_one(*store, "F", "03153", {observed("2021", "7")});
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite"));
    EXPECT_EQ(text_of(*open_sqlite(directory_.path(), true), "F", "03153"), "2021=7@1");
    EXPECT_EQ(journal_mode_of(file("store.sqlite")), "wal");
}

TEST_F(NewStoreTest, LeavesNothingBehindWhenItIsClosedAndTheProcessEnds) {
    auto const store = open();
    load_one(*store, "F", "03153", {observed("2021", "7")});
    store->close();
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite"));
    // As in a process that ends now: nothing of the first store has been destroyed when others go on.
    auto const next = open_sqlite(directory_.path());
    load_one(*next, "F", "03153", {observed("2021", "8")}, everything(), 2000);
    EXPECT_EQ(text_of(*next, "F", "03153"), "2021=8@2");
    next->close();
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite")) << "no log is left to be cleaned up";
}

TEST_F(NewStoreTest, IsNotThereWhenItIsClosedBeforeItsFirstCommit) {
    auto const store = open();
    EXPECT_TRUE(store->datasets().empty());
    store->close();
    EXPECT_THAT(files(), ::testing::IsEmpty());
}

TEST_F(NewStoreTest, IsClosedWithItsLogOnceItWasOpenedAnew) {
    auto const store = open();
    load_one(*store, "F", "03153", {observed("2021", "7")});
    store->record_attempt({1, "s", "t", "failed", "", 0}); // through the log
    store->close();
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite"));
}

TEST_F(NewStoreTest, HoldsTheSameAsOneMadeInItsPlace) {
    TempDirectory elsewhere;
    auto const fill = [](Store& store) {
        load_one(store, "F", "03153", {observed("2021", "7"), observed("2022", "8")}, everything());
        load_one(store, "F", "03153", {observed("2021", "9")}, everything(), 2000);
        store.record_attempt({1, "s", "t", "failed", "", 0});
    };
    auto const beside = open();
    fill(*beside);
    auto const in_place = open_sqlite(elsewhere.path());
    fill(*in_place);
    EXPECT_EQ(beside->content_hash(), in_place->content_hash());
    EXPECT_EQ(text_of(*beside, "F", "03153"), "2021=9@2");
    EXPECT_EQ(beside->attempts(5).size(), 1U);
    EXPECT_THAT(beside->verify(), ::testing::IsEmpty());
}

TEST_F(NewStoreTest, SeesWhatOthersWriteBehindItsFirstCommit) {
    auto const store = open();
    auto const load = store->begin(request()); // still held when the store is opened anew
    load->commit("", 0, 0, {});
    auto const other = open_sqlite(directory_.path());
    load_one(*other, "F", "03153", {observed("2021", "7")});
    EXPECT_EQ(text_of(*store, "F", "03153"), "2021=7@1");
    load_one(*store, "F", "03153", {observed("2021", "8")}, {}, 3000);
    EXPECT_EQ(text_of(*other, "F", "03153"), "2021=8@2");
}

TEST_F(NewStoreTest, LeavesNothingWhereNothingWasCommitted) {
    {
        auto const store = open();
        auto const load = store->begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", "7")});
    }
    EXPECT_THAT(files(), ::testing::IsEmpty());
}

TEST_F(NewStoreTest, KeepsNothingOfALoadThatWasDropped) {
    auto const store = open();
    {
        auto const load = store->begin(request());
        load->put(load->indicator(indicator_of("F")), load->area(county("03153")),
                  std::vector{observed("2021", "7")});
    }
    store->record_attempt({1, "s", "t", "failed", "", 0});
    auto const reader = open_sqlite(directory_.path(), true);
    EXPECT_EQ(reader->attempts(5).size(), 1U);
    EXPECT_TRUE(reader->datasets().empty());
    EXPECT_THAT(reader->verify(), ::testing::IsEmpty());
}

TEST_F(NewStoreTest, NeverReplacesAFileThatCameMeanwhile) {
    auto const store = open();
    auto const load = store->begin(request());
    std::ofstream{file("store.sqlite")} << "of somebody else";
    auto const error = error_of([&] { load->commit("", 0, 0, {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::conflict);
    EXPECT_THAT(error->what(), ::testing::HasSubstr("store.sqlite: another program has made this file"));
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite"));
    std::string text;
    std::getline(std::ifstream{file("store.sqlite")}, text);
    EXPECT_EQ(text, "of somebody else");
    // What could not be published must not come to light with the next commit.
    EXPECT_EQ(error_of([&] { store->record_attempt({}); })->code(), Errc::io);
}

TEST_F(NewStoreTest, WritesOverWhatAKillLeft) {
    std::ofstream{file("store.sqlite-new")} << std::string(500'000, 'x');
    auto const store = open();
    load_one(*store, "F", "03153", {observed("2021", "7")});
    EXPECT_EQ(text_of(*open_sqlite(directory_.path(), true), "F", "03153"), "2021=7@1");
    EXPECT_THAT(store->verify(), ::testing::IsEmpty());
}

TEST_F(NewStoreTest, RemovesWhatAKillLeftAlsoWhereTheStoreIsMadeInItsPlace) {
    std::ofstream{file("store.sqlite-new")} << "x";
    open_sqlite(directory_.path())->record_attempt({});
    EXPECT_THAT(files(), ::testing::ElementsAre("store.sqlite"));
}

TEST_F(NewStoreTest, WaitsForWhoeverIsMakingTheStoreAndThenUsesIt) {
    auto first = open();
    (void)first->datasets();
    std::thread other{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        load_one(*first, "F", "03153", {observed("2021", "7")});
    }};
    // On a busy machine the load may take longer than a writer waits.
    auto second = open();
    for (int again = 0; again < 30 && error_of([&] { (void)second->datasets(); }); ++again) second = open();
    other.join();
    EXPECT_EQ(text_of(*second, "F", "03153"), "2021=7@1");
    load_one(*second, "M", "03153", {observed("2021", "8")});
    EXPECT_EQ(text_of(*first, "M", "03153"), "2021=8@2");
}

TEST_F(NewStoreTest, SaysThatAnotherProcessIsMakingTheStore) {
    auto const first = open();
    (void)first->datasets();
    for (auto const& second : {std::function<void()>{[&] { (void)open()->datasets(); }},
                               std::function<void()>{[&] { open_sqlite(directory_.path()); }}}) {
        auto const error = error_of(second);
        ASSERT_TRUE(error);
        EXPECT_EQ(error->code(), Errc::conflict);
        EXPECT_THAT(error->what(), ::testing::HasSubstr("another process is making this store"));
    }
    load_one(*first, "F", "03153", {observed("2021", "7")});
    EXPECT_EQ(text_of(*open(), "F", "03153"), "2021=7@1");
}

/// A first load of some size.
void load_first(Store& store) {
    auto const load = store.begin(request());
    std::vector<PackedObservation> series;
    for (auto const* sex : {"F", "M"}) {
        auto const indicator = load->indicator(indicator_of(sex));
        for (unsigned i = 0; i < 3000; ++i) {
            series.clear();
            for (int year = 2010; year < 2024; ++year)
                series.push_back(
                    {TimePeriod::year(year).value(), Decimal::from_integer(i * 37 % 5000), 0, 0});
            load->put(indicator, load->area(county(std::to_string(10'000 + i))), series);
        }
    }
    load->commit("done", 0, 0, everything());
}

TEST_F(NewStoreTest, KilledAnywhereIsNotThereOrWhole) {
    TempDirectory undisturbed;
    auto const start = std::chrono::steady_clock::now();
    load_first(*open_sqlite_later([&] { return undisturbed.path(); }, NewFile::beside));
    auto const whole =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
    auto const expected = open_sqlite(undisturbed.path(), true)->content_hash();
    std::mt19937 random{std::random_device{}()};
    int absent = 0;
    for (int round = 0; round < 20; ++round) {
        TempDirectory const killed;
        auto const again = [&] { return open_sqlite_later([&] { return killed.path(); }, NewFile::beside); };
        auto const child = fork();
        if (child == 0) {
            load_first(*again());
            _exit(0);
        }
        std::this_thread::sleep_for(whole * (random() % 130) / 100);
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        if (!std::filesystem::exists(killed.path() + "/store.sqlite")) {
            ++absent;
            load_first(*again());
        }
        auto const store = open_sqlite(killed.path(), true);
        EXPECT_EQ(store->content_hash(), expected);
        EXPECT_THAT(store->verify(), ::testing::IsEmpty());
    }
    EXPECT_GT(absent, 0) << "no kill came early enough";
}

} // namespace
} // namespace gateway::store::testing
