// The recorded cases of the R package and the better answers beside them; skipped where the recordings are absent.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>

#include "convert_tools.hpp"
#include "gateway/io/file.hpp"

using namespace territory_test;
namespace fs = std::filesystem;

namespace {

fs::path territory_folder() {
    return fs::path{KREISLAUF_SOURCE_DIR} / ".." / "shared" / "real" / "territory";
}

struct Case {
    char const* name;
    char const* table;
    char const* key;
    std::vector<std::string> values;
    bool nearest;
};

std::vector<Case> const& cases() {
    static std::vector<Case> const all{
        {"g01_bb_mv_pop_fuzzy", "gemeinden_2020_a.csv", "ags", {"pop"}, true},
        {"g06_zero_population_split", "gemeinden_2020_a.csv", "ags", {"area_ha"}, false},
        {"k02_btw_sn_fuzzy", "kreise_2020.csv", "district", {"voters", "valid"}, true},
        {"k06_brandenburg_pop", "kreise_2020.csv", "ags", {"pop"}, false},
        {"k13_invalid_keys_exact", "kreise_2020.csv", "ags", {"n"}, false},
        {"k24_share_wrong_and_right", "kreise_2020.csv", "district", {"turnout_pct"}, true},
    };
    return all;
}

Crosswalk const& table_of(std::string const& name) {
    static std::map<std::string, Crosswalk> tables;
    auto const found = tables.find(name);
    if (found != tables.end()) return found->second;
    std::string const paths[] = {(territory_folder() / name).string()};
    return tables.emplace(name, load_crosswalk(paths)).first->second;
}

std::vector<Row> converted(Case const& one, ConvertRequest const& asked, std::string const& input) {
    Plan const plan{table_of(one.table), asked};
    Conversion conversion{plan};
    auto const bytes = gateway::io::read_file(input);
    convert_csv(bytes, {input, one.key, "year", std::nullopt}, conversion);
    std::string text;
    write_result(conversion, {',', '.', false}, [&text](std::string_view piece) { text += piece; });
    return rows_of(text);
}

void expect_equal(std::vector<Row> const& rows, fs::path const& expected,
                  std::vector<std::string> const& values) {
    std::map<std::pair<std::string, std::string>, Row> by_key;
    for (auto const& row : rows) by_key[{row.at("year"), row.at("ags20")}] = row;
    auto const wanted = rows_of(gateway::io::read_file(expected.string()));
    ASSERT_EQ(by_key.size(), wanted.size()) << expected;
    for (auto const& row : wanted) {
        auto const found = by_key.find({row.at("year"), row.at("ags20")});
        ASSERT_NE(found, by_key.end()) << row.at("year") << " " << row.at("ags20");
        for (auto const& value : values) {
            ASSERT_NE(found->second.at(value), "") << row.at("year") << " " << row.at("ags20");
            auto const due = std::stod(row.at(value));
            EXPECT_NEAR(std::stod(found->second.at(value)), due, 1e-12 * std::max(1.0, std::abs(due)));
        }
    }
}

class ConvertRecorded : public testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(territory_folder()))
            GTEST_SKIP() << "no recordings at " << territory_folder() << "; they stand beside the checkout";
    }
};

TEST_F(ConvertRecorded, AgreesWithThePackageInItsMode) {
    for (auto const& one : cases()) {
        SCOPED_TRACE(one.name);
        ConvertRequest asked;
        asked.mode = Mode::ags;
        asked.values = one.values;
        asked.nearest_year = one.nearest;
        auto const folder = territory_folder() / "cases" / one.name;
        expect_equal(converted(one, asked, (folder / "input.csv").string()), folder / "expected.csv",
                     one.values);
    }
}

TEST_F(ConvertRecorded, KeepsTheTotalWhereThePackageMultipliesIt) {
    auto const& one = cases()[1];
    ConvertRequest asked;
    asked.values = one.values;
    auto const folder = territory_folder() / "cases" / one.name;
    expect_equal(converted(one, asked, (folder / "input.csv").string()), folder / "expected_conserved.csv",
                 one.values);
}

TEST_F(ConvertRecorded, ComputesTurnoutFromItsComponents) {
    auto const& one = cases()[2];
    ConvertRequest asked;
    asked.values = one.values;
    asked.nearest_year = true;
    asked.ratios = {ratio_from("turnout_pct=valid/voters")};
    auto const folder = territory_folder() / "cases";
    expect_equal(converted(one, asked, (folder / one.name / "input.csv").string()),
                 folder / "k24_share_wrong_and_right" / "expected_ratio.csv",
                 {"voters", "valid", "turnout_pct"});
}

} // namespace
