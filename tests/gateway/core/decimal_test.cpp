#include "gateway/core/decimal.hpp"

#include <limits>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace gateway {
namespace {

Decimal number(std::string_view text, char mark = '.') {
    auto const parsed = parse_decimal(text, mark);
    EXPECT_TRUE(parsed) << text;
    return parsed.value;
}

DecimalFault fault(std::string_view text, char mark = '.') {
    return parse_decimal(text, mark).fault;
}

TEST(Decimal, KeepsThePublishedDigits) {
    EXPECT_EQ(number("12,50", ',').to_string(), "12.50");
    EXPECT_EQ(number("12,50", ',').to_string(','), "12,50");
    EXPECT_EQ(number("12.50").scale(), 2U);
    EXPECT_EQ(number("12.50").mantissa(), 1250);
    EXPECT_EQ(number("-0.3").to_string(), "-0.3");
    EXPECT_EQ(number("0.00").to_string(), "0.00");
    EXPECT_EQ(number("83577140").to_string(), "83577140");
}

TEST(Decimal, WritesZerosBehindTheMark) {
    EXPECT_EQ(Decimal::from_scaled(5, 3).to_string(), "0.005");
    EXPECT_EQ(Decimal::from_scaled(-5, 1).to_string(), "-0.5");
    EXPECT_EQ(Decimal::from_scaled(0, 18).to_string(), "0.000000000000000000");
}

TEST(Decimal, WritesTheExtremesOfItsMantissa) {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto greatest = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(Decimal::from_scaled(least, 0).to_string(), "-9223372036854775808");
    EXPECT_EQ(Decimal::from_scaled(least, 18).to_string(), "-9.223372036854775808");
    EXPECT_EQ(Decimal::from_scaled(greatest, 18).to_string(), "9.223372036854775807");
    EXPECT_LE(Decimal::from_scaled(least, 18).to_string().size(), max_decimal_chars);
}

TEST(Decimal, RefusesTextThatIsNoNumber) {
    for (std::string_view const text :
         {"",     "-",     "--1",  "+1",    ".5",    "5.",  "-.5", ".",   "1 000", " 1",  "1 ", "1e3",
          "0x10", "1.2.3", "1..2", "1,2,3", "1,2.3", "NaN", "inf", "1\n", "1_000", "12a", "−1", "١"})
        EXPECT_EQ(fault(text), DecimalFault::malformed) << "'" << text << "'";
    EXPECT_EQ(fault(std::string_view{"1\0", 2}), DecimalFault::malformed);
}

TEST(Decimal, TellsTheOtherMarkFromNonsense) {
    EXPECT_EQ(fault("1.5", ','), DecimalFault::other_mark);
    EXPECT_EQ(fault("1,5", '.'), DecimalFault::other_mark);
    EXPECT_EQ(fault("1.234", ','),
              DecimalFault::other_mark); // one and a bit, or a thousand: not for us to guess
    EXPECT_EQ(fault("1.234,5", ','), DecimalFault::malformed);
    EXPECT_EQ(fault("5.", ','), DecimalFault::malformed);
}

TEST(Decimal, HoldsEighteenDigitsAndRefusesMore) {
    EXPECT_EQ(number("999999999999999999").to_string(), "999999999999999999");
    EXPECT_EQ(number("-999999999999999999").to_string(), "-999999999999999999");
    EXPECT_EQ(number("0.123456789012345678").to_string(), "0.123456789012345678");
    EXPECT_EQ(fault("1000000000000000000"), DecimalFault::overflow);
    EXPECT_EQ(fault("1.000000000000000000"), DecimalFault::overflow);
    EXPECT_EQ(fault("0.0000000000000000001"), DecimalFault::overflow);
    EXPECT_EQ(fault(std::string(100'000, '9')), DecimalFault::overflow);
}

TEST(Decimal, DoesNotCountLeadingZerosAsDigits) {
    EXPECT_EQ(number("000000000000000000000042").to_string(), "42");
    EXPECT_EQ(number(std::string(1000, '0')).to_string(), "0");
}

TEST(Decimal, HasNoNegativeZero) {
    EXPECT_EQ(number("-0").to_string(), "0");
    EXPECT_EQ(number("-0.0").to_string(), "0.0");
    EXPECT_FALSE(number("-0").is_negative());
}

TEST(Decimal, OrdersByValueAndTellsDigitsApart) {
    EXPECT_EQ(number("1.0"), number("1.00"));
    EXPECT_FALSE(number("1.0").same_digits(number("1.00")));
    EXPECT_TRUE(number("1.0").same_digits(number("1.0")));
    EXPECT_LT(number("-1"), number("-0.999999999999999999"));
    EXPECT_LT(number("0.000000000000000001"), number("999999999999999999"));
    EXPECT_GT(Decimal::from_integer(std::numeric_limits<std::int64_t>::max()),
              Decimal::from_scaled(std::numeric_limits<std::int64_t>::max(), 18));
}

TEST(Decimal, AddsWithTheLargerScale) {
    EXPECT_EQ(checked_add(number("1.5"), number("2.25"))->to_string(), "3.75");
    EXPECT_EQ(checked_add(number("16753"), number("11380"))->to_string(), "28133");
    EXPECT_EQ(checked_subtract(number("1"), number("0.001"))->to_string(), "0.999");
}

TEST(Decimal, RefusesSumsThatDoNotFit) {
    auto const greatest = Decimal::from_integer(std::numeric_limits<std::int64_t>::max());
    auto const least = Decimal::from_integer(std::numeric_limits<std::int64_t>::min());
    auto const one = Decimal::from_integer(1);
    EXPECT_FALSE(checked_add(greatest, one));
    EXPECT_FALSE(checked_add(least, Decimal::from_integer(-1)));
    EXPECT_FALSE(checked_subtract(least, one));
    EXPECT_FALSE(checked_subtract(one, least));
    EXPECT_FALSE(checked_add(greatest, Decimal::from_scaled(1, 1)));
}

TEST(Decimal, AddsWhateverSumFitsEvenWhereAnOperandDoesNotAtThatScale) {
    auto const ten = Decimal::from_integer(10);
    auto const close = Decimal::from_scaled(-9'100'000'000'000'000'000, 18);
    EXPECT_EQ(checked_add(ten, close)->to_string(), "0.900000000000000000");
    auto const least = Decimal::from_integer(std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(checked_subtract(Decimal::from_integer(-1), least)->to_string(), "9223372036854775807");
}

TEST(Decimal, RescalesOnlyWithoutLoss) {
    EXPECT_EQ(rescaled(number("1.5"), 3)->to_string(), "1.500");
    EXPECT_FALSE(rescaled(number("1.50"), 1));
    EXPECT_FALSE(rescaled(number("10"), 18));
    EXPECT_FALSE(rescaled(number("1"), 19));
    EXPECT_TRUE(rescaled(number("9"), 18));
}

TEST(DecimalSum, IsExactBeyondSixtyFourBits) {
    DecimalSum sum;
    for (int i = 0; i < 100; ++i) sum.add(Decimal::from_integer(std::numeric_limits<std::int64_t>::max()));
    EXPECT_EQ(sum.to_string(), "922337203685477580700");
    EXPECT_FALSE(sum.to_decimal());
}

TEST(DecimalSum, TakesTheLargestScaleSeen) {
    DecimalSum sum;
    sum.add(number("0.5"));
    sum.add(number("0.25"));
    sum.add(number("-1"));
    EXPECT_EQ(sum.to_string(), "-0.25");
    EXPECT_EQ(sum.to_decimal()->to_string(), "-0.25");
}

TEST(DecimalSum, OfNothingIsZero) {
    EXPECT_EQ(DecimalSum{}.to_string(), "0");
    EXPECT_EQ(DecimalSum{}.to_decimal()->to_string(), "0");
}

TEST(DecimalSum, StaysRefusedAfterAnOverflow) {
    DecimalSum sum;
    auto const greatest = std::numeric_limits<std::int64_t>::max();
    for (int i = 0; i < 20; ++i) sum.add(Decimal::from_integer(greatest));
    sum.add(Decimal::from_scaled(1, 18)); // 20 * 9.2e18 * 1e18 > 1.7e38
    EXPECT_FALSE(sum.to_string());
    EXPECT_FALSE(sum.to_decimal());
    sum.add(Decimal::from_integer(-greatest));
    EXPECT_FALSE(sum.to_string());
}

} // namespace
} // namespace gateway
