// Sums that leave memory: whatever the budget, the findings are the same to the letter.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "gateway/harmonize/plausibility/checker.hpp"
#include "gateway/harmonize/plausibility/parts_runs.hpp"
#include "tests/sanitized.hpp"

namespace gateway::harmonize::plausibility {
namespace {

std::string rule(std::string const& id, std::string const& body) {
    return "[[rule]]\nid = \"" + id +
           "\"\nowner = \"tests\"\nexpires = 2030-12-31\nnext_step = \"look\"\nkind = \"parts\"\nckm = "
           "\"5\"\n" +
           body + "\n";
}

std::string const rules =
    "origin = \"facts for tests\"\ndate = 2026-01-01\n" +
    rule("sexes", "dimension = \"SEX\"\nparts = [\"M\", \"F\"]\noptional_parts = [\"X\"]") +
    rule("ages", "dimension = \"AGE\"") +
    rule("citizens", "dimension = \"CITIZENSHIP\"\nparts = [\"DE\", \"FOR\"]");

struct Series {
    IndicatorKey indicator;
    SeriesNumbers numbers;
    Area area;
    std::vector<CheckedCell> cells;
};

/// Tables with sound totals and wrong ones, decimals, protection, secrets and gaps.
class RandomTable {
  public:
    explicit RandomTable(unsigned seed) : random_(seed) {
        qualities_[1].protection = Protection::r3;
        qualities_[2].protection = Protection::ckm;
        std::uint32_t number = 0;
        // In the order of the keys, as a load hands them out.
        std::map<IndicatorKey, std::uint32_t> keys;
        for (std::string const age : {"_T", "Y0T17", "Y18T64", "Y_GE65"})
            for (std::string const citizenship : {"_T", "DE", "FOR"})
                for (std::string const measure : {"A", "B"})
                    for (std::string const sex : {"_T", "F", "M", "X"})
                        if (pick(10) != 0)
                            keys[IndicatorKey::parse("MEASURE=" + measure + ",UNIT=PS,AGE=" + age +
                                                     ",CITIZENSHIP=" + citizenship + ",SEX=" + sex)] = 0;
        for (auto& [key, at] : keys) at = number++;
        for (auto const& [key, at] : keys)
            for (std::uint32_t area = 0; area < areas; ++area) add(key, {at, area});
    }

    [[nodiscard]] std::vector<std::string> findings(std::size_t memory, std::size_t& spills,
                                                    unsigned threads = 1) const {
        MappingFiles const files{{{"plausibility/test.toml", rules}}};
        auto const set = load_rules(files, "lsn", "x", 20000);
        Surroundings around;
        around.memory = memory;
        around.threads = threads;
        Checker checker{set, std::move(around)};
        for (auto const& one : series_) checker.series(one.numbers, one.indicator, one.area, one.cells);
        spills = checker.spills();
        std::vector<std::string> texts;
        for (auto const& found : checker.finish()) {
            auto const issue = found.issue();
            texts.push_back(std::to_string(issue.position.line) + " " + std::to_string(issue.count) + " " +
                            issue.text);
        }
        return texts;
    }

  private:
    static constexpr std::uint32_t areas = 12;

    std::uint32_t pick(std::uint32_t below) { return static_cast<std::uint32_t>(random_() % below); }

    void add(IndicatorKey const& key, SeriesNumbers numbers) {
        if (pick(20) == 0) return;
        Series series{
            key, numbers, {CodeList::ags, AreaLevel::county, "030" + std::to_string(10 + numbers.area)}, {}};
        for (std::int32_t year = 2019; year < 2025; ++year) {
            if (pick(15) == 0) continue;
            CheckedCell cell;
            cell.period = parse_sdmx_period(std::to_string(year)).value();
            cell.line = ++line_;
            cell.quality = &qualities_[pick(3)];
            auto const rounded = numbers.area % 3 == 0 ? 5 : 1;
            if (pick(12) == 0)
                cell.reason = MissingReason::confidential;
            else
                cell.number = Decimal::from_scaled(static_cast<std::int64_t>(pick(400)) * rounded -
                                                       (pick(2) == 0 ? 3 : 0),
                                                   numbers.area % 3 == 1 ? pick(3) : 0);
            series.cells.push_back(cell);
        }
        series_.push_back(std::move(series));
    }

    std::mt19937 random_;
    std::array<Quality, 3> qualities_;
    std::vector<Series> series_;
    std::uint64_t line_ = 1;
};

TEST(PlausibilityOfParts, FindsTheSameWhateverMemoryItHas) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        RandomTable const table{seed};
        std::size_t spills = 0;
        auto const expected = table.findings(std::size_t{24} << 20U, spills);
        EXPECT_EQ(spills, 0U);
        ASSERT_GE(expected.size(), 6U) << "the table has to be wrong in many ways";
        for (std::size_t const memory :
             {std::size_t{64}, std::size_t{640}, std::size_t{6400}, std::size_t{40000}})
            for (unsigned const threads : {1U, 2U, 8U}) {
                EXPECT_EQ(table.findings(memory, spills, threads), expected)
                    << "seed " << seed << ", " << memory << " bytes, " << threads << " threads";
                EXPECT_GT(spills, 0U) << memory;
            }
    }
}

PartsSum random_sum(std::mt19937_64& random) {
    auto const any = [&random] { return static_cast<std::int64_t>(random() >> (random() % 64U)); };
    auto const flag = [&random] { return static_cast<std::uint32_t>(random() & 1U); };
    PartsSum sum;
    sum.all_fives = flag() & 1U;
    sum.absent = flag() & 1U;
    sum.overflow = flag() & 1U;
    if ((sum.has_total = flag() & 1U) != 0) {
        sum.total = -any();
        sum.total_scale = random() % 19U & 31U;
        sum.line = static_cast<std::uint32_t>(random());
        sum.total_tolerance = 0.5F;
    }
    if ((sum.has_largest = flag() & 1U) != 0) {
        sum.parts = any();
        sum.parts_scale = random() % 3U & 31U;
        sum.largest = flag() != 0 ? sum.parts : -any();
        sum.largest_scale = flag() != 0 ? sum.parts_scale : 2U;
        sum.largest_code = static_cast<std::uint16_t>(random());
        sum.largest_line = static_cast<std::uint32_t>(random());
        sum.numbers = random() & PartsSum::most_numbers;
        sum.cells = static_cast<std::uint16_t>(random());
        sum.tolerance = flag() != 0 ? 0.0 : 0.1;
        sum.largest_tolerance = flag() != 0 ? 0.0F : 2.5F;
    }
    return sum;
}

std::string text_of(PartsSum const& sum) {
    std::string text;
    for (auto const number : {sum.parts, sum.total, sum.largest}) text += std::to_string(number) + " ";
    for (double const width : {sum.tolerance, double{sum.total_tolerance}, double{sum.largest_tolerance}})
        text += std::to_string(width) + " ";
    for (std::uint32_t const number :
         {sum.line, sum.largest_line, std::uint32_t{sum.largest_code}, std::uint32_t{sum.cells},
          std::uint32_t{sum.numbers}, std::uint32_t{sum.parts_scale}, std::uint32_t{sum.total_scale},
          std::uint32_t{sum.largest_scale}, std::uint32_t{sum.all_fives}, std::uint32_t{sum.has_total},
          std::uint32_t{sum.has_largest}, std::uint32_t{sum.absent}, std::uint32_t{sum.overflow}})
        text += std::to_string(number) + " ";
    return std::to_string(sum.key) + ": " + text;
}

TEST(PartsRuns, GiveBackEverySumByRankAndKey) {
    std::mt19937_64 random{7};
    PartsRuns runs{testing::TempDir()};
    std::vector<std::uint32_t> const rank{2, 0, 1}; // group 1 first, then 2, then 0
    std::vector<std::string> expected;
    runs.begin_run();
    for (std::uint32_t const group : {1U, 2U, 0U}) {
        std::vector<PartsSum> sums;
        std::uint64_t at = 0;
        for (int i = 0; i < 60'000; ++i) {
            sums.push_back(random_sum(random));
            sums.back().key = at += 1 + (random() >> (10 + random() % 54U)) % (std::uint64_t{1} << 40U);
            expected.push_back(std::to_string(group) + " " + text_of(sums.back()));
        }
        runs.add(group, sums);
    }
    std::size_t next = 0;
    runs.merge(rank, [&](std::uint32_t group, PartsSum const& sum) {
        ASSERT_LT(next, expected.size());
        ASSERT_EQ(std::to_string(group) + " " + text_of(sum), expected[next]) << next;
        ++next;
    });
    EXPECT_EQ(next, expected.size());
}

TEST(PartsRuns, MergeWhatSeveralRunsSawOfOneSum) {
    PartsRuns runs{{}};
    PartsSum part;
    part.key = 5;
    part.has_largest = 1;
    part.parts = part.largest = 62494;
    part.add_numbers(1);
    part.add_cells(1);
    part.line = 0;
    part.largest_line = 3;
    runs.begin_run();
    runs.add(0, std::vector{part});
    runs.begin_run();
    part.parts = part.largest = 642815; // a tenth more precise: 64281.5
    part.parts_scale = part.largest_scale = 1;
    part.largest_line = 4;
    part.has_total = 1;
    part.total = 126775;
    part.line = 2;
    runs.add(0, std::vector{part});
    std::vector<PartsSum> all;
    runs.merge(std::vector<std::uint32_t>{0},
               [&](std::uint32_t, PartsSum const& sum) { all.push_back(sum); });
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].sum().to_string(), "126775.5");
    EXPECT_EQ(all[0].largest_part().to_string(), "64281.5");
    EXPECT_EQ(all[0].largest_line, 4U);
    EXPECT_EQ(all[0].whole().to_string(), "126775");
    EXPECT_EQ(all[0].numbers, 2U);
}

TEST(PartsRuns, MergeRunsThatLieBetweenEachOther) {
    constexpr std::uint32_t groups = 5;
    std::vector<std::uint32_t> const rank{3, 1, 4, 0, 2};
    std::mt19937_64 random{11};
    PartsRuns runs{testing::TempDir()};
    std::map<std::pair<std::uint32_t, std::uint64_t>, PartsSum> expected; // by rank and key
    for (int run = 0; run < 37; ++run) {
        runs.begin_run();
        for (std::uint32_t const group : {3U, 1U, 4U, 0U, 2U}) {
            if (random() % 3 == 0) continue;
            std::map<std::uint64_t, PartsSum> sums;
            for (auto left = 1 + random() % 90; left > 0; --left) {
                // Few areas and periods, so that runs meet in most of them; some numbers need the upper half.
                auto const key = (random() % 7 * 0x2000'0000U) << 32U | random() % 40;
                sums[key] = random_sum(random);
                sums[key].key = key;
                sums[key].parts_scale = sums[key].total_scale = sums[key].largest_scale = 0;
            }
            std::vector<PartsSum> ascending;
            for (auto const& [key, sum] : sums) {
                ascending.push_back(sum);
                auto const [at, is_new] = expected.try_emplace({rank[group], key}, sum);
                if (!is_new) at->second.merge(sum);
            }
            runs.add(group, ascending);
        }
    }
    ASSERT_GT(expected.size(), groups * 100U);
    auto next = expected.begin();
    runs.merge(rank, [&](std::uint32_t group, PartsSum const& sum) {
        ASSERT_NE(next, expected.end());
        ASSERT_EQ(rank[group], next->first.first);
        ASSERT_EQ(text_of(sum), text_of(next->second));
        ++next;
    });
    EXPECT_EQ(next, expected.end());
}

/// Bytes of private memory of this process.
std::size_t private_bytes() {
    std::ifstream status{"/proc/self/status"};
    std::string word;
    std::size_t kib = 0;
    while (status >> word)
        if (word == "RssAnon:") status >> kib;
    return kib * 1024;
}

TEST(PlausibilityOfParts, KeepsMemoryBoundedHoweverManyTotalsThereAre) {
    if (private_bytes() == 0) GTEST_SKIP() << "/proc/self/status says nothing of RssAnon";
    MappingFiles const files{{{"plausibility/test.toml", rules}}};
    auto const set = load_rules(files, "lsn", "x", 20000);
    constexpr std::size_t budget = std::size_t{2} << 20U;
    Surroundings around;
    around.memory = budget;
    Checker checker{set, std::move(around)};
    std::vector<CheckedCell> cells(30);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i].period = parse_sdmx_period(std::to_string(1990 + i)).value();
        cells[i].number = Decimal::from_scaled(100, 0);
    }
    auto const before = private_bytes();
    std::size_t most = 0;
    std::uint32_t number = 0;
    // The ages come first in the keys: every group of theirs is open until the end. 900,000 totals of 64 bytes.
    for (std::string const age : {"_T", "Y0T17", "Y18T64"})
        for (int measure = 0; measure < 30; ++measure, ++number) {
            auto const key =
                IndicatorKey::parse("MEASURE=M" + std::to_string(measure) + ",UNIT=PS,AGE=" + age);
            for (std::uint32_t area = 0; area < 1000; ++area)
                checker.series({number, area}, key, {CodeList::ags, AreaLevel::municipality, "03153017"},
                               cells);
            most = std::max(most, private_bytes());
        }
    EXPECT_GT(checker.spills(), 20U);
    EXPECT_TRUE(checker.finish().empty());
    most = std::max(most, private_bytes());
    if (gateway::is_sanitized) return;
    EXPECT_LT(most - before, 8 * budget) << "57 MB would be needed without spilling";
}

} // namespace
} // namespace gateway::harmonize::plausibility
