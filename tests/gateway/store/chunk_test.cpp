#include "gateway/store/chunk.hpp"

#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/store/checksum.hpp"

namespace gateway::store {
namespace {

TEST(Crc32c, MatchesTheExamplesOfRfc3720) {
    EXPECT_EQ(crc32c(0, std::string(32, '\0')), 0x8A9136AAU);
    EXPECT_EQ(crc32c(0, std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(crc32c(0, "123456789"), 0xE3069283U);
}

TEST(Crc32c, TablesAndInstructionAgreeAtEveryLength) {
    std::string bytes;
    for (unsigned i = 0; i < 100; ++i) {
        EXPECT_EQ(crc32c(17, bytes), crc32c_portable(17, bytes));
        bytes += static_cast<char>(i * 37 + 5);
    }
}

TEST(Chunk, HandsBackEverySlot) {
    Slots slots;
    slots.set(0, "first");
    slots.set(17, "seventeen");
    slots.set(63, "last");
    std::string row;
    write_chunk(42, slots, row);
    ChunkView const view{42, row};
    for (unsigned slot = 0; slot < chunk_slots; ++slot) {
        EXPECT_EQ(view.slot(slot), slots[slot]);
        EXPECT_EQ(view.holds(slot), !slots[slot].empty());
    }
}

TEST(Chunk, FindsEveryFlippedBit) {
    Slots slots;
    slots.set(3, "some packed series");
    slots.set(4, "another one");
    std::string row;
    write_chunk(42, slots, row);
    for (std::size_t bit = 0; bit < row.size() * 8; ++bit) {
        auto damaged = row;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
        EXPECT_THROW((ChunkView{42, damaged}), Error) << "bit " << bit;
    }
}

TEST(Chunk, FindsARowUnderAForeignKey) {
    Slots slots;
    slots.set(3, "some packed series");
    std::string row;
    write_chunk(42, slots, row);
    EXPECT_THROW((ChunkView{43, row}), Error);
}

TEST(Chunk, RefusesEveryTruncation) {
    Slots slots;
    slots.set(3, "some packed series");
    std::string row;
    write_chunk(42, slots, row);
    for (std::size_t size = 0; size < row.size(); ++size)
        EXPECT_THROW((ChunkView{42, std::string_view{row}.substr(0, size)}), Error);
}

TEST(Chunk, KeysOfARowLeadBackToItsNumbers) {
    constexpr std::uint32_t area = (8U << 24U) | 11'203U;
    auto const key = row_key(area, 4'000'000'000U);
    EXPECT_EQ(major_of(key), area);
    EXPECT_EQ(first_minor_of(key) + slot_of(4'000'000'000U), 4'000'000'000U);
}

} // namespace
} // namespace gateway::store
