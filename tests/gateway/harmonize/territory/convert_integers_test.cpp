// Whole numbers over random tables: totals of Länder and Germany stay, nothing moves by a whole unit, order and steps
// do not matter.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "convert_tools.hpp"
#include "gateway/harmonize/territory/estimate.hpp"

using namespace territory_test;

namespace {

std::string key_of(unsigned land, unsigned number) {
    char text[16];
    std::snprintf(text, sizeof text, "%02u%03u", land, number);
    return text;
}

struct Random {
    std::mt19937 engine;
    unsigned below(unsigned limit) { return static_cast<unsigned>(engine() % limit); }
    double share() { return std::uniform_real_distribution<double>{0.001, 0.999}(engine); }
};

std::string row(char const* years, std::string const& old, std::string const& now, double pop, double area) {
    char text[200];
    std::snprintf(text, sizeof text, "%s,%s,%s,%.17g,%.17g,\n", years, old.c_str(), now.c_str(), pop, area);
    return text;
}

/// One step: areas of `lands` Länder merge, are divided, and some cross the border of a Land.
std::string random_step(Random& random, char const* years, unsigned lands, unsigned olds, unsigned news) {
    std::string text;
    for (unsigned land = 1; land <= lands; ++land)
        for (unsigned area = 0; area < olds; ++area) {
            auto const old = key_of(land, area);
            auto const first = key_of(land, random.below(news));
            auto const second =
                key_of(random.below(4) == 0 ? 1 + random.below(lands) : land, random.below(news));
            if (random.below(2) == 0 && first != second) {
                auto const pop = random.share();
                auto const size = random.share();
                text += row(years, old, first, pop, size) + row(years, old, second, 1 - pop, 1 - size);
            } else {
                text += row(years, old, first, 1, 1);
            }
        }
    return text;
}

constexpr char const* header = "year_from,year_to,ags_old,ags_new,w_pop,w_area,w_emp\n";

using Values = std::map<std::string, std::string>; ///< by key and stratum

Values values_of(Converted const& result) {
    Values values;
    for (auto const& one : result.rows) values[one.at("#1") + "/" + one.at("#2")] = one.at("n");
    return values;
}

TEST(ConvertIntegers, KeepsTotalsAndMovesNothingByAUnitOverRandomTables) {
    Random random{std::mt19937{99}};
    for (int round = 0; round < 400; ++round) {
        auto const lands = 1 + random.below(4);
        auto const olds = 1 + random.below(12);
        auto const table =
            crosswalk_from(header + random_step(random, "2000,2001", lands, olds, 1 + olds / 2), "t.csv");
        std::vector<std::string> lines;
        std::map<std::string, long long> given; // by stratum
        for (unsigned land = 1; land <= lands; ++land)
            for (unsigned area = 0; area < olds; ++area)
                for (char const* const stratum : {"f", "m"}) {
                    auto const value =
                        static_cast<long long>(random.below(5'000)) - (round % 5 == 0 ? 500 : 0);
                    given[stratum] += value;
                    lines.push_back(key_of(land, area) + ",2000," + stratum + "," + std::to_string(value) +
                                    "\n");
                }
        auto asked = request();
        asked.strata = {"s"};
        asked.counts = {"n"};
        auto const data = [&lines] {
            std::string text = "ags,year,s,n\n";
            for (auto const& line : lines) text += line;
            return text;
        };
        auto const exact = values_of(convert_with(table, asked, data()));
        asked.integers = true;
        auto const whole = values_of(convert_with(table, asked, data()));
        std::shuffle(lines.begin(), lines.end(), random.engine);
        ASSERT_EQ(values_of(convert_with(table, asked, data())), whole) << "the order of rows decided";
        std::map<std::string, double> exact_lands;
        std::map<std::string, long long> whole_lands;
        std::map<std::string, long long> totals;
        for (auto const& [name, text] : whole) {
            ASSERT_EQ(text.find_first_of(".e"), std::string::npos) << text;
            auto const before = std::stod(exact.at(name));
            auto const after = std::stoll(text);
            ASSERT_LT(std::abs(static_cast<double>(after) - before), 1) << name;
            if (before == std::floor(before)) {
                ASSERT_EQ(static_cast<double>(after), before) << "it was whole";
            }
            auto const land = name.substr(0, 2) + name.substr(5);
            exact_lands[land] += before;
            whole_lands[land] += after;
            totals[name.substr(6)] += after;
        }
        ASSERT_EQ(totals, given) << "Germany";
        for (auto const& [land, sum] : whole_lands)
            ASSERT_LT(std::abs(static_cast<double>(sum) - exact_lands[land]), 1) << "Land " << land;
    }
}

TEST(ConvertIntegers, RoundsOnceBehindTheLastStepOfAChain) {
    Random random{std::mt19937{5}};
    bool differs = false;
    for (int round = 0; round < 100; ++round) {
        auto const text =
            header + random_step(random, "2000,2001", 2, 8, 5) + random_step(random, "2001,2002", 2, 5, 3);
        auto const first = text.substr(0, text.find("2001,2002"));
        auto const second = header + text.substr(text.find("2001,2002"));
        CrosswalkText const both[] = {{"a.csv", first}, {"b.csv", second}};
        auto const chain = read_crosswalk(both);
        std::string data = "ags,year,n\n";
        for (unsigned land = 1; land <= 2; ++land)
            for (unsigned area = 0; area < 8; ++area)
                data += key_of(land, area) + ",2000," + std::to_string(random.below(100)) + "\n";
        auto asked = request();
        asked.counts = {"n"};
        auto const exact = convert_with(chain, asked, data);
        asked.integers = true;
        auto const whole = convert_with(chain, asked, data);
        std::vector<std::string_view> keys;
        std::vector<double> numbers;
        for (auto const& one : exact.rows) {
            keys.push_back(one.at("#1"));
            numbers.push_back(std::stod(one.at("n")));
        }
        auto const due = apportioned_by_land(keys, numbers);
        for (std::size_t i = 0; i < due.size(); ++i)
            ASSERT_EQ(whole.rows[i].at("n"), std::to_string(due[i])) << keys[i];
        // Rounding between the steps would give something else, at least once.
        auto const middle = convert_with(crosswalk_from(first, "a.csv"), asked, data);
        std::string again = "ags,year,n\n";
        for (auto const& one : middle.rows) again += one.at("#1") + ",2001," + one.at("n") + "\n";
        auto const twice = convert_with(crosswalk_from(second, "b.csv"), asked, again);
        for (std::size_t i = 0; i < due.size() && i < twice.rows.size(); ++i)
            differs = differs || twice.rows[i].at("n") != std::to_string(due[i]);
    }
    EXPECT_TRUE(differs) << "the test would not notice rounding between steps";
}

TEST(ConvertIntegers, GivesTiesToTheLowerKey) {
    std::vector<double> const values{0.5, 0.5, 0.5, 0.5};
    EXPECT_THAT(apportioned(values, 2), testing::ElementsAre(1, 1, 0, 0));
    std::vector<std::string_view> const keys{"01001", "01002", "02001", "02002"};
    EXPECT_THAT(apportioned_by_land(keys, values), testing::ElementsAre(1, 0, 1, 0));
    EXPECT_THAT(apportioned(std::vector<double>{-1.5, -0.5}, -2), testing::ElementsAre(-1, -1));
    EXPECT_THAT(apportioned(std::vector<double>{}, 0), testing::IsEmpty());
}

} // namespace
