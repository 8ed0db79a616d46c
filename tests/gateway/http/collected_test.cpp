#include "gateway/http/collected.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "gateway/http/spare_pieces.hpp"

namespace gateway::http {
namespace {

TEST(HttpCollected, HoldsWhatWentByInItsOrder) {
    CollectingRoom room{100};
    Collected collected{room, 50};
    for (auto const* piece : {"one", "", "two", "three"}) collected.add(piece);
    EXPECT_TRUE(collected.is_whole());
    EXPECT_EQ(collected.text(), "onetwothree");
}

TEST(HttpCollected, DropsWhatGetsTooLongForGood) {
    CollectingRoom room{100};
    Collected collected{room, 10};
    collected.add("0123456789");
    EXPECT_TRUE(collected.is_whole());
    collected.add("a");
    EXPECT_FALSE(collected.is_whole());
    EXPECT_EQ(collected.text(), "");
    EXPECT_TRUE(room.take(100)) << "what it held is given back at once";
    room.give_back(100);
    collected.add("b");
    EXPECT_FALSE(collected.is_whole());
    EXPECT_TRUE(room.take(100));
}

TEST(HttpCollected, SharesOneRoomWithAllOthers) {
    CollectingRoom room{15};
    {
        Collected first{room, 10}, second{room, 10};
        first.add("0123456789");
        second.add("012345");
        EXPECT_TRUE(first.is_whole());
        EXPECT_FALSE(second.is_whole());
        EXPECT_FALSE(room.take(6));
    }
    EXPECT_TRUE(room.take(15)) << "what went away gave back what it held";
    EXPECT_FALSE(room.take(1));
}

TEST(HttpSparePieces, GivesTheRoomOfSentPiecesToTheNext) {
    SparePieces spare;
    EXPECT_EQ(spare.take().capacity(), std::string{}.capacity());
    spare.give_back(std::string(100'000, 'x'));
    auto const again = spare.take();
    EXPECT_TRUE(again.empty());
    EXPECT_GE(again.capacity(), 100'000U);
    EXPECT_EQ(spare.take().capacity(), std::string{}.capacity());
}

TEST(HttpSparePieces, HoldsFewAndNoHugeOnes) {
    SparePieces spare;
    spare.give_back(std::string(std::size_t{3} << 20U, 'x'));
    EXPECT_LT(spare.take().capacity(), 1000U);
    for (int i = 0; i < 500; ++i) spare.give_back(std::string(100'000, 'x'));
    EXPECT_LE(spare.bytes(), SparePieces::most_bytes);
    EXPECT_GT(spare.bytes(), SparePieces::most_bytes - 200'000);
    while (spare.take().capacity() >= 100'000) {
    }
    EXPECT_EQ(spare.bytes(), 0U);
}

TEST(HttpSparePieces, GivesBackByHalvesWhatNobodyNeeds) {
    SparePieces spare;
    for (int i = 0; i < 8; ++i) spare.give_back(std::string(100'000, 'x'));
    auto const one = spare.bytes() / 8;
    spare.trim(); // they were not there all the time
    EXPECT_EQ(spare.bytes(), 8 * one);
    for (int i = 0; i < 3; ++i) spare.give_back(spare.take());
    auto first = spare.take();
    auto second = spare.take();
    spare.give_back(std::move(first));
    spare.give_back(std::move(second));
    spare.trim(); // six were never needed
    EXPECT_EQ(spare.bytes(), 5 * one);
    for (int i = 0; i < 4; ++i) spare.trim();
    EXPECT_EQ(spare.bytes(), 0U);
}

TEST(HttpCollected, TriesFewWhereTheLastOnesWereTooLong) {
    CollectingRoom room{1000};
    auto const collect = [&](std::size_t bytes) {
        Collected collected{room, 10};
        collected.add(std::string(bytes, 'x'));
        if (collected.is_whole()) room.tell(true);
    };
    auto const tried_of = [&](int count) {
        int tried = 0;
        for (int i = 0; i < count; ++i) tried += room.is_worth_it() ? 1 : 0;
        return tried;
    };
    for (int i = 0; i < 7; ++i) collect(11);
    EXPECT_EQ(tried_of(20), 20);
    collect(11);
    EXPECT_EQ(tried_of(160), 10) << "one in sixteen";
    collect(10);
    EXPECT_EQ(tried_of(20), 20) << "one that could be kept shows that it is worth it";
}

} // namespace
} // namespace gateway::http
