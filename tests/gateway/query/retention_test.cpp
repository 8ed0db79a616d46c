#include "gateway/query/retention.hpp"

#include <gmock/gmock.h>

#include "gateway/query/changes.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::query {
namespace {

using namespace store::testing;
using ::testing::IsEmpty;

constexpr UnixTime day = 86'400;
constexpr UnixTime now = 4000 * day;

class RetentionTest : public ::testing::Test {
  protected:
    /// A commit with one entry, so many days ago.
    void load(int days_ago) {
        load_one(*store_, "F", "03153", {observed("2020", std::to_string(++value_))}, {},
                 now - days_ago * day);
    }
    TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
    int value_ = 0;
};

TEST_F(RetentionTest, KeepsEverythingWhereNothingIsSaid) {
    for (int days : {3900, 2000, 1}) load(days);
    EXPECT_EQ(compact_due(*store_, {}, now), 0U);
    EXPECT_TRUE(store_->state_at(population().id, 1));
}

TEST_F(RetentionTest, DropsWhatIsOlderThanItsYearsAndNothingTwice) {
    for (int days : {3900, 2000, 733, 731, 5}) load(days);
    EXPECT_EQ(compact_due(*store_, {2, 0}, now), 3U);
    EXPECT_EQ(compact_due(*store_, {2, 0}, now), 0U);
    EXPECT_EQ(compact_due(*store_, {2, 0}, now + 2 * day), 4U);
    EXPECT_THAT(store_->verify(), IsEmpty());
    ChangeFilter const all;
    ChangeReader reader{*store_, all};
    ChangePlace place;
    place.number = 3;
    EXPECT_THROW(reader.page(place, 10, [](ChangeEntry const&) {}), Error);
    place.number = 4;
    std::size_t told = 0;
    EXPECT_FALSE(reader.page(place, 10, [&told](ChangeEntry const&) { ++told; }));
    EXPECT_EQ(told, 1U);
}

TEST_F(RetentionTest, CountsEntriesButKeepsTheLastMonth) {
    for (int days : {90, 80, 70, 30, 20, 10}) load(days);
    EXPECT_EQ(compact_due(*store_, {0, 5}, now), 1U);
    EXPECT_EQ(compact_due(*store_, {0, 2}, now), 3U);
    EXPECT_EQ(compact_due(*store_, {0, 2}, now), 0U);
}

TEST_F(RetentionTest, WhereAClockWasSetBackWhatComesFirstStaysWithWhatFollows) {
    for (int days : {2000, 10, 2000}) load(days);
    EXPECT_EQ(compact_due(*store_, {1, 0}, now), 1U);
}

} // namespace
} // namespace gateway::query
