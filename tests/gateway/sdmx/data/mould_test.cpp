// Series that differ in their area alone are written from texts that were made once; areas and codes for which that
// would go wrong are written one by one. Both have to say the same.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "tests/gateway/sdmx/data/read_back.hpp"
#include "tests/gateway/sdmx/data/sample.hpp"

namespace gateway::sdmx::data::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::array formats{Format::generic21, Format::specific21, Format::specific30, Format::json_draft,
                             Format::json10,    Format::json20,     Format::csv10,      Format::csv20};

/// One of the codes looks like the mark that moulds are cut at; areas are plain, long, or need escaping, among each other.
class SdmxMould : public ::testing::Test {
  protected:
    SdmxMould() {
        auto const load = store_->begin(store::testing::request(store::testing::population(), 1'000'000'000));
        store::State secret;
        secret.reason = MissingReason::confidential;
        secret.quality.status = ObsStatus::suppressed;
        auto const state = load->state(secret);
        std::vector<store::AreaNo> numbers;
        for (auto const& code : areas_) numbers.push_back(load->area(store::testing::county(code)));
        std::sort(numbers.begin(), numbers.end());
        int number = 0;
        for (auto const* const sex : {"F", "M", "__AREA__"}) {
            auto const indicator = load->indicator(store::testing::indicator_of(sex));
            for (auto const area : numbers) {
                ++number;
                std::vector<store::PackedObservation> series{
                    observed("2019", std::to_string(number)),
                    observed("2020", std::to_string(-number) + ".5"),
                    observed("2021", "123456789" + std::to_string(number)), observed("2022", "0.05"),
                    observed("2023", "7")};
                if (number % 2 == 0) series[3] = missing("2022", state);
                load->put(indicator, area, series);
            }
        }
        load->commit("", 0, 0, store::testing::everything());
        view_ = query::read_view(*store_, Sample::id);
    }
    [[nodiscard]] std::string write(Format format, Shown const& shown, char const* dimension) const {
        MessageOptions options;
        options.media.format = format;
        options.prepared = "2026-11-26T05:00:00Z";
        options.shown = shown;
        options.dimension_at_observation = dimension;
        query::Selection selection;
        selection.dataset = Sample::id;
        return write_message(*store_, view_, selection, options);
    }

    std::vector<std::string> const areas_{
        "03151", "03153", "A&B,\"C\"", "EIN-LANGER-SCHLUESSEL-1", "SECHZEHNZEICHEN1", "Z"};
    store::testing::TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
    query::DatasetViewPtr view_;
};

TEST_F(SdmxMould, EverySeriesIsToldWithItsOwnAreaInEveryFormatAndLayout) {
    for (auto const& shown : {Shown::full(), Shown::data_only()}) {
        auto const expected = read_back(write(Format::csv20, shown, "TIME_PERIOD"), "csv 2.0");
        ASSERT_EQ(expected.rows.size(), 3 * areas_.size() * 5);
        for (auto const format : formats)
            for (auto const* const dimension : {"TIME_PERIOD", "AllDimensions", "AREA", "SEX"}) {
                auto const found = read_back(write(format, shown, dimension), dimension);
                EXPECT_EQ(found.rows, expected.rows) << static_cast<int>(format) << " by " << dimension;
            }
    }
}

TEST_F(SdmxMould, NumbersStandAsPublishedBesideTheAreaTheyBelongTo) {
    auto const text = write(Format::csv10, Shown::data_only(), "TIME_PERIOD");
    // Areas have their numbers in the order in which they were named.
    for (auto const* const row :
         {",A,03151,BEVSTD,PS,F,2019,1\n", ",A,03153,BEVSTD,PS,F,2020,-2.5\n", ",A,03153,BEVSTD,PS,F,2022,\n",
          ",A,\"A&B,\"\"C\"\"\",BEVSTD,PS,F,2021,1234567893\n",
          ",A,EIN-LANGER-SCHLUESSEL-1,BEVSTD,PS,F,2023,7\n", ",A,SECHZEHNZEICHEN1,BEVSTD,PS,M,2019,11\n",
          ",A,Z,BEVSTD,PS,__AREA__,2020,-18.5\n", ",A,03151,BEVSTD,PS,__AREA__,2022,0.05\n"})
        EXPECT_THAT(text, HasSubstr(row));
}

/// What a state says does not stand beside keys and values; whether it has a number is looked up in bits for the first of
/// them, and the others must not be mistaken for those.
TEST(SdmxMouldStates, NumbersOfMoreStatesThanBitsStandAsPublished) {
    store::testing::TempDirectory directory;
    auto const store = store::open_sqlite(directory.path());
    auto const load = store->begin(store::testing::request(store::testing::population(), 1'000'000'000));
    constexpr std::size_t state_count = 150;
    std::vector<store::StateNo> states;
    for (std::size_t i = 0; i < state_count; ++i) {
        store::State state;
        // Every third is a secret; no two are alike.
        if (i % 3 == 2) state.reason = MissingReason::confidential;
        state.quality.bounds = Bounds{Decimal::from_integer(1), Decimal::from_integer(static_cast<int>(i))};
        states.push_back(load->state(state));
    }
    std::string rows;
    for (auto const* const code : {"03151", "03153", "03155", "03157"}) {
        auto const area = load->area(store::testing::county(code));
        std::vector<store::PackedObservation> series;
        for (std::size_t i = 0; i < state_count; ++i) {
            auto const year = std::to_string(1850 + i);
            auto const number = std::to_string(static_cast<int>(i) * 7 - 300) + (i % 5 == 4 ? ".5" : "");
            bool const is_missing = i % 3 == 2;
            series.push_back(is_missing ? missing(year, states[i]) : observed(year, number));
            series.back().state = states[i];
            rows += std::string{",A,"}.append(code).append(",BEVSTD,PS,F,").append(year).append(",");
            rows += is_missing ? "\n" : number + "\n";
        }
        load->put(load->indicator(store::testing::indicator_of("F")), area, series);
    }
    load->commit("", 0, 0, store::testing::everything());
    auto const view = query::read_view(*store, Sample::id);
    query::Selection selection;
    selection.dataset = Sample::id;
    MessageOptions options;
    options.media.format = Format::csv10;
    options.shown = Shown::data_only();
    std::istringstream lines{write_message(*store, view, selection, options)};
    std::string text;
    std::string line;
    std::getline(lines, line); // of names
    while (std::getline(lines, line)) text += line.substr(line.find(",A,")) + "\n";
    EXPECT_EQ(text, rows);
    options.media.format = Format::csv20;
    auto const expected = read_back(write_message(*store, view, selection, options), "csv 2.0");
    options.media.format = Format::specific30;
    EXPECT_EQ(read_back(write_message(*store, view, selection, options), "ml 3.0").rows, expected.rows);
}

} // namespace
} // namespace gateway::sdmx::data::testing
