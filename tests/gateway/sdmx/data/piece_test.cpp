#include "gateway/sdmx/data/piece.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace gateway::sdmx::data {
namespace {

std::string written(std::int64_t mantissa, unsigned scale) {
    std::string text;
    Out out{text};
    out.ensure(max_decimal_chars);
    out.advance_to(put_number(out.at(), mantissa, scale));
    out.close();
    return text;
}

TEST(SdmxPiece, WritesNumbersAsDecimalDoes) {
    std::vector<std::int64_t> numbers{0,
                                      1,
                                      9,
                                      10,
                                      99,
                                      100,
                                      99'999'999,
                                      100'000'000,
                                      100'000'001,
                                      std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::min() + 1};
    std::mt19937_64 random{1};
    for (int i = 0; i < 20'000; ++i)
        numbers.push_back(static_cast<std::int64_t>(random() >> (random() % 64)));
    for (std::int64_t i = 0; i < 12'000; ++i) numbers.push_back(i);
    for (auto const number : numbers)
        for (auto const scale : {0U, 1U, 2U, 5U, 7U, 8U, 18U})
            for (auto const mantissa : {number, -number})
                ASSERT_EQ(written(mantissa, scale), Decimal::from_scaled(mantissa, scale).to_string());
}

TEST(SdmxPiece, CopiesTextsOfAnyLengthAndKeepsWhatStoodBefore) {
    for (std::size_t length = 0; length < 200; ++length) {
        std::string text = "before ";
        Piece const piece{std::string(length, 'x')};
        Out out{text};
        for (int i = 0; i < 500; ++i) {
            out.ensure(piece.size());
            out.advance_to(put(out.at(), piece));
        }
        EXPECT_EQ(out.written(), 500 * length);
        out.close();
        ASSERT_EQ(text, "before " + std::string(500 * length, 'x'));
    }
}

} // namespace
} // namespace gateway::sdmx::data
