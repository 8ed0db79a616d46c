#include "gateway/http/collected.hpp"

#include <gtest/gtest.h>

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
    for (int i = 0; i < 50; ++i) spare.give_back(std::string(100'000, 'x'));
    int held = 0;
    while (spare.take().capacity() >= 100'000) ++held;
    EXPECT_EQ(held, 16);
}

} // namespace
} // namespace gateway::http
