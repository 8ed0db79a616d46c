#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "gateway/store/sql.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool wants(ChangeScope const& scope, ChangeBlock const& block) {
    if (!scope.datasets.empty() && !block.dataset.empty() &&
        std::find(scope.datasets.begin(), scope.datasets.end(), block.dataset) == scope.datasets.end())
        return false;
    if (block.kind != ChangeKind::data || !scope.areas) return true;
    return std::any_of(block.rows.begin(), block.rows.end(), [&scope](ChangedRow const& row) {
        return std::any_of(scope.areas->begin(), scope.areas->end(), [&row](AreaNo no) {
            return no >= row.first_area && no < row.first_area + 64 &&
                   (row.all() >> (no - row.first_area) & 1U) != 0;
        });
    });
}

std::vector<std::uint64_t> firsts(Store const& store, ChangeScope const& scope, std::uint64_t from) {
    std::vector<std::uint64_t> found;
    store.changes_of(scope, from, [&](ChangeBlock const& block) {
        found.push_back(block.first);
        return true;
    });
    return found;
}

class ChangeWalkTest : public ::testing::Test {
  protected:
    /// 200 counties; every commit changes a few of them, now and then nearly all.
    void fill(std::mt19937& random, unsigned commits) {
        for (unsigned i = 0; i < commits; ++i) {
            auto info = population();
            info.id = "D" + std::to_string(random() % 3);
            if (random() % 6 == 0) store_->announce({ChangeKind::comment, "", 1, "Hinweis"});
            auto const load = store_->begin(request(info));
            auto const indicator = load->indicator(indicator_of("F"));
            auto const rare = random() % 4 == 0 ? 1U : 70U;
            for (unsigned area = 0; area < 200; ++area) {
                auto const no = load->area(county(std::to_string(10'000 + area)));
                if (random() % rare == 0)
                    load->put(indicator, no, std::vector{observed("2020", std::to_string(random() % 1000))});
            }
            load->commit("", 0, 0, {});
        }
    }
    void sql(char const* text) {
        store_.reset();
        Database{directory_.path() + "/store.sqlite", Database::Mode::read_write}.execute(text);
        store_ = open_sqlite(directory_.path());
    }
    void expect_what_a_plain_walk_finds(std::mt19937& random) {
        std::size_t left_out = 0;
        for (int i = 0; i < 60; ++i) {
            ChangeScope scope;
            if (random() % 5 != 0) {
                std::set<AreaNo> areas;
                auto const all = store_->areas();
                for (auto n = random() % 4; n > 0; --n) areas.insert(all[random() % all.size()]);
                scope.areas.emplace(areas.begin(), areas.end());
            }
            if (random() % 3 == 0) scope.datasets = {"D1"};
            if (random() % 9 == 0) scope.datasets = {"D0", "D2"};
            auto const from = random() % (store_->last_change() + 2);
            std::vector<std::uint64_t> due;
            store_->changes(from, [&](ChangeBlock const& block) {
                // The block in the middle of which the reader stands is told whatever it holds.
                if (block.first < from || wants(scope, block))
                    due.push_back(block.first);
                else
                    ++left_out;
                return true;
            });
            if (!scope.areas && scope.datasets.empty())
                EXPECT_EQ(firsts(*store_, scope, from).size(), due.size());
            else
                EXPECT_EQ(firsts(*store_, scope, from), due) << "from " << from;
        }
        EXPECT_GT(left_out, 100U);
    }

    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
};

TEST_F(ChangeWalkTest, FindsWhatConcernsAnAreaAndNothingElse) {
    std::mt19937 random{5};
    fill(random, 60);
    expect_what_a_plain_walk_finds(random);
    EXPECT_THAT(store_->verify(), IsEmpty());
    store_->compact_changes(store_->last_change() / 2, 9);
    EXPECT_THAT(store_->verify(), IsEmpty());
    expect_what_a_plain_walk_finds(random);
    EXPECT_EQ(firsts(*store_, {std::vector<AreaNo>{}, {}}, 1).front(), 1U)
        << "what is gone is told to everybody";
}

TEST_F(ChangeWalkTest, AStoreOfVersion2GetsTheIndexWhenItIsWritten) {
    std::mt19937 random{6};
    fill(random, 40);
    sql("DROP TABLE change_area; DROP INDEX change_event; PRAGMA user_version = 2"); // opens it again for writing
    expect_what_a_plain_walk_finds(random);
    EXPECT_THAT(store_->verify(), IsEmpty());
    fill(random, 10);
    expect_what_a_plain_walk_finds(random);
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(ChangeWalkTest, AStoreOfVersion2IsReadWithoutTheIndexUntilSomebodyWrites) {
    std::mt19937 random{7};
    fill(random, 20);
    ChangeScope const scope{std::vector<AreaNo>{store_->areas().front()}, {}};
    auto const due = firsts(*store_, scope, 1);
    store_.reset();
    Database{directory_.path() + "/store.sqlite", Database::Mode::read_write}.execute(
        "DROP TABLE change_area; DROP INDEX change_event; PRAGMA user_version = 2");
    auto const reader = open_sqlite(directory_.path(), true);
    EXPECT_GT(firsts(*reader, scope, 1).size(), due.size());
    EXPECT_THAT(reader->verify(), IsEmpty());
    store_ = open_sqlite(directory_.path());
    // The reader has the store open all the time.
    EXPECT_EQ(firsts(*reader, scope, 1), due);
}

TEST_F(ChangeWalkTest, VerifyFindsAnIndexThatLacksAnArea) {
    std::mt19937 random{8};
    fill(random, 5);
    auto const problems = [this] {
        std::string text;
        for (auto const& each : store_->verify()) text += each.place + ": " + each.text + "\n";
        return text;
    };
    sql("UPDATE change_area SET mask = mask & (mask - 1) "
        "WHERE first = (SELECT max(first) FROM change_area)");
    EXPECT_THAT(problems(), HasSubstr("names other areas than the block"));
    sql("DELETE FROM change_area");
    EXPECT_THAT(problems(), HasSubstr("table change_area, first 1"));
}

} // namespace
} // namespace gateway::store::testing
