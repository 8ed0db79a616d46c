// Properties of Decimal over random numbers with fixed seeds, checked against 128-bit integers.
#include "gateway/core/decimal.hpp"

#include <array>
#include <limits>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace gateway {
namespace {

__extension__ using Wide = __int128;

constexpr int rounds = 20'000;

/// Numbers of every size: the bits are cut to a random length, so that small and huge ones are equally
/// likely.
class Numbers {
  public:
    explicit Numbers(unsigned seed) : random_(seed) {}
    std::int64_t mantissa() {
        auto const bits = std::uniform_int_distribution<unsigned>{0, 63}(random_);
        auto const value = static_cast<std::int64_t>(random_() >> (63U - bits) >> 1U);
        return random_() % 2 == 0 ? value : -value;
    }
    unsigned scale() { return std::uniform_int_distribution<unsigned>{0, Decimal::max_scale}(random_); }
    Decimal decimal() {
        auto const digits = mantissa();
        return Decimal::from_scaled(digits, scale());
    }
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random_);
    }

  private:
    std::mt19937_64 random_;
};

Wide power_of_ten(unsigned exponent) {
    Wide result = 1;
    while (exponent-- > 0) result *= 10;
    return result;
}

Wide at_scale(Decimal value, unsigned scale) {
    return Wide{value.mantissa()} * power_of_ten(scale - value.scale());
}

bool fits(Wide value) {
    return value >= std::numeric_limits<std::int64_t>::min() &&
           value <= std::numeric_limits<std::int64_t>::max();
}

constexpr std::int64_t eighteen_digits = 1'000'000'000'000'000'000;

TEST(DecimalProperty, PrintedDigitsReadBackAsTheSameDigits) {
    Numbers numbers{1};
    for (int i = 0; i < rounds; ++i) {
        auto const value = numbers.decimal();
        for (char const mark : {'.', ','}) {
            auto const parsed = parse_decimal(value.to_string(mark), mark);
            if (value.mantissa() > -eighteen_digits && value.mantissa() < eighteen_digits) {
                ASSERT_TRUE(parsed) << value.to_string();
                ASSERT_TRUE(parsed.value.same_digits(value)) << value.to_string();
            } else {
                ASSERT_EQ(parsed.fault, DecimalFault::overflow) << value.to_string();
            }
        }
    }
}

TEST(DecimalProperty, TheOtherMarkIsAlwaysNoticed) {
    Numbers numbers{2};
    for (int i = 0; i < rounds; ++i) {
        auto const value = Decimal::from_scaled(numbers.mantissa(), 1 + numbers.scale() % 18);
        ASSERT_EQ(parse_decimal(value.to_string('.'), ',').fault, DecimalFault::other_mark);
        ASSERT_EQ(parse_decimal(value.to_string(','), '.').fault, DecimalFault::other_mark);
    }
}

TEST(DecimalProperty, OrderAgreesWithWideIntegers) {
    Numbers numbers{3};
    for (int i = 0; i < rounds; ++i) {
        auto const a = numbers.decimal();
        auto const b = i % 4 == 0 ? rescaled(a, 18).value_or(a) : numbers.decimal();
        auto const left = at_scale(a, 18);
        auto const right = at_scale(b, 18);
        ASSERT_EQ(a < b, left < right) << a.to_string() << ' ' << b.to_string();
        ASSERT_EQ(a == b, left == right) << a.to_string() << ' ' << b.to_string();
        ASSERT_EQ(a > b, left > right) << a.to_string() << ' ' << b.to_string();
    }
}

TEST(DecimalProperty, SumsAndDifferencesAreExactOrRefused) {
    Numbers numbers{4};
    int refused = 0;
    for (int i = 0; i < rounds; ++i) {
        auto const a = numbers.decimal();
        auto const b = numbers.decimal();
        auto const scale = std::max(a.scale(), b.scale());
        auto const sum = checked_add(a, b);
        auto const difference = checked_subtract(a, b);
        ASSERT_EQ(sum.has_value(), fits(at_scale(a, scale) + at_scale(b, scale)));
        ASSERT_EQ(difference.has_value(), fits(at_scale(a, scale) - at_scale(b, scale)));
        if (sum) {
            ASSERT_EQ(sum->scale(), scale);
            ASSERT_TRUE(Wide{sum->mantissa()} == at_scale(a, scale) + at_scale(b, scale));
        } else {
            ++refused;
        }
        if (difference) {
            ASSERT_TRUE(Wide{difference->mantissa()} == at_scale(a, scale) - at_scale(b, scale));
        }
    }
    EXPECT_GT(refused, rounds / 20) << "the numbers are too small to try overflow";
}

TEST(DecimalProperty, ALongSumEqualsTheSumInWideIntegersInAnyOrder) {
    Numbers numbers{5};
    for (int round = 0; round < 200; ++round) {
        std::array<Decimal, 100> terms;
        Wide expected = 0;
        unsigned scale = 0;
        for (auto& term : terms) {
            term = Decimal::from_scaled(numbers.mantissa() / 1000, numbers.scale() % 10);
            scale = std::max(scale, term.scale());
        }
        for (auto const& term : terms) expected += at_scale(term, scale);
        DecimalSum forward;
        DecimalSum backward;
        for (auto term = terms.begin(); term != terms.end(); ++term) forward.add(*term);
        for (auto term = terms.rbegin(); term != terms.rend(); ++term) backward.add(*term);
        ASSERT_TRUE(forward.to_string());
        ASSERT_EQ(forward.to_string(), backward.to_string());
        ASSERT_EQ(forward.to_decimal().has_value(), fits(expected));
        if (auto const sum = forward.to_decimal()) {
            ASSERT_TRUE(Wide{sum->mantissa()} == expected);
            ASSERT_EQ(sum->to_string(), forward.to_string());
        }
    }
}

TEST(DecimalProperty, RescalingKeepsTheValueOrIsRefused) {
    Numbers numbers{6};
    for (int i = 0; i < rounds; ++i) {
        auto const value = numbers.decimal();
        auto const scale = numbers.scale();
        auto const result = rescaled(value, scale);
        bool const possible = scale >= value.scale() && fits(at_scale(value, std::max(scale, value.scale())));
        ASSERT_EQ(result.has_value(), possible);
        if (result) {
            ASSERT_EQ(*result, value);
            ASSERT_EQ(result->scale(), scale);
        }
    }
}

TEST(DecimalProperty, AnyTextIsEitherReadAndPrintedBackOrRefused) {
    constexpr std::string_view alphabet = "0123456789.,- +e";
    Numbers numbers{7};
    for (int i = 0; i < rounds; ++i) {
        std::string text;
        for (auto length = numbers.below(8); length > 0; --length)
            text += alphabet[numbers.below(alphabet.size())];
        auto const parsed = parse_decimal(text, ',');
        if (!parsed) continue;
        auto const printed = parsed.value.to_string(',');
        // Leading zeros and the sign of zero are the only things that may be lost.
        auto expected = text;
        if (expected[0] == '-') expected.erase(0, 1);
        while (expected.size() > 1 && expected[0] == '0' && expected[1] != ',') expected.erase(0, 1);
        if (parsed.value.is_negative()) expected.insert(0, 1, '-');
        ASSERT_EQ(printed, expected) << text;
    }
}

} // namespace
} // namespace gateway
