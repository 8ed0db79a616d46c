#include "gateway/harmonize/runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "gateway/core/error.hpp"

namespace gateway::harmonize {
namespace {

KeyOrder order_for(std::size_t indicators, std::size_t areas, std::size_t periods, std::mt19937& random) {
    auto const shuffled = [&random](std::size_t count) {
        std::vector<std::uint32_t> ranks(count);
        for (std::uint32_t i = 0; i < count; ++i) ranks[i] = i;
        std::shuffle(ranks.begin(), ranks.end(), random);
        return ranks;
    };
    KeyOrder order;
    order.indicator = shuffled(indicators);
    order.area = shuffled(areas);
    order.period = shuffled(periods);
    order.measure();
    return order;
}

TEST(CellRuns, GiveEveryCellBackOnceInKeyOrderWhateverTheChunkSize) {
    for (std::size_t const chunk : {1U, 7U, 100U, 4096U}) {
        std::mt19937 random{static_cast<unsigned>(chunk)};
        auto const order = order_for(17, 300, 5, random);
        CellRuns runs{"/tmp", chunk};
        std::vector<std::uint32_t> lines;
        constexpr std::uint32_t cells = 3000;
        for (std::uint32_t line = 1; line <= cells;) {
            auto const room = runs.room(1 + random() % 50);
            ASSERT_FALSE(room.empty());
            std::size_t used = 0;
            for (; used < room.size() && line <= cells; ++used, ++line)
                room[used] = {static_cast<std::int64_t>(line),
                              static_cast<std::uint32_t>(random() % 17),
                              static_cast<std::uint32_t>(random() % 300),
                              line,
                              static_cast<std::uint16_t>(random() % 5),
                              0,
                              0};
            runs.commit(used);
        }
        EXPECT_EQ(runs.size(), cells);
        for (auto const part : runs.chunks()) sort_chunk(part, order);
        Merge merge{runs.chunks(), order};
        std::uint64_t last_key = 0;
        std::uint32_t last_line = 0;
        while (auto const* const cell = merge.next()) {
            auto const key = order.key(*cell);
            EXPECT_GE(key, last_key);
            if (key == last_key && !lines.empty()) {
                EXPECT_GT(cell->line, last_line) << "equal keys keep document order";
            }
            last_key = key;
            last_line = cell->line;
            lines.push_back(cell->line);
        }
        std::sort(lines.begin(), lines.end());
        ASSERT_EQ(lines.size(), cells);
        for (std::uint32_t i = 0; i < cells; ++i) EXPECT_EQ(lines[i], i + 1);
    }
}

TEST(CellRuns, RefuseKeysThatDoNotFitRatherThanMixThem) {
    KeyOrder order;
    order.indicator.resize(std::size_t{1} << 22U);
    order.area.resize(std::size_t{1} << 22U);
    order.period.resize(std::size_t{1} << 20U);
    EXPECT_THROW(order.measure(), Error);
}

TEST(CellRuns, NameTheDirectoryThatTakesNoTemporaryFile) {
    CellRuns runs{"/nowhere/at/all", 1};
    runs.room(1);
    runs.commit(1);
    try {
        runs.room(1);
        FAIL() << "a second chunk needs a file";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::io);
        EXPECT_NE(std::string{error.what()}.find("/nowhere/at/all"), std::string::npos);
    }
}

} // namespace
} // namespace gateway::harmonize
