#include "gateway/harmonize/series/join.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

IndicatorKey people(char const* sex = "_T") {
    IndicatorKey key;
    key.set("MEASURE", "BEVSTD");
    key.set("UNIT", "PS");
    if (*sex != '\0') key.set("SEX", sex);
    return key;
}
JoinSource source(char const* code, std::vector<Observation> figures, IndicatorKey key = people()) {
    std::vector<std::optional<UnixTime>> received(figures.size(), UnixTime{1'760'000'000});
    return {table(code), std::move(key), std::move(figures), std::move(received)};
}
std::vector<JoinedFigure> line(std::vector<JoinSource> const& sources) {
    return join(sources, ConceptGuard::load(project_mappings()), BreakRegister::load(project_mappings()));
}
std::vector<std::string> shown(std::vector<JoinedFigure> const& joined) {
    std::vector<std::string> texts;
    texts.reserve(joined.size());
    for (auto const& one : joined)
        texts.push_back(one.shown.period.to_sdmx() + " " + text_of(one.shown) + " " +
                        std::string(1, to_char(one.shown.quality.status)) + " " + std::to_string(one.source));
    return texts;
}
std::vector<std::string> breaks_of(JoinedFigure const& joined) {
    std::vector<std::string> names;
    names.reserve(joined.breaks.size());
    for (auto const& one : joined.breaks) names.push_back(one.id);
    return names;
}

TEST(SeriesJoin, MakesOneLineWithTheSourceOfEveryValueAndItsBreaks) {
    // Goslar on the three census bases, out of two tables.
    auto const joined =
        line({source("12411-01-01-4", {figure("2011-12-31", "139575"), figure("2024-12-31", "126775")}),
              source("12411-02-03-4", {figure("2005-12-31", "151452"), figure("2010-12-31", "143014"),
                                       figure("2011-12-31", "139575")})});
    EXPECT_THAT(shown(joined), ElementsAre("2005-12-31 151452 A 1", "2010-12-31 143014 A 1",
                                           "2011-12-31 139575 B 0", "2024-12-31 126775 B 0"));
    EXPECT_THAT(breaks_of(joined[1]), IsEmpty());
    EXPECT_THAT(breaks_of(joined[2]), ElementsAre("basis-VZ1987-Z2011", "table"));
    EXPECT_THAT(joined[2].breaks[1].en, HasSubstr("equal values in 1 common periods"));
    EXPECT_THAT(breaks_of(joined[3]), ElementsAre("basis-Z2011-Z2022"));
    EXPECT_THAT(joined[2].second, ElementsAre(std::pair<std::size_t, std::size_t>{1, 2}));
}

TEST(SeriesJoin, KeepsTheSecondOfficialValueAndCallsADifferenceABreak) {
    // Goslar 2024-12-31: 126,775 in the Regionaldatenbank, 127,018 at the state office.
    auto const joined =
        line({source("12411-01-01-4", {figure("2024-12-31", "126775")}),
              source("12411-09-01-4", {figure("2023-12-31", "127712"), figure("2024-12-31", "127018")})});
    EXPECT_THAT(shown(joined), ElementsAre("2023-12-31 127712 A 1", "2024-12-31 126775 B 0"));
    EXPECT_EQ(joined[1].second.size(), 1U);
    EXPECT_THAT(joined[1].breaks.back().de, HasSubstr("2024-12-31 127018 / 126775"));
    EXPECT_TRUE(joined[1].breaks.back().obs_status);
}

TEST(SeriesJoin, SaysWhereTablesHaveNoPeriodInCommon) {
    auto const joined = line({source("12411-01-01-4", {figure("2019-12-31", "2")}),
                              source("12411-02-03-4", {figure("2018-12-31", "1")})});
    EXPECT_THAT(joined[1].breaks.back().en, HasSubstr("no period in common"));
    EXPECT_EQ(joined[1].shown.quality.status, ObsStatus::normal);
}

TEST(SeriesJoin, TakesANumberBeforeAReason) {
    auto const joined = line({source("12411-01-01-4", {missing("2019-12-31", MissingReason::not_loaded)}),
                              source("12411-02-03-4", {figure("2019-12-31", "5")})});
    EXPECT_THAT(shown(joined), ElementsAre("2019-12-31 5 A 1"));
}

TEST(SeriesJoin, RefusesTwoConceptsInOneSeries) {
    try {
        line({source("12411-03-03-4", {figure("2019-12-31", "5")}),
              source("12521-0040", {figure("2019-12-31", "5")})});
        FAIL();
    } catch (Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("T_12411-03-03-4 and T_12521-0040 do not join"));
        EXPECT_THAT(error.what(), HasSubstr("next step: show them as two series"));
    }
}

TEST(SeriesJoin, RefusesTwoUnitsInOneSeries) {
    auto thousands = people();
    thousands.set("UNIT_MULT", "3");
    EXPECT_THROW(line({source("12411-01-01-4", {figure("2019-12-31", "5")}),
                       source("12411-02-03-4", {figure("2019-12-31", "5")}, thousands)}),
                 Error);
}

TEST(SeriesJoin, TakesATotalForADimensionThatIsNotThere) {
    EXPECT_EQ(line_key(people("_T")), line_key(people("")));
    EXPECT_NE(line_key(people("F")), line_key(people("")));
}

} // namespace
} // namespace gateway::harmonize::series
