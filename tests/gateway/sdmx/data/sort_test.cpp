#include <gmock/gmock.h>

#include <algorithm>

#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"

namespace gateway::sdmx::data::testing {
namespace {

using ::testing::ElementsAre;

/// AREA, SEX, TIME_PERIOD of every row.
class SdmxSort : public ::testing::Test {
  protected:
    [[nodiscard]] std::vector<std::string> rows(std::vector<SortTerm> sort,
                                                query::Selection selection) const {
        auto options = sample_.options(Format::csv10);
        options.shown = Shown::data_only();
        options.sort = std::move(sort);
        auto const text = sample_.write(options, selection);
        std::vector<std::string> result;
        std::size_t at = text.find('\n') + 1;
        while (at < text.size()) {
            auto const end = text.find('\n', at);
            std::vector<std::string> fields;
            for (std::size_t i = at; i <= end;) {
                auto const stop = std::min(text.find(',', i), end);
                fields.push_back(text.substr(i, stop - i));
                i = stop + 1;
            }
            result.push_back(fields[2] + " " + fields[5] + " " + fields[6]);
            at = end + 1;
        }
        return result;
    }
    [[nodiscard]] std::vector<std::string> rows(std::vector<SortTerm> sort) const {
        return rows(std::move(sort), sample_.everything());
    }
    Sample sample_;
};

TEST_F(SdmxSort, RowsComeInTheOrderThatWasAskedFor) {
    EXPECT_THAT(rows({{"TIME_PERIOD", true}, {"AREA", false}, {"SEX", true}}),
                ElementsAre("03153 M 2022", "03151 F 2021", "03153 F 2021", "DG F 2021",
                            "05334002_S F 2020-12-31", "03151 F 2020", "03153 F 2020", "DG F 2020",
                            "03151 F 2020-Q1", "03153 M 2019-08-01/P1Y"));
    EXPECT_THAT(rows({{"AREA", true}, {"TIME_PERIOD", false}}).front(), "DG F 2020");
}

TEST_F(SdmxSort, OffsetAndLimitCountInThatOrder) {
    auto selection = sample_.everything();
    selection.offset = 1;
    selection.limit = 2;
    EXPECT_THAT(rows({{"TIME_PERIOD", true}, {"AREA", false}}, selection),
                ElementsAre("03151 F 2021", "03153 F 2021"));
}

TEST_F(SdmxSort, TimeSeriesAreOrderedAmongEachOtherAndEachByTime) {
    auto options = sample_.options(Format::specific21);
    options.shown = Shown::data_only();
    options.sort = {{"AREA", true}, {"TIME_PERIOD", true}};
    auto const text = sample_.write(options, sample_.everything());
    std::vector<std::string> seen;
    for (auto at = text.find("<Series"); at != std::string::npos;) {
        auto const area = text.find("AREA=\"", at) + 6;
        seen.push_back(text.substr(area, text.find('"', area) - area));
        auto const end = text.find("</Series>", at);
        for (auto time = text.find("TIME_PERIOD=\"", at); time < end;
             time = text.find("TIME_PERIOD=\"", time + 1))
            seen.back() += " " + text.substr(time + 13, text.find('"', time + 13) - time - 13);
        at = text.find("<Series", end);
    }
    EXPECT_THAT(seen, ElementsAre("DG 2021 2020", "05334002_S 2020-12-31", "03153 2021 2020",
                                  "03153 2022 2019-08-01/P1Y", "03151 2021 2020", "03151 2020-Q1"));
}

TEST_F(SdmxSort, LosesAndAddsNothingInAnyFormat) {
    auto const expected = read_back(sample_.write(Format::csv20), "unsorted");
    for (auto const format : {Format::generic21, Format::specific21, Format::specific30, Format::json_draft,
                              Format::json10, Format::json20, Format::csv10, Format::csv20})
        for (auto const* const dimension : {"TIME_PERIOD", "AllDimensions"}) {
            auto options = sample_.options(format);
            options.dimension_at_observation = dimension;
            options.sort = {{"TIME_PERIOD", true}, {"SEX", true}, {"AREA", false}};
            auto const found = read_back(sample_.write(options, sample_.everything()), "sorted");
            EXPECT_EQ(found.rows, expected.rows) << static_cast<int>(format) << " by " << dimension;
            EXPECT_TRUE(found.issues.empty()) << found.issues.front();
        }
}

TEST_F(SdmxSort, KeysOfSeriesAreOrderedToo) {
    auto options = sample_.options(Format::csv10);
    options.shown = Shown::series_keys_only();
    options.sort = {{"AREA", true}};
    auto selection = sample_.everything();
    selection.limit = 1;
    EXPECT_THAT(sample_.write(options, selection), ::testing::HasSubstr(",A,DG,"));
}

TEST_F(SdmxSort, CrossSectionsRefuseAnotherOrder) {
    auto options = sample_.options(Format::json20);
    options.dimension_at_observation = "AREA";
    options.sort = {{"AREA", false}};
    EXPECT_THROW(static_cast<void>(sample_.write(options, sample_.everything())), common::SdmxError);
}

} // namespace
} // namespace gateway::sdmx::data::testing
