#include "gateway/derive/series/views.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "source.hpp"

namespace gateway::derive::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Known {
    rules::MeasureRules measures = rules::MeasureRules::load(project_mappings());
    rules::BreakRegister breaks = rules::BreakRegister::load(project_mappings());
    rules::ConceptGuard guard = rules::ConceptGuard::load(project_mappings());
    rules::UnitTable units = rules::UnitTable::load(project_mappings());
    rules::CitizenshipTable citizenship = rules::CitizenshipTable::load(project_mappings());
};

TEST(FrequencyView, TakesStocksAndSaysHow) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS", {"2023-12-31 127712", "2024-12-31 126775"});
    FrequencyView const view{source, rules::parse_frequency("year"), known.measures, known.breaks};
    EXPECT_THAT(lines_of(view),
                ElementsAre("REGIO_P/03153/MEASURE=BEVSTD,UNIT=PS 2023 127712 A O [time.reference-date]",
                            "REGIO_P/03153/MEASURE=BEVSTD,UNIT=PS 2024 126775 A O [time.reference-date]"));
    EXPECT_THAT(view.left_out(), IsEmpty());
}

TEST(FrequencyView, NeverAveragesOverTwoCensusBases) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS",
                  {"2021-12-31 134050", "2022-12-31 127856", "2023-12-31 127712"});
    FrequencyView const view{source, rules::parse_frequency("year-mean"), known.measures, known.breaks};
    EXPECT_THAT(lines_of(view), ElementsAre(HasSubstr("2021 UNKNOWN O N [time.incomplete]"),
                                            HasSubstr("2022 UNKNOWN O N [time.across-break]"),
                                            HasSubstr("2023 127784 A C [time.mean-of-dates]")));
}

TEST(FrequencyView, LeavesOutWhatHasNoSuchFrequencyAndSaysWhy) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_X", "99999-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=QUOTE,UNIT=PT", {"2024-01 12.5", "2024-02 12.6"});
    FrequencyView const view{source, rules::parse_frequency("year"), known.measures, known.breaks};
    EXPECT_THAT(lines_of(view), IsEmpty());
    ASSERT_EQ(view.left_out().size(), 1U);
    EXPECT_EQ(view.left_out()[0].what, "REGIO_X QUOTE (PT)");
    EXPECT_THAT(view.left_out()[0].why, HasSubstr("a ratio is not summed over time"));
}

TEST(AgeView, PutsGroupsTogetherPerPeriodAndNamesThem) {
    MemorySource source;
    source.dataset("REGIO_A", "12411-02-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3", {"2023-12-31 10", "2024-12-31 11"});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y3T5", {"2023-12-31 20", "2024-12-31 ."});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=_T", {"2023-12-31 100", "2024-12-31 110"});
    source.series("03154", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3", {"2024-12-31 7"});
    Known const known;
    AgeView const view{source, {{0, 5}, {}}, known.measures};
    std::string const age = "/MEASURE=BEVSTD,UNIT=PS,AGE=";
    EXPECT_THAT(lines_of(view),
                ElementsAre("REGIO_A/03153" + age + "Y_LT6 2023-12-31 30 A S [ages.sum]",
                            "REGIO_A/03153" + age + "Y_LT6 2024-12-31 CONFIDENTIAL Q N [sum.part-missing]",
                            "REGIO_A/03153" + age + "_T 2023-12-31 100 A O [ages.as-published]",
                            "REGIO_A/03153" + age + "_T 2024-12-31 110 A O [ages.as-published]",
                            "REGIO_A/03154" + age + "Y_LT6 2024-12-31 UNKNOWN O N [ages.do-not-nest]",
                            "REGIO_A/03154" + age + "_T 2024-12-31 UNKNOWN O N [ages.do-not-nest]"));
    EXPECT_EQ(view.datasets().front()->labels.at({"AGE", "Y_LT6"}), "unter 6 Jahre");
}

TEST(AgeView, NeverSumsPercentagesOrWhatNobodyKnows) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_A", "99999-01-01-4", "2025-06-11");
    for (auto const* unit : {"PT", "EUR"}) {
        auto const key = std::string{"MEASURE=X,UNIT="} + unit + ",AGE=";
        source.series("03153", key + "Y_LT3", {"2024 30.5"});
        source.series("03153", key + "Y3T5", {"2024 60.5"});
    }
    AgeView const view{source, {{0, 5}, {3, 5}}, known.measures};
    EXPECT_THAT(lines_of(view),
                ElementsAre(HasSubstr("UNIT=PT,AGE=Y_LT6 2024 UNKNOWN O N [classes.not-a-count]"),
                            HasSubstr("UNIT=PT,AGE=Y3T5 2024 60.5 A O [ages.as-published]"),
                            HasSubstr("UNIT=EUR,AGE=Y_LT6 2024 UNKNOWN O N [classes.not-a-count]"),
                            HasSubstr("UNIT=EUR,AGE=Y3T5 2024 60.5 A O [ages.as-published]")));
}

TEST(AgeView, LeavesOutSeriesWithoutAges) {
    MemorySource source;
    source.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS", {"2023-12-31 127712"});
    Known const known;
    AgeView const view{source, {{0, 17}}, known.measures};
    EXPECT_THAT(lines_of(view), IsEmpty());
    EXPECT_EQ(view.left_out().at(0).why, "it has no dimension AGE");
}

TEST(NationalityView, SumsStatesByTheDateOfTheFigure) {
    Known const known;
    MemorySource source;
    source.dataset("G_AZR", "12521-0041", "2025-06-11");
    std::string const key = "MEASURE=AZR,UNIT=PS,CITIZENSHIP=";
    source.series("03153", key + "FOR", {"2015-12-31 65", "2024-12-31 65"});
    source.series("03153", key + "GBR", {"2015-12-31 5", "2024-12-31 5"});
    source.series("03153", key + "POL", {"2015-12-31 60", "2024-12-31 60"});
    NationalityView const view{source, {"EU_F"}, known.citizenship, known.measures};
    EXPECT_THAT(lines_of(view), ElementsAre(HasSubstr("EU_F 2015-12-31 65 A S [citizenship.sum]"),
                                            HasSubstr("EU_F 2024-12-31 60 A S [citizenship.sum]")));
}

TEST(UnitView, ConvertsKeyAndValueAndLeavesOutOtherKinds) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_I", "52411-02-01-4", "2025-06-11");
    source.series("03153", "MEASURE=FOR002,UNIT=EUR,UNIT_MULT=3", {"2023 12345"});
    source.series("03153", "MEASURE=ISV006,UNIT=NR", {"2023 17"});
    UnitView const view{source, known.units.parse("EUR"), known.units};
    EXPECT_THAT(lines_of(view),
                ElementsAre("REGIO_I/03153/MEASURE=FOR002,UNIT=EUR 2023 12345000 A C [unit.converted]"));
    ASSERT_EQ(view.left_out().size(), 1U);
    EXPECT_THAT(view.left_out()[0].why, HasSubstr("different kinds of units"));
}

TEST(BreaksView, MarksFromNumberToNumber) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS",
                  {"2010-12-31 143014", "2011-12-31 .", "2012-12-31 138655", "2013-12-31 137833"});
    BreaksView const view{source, known.breaks};
    EXPECT_THAT(lines_of(view), ElementsAre(HasSubstr("2010-12-31 143014 A O []"),
                                            HasSubstr("2011-12-31 CONFIDENTIAL A N []"),
                                            HasSubstr("2012-12-31 138655 B O [break:basis-VZ1987-Z2011]"),
                                            HasSubstr("2013-12-31 137833 A O []")));
}

TEST(JoinView, HandsOutOneLineInPiecesThatKeepTheirSource) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_P", "12411-01-01-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,SEX=_T", {"2011-12-31 139575", "2024-12-31 126775"});
    source.dataset("REGIO_A", "12411-02-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3", {"2005-12-31 1"});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=_T",
                  {"2005-12-31 151452", "2011-12-31 139575", "2012-12-31 138655"});
    JoinView const view{source, {"REGIO_P", "REGIO_A"}, known.guard, known.breaks};
    EXPECT_THAT(lines_of(view),
                ElementsAre(HasSubstr("REGIO_A/03153/MEASURE=BEVSTD,UNIT=PS,AGE=_T 2005-12-31 151452 A O []"),
                            HasSubstr("REGIO_P/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T 2011-12-31 139575 B O "
                                      "[break:basis-VZ1987-Z2011 break:table second_value]"),
                            HasSubstr("REGIO_A/03153/MEASURE=BEVSTD,UNIT=PS,AGE=_T 2012-12-31 138655 A O "
                                      "[break:table]"),
                            HasSubstr("REGIO_P/03153/MEASURE=BEVSTD,UNIT=PS,SEX=_T 2024-12-31 126775 B O "
                                      "[break:basis-Z2011-Z2022 break:table]")));
    ASSERT_EQ(view.left_out().size(), 1U);
    EXPECT_THAT(view.left_out()[0].why, HasSubstr("no line of REGIO_P"));
}

TEST(JoinView, RefusesConceptsAndTablesThatShareNothing) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_P", "12411-03-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,CITIZENSHIP=FOR", {"2024-12-31 16000"});
    source.dataset("G_AZR", "12521-0040", "2025-06-11");
    source.series("03153", "MEASURE=AZR,UNIT=PS,CITIZENSHIP=FOR", {"2024-12-31 17035"});
    auto const refusal = [&](std::vector<std::string> const& datasets) -> std::string {
        try {
            lines_of(JoinView{source, datasets, known.guard, known.breaks});
            return "nothing";
        } catch (Error const& error) {
            return error.what();
        }
    };
    EXPECT_THAT(refusal({"REGIO_P", "G_AZR"}), HasSubstr("central register of foreigners"));
    EXPECT_THAT(refusal({"REGIO_P", "OTHER"}), HasSubstr("OTHER has no series for these areas and codes"));
}

TEST(SeriesViews, CarryWhatWasDerivedBefore) {
    Known const known;
    MemorySource source;
    source.dataset("REGIO_A", "12411-02-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3", {"2023-12-31 10", "2024-12-31 11"});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y3T5", {"2023-12-31 20", "2024-12-31 21"});
    AgeView const ages{source, {{0, 5}}, known.measures};
    FrequencyView const view{ages, rules::parse_frequency("year"), known.measures, known.breaks};
    EXPECT_THAT(lines_of(view), ElementsAre(HasSubstr("2023 30 A S [time.reference-date ages.sum]"),
                                            HasSubstr("2024 32 A S [time.reference-date ages.sum]")));
}

TEST(SeriesViews, TraceAFigureToTheIdsOfItsParts) {
    MemorySource source;
    source.dataset("REGIO_A", "12411-02-03-4", "2025-06-11");
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3", {"2023-12-31 10"});
    source.series("03153", "MEASURE=BEVSTD,UNIT=PS,AGE=Y3T5", {"2023-12-31 20"});
    Known const known;
    AgeView view{source, {{0, 5}}, known.measures};
    std::vector<std::string> ids;
    view.set_trace([&ids](feed::SeriesRecord const& record, auto const& origins) {
        EXPECT_EQ(record.view, "ages");
        for (auto const& origin : origins.at(0)) ids.push_back(to_string(origin.id));
    });
    lines_of(view);
    EXPECT_THAT(ids, ElementsAre("REGIO_A/03153/MEASURE=BEVSTD,UNIT=PS,AGE=Y_LT3/2023-12-31@1",
                                 "REGIO_A/03153/MEASURE=BEVSTD,UNIT=PS,AGE=Y3T5/2023-12-31@1"));
}

} // namespace
} // namespace gateway::derive::series
