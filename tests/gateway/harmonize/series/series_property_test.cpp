// What holds for all inputs: nesting, totals, exactness, bounds.
#include <gmock/gmock.h>

#include <algorithm>
#include <random>

#include "gateway/harmonize/series/ages.hpp"
#include "gateway/harmonize/series/combine.hpp"
#include "gateway/harmonize/series/frequency.hpp"
#include "gateway/harmonize/series/units.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

/// A random partition of all ages, its boundaries in `cuts`.
std::vector<AgeGroup> partition(std::mt19937& random, std::vector<unsigned>& cuts) {
    cuts = {0};
    std::bernoulli_distribution cut{0.15};
    for (unsigned age = 1; age < 100; ++age)
        if (cut(random)) cuts.push_back(age);
    std::vector<AgeGroup> groups;
    for (std::size_t i = 0; i < cuts.size(); ++i)
        groups.push_back({cuts[i], i + 1 < cuts.size() ? std::optional{cuts[i + 1] - 1} : std::nullopt});
    return groups;
}

TEST(SeriesProperties, AgeGroupsAreMadeExactlyWhereBothBoundsAreBoundsOfTheSource) {
    std::mt19937 random{7};
    for (int round = 0; round < 300; ++round) {
        std::vector<unsigned> cuts;
        auto groups = partition(random, cuts);
        std::shuffle(groups.begin(), groups.end(), random);
        std::uniform_int_distribution<unsigned> any{0, 99};
        auto const from = any(random);
        auto const to = from + any(random) % 30;
        auto const is_cut = [&cuts](unsigned age) {
            return std::find(cuts.begin(), cuts.end(), age) != cuts.end();
        };
        auto const tiling = tile({from, to}, groups);
        ASSERT_EQ(!tiling.parts.empty(), is_cut(from) && is_cut(to + 1)) << from << "-" << to;
        unsigned next = from;
        for (auto const part : tiling.parts) {
            ASSERT_EQ(groups[part].from, next);
            next = *groups[part].to + 1;
        }
        ASSERT_TRUE(tiling.parts.empty() || next == to + 1);
        for (auto const& near : tiling.nearest)
            ASSERT_FALSE(tile(near, groups).parts.empty()) << "what is offered can be had";
    }
}

TEST(SeriesProperties, AgeGroupsKeepTheTotal) {
    std::mt19937 random{11};
    for (int round = 0; round < 100; ++round) {
        std::vector<unsigned> cuts;
        auto const groups = partition(random, cuts);
        std::vector<std::pair<AgeGroup, Observation>> sources;
        std::int64_t total = 0;
        for (auto const& group : groups) {
            auto const people = static_cast<std::int64_t>(random() % 100000);
            total += people;
            sources.emplace_back(group, figure("2024-12-31", std::to_string(people)));
        }
        auto const middle = cuts[random() % cuts.size()];
        std::int64_t sum = 0;
        auto const add = [&](AgeGroup const& target) {
            sum += at_ages(target, sources, period("2024-12-31")).figure.value.number()->mantissa();
        };
        if (middle > 0) add({0, middle - 1});
        add({middle, std::nullopt});
        ASSERT_EQ(sum, total);
    }
}

TEST(SeriesProperties, TheTruthLiesWithinTheBoundsOfASumOfRoundedCells) {
    std::mt19937 random{13};
    for (int round = 0; round < 300; ++round) {
        std::vector<Part> parts;
        std::int64_t truth = 0;
        for (std::size_t i = 0; i < 1 + random() % 20; ++i) {
            auto const people = static_cast<std::int64_t>(random() % 1000);
            truth += people;
            auto const rounded = (people + 2) / 5 * 5;
            parts.push_back(
                {std::to_string(i), figure("2024-12-31", std::to_string(rounded), Protection::r5)});
        }
        auto const made = sum_of(parts, period("2024-12-31"));
        auto const value = made.figure.value.number()->mantissa();
        ASSERT_LE(std::abs(value - truth), made.figure.quality.bounds->above.mantissa());
    }
}

TEST(SeriesProperties, QuartersOfMonthsMakeTheYearOfMonths) {
    std::mt19937 random{17};
    MeasureRule flow;
    flow.kind = MeasureKind::count;
    flow.temporal = Temporal::flow;
    for (int round = 0; round < 100; ++round) {
        std::vector<Observation> months;
        for (unsigned month = 1; month <= 12; ++month) {
            Observation one;
            one.period = TimePeriod::month(2024, month).value();
            one.value = Value::of(Decimal::from_scaled(static_cast<std::int64_t>(random() % 1000000), 2));
            months.push_back(one);
        }
        std::vector<Observation> quarters;
        for (auto const& made : at_frequency(months, parse_frequency("quarter"), flow).figures)
            quarters.push_back(made.figure);
        auto const direct = at_frequency(months, parse_frequency("year"), flow);
        auto const twice = at_frequency(quarters, parse_frequency("year"), flow);
        ASSERT_EQ(direct.figures.size(), 1U);
        ASSERT_EQ(direct.figures[0].figure.value, twice.figures[0].figure.value);
    }
}

TEST(SeriesProperties, EveryFigureIsUsedOrNamed) {
    std::mt19937 random{19};
    MeasureRule flow;
    flow.kind = MeasureKind::count;
    flow.temporal = Temporal::flow;
    for (int round = 0; round < 200; ++round) {
        std::vector<Observation> series;
        for (int year = 2020; year < 2024; ++year)
            for (unsigned month = 1; month <= 12; ++month)
                if (random() % 16 != 0) {
                    Observation one;
                    one.period = TimePeriod::month(year, month).value();
                    one.value = Value::of(Decimal::from_integer(1));
                    series.push_back(one);
                }
        auto const made = at_frequency(series, parse_frequency("year"), flow);
        std::size_t used = 0;
        for (auto const& one : made.figures)
            if (one.making != Making::none) used += one.parts.size();
        ASSERT_EQ(used + made.unused.size(), series.size());
    }
}

TEST(SeriesProperties, UnitsConvertThereAndBack) {
    std::mt19937_64 random{23};
    for (int round = 0; round < 500; ++round) {
        auto const value = Decimal::from_scaled(static_cast<std::int64_t>(random() % 1'000'000'000),
                                                static_cast<unsigned>(random() % 4));
        for (auto const power : {3, -3, 6, 1}) {
            auto const there = scaled_exactly(value, 1, 1, power);
            ASSERT_TRUE(there);
            auto const back = scaled_exactly(*there, 1, 1, -power);
            ASSERT_TRUE(back);
            ASSERT_EQ(*back, value);
        }
        auto const ninths = scaled_exactly(value, 9, 2500000, 0);
        ASSERT_TRUE(ninths);
        ASSERT_EQ(*scaled_exactly(*ninths, 2500000, 9, 0), value);
    }
}

} // namespace
} // namespace gateway::harmonize::series
