#include "gateway/core/value.hpp"

#include <string>
#include <type_traits>

#include <gtest/gtest.h>

namespace gateway {
namespace {

constexpr MissingReason all_reasons[] = {MissingReason::confidential, MissingReason::unreliable,
                                         MissingReason::pending,      MissingReason::not_applicable,
                                         MissingReason::no_territory, MissingReason::not_loaded,
                                         MissingReason::unknown};

// tests/house/does_not_compile holds the rest: what a program cannot even say.
static_assert(!std::is_convertible_v<Value, int> && !std::is_constructible_v<int, Value>);
static_assert(!std::is_constructible_v<bool, Value> && !std::is_constructible_v<Decimal, Value>);
static_assert(!std::is_default_constructible_v<Value> && !std::is_constructible_v<Value, Decimal>);

TEST(Value, GivesTheNumberOrTheReasonNeverBoth) {
    auto const number = Value::of(Decimal::from_scaled(125, 1));
    EXPECT_EQ(number.number()->to_string(), "12.5");
    EXPECT_FALSE(number.reason());
    EXPECT_FALSE(number.is_missing());
    for (auto const reason : all_reasons) {
        auto const missing = Value::missing(reason);
        EXPECT_FALSE(missing.number()) << to_string(reason);
        EXPECT_EQ(missing.reason(), reason);
        EXPECT_TRUE(missing.is_missing());
    }
}

TEST(Value, OfZeroIsANumberAndDiffersFromEveryMissingValue) {
    auto const zero = Value::of(Decimal{});
    EXPECT_TRUE(zero.number()->is_zero());
    for (auto const reason : all_reasons) EXPECT_FALSE(zero == Value::missing(reason)) << to_string(reason);
}

TEST(Value, ComparesDigitsAndReasons) {
    EXPECT_TRUE(Value::of(Decimal::from_scaled(10, 1)) == Value::of(Decimal::from_scaled(10, 1)));
    EXPECT_FALSE(Value::of(Decimal::from_scaled(10, 1)) == Value::of(Decimal::from_scaled(100, 2)));
    EXPECT_TRUE(Value::missing(MissingReason::pending) == Value::missing(MissingReason::pending));
    EXPECT_FALSE(Value::missing(MissingReason::pending) == Value::missing(MissingReason::confidential));
}

TEST(Value, VisitsExactlyOneSide) {
    auto const describe = [](Value const& value) {
        return value.visit([](Decimal number) { return number.to_string(); },
                           [](MissingReason reason) { return std::string{to_string(reason)}; });
    };
    EXPECT_EQ(describe(Value::of(Decimal::from_integer(127712))), "127712");
    EXPECT_EQ(describe(Value::missing(MissingReason::not_loaded)), "NOT_LOADED");
}

TEST(MissingReason, HasANameThatReadsBack) {
    for (auto const reason : all_reasons) EXPECT_EQ(missing_reason_from(to_string(reason)), reason);
    EXPECT_EQ(to_string(MissingReason::no_territory), "NO_TERRITORY");
    for (auto const* const name : {"", "confidential", "CONFIDENTIAL ", "0", "MISSING"})
        EXPECT_FALSE(missing_reason_from(name)) << name;
}

TEST(Protection, HasANameThatReadsBack) {
    for (auto const protection :
         {Protection::none, Protection::r3, Protection::r5, Protection::r10, Protection::ckm,
          Protection::safe, Protection::suppressed, Protection::sample})
        EXPECT_EQ(protection_from(to_string(protection)), protection);
    EXPECT_EQ(to_string(Protection::suppressed), "SUPPR");
    EXPECT_FALSE(protection_from("R4"));
}

TEST(Protection, BoundsAreHalfTheRoundingBase) {
    EXPECT_EQ(protection_bounds(Protection::r3)->below.to_string(), "1");
    EXPECT_EQ(protection_bounds(Protection::r5)->above.to_string(), "2");
    EXPECT_EQ(protection_bounds(Protection::r10)->below.to_string(), "5");
    // Not known, so not claimed: a bound of zero would say that the figure is exact.
    for (auto const protection :
         {Protection::none, Protection::ckm, Protection::safe, Protection::suppressed, Protection::sample})
        EXPECT_FALSE(protection_bounds(protection)) << to_string(protection);
}

TEST(Status, CodesAreThoseOfSdmxAndReadBack) {
    for (char const code : std::string{"ABDEMNOPQU"}) {
        auto const status = obs_status_from(std::string(1, code));
        ASSERT_TRUE(status) << code;
        EXPECT_EQ(to_char(*status), code);
    }
    for (char const code : std::string{"FCADSN"}) {
        auto const status = conf_status_from(std::string(1, code));
        ASSERT_TRUE(status) << code;
        EXPECT_EQ(to_char(*status), code);
    }
    for (auto const* const code : {"", "Z", "a", "AB", " A"}) {
        EXPECT_FALSE(obs_status_from(code)) << code;
        EXPECT_FALSE(conf_status_from(code)) << code;
    }
}

TEST(Sign, KeepsTheSignAsPublished) {
    for (auto const* const text : {"-", ".", "...", "/", "()", "x", "X", "*", "–", "1234567", ""})
        EXPECT_EQ(Sign::from(text)->text(), text);
    EXPECT_TRUE(Sign{}.empty());
    EXPECT_FALSE(Sign::from("-")->empty());
    EXPECT_FALSE(Sign::from("12345678"));
    EXPECT_FALSE(*Sign::from("-") == *Sign::from("–"));
}

TEST(Quality, DiffersInEveryPart) {
    Quality const plain;
    EXPECT_EQ(plain, Quality{});
    auto const changed = [](auto change) {
        Quality quality;
        change(quality);
        return quality;
    };
    EXPECT_FALSE(plain == changed([](Quality& q) { q.status = ObsStatus::estimated; }));
    EXPECT_FALSE(plain == changed([](Quality& q) { q.confidentiality = ConfStatus::confidential; }));
    EXPECT_FALSE(plain == changed([](Quality& q) { q.protection = Protection::r3; }));
    EXPECT_FALSE(plain == changed([](Quality& q) { q.sign = *Sign::from("p"); }));
    EXPECT_FALSE(plain == changed([](Quality& q) { q.bounds = Bounds{}; }));
}

} // namespace
} // namespace gateway
