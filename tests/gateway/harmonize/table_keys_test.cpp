// What the codes of a document stand for, and what they are called.
#include "gateway/harmonize/table_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

namespace gateway::harmonize {
namespace {

class TableKeysTest : public testing::Test {
  protected:
    TableKeysTest() {
        TableInfo info;
        info.layout = "ffcsv-v5";
        info.blocks = 2;
        keys_.table(info);
    }
    void area(std::string_view variable, std::string_view code, std::string_view label) {
        keys_.block(0, {variable, "Gebiet", code, label});
    }
    [[nodiscard]] std::vector<std::array<std::string, 3>> labels() const {
        std::vector<std::array<std::string, 3>> all;
        keys_.each_label([&](std::string_view dimension, std::string_view code, std::string_view text) {
            all.push_back({std::string{dimension}, std::string{code}, std::string{text}});
        });
        return all;
    }

    MappingFiles files_ = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    std::optional<Mapping> mapping_;
    TableKeys keys_{[this](TableInfo const& info) -> Mapping const& {
        mapping_.emplace(Mapping::load(files_, "regionalstatistik", "12411-01-01-4", info.layout, 20000));
        return *mapping_;
    }};
};

TEST_F(TableKeysTest, TellsTheLabelsInOrderOfDimensionAndCode) {
    area("KREISE", "DG", "Deutschland");
    keys_.block(1, {"GES", "Geschlecht", "GESW", "weiblich"});
    area("KREISE", "03153", "Goslar, Landkreis");
    area("KREISE", "03", "  Niedersachsen");
    keys_.block(1, {"ALTX20", "Altersgruppen", "ALT000B03", "unter 3 Jahre"});
    keys_.measure({"Anzahl", "", "BEVSTD", "Bevölkerungsstand"});
    auto const all = labels();
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    std::vector<std::array<std::string, 3>> areas;
    std::copy_if(all.begin(), all.end(), std::back_inserter(areas),
                 [](auto const& each) { return each[0] == "AREA"; });
    std::vector<std::array<std::string, 3>> const expected{{"AREA", "03", "Niedersachsen"},
                                                           {"AREA", "03153", "Goslar, Landkreis"},
                                                           {"AREA", "DG", "Deutschland"}};
    EXPECT_EQ(areas, expected);
    EXPECT_EQ(all.front()[0], "AGE") << "before AREA";
    EXPECT_EQ(all.back()[0], "UNIT") << "behind it";
    EXPECT_EQ(all.size(), 7U);
}

TEST_F(TableKeysTest, ChoosesTheSameLabelWhicheverCodeComesFirst) {
    area("KREISE", "03153", "Goslar, Landkreis");
    area("GEMEIN", "03153", "Goslar");
    area("KREISE", "03154", "Helmstedt");
    area("GEMEIN", "03154", "Helmstedt, Landkreis");
    std::vector<std::array<std::string, 3>> const expected{{"AREA", "03153", "Goslar"},
                                                           {"AREA", "03154", "Helmstedt"}};
    EXPECT_EQ(labels(), expected);
}

TEST_F(TableKeysTest, HasNoLabelForACodeThatIsGivenNone) {
    area("KREISE", "03153", "");
    area("KREISE", "03154", "   ");
    EXPECT_TRUE(labels().empty());
    area("GEMEIN", "03153", "Goslar");
    EXPECT_EQ(labels().size(), 1U);
}

} // namespace
} // namespace gateway::harmonize
