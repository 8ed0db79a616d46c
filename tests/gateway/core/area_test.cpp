#include "gateway/core/area.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace gateway {
namespace {

Area ags(AreaLevel level, char const* code) {
    return {CodeList::ags, level, code};
}

constexpr AreaLevel all_levels[] = {AreaLevel::country, AreaLevel::land,        AreaLevel::region,
                                    AreaLevel::county,  AreaLevel::association, AreaLevel::municipality,
                                    AreaLevel::subunit, AreaLevel::authority,   AreaLevel::other};

TEST(AreaLevel, IsReadFromItsCodeAndFromItsName) {
    for (auto const level : all_levels) {
        EXPECT_EQ(area_level_from(to_string(level)), level);
        EXPECT_EQ(area_level_from(name_of(level)), level);
    }
    EXPECT_EQ(to_string(AreaLevel::subunit), "4S");
    EXPECT_EQ(name_of(AreaLevel::county), "county");
    for (auto const* const text : {"", "5", "Kreis", "COUNTY", "3v"})
        EXPECT_FALSE(area_level_from(text)) << text;
}

TEST(CodeList, IsReadFromItsName) {
    for (auto const list : {CodeList::ags, CodeList::ars, CodeList::nuts, CodeList::genesis})
        EXPECT_EQ(code_list_from(to_string(list)), list);
    EXPECT_FALSE(code_list_from("ags"));
}

TEST(AreaKey, TellsASubUnitFromTheMunicipalityWithTheSameKey) {
    EXPECT_EQ(area_key(ags(AreaLevel::county, "03153")), "03153");
    EXPECT_EQ(area_key(ags(AreaLevel::municipality, "03241001")), "03241001");
    EXPECT_EQ(area_key(ags(AreaLevel::subunit, "03241001")), "03241001_S");
    EXPECT_EQ(area_key({CodeList::genesis, AreaLevel::other, "17"}), "17_X");
    EXPECT_EQ(area_key(ags(AreaLevel::country, "DG")), "DG");
}

TEST(Area, DiffersByListLevelAndCode) {
    std::set<Area> const areas{ags(AreaLevel::county, "03152"),
                               ags(AreaLevel::county, "03159"),
                               ags(AreaLevel::subunit, "03241001"),
                               ags(AreaLevel::municipality, "03241001"),
                               {CodeList::ars, AreaLevel::county, "03152"}};
    EXPECT_EQ(areas.size(), 5U);
}

TEST(AgsFromArs, DropsTheAssociation) {
    EXPECT_EQ(ags_from_ars("092760130130"), "09276130");
    EXPECT_EQ(ags_from_ars("031530002002"), "03153002");
}

TEST(AgsFromArs, RefusesWhatIsNoArs) {
    for (auto const* const text :
         {"", "03153", "0315300020021", "03153000200", "03153000200A", "0315300 2002"})
        EXPECT_FALSE(ags_from_ars(text)) << text;
}

TEST(LandOf, IsTheFirstTwoDigits) {
    EXPECT_EQ(land_of(ags(AreaLevel::municipality, "03153002")), "03");
    EXPECT_EQ(land_of(ags(AreaLevel::land, "16")), "16");
    EXPECT_EQ(land_of({CodeList::ars, AreaLevel::municipality, "092760130130"}), "09");
    EXPECT_EQ(land_of(ags(AreaLevel::authority, "10044")), "10");
}

TEST(LandOf, IsEmptyForTheCountryAndPseudoAreas) {
    EXPECT_EQ(land_of(ags(AreaLevel::country, "DG")), "");
    EXPECT_EQ(land_of({CodeList::genesis, AreaLevel::other, "17"}), "");
    EXPECT_EQ(land_of(ags(AreaLevel::other, "18")), "");
    EXPECT_EQ(land_of({CodeList::nuts, AreaLevel::county, "DE916"}), "");
}

TEST(LiesIn, FollowsThePrefixOfTheKey) {
    EXPECT_TRUE(lies_in(ags(AreaLevel::county, "03153"), "03153"));
    EXPECT_TRUE(lies_in(ags(AreaLevel::municipality, "03153002"), "03153"));
    EXPECT_TRUE(lies_in(ags(AreaLevel::subunit, "03241001"), "03241"));
    EXPECT_TRUE(lies_in(ags(AreaLevel::county, "03153"), "031"));
    EXPECT_TRUE(lies_in(ags(AreaLevel::county, "03153"), "03"));
    EXPECT_FALSE(lies_in(ags(AreaLevel::county, "03159"), "03153"));
    EXPECT_FALSE(lies_in(ags(AreaLevel::land, "03"), "03153"));
}

TEST(LiesIn, ReadsAnArsThroughItsAgs) {
    Area const municipality{CodeList::ars, AreaLevel::municipality, "031530002002"};
    EXPECT_TRUE(lies_in(municipality, "03153"));
    EXPECT_TRUE(lies_in(municipality, "03153002"));
    EXPECT_FALSE(lies_in(municipality, "03153000"));
    EXPECT_FALSE(lies_in({CodeList::ars, AreaLevel::municipality, "03153000200X"}, "03153"));
}

TEST(LiesIn, PutsAnAssociationInItsCountyButInNoMunicipality) {
    Area const association{CodeList::ars, AreaLevel::association, "031535401"};
    EXPECT_TRUE(lies_in(association, "03153"));
    EXPECT_FALSE(lies_in(association, "03153540")) << "digits 6 to 8 name an association here";
}

TEST(LiesIn, PutsEverythingRealInTheCountryAndPseudoAreasNowhere) {
    EXPECT_TRUE(lies_in(ags(AreaLevel::county, "03153"), "DG"));
    EXPECT_TRUE(lies_in(ags(AreaLevel::country, "DG"), "DG"));
    EXPECT_FALSE(lies_in(ags(AreaLevel::country, "DG"), "03"));
    EXPECT_FALSE(lies_in({CodeList::genesis, AreaLevel::other, "17"}, "DG"));
    EXPECT_FALSE(lies_in(ags(AreaLevel::other, "03153"), "03"));
}

TEST(AreaOrder, PrefixAscendsAsAreasDo) {
    std::vector<Area> areas;
    for (auto const list : {CodeList::ags, CodeList::ars, CodeList::nuts, CodeList::genesis})
        for (auto const level : {AreaLevel::country, AreaLevel::county, AreaLevel::subunit, AreaLevel::other})
            for (auto const* const code : {"", "0", "03", "03153", "031530", "0315300", "03153002", "03153A",
                                           "DG", "\x7f", "\xC3\xA4"})
                areas.push_back({list, level, code});
    std::sort(areas.begin(), areas.end());
    for (std::size_t i = 0; i < areas.size(); ++i)
        for (std::size_t j = 0; j < areas.size(); ++j) {
            if (order_prefix(areas[i]) < order_prefix(areas[j])) {
                EXPECT_LT(i, j);
            }
            bool const alike = areas[i].list == areas[j].list && areas[i].level == areas[j].level &&
                               areas[i].code.substr(0, 6) == areas[j].code.substr(0, 6);
            EXPECT_EQ(order_prefix(areas[i]) == order_prefix(areas[j]), alike)
                << areas[i].code << areas[j].code;
        }
}

TEST(AreaHash, TellsApartWhatDiffersInListLevelOrCode) {
    std::set<std::size_t> seen;
    Area const county = ags(AreaLevel::county, "03153");
    for (auto const& area : {county, Area{CodeList::ars, AreaLevel::county, "03153"},
                             ags(AreaLevel::subunit, "03153"), ags(AreaLevel::county, "03154")})
        EXPECT_TRUE(seen.insert(AreaHash{}(area)).second) << area.code;
    EXPECT_TRUE(seen.contains(AreaHash{}(ags(AreaLevel::county, "03153"))));
}

} // namespace
} // namespace gateway
