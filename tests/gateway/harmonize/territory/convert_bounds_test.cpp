// What offices have changed or kept secret: bounds through sums, and no sum beside a secret part.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "convert_tools.hpp"

using namespace territory_test;
using gateway::Bounds;
using gateway::Decimal;
using gateway::MissingReason;
using gateway::Protection;
using gateway::Quality;
using gateway::Value;

namespace {

struct Figure {
    char const* key;
    Value value = Value::missing(MissingReason::unknown);
    Quality quality;
};

Value number(std::int64_t mantissa, unsigned scale = 0) {
    return Value::of(Decimal::from_scaled(mantissa, scale));
}

Quality quality(Protection protection) {
    Quality made;
    made.protection = protection;
    return made;
}

/// The result for `key` of figures of 2015 under `small_table`.
ResultValue sum_of(std::vector<Figure> const& figures, std::string_view key,
                   ConvertRequest const& asked = request()) {
    static auto const table = crosswalk_from(small_table);
    Plan const plan{table, asked};
    Conversion conversion{plan};
    std::uint64_t line = 0;
    for (auto const& figure : figures)
        conversion.add_value(++line, conversion.key(figure.key), conversion.time("2015"), 0, 0,
                             amount_of(figure.value, figure.quality));
    ResultValue found;
    each_result(conversion, [&](DataTime const&, std::span<ResultRow const> rows) {
        for (auto const& row : rows)
            if (plan.targets()[row.target] == key) found = row.values[0];
    });
    return found;
}

TEST(ConvertBounds, AddsTheBoundsOfEachProtection) {
    struct Case {
        Protection protection;
        std::int64_t half;
    };
    for (auto const& one : {Case{Protection::r3, 1}, Case{Protection::r5, 2}, Case{Protection::r10, 5}}) {
        auto const sum = sum_of(
            {{"03152", number(30), quality(one.protection)}, {"03156", number(60), quality(one.protection)}},
            "03159");
        ASSERT_TRUE(sum.has_number);
        EXPECT_EQ(sum.digits, Decimal::from_integer(90));
        ASSERT_TRUE(sum.bounds);
        EXPECT_EQ(sum.bounds->below, Decimal::from_integer(2 * one.half));
        EXPECT_EQ(sum.bounds->above, Decimal::from_integer(2 * one.half));
        EXPECT_EQ(sum.lower(), 90.0 - 2.0 * static_cast<double>(one.half));
        EXPECT_EQ(sum.upper(), 90.0 + 2.0 * static_cast<double>(one.half));
        EXPECT_EQ(sum.status, ResultStatus::estimated) << "own sums of protected figures are E";
        EXPECT_EQ(flags_text(sum.flags), "protected_part");
    }
}

TEST(ConvertBounds, TakesTheBoundsOfTheFigureBeforeThoseOfItsProtection) {
    auto own = quality(Protection::r5);
    own.bounds = Bounds{Decimal::from_integer(0), Decimal::from_integer(2)};
    auto const sum =
        sum_of({{"03152", number(0), own}, {"03156", number(5), quality(Protection::r5)}}, "03159");
    ASSERT_TRUE(sum.bounds);
    EXPECT_EQ(sum.bounds->below, Decimal::from_integer(2));
    EXPECT_EQ(sum.bounds->above, Decimal::from_integer(4));
}

TEST(ConvertBounds, MeasuresTheHalfWidthInTheLastPublishedDigit) {
    auto const sum =
        sum_of({{"03152", number(125, 1), quality(Protection::r5)}, {"03156", number(7), {}}}, "03159");
    ASSERT_TRUE(sum.bounds);
    EXPECT_EQ(sum.bounds->above, Decimal::from_scaled(2, 1));
    EXPECT_DOUBLE_EQ(*sum.lower(), 19.3);
}

TEST(ConvertBounds, LeavesOneWholeAreaAsItWasPublished) {
    auto const same = sum_of({{"11000", number(30), quality(Protection::r3)}}, "11000");
    EXPECT_EQ(same.status, ResultStatus::observed);
    EXPECT_EQ(same.lower(), 29.0);
    EXPECT_EQ(same.upper(), 31.0);
}

TEST(ConvertBounds, SaysNothingOfTheTruthWhereNobodyToldHowMuchWasChanged) {
    auto const open = sum_of(
        {{"03152", number(30), quality(Protection::ckm)}, {"03156", number(60), quality(Protection::r3)}},
        "03159");
    ASSERT_TRUE(open.has_number);
    EXPECT_TRUE(open.open());
    EXPECT_FALSE(open.bounds);
    EXPECT_EQ(open.lower(), std::nullopt);
    EXPECT_EQ(open.upper(), std::nullopt);
    EXPECT_EQ(flags_text(open.flags), "protected_part open_part");
    auto const zeros = sum_of(
        {{"03152", number(0), quality(Protection::ckm)}, {"03156", number(0), quality(Protection::ckm)}},
        "03159");
    EXPECT_FALSE(zeros.open()) << "the cell-key method keeps zeros";
    EXPECT_EQ(zeros.status, ResultStatus::summed);
}

TEST(ConvertBounds, TakesCkmBoundsWhereTheMappingGivesThem) {
    auto known = quality(Protection::ckm);
    known.bounds = Bounds{Decimal::from_integer(4), Decimal::from_integer(4)};
    auto const sum = sum_of({{"03152", number(30), known}, {"03156", number(60), known}}, "03159");
    EXPECT_EQ(sum.lower(), 82.0);
    EXPECT_EQ(sum.upper(), 98.0);
}

TEST(ConvertBounds, WidensTheRangeOfEstimatorsByTheBounds) {
    auto const part = sum_of({{"15171", number(100), quality(Protection::r5)}}, "15001");
    ASSERT_TRUE(part.has_number);
    EXPECT_EQ(part.status, ResultStatus::estimated);
    EXPECT_DOUBLE_EQ(part.low(), 10);
    EXPECT_DOUBLE_EQ(part.high(), 40);
    // 98 by employees gives 9.8, 102 by area 40.8: the bound goes by the largest weight.
    EXPECT_LE(*part.lower(), 9.8);
    EXPECT_GE(*part.upper(), 40.8);
    EXPECT_FALSE(part.bounds) << "no digits where something was divided";
}

TEST(ConvertBounds, HoldsTheTruthWhateverWasRounded) {
    std::mt19937 random{11};
    auto const table = crosswalk_from(small_table);
    for (int round = 0; round < 3'000; ++round) {
        std::int64_t truth = 0;
        std::vector<Figure> figures;
        for (auto const* const key : {"03152", "03156"}) {
            auto const exact = static_cast<std::int64_t>(random() % 50);
            truth += exact;
            std::int64_t const base = round % 2 == 0 ? 3 : 5;
            auto const rounded = (exact + base / 2) / base * base;
            figures.push_back({key, number(rounded), quality(base == 3 ? Protection::r3 : Protection::r5)});
        }
        auto const sum = sum_of(figures, "03159");
        ASSERT_LE(*sum.lower(), static_cast<double>(truth));
        ASSERT_GE(*sum.upper(), static_cast<double>(truth));
    }
}

TEST(ConvertBounds, GivesNoSumBesideASecretPartEvenWherePartsAreAskedFor) {
    std::vector<Figure> const figures{{"03152", number(250), {}},
                                      {"03156", Value::missing(MissingReason::confidential), {}}};
    auto asked = request();
    for (bool const partial : {false, true}) {
        asked.partial = partial;
        auto const sum = sum_of(figures, "03159", asked);
        EXPECT_FALSE(sum.has_number);
        EXPECT_EQ(sum.status, ResultStatus::incomplete);
        EXPECT_EQ(sum.reason, MissingReason::confidential);
        EXPECT_EQ(flags_text(sum.flags), "missing_part secret_part");
    }
    asked.beside_secret = true;
    auto const allowed = sum_of(figures, "03159", asked);
    ASSERT_TRUE(allowed.has_number);
    EXPECT_TRUE(allowed.at_least);
    EXPECT_EQ(allowed.digits, Decimal::from_integer(250));
    EXPECT_EQ(allowed.lower(), 250.0);
    EXPECT_EQ(allowed.upper(), std::nullopt);
}

TEST(ConvertBounds, SaysWhyThereIsNoNumber) {
    auto const reason = [](MissingReason first, MissingReason second) {
        return sum_of({{"03152", Value::missing(first), {}}, {"03156", Value::missing(second), {}}}, "03159")
            .reason;
    };
    using enum MissingReason;
    EXPECT_EQ(reason(pending, pending), pending);
    EXPECT_EQ(reason(pending, confidential), confidential);
    EXPECT_EQ(reason(pending, unreliable), unknown);
    EXPECT_EQ(reason(pending, unknown), unknown);
    EXPECT_EQ(reason(not_applicable, not_applicable), not_applicable);
    EXPECT_EQ(sum_of({{"03152", number(1), {}}}, "03159").reason, unknown) << "a part is absent";
    EXPECT_EQ(sum_of({{"11000", number(1), {}}}, "11000").reason, std::nullopt);
}

TEST(ConvertBounds, CountsNoTerritoryAsNotThere) {
    Quality const plain;
    auto const table = crosswalk_from(small_table);
    Plan const plan{table, request()};
    Conversion conversion{plan};
    auto const gone = amount_of(Value::missing(MissingReason::no_territory), plain);
    auto const add = [&](std::uint64_t line, char const* key, char const* year, Amount const& amount) {
        conversion.add_value(line, conversion.key(key), conversion.time(year), 0, 0, amount);
    };
    add(1, "03159", "2016", amount_of(number(327), plain));
    add(2, "03152", "2016", gone);
    add(3, "03156", "2016", gone);
    add(4, "11000", "2015", gone);
    EXPECT_EQ(conversion.rows(Fate::no_territory), 3U);
    std::vector<std::string> found;
    each_result(conversion, [&](DataTime const& time, std::span<ResultRow const> rows) {
        for (auto const& row : rows)
            found.push_back(time.text + " " + std::string{plan.targets()[row.target]} + " " +
                            std::string{to_string(row.values[0].status)});
    });
    EXPECT_THAT(found, testing::ElementsAre("2016 03159 observed"));
}

TEST(ConvertBounds, GivesRatiosTheIntervalOfBothParts) {
    auto const table = crosswalk_from(small_table);
    auto asked = request({"over", "under"});
    asked.protection = Protection::r5;
    asked.ratios = {ratio_from("share_pct=over/under")};
    Plan const plan{table, asked};
    Conversion conversion{plan};
    convert_csv("ags,year,over,under\n11000,2015,10,100\n", {"data.csv", "ags", "year", std::nullopt},
                conversion);
    each_result(conversion, [&](DataTime const&, std::span<ResultRow const> rows) {
        ASSERT_EQ(rows.size(), 1U);
        auto const& ratio = rows[0].values[2];
        EXPECT_DOUBLE_EQ(ratio.value(), 10);
        EXPECT_DOUBLE_EQ(*ratio.lower(), 100.0 * 8 / 102);
        EXPECT_DOUBLE_EQ(*ratio.upper(), 100.0 * 12 / 98);
    });
}

TEST(ConvertBounds, WidensBoundsByTheRoundingToWholeNumbers) {
    auto asked = request();
    asked.integers = true;
    std::vector<Figure> const figures{{"15171", number(99), quality(Protection::r5)}};
    auto const part = sum_of(figures, "15001", asked);
    EXPECT_EQ(part.digits, Decimal::from_integer(25)); // 24.75
    EXPECT_LE(*part.lower(), 24.75 - 2 * 0.25);
    EXPECT_GE(*part.upper(), 39.6 + 2 * 0.4);
}

TEST(ConvertBounds, GivesTheSameFromPartsAsFromTheWhole) {
    auto const table = crosswalk_from(small_table);
    Plan const plan{table, request()};
    auto const r3 = quality(Protection::r3);
    Conversion whole{plan};
    Conversion one{plan};
    Conversion two{plan};
    auto const add = [&r3](Conversion& into, char const* key, std::int64_t value) {
        into.add_value(1, into.key(key), into.time("2015"), 0, 0, amount_of(number(value), r3));
    };
    add(whole, "03152", 3);
    add(whole, "03156", 6);
    add(one, "03152", 3);
    add(two, "03156", 6);
    one.merge(two);
    auto const bounds = [](Conversion const& conversion) {
        std::optional<Bounds> found;
        each_result(conversion, [&found](DataTime const&, std::span<ResultRow const> rows) {
            found = rows[0].values[0].bounds;
        });
        return found;
    };
    ASSERT_TRUE(bounds(whole));
    EXPECT_EQ(bounds(one), bounds(whole));
    EXPECT_EQ(bounds(one)->above, Decimal::from_integer(2));
}

} // namespace
