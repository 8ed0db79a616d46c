#include "gateway/harmonize/series/concepts.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "support.hpp"

namespace gateway::harmonize::series {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ConceptGuard guard() {
    return ConceptGuard::load(project_mappings());
}
IndicatorKey with(char const* dimension, char const* code) {
    IndicatorKey key;
    key.set("MEASURE", "M");
    key.set(dimension, code);
    return key;
}

TEST(ConceptGuard, KeepsTheRegisterOfForeignersApartFromPopulationEstimates) {
    auto const apart =
        guard().apart(table("12411-03-03-4"), with("CITIZENSHIP", "FOR"), table("12521-0040", "genesis"), {});
    ASSERT_TRUE(apart);
    EXPECT_THAT(apart->de, HasSubstr("Bevölkerungsfortschreibung"));
    EXPECT_THAT(apart->de, HasSubstr("Ausländerzentralregister"));
    EXPECT_THAT(apart->way_out, HasSubstr("two series"));
    EXPECT_THAT(apart->place, HasSubstr("mappings/concepts.toml:"));
}

TEST(ConceptGuard, KeepsNationalityMigrationBackgroundAndImmigrationHistoryApart) {
    auto const census = table("1000A-2022", "zensus");
    auto const history = with("MIG_CONCEPT", "EG");
    auto const narrow = with("MIG_CONCEPT", "MH_NARROW");
    auto const wide = with("MIG_CONCEPT", "MH_WIDE");
    auto const nationality = with("CITIZENSHIP", "FOR");
    EXPECT_TRUE(guard().apart(census, history, census, narrow));
    EXPECT_TRUE(guard().apart(census, history, census, nationality));
    EXPECT_TRUE(guard().apart(census, narrow, census, nationality));
    EXPECT_TRUE(guard().apart(census, narrow, census, wide));
    EXPECT_FALSE(guard().apart(census, history, census, history));
}

TEST(ConceptGuard, KeepsPlaceOfWorkApartFromPlaceOfResidence) {
    auto const apart = guard().apart(table("13111-01-03-4"), {}, table("13111-06-02-4"), {});
    ASSERT_TRUE(apart);
    EXPECT_THAT(apart->en, HasSubstr("commuters"));
}

TEST(ConceptGuard, LetsTablesOfOneStatisticJoin) {
    EXPECT_FALSE(
        guard().apart(table("12411-01-01-4"), with("SEX", "F"), table("12411-02-03-4"), with("SEX", "F")));
}

TEST(ConceptGuard, RefusesStatisticsThatNobodyPutTogether) {
    auto const apart = guard().apart(table("52411-02-01-4"), {}, table("45412-01-03-5"), {});
    ASSERT_TRUE(apart);
    EXPECT_THAT(apart->en, HasSubstr("no rule says that both count the same"));
}

TEST(ConceptGuard, KnowsTheRegisterByItsMeasureAndNeverTakesTwoUnknownsForOne) {
    DatasetInfo one;
    one.id = "LSN_1-2-4";
    DatasetInfo other;
    other.id = "LSN_4-1-2";
    EXPECT_TRUE(guard().apart(one, with("MEASURE", "AZR"), table("12411-03-03-4"), {}));
    EXPECT_TRUE(guard().apart(one, with("MEASURE", "X"), other, with("MEASURE", "X")))
        << "no statistic is not one statistic";
}

TEST(ConceptFiles, AreRefusedWithTheirPlaceWhereAnIdIsNotThere) {
    MappingFiles const files{
        {{"concepts.toml", "origin = \"a source with a name\"\ndate = 2026-03-10\n[[concept]]\n"
                           "id = \"A\"\nde = \"a\"\nen = \"a\"\n[[apart]]\na = \"A\"\n"
                           "b = \"B\"\nde = \"x\"\nen = \"x\"\nway_out = \"y\"\n"}}};
    try {
        ConceptGuard::load(files);
        FAIL();
    } catch (Error const& error) {
        EXPECT_THAT(error.what(), HasSubstr("mappings/concepts.toml:7:"));
        EXPECT_THAT(error.what(), HasSubstr("the concept 'B'"));
    }
}

TEST(ConceptGuard, NamesTheConceptsOfASeries) {
    EXPECT_THAT(guard().concepts(table("12411-03-03-4"), with("CITIZENSHIP", "DE")),
                ElementsAre("NATIONALITY", "POP_ESTIMATE"));
    EXPECT_THAT(guard().concepts(table("1000A-2022", "zensus"), with("MIG_CONCEPT", "EG")),
                ElementsAre("CENSUS", "IMMIGRATION_HISTORY"));
}

} // namespace
} // namespace gateway::harmonize::series
