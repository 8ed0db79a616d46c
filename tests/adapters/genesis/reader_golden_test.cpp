// Small documents of our own in every layout, with what a reader must make of them beside each.
//
// KREISLAUF_UPDATE_GOLDEN=1 writes the expected files anew; the difference is for reviewing.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "adapters/genesis/facts.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

class GenesisReaderGolden : public testing::TestWithParam<char const*> {};

TEST_P(GenesisReaderGolden, GivesTheExpectedCells) {
    auto const base = std::string{KREISLAUF_SOURCE_DIR} + "/tests/adapters/genesis/golden/" + GetParam();
    auto const found = read(file_text(base + ".csv")).text();
    if (std::getenv("KREISLAUF_UPDATE_GOLDEN") != nullptr) {
        std::ofstream{base + ".txt", std::ios::binary} << found;
        GTEST_SKIP() << "written: " << base << ".txt";
    }
    EXPECT_EQ(found, file_text(base + ".txt"));
}

INSTANTIATE_TEST_SUITE_P(EveryLayout, GenesisReaderGolden,
                         testing::Values("v5_de", "v5_en", "v5_quality", "v5_quoted", "v5_empty_block",
                                         "v5_semester", "v5_short_rows", "v4_de", "v4_en", "v4_quality",
                                         "cube_metadata", "cube_values"),
                         [](auto const& tested) { return std::string{tested.param}; });

class GenesisAnswerGolden : public testing::TestWithParam<char const*> {};

TEST_P(GenesisAnswerGolden, GivesTheExpectedFacts) {
    auto const base = std::string{KREISLAUF_SOURCE_DIR} + "/tests/adapters/genesis/golden/" + GetParam();
    auto const found = adapters::genesis::facts_json(file_text(base + ".json")) + "\n";
    if (std::getenv("KREISLAUF_UPDATE_GOLDEN") != nullptr) {
        std::ofstream{base + ".txt", std::ios::binary} << found;
        GTEST_SKIP() << "written: " << base << ".txt";
    }
    EXPECT_EQ(found, file_text(base + ".txt"));
}

INSTANTIATE_TEST_SUITE_P(EveryShape, GenesisAnswerGolden,
                         testing::Values("answer_list", "answer_find", "answer_metadata", "answer_login",
                                         "answer_refused"),
                         [](auto const& tested) { return std::string{tested.param}; });

TEST(GenesisReader, HasAnExpectationForEveryGoldenDocument) {
    auto const folder = std::filesystem::path{KREISLAUF_SOURCE_DIR} / "tests/adapters/genesis/golden";
    for (auto const& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() == ".txt") continue;
        auto expected = entry.path();
        EXPECT_TRUE(std::filesystem::exists(expected.replace_extension(".txt"))) << entry.path();
    }
}

} // namespace genesis_test
