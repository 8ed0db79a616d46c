#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>

#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"

namespace gateway::sdmx::data::testing {
namespace {

using ::testing::HasSubstr;

/// The sample, and a second dataset with another dimension and a small figure.
class SdmxSeveral : public ::testing::Test {
  protected:
    SdmxSeveral() {
        auto info = store::testing::population();
        info.id = "REGIO_21311-01-01-4";
        info.table = "21311-01-01-4";
        info.dimensions = {"MEASURE", "UNIT", "SUBJECT"};
        auto const load = sample_.store->begin(store::testing::request(info, 1'200'000'000));
        IndicatorKey key;
        key.set("MEASURE", "STUDENTS");
        key.set("UNIT", "PS");
        key.set("SUBJECT", "MATH");
        load->put(load->indicator(key), load->area(store::testing::county("03153")),
                  std::vector{observed("2020", "17"), observed("2021", "18")});
        load->commit("", 2, 0, store::testing::everything());
        students_ = query::read_view(*sample_.store, info.id);
    }
    [[nodiscard]] Question question(query::DatasetViewPtr const& view, MessageOptions const& options) const {
        query::Selection selection;
        selection.dataset = view->info.id;
        return {view, selection, options};
    }
    [[nodiscard]] std::string both(MessageOptions const& options) const {
        auto const writer = make_writer(lease_of(*sample_.store),
                                        {question(sample_.view, options), question(students_, options)});
        std::string text;
        while (writer->next(text)) {
        }
        return text;
    }
    [[nodiscard]] std::vector<std::string> rows_of_each(MessageOptions const& options) const {
        auto rows = read_back(sample_.write(options, sample_.everything()), "one").rows;
        auto const one = question(students_, options);
        auto const more =
            read_back(write_message(*sample_.store, one.view, one.selection, one.options), "other").rows;
        rows.insert(rows.end(), more.begin(), more.end());
        std::sort(rows.begin(), rows.end());
        return rows;
    }
    Sample sample_;
    query::DatasetViewPtr students_;
};

TEST_F(SdmxSeveral, AMessageHoldsTheDataSetsOfEachDataflow) {
    for (auto const format : {Format::generic21, Format::specific21, Format::specific30, Format::json20,
                              Format::csv10, Format::csv20})
        for (auto const* const dimension : {"TIME_PERIOD", "AllDimensions", "AREA"}) {
            auto options = sample_.options(format);
            options.dimension_at_observation = dimension;
            auto const found = read_back(both(options), "both");
            EXPECT_EQ(found.rows, rows_of_each(options)) << static_cast<int>(format) << " by " << dimension;
            EXPECT_TRUE(found.issues.empty()) << found.issues.front();
        }
}

TEST_F(SdmxSeveral, ColumnsOfCsvAreThoseOfAllAndEmptyWhereADataflowHasNone) {
    auto options = sample_.options(Format::csv20);
    options.shown = Shown::data_only();
    auto const text = both(options);
    EXPECT_THAT(text,
                HasSubstr("STRUCTURE,STRUCTURE_ID,ACTION,FREQ,AREA,MEASURE,UNIT,SEX,SUBJECT,TIME_PERIOD,"
                          "OBS_VALUE\n"));
    EXPECT_THAT(text, HasSubstr("REGIO_12411-01-01-4(1.0),I,A,DG,BEVSTD,PS,F,,2020,83.10\n"));
    EXPECT_THAT(text, HasSubstr("REGIO_21311-01-01-4(1.0),I,A,03153,STUDENTS,PS,,MATH,2021,18\n"));
    EXPECT_EQ(text.find("STRUCTURE,", 1), std::string::npos) << "one header";
}

TEST_F(SdmxSeveral, JsonNamesTheStructureOfEachDataSet) {
    auto const text = both(sample_.options(Format::json20));
    EXPECT_THAT(text, HasSubstr("{\"structure\":0,"));
    EXPECT_THAT(text, HasSubstr("{\"structure\":1,"));
    EXPECT_THAT(text, HasSubstr("\"dataSets\":[0]"));
    EXPECT_THAT(text, HasSubstr("\"dataSets\":[1]"));
}

TEST_F(SdmxSeveral, JsonOfVersion1HoldsOneStructureAndSaysSo) {
    for (auto const format : {Format::json10, Format::json_draft}) try {
            static_cast<void>(both(sample_.options(format)));
            FAIL() << "not refused";
        } catch (common::SdmxError const& error) {
            EXPECT_THAT(error.what(), HasSubstr("2 dataflows"));
            EXPECT_THAT(error.what(), HasSubstr("version=2.0.0"));
        }
}

TEST_F(SdmxSeveral, EveryXmlMessageIsValid) {
    std::string const script = KREISLAUF_SOURCE_DIR "/../shared/real/sdmx/xsd/validate.sh";
    if (!std::ifstream{script}) GTEST_SKIP() << "the validator is not beside the checkout: " << script;
    std::string files;
    for (auto const format : {Format::generic21, Format::specific21, Format::specific30}) {
        auto const file = sample_.directory.path() + "/" + std::to_string(static_cast<int>(format)) + ".xml";
        std::ofstream{file} << both(sample_.options(format));
        files += " " + file;
    }
    EXPECT_EQ(std::system(("sh '" + script + "'" + files + " > /dev/null").c_str()), 0);
}

} // namespace
} // namespace gateway::sdmx::data::testing
