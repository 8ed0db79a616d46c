// The harmonizer as a whole: text of a flat file in, series of the common schema out.
#include "gateway/harmonize/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "adapters/genesis/reader.hpp"

namespace gateway::harmonize {
namespace {

constexpr std::string_view head =
    "\xEF\xBB\xBF"
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;"
    "2_variable_attribute_code;2_variable_attribute_label;value;value_unit;value_variable_code;"
    "value_variable_label\n";

/// A row of 12411-01-01-4.
std::string row(std::string const& day, std::string const& variable, std::string const& key,
                std::string const& sex, std::string const& value, std::string const& unit = "Anzahl") {
    return "12411;Fortschreibung;STAG;Stichtag;" + day + ";" + variable + ";Gebiet;" + key + ";Name " + key +
           ";GES;Geschlecht;" + sex + ";Label " + sex + ";" + value + ";" + unit +
           ";BEVSTD;Bevölkerungsstand\n";
}

struct Result {
    std::map<std::string, CellState> states; // "area/SEX/period"
    std::map<std::string, std::string> numbers;
    std::vector<Issue> issues;
    std::uint64_t set_aside = 0;
    std::uint64_t cells = 0;
};

Result harmonize(std::string const& rows, std::string const& service = "regionalstatistik",
                 std::string const& table_code = "12411-01-01-4") {
    auto const files = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    auto const areas = AreaRegister::load(files);
    std::unique_ptr<Mapping> mapping;
    TableHarmonizer table{[&](TableInfo const& info) -> Mapping const& {
                              mapping = std::make_unique<Mapping>(
                                  Mapping::load(files, service, table_code, info.layout, 20000));
                              return *mapping;
                          },
                          areas, "/tmp"};
    adapters::genesis::read_table(std::string{head} + rows, table.part());
    KeyOrder order;
    auto const identity = [](std::size_t count) {
        std::vector<std::uint32_t> ranks(count);
        std::iota(ranks.begin(), ranks.end(), 0U);
        return ranks;
    };
    // Areas by level, as a store numbers them.
    order.indicator = identity(table.keys().indicators().size());
    order.area = identity(table.keys().areas().size());
    order.period = identity(table.keys().periods().size());
    Result result;
    table.emit(order, 1,
               [&](std::uint32_t indicator, std::uint32_t area, std::span<ResolvedCell const> cells) {
                   for (auto const& cell : cells) {
                       auto const name = area_key(table.keys().areas()[area]) + "/" +
                                         std::string{table.keys().indicators()[indicator].at("SEX")} + "/" +
                                         cell.period.to_sdmx();
                       result.states[name] = table.states()[cell.state];
                       if (!result.states[name].reason) result.numbers[name] = cell.number.to_string();
                   }
               });
    result.issues = table.issues();
    result.set_aside = table.set_aside();
    result.cells = table.cells();
    return result;
}

bool has_issue(Result const& result, Errc code) {
    return std::any_of(result.issues.begin(), result.issues.end(),
                       [code](Issue const& issue) { return issue.code == code; });
}

TEST(TableHarmonizer, KeepsTheDigitsAndMapsEveryDimension) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03153", "", "126775") +
                                  row("2024-12-31", "KREISE", "03153", "GESM", "62494"));
    EXPECT_EQ(result.numbers.at("03153/_T/2024-12-31"), "126775");
    EXPECT_EQ(result.numbers.at("03153/M/2024-12-31"), "62494");
    EXPECT_EQ(result.set_aside, 0U);
}

TEST(TableHarmonizer, ReadsADashOfADissolvedCountyAsNoTerritory) {
    auto const result = harmonize(row("2024-12-31", "DLAND", "03", "", "8004489") +
                                  row("2024-12-31", "KREISE", "03153", "", "126775") +
                                  row("2024-12-31", "KREISE", "03152", "", "-"));
    auto const& state = result.states.at("03152/_T/2024-12-31");
    EXPECT_EQ(state.reason, MissingReason::no_territory);
    EXPECT_EQ(state.quality.status, ObsStatus::cannot_exist);
    EXPECT_EQ(state.quality.sign.text(), "-");
    EXPECT_EQ(result.numbers.count("03152/_T/2024-12-31"), 0U);
}

TEST(TableHarmonizer, ReadsADashOfTheSameCountyBeforeTheReformAsZero) {
    auto const result = harmonize(row("2014-12-31", "KREISE", "03153", "GESM", "5") +
                                  row("2014-12-31", "KREISE", "03152", "GESM", "-"));
    EXPECT_EQ(result.numbers.at("03152/M/2014-12-31"), "0");
    EXPECT_EQ(result.states.at("03152/M/2014-12-31").quality.sign.text(), "-");
}

TEST(TableHarmonizer, ReadsAWholeLevelOfDashesUnderAFilledLandAsNotLoaded) {
    auto const result = harmonize(row("2024-12-31", "DLAND", "03", "", "422357") +
                                  row("2024-12-31", "KREISE", "03153", "", "-") +
                                  row("2024-12-31", "KREISE", "03159", "", "-"));
    for (auto const* const key : {"03153/_T/2024-12-31", "03159/_T/2024-12-31"}) {
        EXPECT_EQ(result.states.at(key).reason, MissingReason::not_loaded) << key;
        EXPECT_EQ(result.states.at(key).quality.status, ObsStatus::missing) << key;
    }
    EXPECT_TRUE(has_issue(result, Errc::level_not_loaded));
}

TEST(TableHarmonizer, JudgesALevelLandByLand) {
    auto const result = harmonize(row("2024-12-31", "DLAND", "01", "GESM", "100") +
                                  row("2024-12-31", "DLAND", "03", "GESM", "0") +
                                  row("2024-12-31", "KREISE", "01056", "GESM", "-") +
                                  row("2024-12-31", "KREISE", "03153", "GESM", "-"));
    EXPECT_EQ(result.states.at("01056/M/2024-12-31").reason, MissingReason::not_loaded);
    EXPECT_EQ(result.numbers.at("03153/M/2024-12-31"), "0") << "the Land says zero, so every county has zero";
}

TEST(TableHarmonizer, DoesNotReadTheDashOfATotalAsZeroWhereItsPartsHaveNumbers) {
    // Students of the city of Hannover, winter term 2022/23: women together '-', German women 21,179.
    auto const result = harmonize(
        row("2024-12-31", "KREISE", "03153", "", "-") +
        row("2024-12-31", "KREISE", "03153", "GESM", "62494") +
        row("2024-12-31", "KREISE", "03154", "", "-") + row("2024-12-31", "KREISE", "03154", "GESM", "-") +
        row("2024-12-31", "KREISE", "03155", "", "7") + row("2024-12-31", "KREISE", "03155", "GESM", "7"));
    EXPECT_EQ(result.states.at("03153/_T/2024-12-31").reason, MissingReason::not_loaded);
    EXPECT_EQ(result.states.at("03153/_T/2024-12-31").quality.status, ObsStatus::missing);
    EXPECT_TRUE(has_issue(result, Errc::level_not_loaded));
    EXPECT_EQ(result.numbers.at("03154/_T/2024-12-31"), "0") << "nothing speaks against this zero";
    EXPECT_EQ(result.numbers.at("03154/M/2024-12-31"), "0");
}

TEST(TableHarmonizer, DoesNotDeriveAZeroForAnAreaNobodyKnows) {
    auto const result = harmonize(row("2024-12-31", "GEMEIN", "03153002", "GESM", "7") +
                                  row("2024-12-31", "GEMEIN", "03153999", "GESM", "-"));
    EXPECT_EQ(result.states.at("03153999/M/2024-12-31").reason, MissingReason::unknown);
}

TEST(TableHarmonizer, KeepsConfidentialCellsWithoutANumber) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03153", "GESM", "."));
    auto const& state = result.states.at("03153/M/2024-12-31");
    EXPECT_EQ(state.reason, MissingReason::confidential);
    EXPECT_EQ(state.quality.status, ObsStatus::suppressed);
    EXPECT_TRUE(result.numbers.empty());
}

TEST(TableHarmonizer, DoesNotCallASubUnitConfidentialThatHasNothingButDots) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03241001", "", ".") +
                                  row("2024-12-31", "KREISE", "03241001", "GESM", ".") +
                                  row("2024-12-31", "KREISE", "05334002", "", ".") +
                                  row("2024-12-31", "KREISE", "05334002", "GESM", "3"));
    EXPECT_EQ(result.states.at("03241001_S/_T/2024-12-31").reason, MissingReason::unknown);
    EXPECT_EQ(result.states.at("05334002_S/_T/2024-12-31").reason, MissingReason::confidential);
}

TEST(TableHarmonizer, SetsARowWithAnUnknownSignAsideAndCountsIt) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03153", "", "?") +
                                  row("2024-12-31", "KREISE", "03154", "", "1"));
    EXPECT_EQ(result.set_aside, 1U);
    EXPECT_EQ(result.states.count("03153/_T/2024-12-31"), 0U);
    EXPECT_EQ(result.numbers.at("03154/_T/2024-12-31"), "1");
    auto const issue = std::find_if(result.issues.begin(), result.issues.end(),
                                    [](Issue const& found) { return found.code == Errc::unknown_sign; });
    ASSERT_NE(issue, result.issues.end());
    EXPECT_EQ(issue->position.line, 2U);
    EXPECT_EQ(issue->position.column, 14U);
    EXPECT_NE(issue->text.find("'?'"), std::string::npos);
    EXPECT_FALSE(issue->next_step.empty());
}

TEST(TableHarmonizer, SetsRowsOfAnUnknownUnitAside) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03153", "", "1", "Scheffel"));
    EXPECT_EQ(result.set_aside, 1U);
    EXPECT_TRUE(result.states.empty());
    EXPECT_TRUE(has_issue(result, Errc::unknown_unit));
}

TEST(TableHarmonizer, SetsRowsOfAnUnreadableTimeAside) {
    auto const result = harmonize(row("2024 / 2005", "KREISE", "03153", "", "1"));
    EXPECT_EQ(result.set_aside, 1U);
    EXPECT_TRUE(has_issue(result, Errc::unknown_time));
}

TEST(TableHarmonizer, TakesARepeatedRowOnceAndSetsContradictionsAside) {
    auto const same = harmonize(row("2024-12-31", "KREISE", "03153", "", "5") +
                                row("2024-12-31", "KREISE", "03153", "", "5"));
    EXPECT_EQ(same.numbers.at("03153/_T/2024-12-31"), "5");
    EXPECT_EQ(same.set_aside, 0U);
    auto const different = harmonize(row("2024-12-31", "KREISE", "03153", "", "5") +
                                     row("2024-12-31", "KREISE", "03153", "", "6"));
    EXPECT_TRUE(different.states.empty()) << "nobody knows which one is right";
    EXPECT_EQ(different.set_aside, 2U);
    auto const issue = std::find_if(different.issues.begin(), different.issues.end(),
                                    [](Issue const& found) { return found.code == Errc::duplicate_key; });
    ASSERT_NE(issue, different.issues.end());
    EXPECT_NE(issue->text.find("lines 2, 3"), std::string::npos) << issue->text;
}

TEST(TableHarmonizer, GivesAPublishedZeroItsBounds) {
    auto const result = harmonize(row("2024-12-31", "KREISE", "03153", "", "0"));
    auto const& state = result.states.at("03153/_T/2024-12-31");
    EXPECT_EQ(result.numbers.at("03153/_T/2024-12-31"), "0");
    EXPECT_EQ(state.quality.status, ObsStatus::not_significant);
    ASSERT_TRUE(state.quality.bounds);
    EXPECT_EQ(state.quality.bounds->above.to_string(), "0.5");
}

TEST(TableHarmonizer, CountsEveryCellOnceWhateverBecomesOfIt) {
    auto const result = harmonize(
        row("2024-12-31", "KREISE", "03153", "", "1") + row("2024-12-31", "KREISE", "03154", "", "?") +
        row("2024-12-31", "KREISE", "03155", "", ".") + row("unlesbar", "KREISE", "03155", "", "3"));
    EXPECT_EQ(result.cells, 4U);
    EXPECT_EQ(result.states.size() + result.set_aside, result.cells);
}

} // namespace
} // namespace gateway::harmonize
