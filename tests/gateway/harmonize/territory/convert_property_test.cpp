// Random reforms: whatever merges stays exact, totals stay, and what goes there and back is either the old value or
// marked.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "convert_tools.hpp"
#include "tests/sanitized.hpp"

using namespace territory_test;

namespace {

constexpr unsigned enough = gateway::is_sanitized ? 60'000 : 1'000'000;

std::string key_of(unsigned number) {
    auto const text = std::to_string(number);
    return std::string(5 - text.size(), '0') + text;
}

struct Reform {
    Crosswalk there;
    Crosswalk back;
    unsigned steps = 0;
};

/// Old areas of one year to new areas; some merge, some are divided.
Reform random_reform(std::mt19937& random, unsigned areas, double split_chance) {
    std::string there = "year,ags_old,ags_new,w_pop,w_area,w_emp\n";
    std::map<std::string, std::vector<std::pair<std::string, double>>> reverse;
    std::uniform_real_distribution<double> unit{0.01, 0.99};
    unsigned const targets = 1 + areas / 2;
    std::uniform_int_distribution<unsigned> pick{0, targets - 1};
    Reform reform;
    auto const row = [&](std::string const& old, std::string const& now, double pop, double area) {
        char text[200];
        std::snprintf(text, sizeof text, "2000,%s,%s,%.17g,%.17g,\n", old.c_str(), now.c_str(), pop, area);
        there += text;
        reverse[now].emplace_back(old, pop);
        ++reform.steps;
    };
    for (unsigned area = 0; area < areas; ++area) {
        auto const old = key_of(10000 + area);
        auto const first = pick(random);
        auto const second = pick(random);
        if (unit(random) < split_chance && first != second) {
            auto const pop = unit(random);
            auto const share = unit(random);
            row(old, key_of(20000 + first), pop, share);
            row(old, key_of(20000 + second), 1 - pop, 1 - share);
        } else {
            row(old, key_of(20000 + first), 1, 1);
        }
    }
    std::string back = "year,ags_old,ags_new,w_pop,w_area,w_emp\n";
    for (auto const& [now, parts] : reverse) {
        double sum = 0;
        for (auto const& [old, size] : parts) sum += size;
        for (auto const& [old, size] : parts) {
            char text[200];
            std::snprintf(text, sizeof text, "2000,%s,%s,%.17g,%.17g,\n", now.c_str(), old.c_str(),
                          size / sum, size / sum);
            back += text;
            ++reform.steps;
        }
    }
    reform.there = crosswalk_from(there, "there.csv");
    reform.back = crosswalk_from(back, "back.csv");
    return reform;
}

std::string as_input(Converted const& result) {
    std::string text = "ags,year,n,n_status\n";
    for (auto const& row : result.rows)
        text += row.at("#1") + ",2000," + row.at("n") + "," + row.at("n_status") + "\n";
    return text;
}

TEST(ConvertProperty, KeepsTotalsAndMarksWhatIsNotExactThereAndBack) {
    std::mt19937 random{20240101};
    unsigned steps = 0;
    for (unsigned round = 0; steps < enough; ++round) {
        auto const areas = static_cast<unsigned>(2 + random() % 200);
        auto const reform = random_reform(random, areas, round % 3 == 0 ? 0.0 : 0.3);
        steps += reform.steps;
        std::map<std::string, long long> input;
        std::string data = "ags,year,n\n";
        long long total = 0;
        for (unsigned area = 0; area < areas; ++area) {
            auto const value = static_cast<long long>(random() % 1'000'000);
            input[key_of(10000 + area)] = value;
            total += value;
            data += key_of(10000 + area) + ",2000," + std::to_string(value) + "\n";
        }
        auto const there = convert_with(reform.there, request(), data);
        double sum = 0;
        for (auto const& row : there.rows) {
            ASSERT_NE(row.at("n"), "") << row.at("#1");
            sum += std::stod(row.at("n"));
            if (row.at("n_status") == "estimated") continue;
            ASSERT_EQ(row.at("n").find_first_of(".e"), std::string::npos) << "a merger has digits of its own";
        }
        ASSERT_NEAR(sum, static_cast<double>(total), 1e-9 * static_cast<double>(total) + 1e-9);
        auto const back = convert_with(reform.back, request(), as_input(there));
        double returned = 0;
        for (auto const& row : back.rows) {
            returned += std::stod(row.at("n"));
            if (row.at("n_status") == "estimated") continue;
            ASSERT_EQ(row.at("n"), std::to_string(input.at(row.at("#1")))) << "neither exact nor marked";
        }
        ASSERT_NEAR(returned, static_cast<double>(total), 1e-9 * static_cast<double>(total) + 1e-9);
        auto whole = request();
        whole.integers = true;
        long long integers = 0;
        for (auto const& row : convert_with(reform.there, whole, data).rows)
            integers += std::stoll(row.at("n"));
        ASSERT_EQ(integers, total);
    }
}

TEST(ConvertProperty, GivesMergersExactlyWhateverTheDigits) {
    std::mt19937 random{7};
    auto const table = crosswalk_from("year,ags_old,ags_new,w_pop,w_area,w_emp\n2000,10001,20001,1,1,1\n"
                                      "2000,10002,20001,1,1,1\n2000,10003,20001,1,1,1\n");
    for (int round = 0; round < 2'000; ++round) {
        long long thousandths = 0;
        std::string data = "ags,year,n\n";
        for (int area = 1; area <= 3; ++area) {
            auto const value = static_cast<long long>(random() % 1'000'000'000);
            thousandths += value;
            data += "1000" + std::to_string(area) + ",2000," +
                    gateway::Decimal::from_scaled(value, 3).to_string() + "\n";
        }
        auto due = gateway::Decimal::from_scaled(thousandths, 3).to_string();
        due.erase(due.find_last_not_of('0') + 1);
        if (due.back() == '.') due.pop_back();
        ASSERT_EQ(convert_with(table, request(), data).at("2000", "20001", "n"), due);
    }
}

} // namespace
