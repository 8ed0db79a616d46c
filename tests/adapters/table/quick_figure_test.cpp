// The short way of reading figures against the long one: never another number, never past its bytes.
#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "adapters/table/number.hpp"
#include "adapters/table/quick_figure.hpp"

namespace {

using adapters::table::can_read_quick_figures;
using adapters::table::Figure;
using adapters::table::Marks;
using adapters::table::QuickMarks;
using adapters::table::read_figure;

#if defined(__x86_64__)

[[gnu::target("avx2,bmi")]] bool quick(std::string_view text, std::string_view around, Marks const& marks,
                                       gateway::Decimal& out) {
    QuickMarks const quick_marks{marks};
    return adapters::table::read_quick_figure(text, around, quick_marks, out);
}

/// What the short way makes of a text in the middle of others; "" where it leaves it alone.
std::string quick_text(std::string_view text, Marks const& marks) {
    auto const around = "1234567890123,45" + std::string{text} + "67";
    gateway::Decimal number;
    if (!quick(std::string_view{around}.substr(16, text.size()), around, marks, number)) return "";
    return number.to_string();
}

class QuickFigure : public testing::Test {
  protected:
    void SetUp() override {
        if (!can_read_quick_figures()) GTEST_SKIP() << "this machine has no AVX2";
    }
};

TEST_F(QuickFigure, ReadsTheFiguresOfWideTables) {
    Marks const comma{',', '\0'};
    EXPECT_EQ(quick_text("0", comma), "0");
    EXPECT_EQ(quick_text("-7", comma), "-7");
    EXPECT_EQ(quick_text("1358512", comma), "1358512");
    EXPECT_EQ(quick_text("1728306,49", comma), "1728306.49");
    EXPECT_EQ(quick_text("9999999999999999", comma), "9999999999999999");
    EXPECT_EQ(quick_text("-12345,123456789", comma), "-12345.123456789");
    Marks const german{',', '.'};
    EXPECT_EQ(quick_text("1.234.567.890,12", german), "1234567890.12");
    EXPECT_EQ(quick_text("-1.234", german), "-1234");
    EXPECT_EQ(quick_text("12,5", german), "12.5");
    EXPECT_EQ(quick_text("126 775", {',', ' '}), "126775");
}

TEST_F(QuickFigure, LeavesEverythingElseAlone) {
    Marks const german{',', '.'};
    for (auto const* const text :
         {"",        "-",   ",5",   "5,",     "-,5",  "1,2,3",    "12-3",
          "1 2",     "12p", "1.23", "1.2345", ".123", "1.234.56", "12345678901234567",
          "1,234.5", "...", "0x1",  "1e3",    "--1",  "+1"})
        EXPECT_EQ(quick_text(text, german), "") << text;
    EXPECT_EQ(quick_text("1.234", {',', '\0'}), "");
}

TEST_F(QuickFigure, ReadsNoByteOutsideTheTextAround) {
    // On the heap without a byte to spare: the address sanitizer would see it.
    std::string_view const digits = "12345678901234567";
    for (std::size_t before = 0; before <= 17; ++before) {
        auto const size = before + 1;
        auto const bytes = std::make_unique<char[]>(size);
        for (std::size_t i = 0; i < size; ++i) bytes[i] = digits[i % digits.size()];
        std::string_view const around{bytes.get(), size};
        gateway::Decimal number;
        EXPECT_EQ(quick(around.substr(before), around, {}, number), before >= 16) << before;
    }
    std::string const elsewhere = "12345678901234567890";
    gateway::Decimal number;
    EXPECT_FALSE(quick(std::string_view{elsewhere}.substr(18), {}, {}, number));
}

TEST_F(QuickFigure, SaysTheSameAsTheLongWayOfAnyText) {
    std::uint64_t state = 88172645463325252U;
    auto const random = [&state](std::uint64_t below) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        return state % below;
    };
    std::string_view const letters = "00123456789999,..,- '+p";
    std::size_t read = 0;
    for (int round = 0; round < 400'000; ++round) {
        std::string text;
        auto const size = random(18);
        // Mostly digits, so that many are figures.
        auto const kinds = random(2) == 0 ? letters.size() : std::size_t{16};
        for (std::size_t i = 0; i < size; ++i) text += letters[random(kinds)];
        if (size > 3 && random(2) == 0)
            for (std::size_t at = size - 3 - random(3) % (size - 2); at > 0 && at < size;
                 at -= at < 4 ? at : 4)
                text[at] = '.';
        Marks const marks = std::array<Marks, 5>{Marks{',', '.'}, Marks{',', '\0'}, Marks{'.', ','},
                                                 Marks{'.', '\''}, Marks{',', ' '}}[random(5)];
        auto const quickly = quick_text(text, marks);
        if (quickly.empty()) continue;
        ++read;
        auto const slowly = read_figure(text, marks);
        ASSERT_EQ(slowly.kind, Figure::Kind::number) << text;
        ASSERT_TRUE(slowly.sign.empty()) << text;
        ASSERT_EQ(quickly, slowly.value.to_string()) << text;
    }
    EXPECT_GT(read, 30'000U);
}

#endif

} // namespace
