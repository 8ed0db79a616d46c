#include "gateway/core/observation.hpp"

#include <limits>
#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"

namespace gateway {
namespace {

using testing::HasSubstr;

IndicatorKey key(std::initializer_list<std::pair<char const*, char const*>> codes) {
    IndicatorKey result;
    for (auto const& [dimension, code] : codes) result.set(dimension, code);
    return result;
}

std::string why_not(std::string const& text) {
    try {
        static_cast<void>(parse_figure_id(text));
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.what();
    }
    return "accepted";
}

TEST(IndicatorKey, StartsWithMeasureAndUnit) {
    EXPECT_EQ(
        key({{"SEX", "F"}, {"UNIT", "PS"}, {"AGE", "_T"}, {"MEASURE", "BEVSTD"}, {"UNIT_MULT", "3"}}).text(),
        "MEASURE=BEVSTD,UNIT=PS,UNIT_MULT=3,AGE=_T,SEX=F");
}

TEST(IndicatorKey, IsTheSameInWhateverOrderItWasSet) {
    EXPECT_EQ(key({{"SEX", "F"}, {"MEASURE", "X"}}), key({{"MEASURE", "X"}, {"SEX", "F"}}));
    EXPECT_EQ(key({{"SEX", "F"}, {"SEX", "M"}}).text(), "SEX=M");
}

TEST(IndicatorKey, SaysNothingAboutADimensionThatDoesNotApply) {
    auto const population = key({{"MEASURE", "BEVSTD"}, {"SEX", "_T"}});
    EXPECT_EQ(population.at("SEX"), "_T");
    EXPECT_EQ(population.at("AGE"), "");
}

TEST(IndicatorKey, TellsUnitsApart) {
    EXPECT_NE(key({{"MEASURE", "PREIS1"}, {"UNIT", "IX_2020"}}),
              key({{"MEASURE", "PREIS1"}, {"UNIT", "PT"}}));
}

TEST(IndicatorKey, EscapesWhatWouldBreakTheText) {
    auto const hostile =
        key({{"MEASURE", "2020=100"}, {"UNIT", "a,b"}, {"X/Y", "100%"}, {"Z", "Größe @1\n"}});
    EXPECT_EQ(hostile.text(), "MEASURE=2020%3D100,UNIT=a%2Cb,X%2FY=100%25,Z=Gr%C3%B6%C3%9Fe%20%401%0A");
    EXPECT_EQ(IndicatorKey::parse(hostile.text()), hostile);
}

TEST(IndicatorKey, RefusesBrokenTexts) {
    for (auto const* const text :
         {"MEASURE", "=X", "MEASURE=X,", ",MEASURE=X", "MEASURE=X,,UNIT=Y", "MEASURE=%", "MEASURE=%4",
          "MEASURE=%ZZ", "MEASURE=%-1", "A=1,A=2", "A=1,%41=2"}) {
        try {
            static_cast<void>(IndicatorKey::parse(text));
            ADD_FAILURE() << "accepted: " << text;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument) << text;
        }
    }
    EXPECT_TRUE(IndicatorKey::parse("").codes().empty());
}

TEST(IndicatorKey, AnyCodesReadBack) {
    std::mt19937 random{1};
    auto const any_text = [&random](unsigned least) {
        std::string text;
        for (auto length = least + random() % 6; length > 0; --length)
            text += static_cast<char>(random() % 256);
        return text;
    };
    for (int i = 0; i < 5'000; ++i) {
        IndicatorKey hostile;
        for (auto dimensions = random() % 5; dimensions > 0; --dimensions) {
            auto dimension = any_text(1);
            hostile.set(std::move(dimension), any_text(0));
        }
        ASSERT_EQ(IndicatorKey::parse(hostile.text()), hostile) << hostile.text();
        FigureId const id{any_text(1), any_text(1), hostile, *TimePeriod::term(2023, true),
                          static_cast<VintageNo>(random())};
        if (hostile.codes().empty()) continue;
        auto const read = parse_figure_id(to_string(id));
        ASSERT_EQ(read.dataset, id.dataset);
        ASSERT_EQ(read.area_key, id.area_key);
        ASSERT_EQ(read.indicator, id.indicator);
        ASSERT_EQ(read.period, id.period);
        ASSERT_EQ(read.vintage, id.vintage);
    }
}

TEST(FigureId, NamesBehindATildeWhatWasDone) {
    auto const text = "D/03159/MEASURE=X,UNIT=PS/2013-12-31@2~2016-12-31";
    auto const id = parse_figure_id(text);
    EXPECT_EQ(id.vintage, 2U);
    EXPECT_EQ(id.view, "2016-12-31");
    EXPECT_EQ(to_string(id), text);
    EXPECT_EQ(parse_figure_id("D/03159/MEASURE=X,UNIT=PS/2013-12-31@2").view, "");
    EXPECT_THAT(why_not("D/03159/MEASURE=X,UNIT=PS/2013-12-31@2~"), HasSubstr("'' behind '~' is no view"));
    EXPECT_THAT(why_not("D/03159/MEASURE=X,UNIT=PS/2013-12-31@2~a b"), HasSubstr("is no view"));
    EXPECT_THAT(why_not("D/03159/MEASURE=X,UNIT=PS/2013-12-31@~2016-12-31"), HasSubstr("not a vintage"));
}

TEST(FigureId, IsWrittenAsDocumented) {
    FigureId const id{"REGIO_12411-01-01-4", "03153",
                      key({{"MEASURE", "BEVSTD"}, {"UNIT", "PS"}, {"SEX", "_T"}}),
                      *TimePeriod::date(2023, 12, 31), 2};
    EXPECT_EQ(to_string(id), "REGIO_12411-01-01-4/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T/2023-12-31@2");
}

TEST(FigureId, WritesTwoHyphensForTheSolidusOfAPeriod) {
    FigureId const id{"D", "03241001_S", key({{"MEASURE", "M"}}), *TimePeriod::school_year(2020), 1};
    EXPECT_EQ(to_string(id), "D/03241001_S/MEASURE=M/2020-08-01--P1Y@1");
    EXPECT_EQ(parse_figure_id(to_string(id)).period, id.period);
}

TEST(FigureId, NamesThePartThatCannotBeRead) {
    EXPECT_THAT(why_not("D/03153"), HasSubstr("fewer than four parts"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024"), HasSubstr("vintage"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024-02-30@1"), HasSubstr("'2024-02-30' is not a period"));
    EXPECT_THAT(why_not("D/03153/MEASURE/2024@1"), HasSubstr("'MEASURE' is not DIMENSION=CODE"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024@x"), HasSubstr("'x' is not a vintage number"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024@"), HasSubstr("'' is not a vintage number"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024@-1"), HasSubstr("not a vintage number"));
    EXPECT_THAT(why_not("D/03153/MEASURE=%/2024@1"), HasSubstr("broken escape"));
    EXPECT_THAT(why_not("//MEASURE=M/2024@1"), HasSubstr("is empty"));
    EXPECT_THAT(why_not("D/03153//2024@1"), HasSubstr("is empty"));
    EXPECT_THAT(why_not("D/03153/MEASURE=M/X/2024@1"), HasSubstr("is not a period"));
    EXPECT_THAT(why_not(""), HasSubstr("expected DATASET/AREA/"));
}

TEST(FigureId, RefusesAVintageThatDoesNotFit) {
    EXPECT_THAT(why_not("D/03153/MEASURE=M/2024@4294967296"), HasSubstr("not a vintage number"));
    EXPECT_EQ(parse_figure_id("D/03153/MEASURE=M/2024@4294967295").vintage,
              std::numeric_limits<VintageNo>::max());
}

TEST(Observation, ComparesContentAndNotTheVintage) {
    Observation const first{*TimePeriod::year(2024), Value::of(Decimal::from_integer(1)), {}, 1};
    auto later = first;
    later.vintage = 2;
    EXPECT_TRUE(first.same_content(later));
    auto changed = first;
    changed.value = Value::of(Decimal::from_scaled(10, 1));
    EXPECT_FALSE(first.same_content(changed)) << "1 and 1.0 are published differently";
    changed = first;
    changed.quality.sign = *Sign::from("p");
    EXPECT_FALSE(first.same_content(changed));
    changed = first;
    changed.period = *TimePeriod::date(2024, 1, 1);
    EXPECT_FALSE(first.same_content(changed));
}

TEST(Observation, HasNoNumberBeforeItIsGivenOne) {
    EXPECT_EQ(Observation{}.value.reason(), MissingReason::unknown);
}

} // namespace
} // namespace gateway
