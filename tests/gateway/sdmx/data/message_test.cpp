#include <gmock/gmock.h>

#include <rapidjson/document.h>

#include <array>
#include <fstream>

#include "gateway/io/csv.hpp"
#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"

namespace gateway::sdmx::data::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array formats{Format::generic21, Format::specific21, Format::specific30, Format::json_draft,
                             Format::json10,    Format::json20,     Format::csv10,      Format::csv20};
constexpr std::array dimensions{"TIME_PERIOD", "AllDimensions", "AREA", "SEX", "MEASURE", "FREQ"};

std::string name_of(Format format) {
    return "format " + std::to_string(static_cast<int>(format));
}

class SdmxMessage : public ::testing::Test {
  protected:
    Sample sample_;
};

TEST_F(SdmxMessage, SaysTheSameInEveryFormatAndLayout) {
    auto const expected = read_back(sample_.write(Format::csv20), "csv 2.0");
    ASSERT_EQ(expected.rows.size(), 10U);
    for (auto const format : formats)
        for (auto const* const dimension : dimensions) {
            auto options = sample_.options(format);
            options.dimension_at_observation = dimension;
            auto const found =
                read_back(sample_.write(options, sample_.everything()), name_of(format) + " by " + dimension);
            EXPECT_EQ(found.rows, expected.rows) << name_of(format) << " by " << dimension;
            EXPECT_EQ(found.hash, expected.hash) << name_of(format) << " by " << dimension;
            EXPECT_TRUE(found.issues.empty()) << found.issues.front();
        }
}

TEST_F(SdmxMessage, WritesSdmxJson20WithEveryAttributeInAListForParsersThatKnowNoOther) {
    auto options = sample_.options(Format::json20);
    auto const in_place = sample_.write(options, sample_.everything());
    options.media.all_in_lists = true;
    for (auto const* const dimension : dimensions) {
        options.dimension_at_observation = dimension;
        auto const message = sample_.write(options, sample_.everything());
        rapidjson::Document json;
        json.Parse(message.c_str());
        ASSERT_FALSE(json.HasParseError()) << message;
        auto const& structure = json["data"]["structures"][0];
        EXPECT_TRUE(structure["names"].HasMember("de")) << "SDMXParser asks for it";
        EXPECT_EQ(structure["attributes"]["dataSet"].Size(), 0U)
            << "it would count them among those of figures";
        for (auto const* const level : {"dataSet", "series", "observation"})
            for (auto const& attribute : structure["attributes"][level].GetArray())
                EXPECT_TRUE(attribute.HasMember("values")) << attribute["id"].GetString();
        EXPECT_EQ(read_back(message, dimension).rows, read_back(in_place, "in place").rows) << dimension;
    }
}

TEST_F(SdmxMessage, KeepsSignsBoundsAndReasonsAndGivesASecretFigureNoValue) {
    auto const rows = read_back(sample_.write(Format::generic21), "generic").rows;
    EXPECT_THAT(rows, ::testing::Contains(::testing::AllOf(
                          HasSubstr("AREA=03153"), HasSubstr("TIME_PERIOD=2021"), HasSubstr("OBS_STATUS=Q"),
                          HasSubstr("CONF_STATUS=C"), HasSubstr("SRC_SIGN=."),
                          HasSubstr("MISSING_REASON=CONFIDENTIAL"), Not(HasSubstr("#")))));
    EXPECT_THAT(rows, ::testing::Contains(::testing::AllOf(HasSubstr("AREA=03151"), HasSubstr("OBS_LO=103"),
                                                           HasSubstr("OBS_HI=107"), HasSubstr("#105"))));
    EXPECT_THAT(rows, ::testing::Contains(HasSubstr("#83.10")));
    EXPECT_THAT(sample_.write(Format::json20), HasSubstr("[null,2,0,0,"));
}

TEST_F(SdmxMessage, AGenericMessageNamesTheDataStructureByRefAndIsNoTimeSeriesMessage) {
    auto const message = sample_.write(Format::generic21);
    EXPECT_THAT(message, HasSubstr("<message:GenericData "));
    EXPECT_THAT(message, HasSubstr("structureID=\"REGIO_12411-01-01-4\""));
    EXPECT_THAT(message, HasSubstr("<Ref agencyID=\"KREISLAUF\" id=\"REGIO_12411-01-01-4\" version=\"1.0\""));
    EXPECT_THAT(message, Not(HasSubstr("urn:sdmx")));
}

TEST_F(SdmxMessage, EveryXmlMessageIsValid) {
    std::string const script = KREISLAUF_SOURCE_DIR "/../shared/real/sdmx/xsd/validate.sh";
    if (!std::ifstream{script}) GTEST_SKIP() << "the validator is not beside the checkout: " << script;
    std::string files;
    auto const add = [&](MessageOptions const& options, query::Selection const& selection) {
        auto const file = sample_.directory.path() + "/" + std::to_string(files.size()) + ".xml";
        std::ofstream{file} << sample_.write(options, selection);
        files += " " + file;
    };
    auto updates = sample_.everything();
    updates.updated_after = 1'000'000'001;
    auto history = sample_.everything();
    history.include_history = true;
    auto nothing = sample_.everything();
    nothing.patterns = {{{{}, {"99999"}}}};
    for (auto const format : {Format::generic21, Format::specific21, Format::specific30}) {
        for (auto const* const dimension : dimensions)
            for (auto const& selection : {sample_.everything(), updates, history, nothing}) {
                auto options = sample_.options(format);
                options.dimension_at_observation = dimension;
                add(options, selection);
            }
        for (auto const shown : {Shown::data_only(), Shown::no_data(), Shown::series_keys_only()}) {
            auto options = sample_.options(format);
            options.shown = shown;
            add(options, sample_.everything());
        }
    }
    auto const report = sample_.directory.path() + "/report";
    auto const status = std::system(("sh '" + script + "'" + files + " > " + report).c_str());
    std::ifstream lines{report};
    std::string line;
    while (std::getline(lines, line)) EXPECT_EQ(line.find("INVALID"), std::string::npos) << line;
    EXPECT_EQ(status, 0);
}

TEST_F(SdmxMessage, DetailLeavesOutWhatWasNotAskedFor) {
    for (auto const format : formats) {
        auto options = sample_.options(format);
        options.shown = Shown::data_only();
        auto const data = sample_.write(options, sample_.everything());
        EXPECT_EQ(data.find("CONF_STATUS"), std::string::npos) << data;
        EXPECT_NE(data.find("83.10"), std::string::npos) << name_of(format);
        options.shown = Shown::no_data();
        auto const series = sample_.write(options, sample_.everything());
        EXPECT_NE(series.find("UNIT_MULT"), std::string::npos) << name_of(format);
        EXPECT_EQ(series.find("83.10"), std::string::npos) << name_of(format);
        options.shown = Shown::series_keys_only();
        auto const keys = sample_.write(options, sample_.everything());
        EXPECT_EQ(keys.find("UNIT_MULT"), std::string::npos) << name_of(format);
        EXPECT_NE(keys.find("05334002_S"), std::string::npos) << name_of(format);
        EXPECT_EQ(keys.find("83.10"), std::string::npos) << name_of(format);
    }
}

TEST_F(SdmxMessage, SeriesKeysInCsvAreOneRowPerSeriesWithoutTime) {
    auto options = sample_.options(Format::csv20);
    options.shown = Shown::series_keys_only();
    auto const text = sample_.write(options, sample_.everything());
    io::CsvReader csv{text, "keys"};
    ASSERT_TRUE(csv.next());
    EXPECT_THAT(csv.fields(),
                ElementsAre("STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "AREA", "MEASURE", "UNIT", "SEX"));
    std::size_t rows = 0;
    while (csv.next()) {
        EXPECT_EQ(csv.fields().size(), 8U);
        ++rows;
    }
    EXPECT_EQ(rows, 6U);
}

TEST_F(SdmxMessage, UpdatesAreOneDataSetOfReplacedAndOneOfDeletedFigures) {
    auto selection = sample_.everything();
    selection.updated_after = 1'000'000'001;
    std::vector<std::string> expected;
    for (auto const format : formats) {
        if (format == Format::csv10) continue;
        for (auto const* const dimension : dimensions) {
            auto options = sample_.options(format);
            options.dimension_at_observation = dimension;
            auto const rows = read_back(sample_.write(options, selection), "updates").rows;
            if (expected.empty()) expected = rows;
            EXPECT_EQ(rows, expected) << name_of(format) << " by " << dimension;
        }
    }
    ASSERT_EQ(expected.size(), 3U);
    EXPECT_THAT(expected[0], HasSubstr("TIME_PERIOD=2021"));
    EXPECT_THAT(expected[0], HasSubstr("#105"));
    EXPECT_THAT(expected[1], HasSubstr("TIME_PERIOD=2022"));
    EXPECT_EQ(expected[2], "Delete AREA=03153 FREQ=A MEASURE=BEV & \"X\" SEX=M TIME_PERIOD=2021 UNIT=PS ");
}

TEST_F(SdmxMessage, CsvOfVersion1RefusesToHideDeletions) {
    auto selection = sample_.everything();
    selection.updated_after = 1'000'000'001;
    EXPECT_THROW(static_cast<void>(sample_.write(sample_.options(Format::csv10), selection)),
                 common::SdmxError);
}

TEST_F(SdmxMessage, HistoryIsADataSetForEveryVintage) {
    auto selection = sample_.everything();
    selection.include_history = true;
    auto const message = sample_.write(sample_.options(Format::generic21), selection);
    EXPECT_THAT(message,
                HasSubstr("validFromDate=\"2001-09-09T01:46:40Z\" validToDate=\"2004-11-09T11:33:20Z\""));
    EXPECT_THAT(message, HasSubstr("action=\"Information\" validFromDate=\"2004-11-09T11:33:20Z\">"));
    EXPECT_EQ(read_back(message, "history").rows.size(), 20U);
    EXPECT_EQ(read_back(sample_.write(sample_.options(Format::csv20), selection), "csv").rows.size(), 20U);
}

TEST_F(SdmxMessage, LabelsStandBesideCodes) {
    auto options = sample_.options(Format::csv20);
    options.media.labels = Labels::both;
    auto const both = sample_.write(options, sample_.everything());
    EXPECT_THAT(both, HasSubstr(",SEX: Geschlecht,"));
    EXPECT_THAT(both, HasSubstr(",03153: Goslar & Umland,"));
    EXPECT_EQ(read_back(both, "both").hash, read_back(sample_.write(Format::csv20), "plain").hash);
    options.media.labels = Labels::name;
    auto const names = sample_.write(options, sample_.everything());
    EXPECT_THAT(names, HasSubstr("STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,"));
    EXPECT_THAT(names, HasSubstr(",03153,Goslar & Umland,"));
    io::CsvReader csv{names, "names"};
    std::size_t width = 0;
    while (csv.next()) {
        if (width == 0) width = csv.fields().size();
        EXPECT_EQ(csv.fields().size(), width);
    }
    EXPECT_EQ(read_back(names, "names").hash, read_back(sample_.write(Format::csv20), "plain").hash);
    auto history = sample_.everything();
    history.include_history = true;
    EXPECT_EQ(read_back(sample_.write(options, history), "history").rows.size(),
              read_back(sample_.write(sample_.options(Format::csv20), history), "plain history").rows.size());
}

TEST_F(SdmxMessage, KeysOfSeriesAndObservationsStandInFront) {
    auto options = sample_.options(Format::csv20);
    options.media.keys = Keys::both;
    options.shown = Shown::data_only();
    auto const text = sample_.write(options, sample_.everything());
    EXPECT_THAT(text, HasSubstr("STRUCTURE,STRUCTURE_ID,ACTION,SERIES_KEY,OBS_KEY,FREQ,"));
    EXPECT_THAT(text, HasSubstr(",I,A.DG.BEVSTD.PS.F,A.DG.BEVSTD.PS.F.2020,A,DG,BEVSTD,PS,F,2020,83.10\n"));
}

TEST_F(SdmxMessage, NormalizedTimesAreDates) {
    auto options = sample_.options(Format::csv10);
    options.media.normalized_time = true;
    options.shown = Shown::data_only();
    auto const text = sample_.write(options, sample_.everything());
    EXPECT_THAT(text, HasSubstr("KREISLAUF:REGIO_12411-01-01-4(1.0),Q,03151,BEVSTD,PS,F,2020-01-01,25\n"));
    EXPECT_THAT(text, HasSubstr(",F,2020-12-31,12.50\n"));
}

TEST_F(SdmxMessage, AnUnknownDimensionAtTheObservationIsRefusedNamingTheKnownOnes) {
    auto options = sample_.options(Format::json20);
    options.dimension_at_observation = "COLOUR";
    try {
        static_cast<void>(sample_.write(options, sample_.everything()));
        FAIL() << "not refused";
    } catch (common::SdmxError const& error) {
        EXPECT_EQ(error.code(), common::ErrorCode::semantic);
        EXPECT_THAT(error.what(), HasSubstr("FREQ, AREA, MEASURE, UNIT, SEX, TIME_PERIOD"));
    }
}

/// Everything is called the same in German, and something else in English.
class OneName final : public Names {
  public:
    OneName(std::string german, std::string english)
        : german_(std::move(german)), english_(std::move(english)) {}
    [[nodiscard]] std::string component(std::string_view, std::string_view language) const override {
        return language == "de" ? german_ : english_;
    }
    [[nodiscard]] std::string code(std::string_view, std::string_view,
                                   std::string_view language) const override {
        return component({}, language);
    }

  private:
    std::string german_, english_;
};

TEST_F(SdmxMessage, JsonNamesComeThroughWhateverIsInThem) {
    std::vector<std::string> names{"\xC3\x84 \xE2\x82\xAC \"\\", std::string(40, '"'), "12345678\\",
                                   "\xC3\xA4"
                                   "1234567"};
    // Each character at each place of a word of eight, and behind it.
    for (char c = ' '; c != '\x7F'; ++c)
        for (std::size_t const at : {0U, 3U, 7U, 8U, 11U}) {
            std::string name(12, 'x');
            name[at] = c;
            names.push_back(name);
        }
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
        auto const& german = names[i];
        auto const& english = names[i % 3 == 0 ? i : i + 1];
        auto options = sample_.options(Format::json20);
        options.names = std::make_shared<OneName>(german, english);
        rapidjson::Document json;
        json.Parse(sample_.write(options, sample_.everything()).c_str());
        ASSERT_FALSE(json.HasParseError()) << german;
        auto const& area = json["data"]["structures"][0]["dimensions"]["series"][1]["values"][0];
        ASSERT_EQ(area["name"].GetString(), german);
        ASSERT_EQ(area["names"]["de"].GetString(), german);
        ASSERT_EQ(area["names"]["en"].GetString(), english);
    }
    auto options = sample_.options(Format::json20);
    options.names = std::make_shared<OneName>("a\x01\x7F", "");
    rapidjson::Document json;
    json.Parse(sample_.write(options, sample_.everything()).c_str());
    ASSERT_FALSE(json.HasParseError()) << "a control character must not reach the answer";
    EXPECT_STREQ(json["data"]["structures"][0]["dimensions"]["series"][1]["values"][0]["name"].GetString(),
                 "a\xEF\xBF\xBD\x7F");
}

TEST_F(SdmxMessage, AnEmptyAnswerIsKnownBeforeItIsWritten) {
    auto selection = sample_.everything();
    EXPECT_FALSE(is_empty(*sample_.store, sample_.view, selection));
    selection.patterns = {{{{}, {"99999"}}}};
    EXPECT_TRUE(is_empty(*sample_.store, sample_.view, selection));
    selection.patterns.clear();
    selection.start = query::parse_time_range("2030");
    EXPECT_TRUE(is_empty(*sample_.store, sample_.view, selection));
}

} // namespace
} // namespace gateway::sdmx::data::testing
