// Which areas existed when: the decision behind the meaning of '-'.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {
namespace {

using testing::HasSubstr;

AreaRegister const& areas() {
    static AreaRegister const loaded =
        AreaRegister::load(MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings"));
    return loaded;
}

Area area(AreaLevel level, std::string key) {
    return {CodeList::ags, level, std::move(key)};
}

Existence on(std::string key, int year, unsigned month, unsigned day, AreaLevel level = AreaLevel::county) {
    return areas().existence(area(level, std::move(key)), TimePeriod::date(year, month, day).value());
}

Existence in(std::string key, int year) {
    return areas().existence(area(AreaLevel::county, std::move(key)), TimePeriod::year(year).value());
}

TEST(AreaRegister, ACountyExistsFromTheFirstToTheLastDayOfItsLife) {
    EXPECT_EQ(on("03152", 2016, 10, 31), Existence::existed);
    EXPECT_EQ(on("03152", 2016, 11, 1), Existence::did_not_exist);
    EXPECT_EQ(on("03159", 2016, 10, 31), Existence::did_not_exist);
    EXPECT_EQ(on("03159", 2016, 11, 1), Existence::existed);
    EXPECT_EQ(on("16056", 2021, 6, 30), Existence::existed);
    EXPECT_EQ(on("16056", 2024, 12, 31), Existence::did_not_exist);
    EXPECT_EQ(on("16063", 2024, 12, 31), Existence::existed);
    EXPECT_EQ(on("03153", 2024, 12, 31), Existence::existed);
}

TEST(AreaRegister, HanauLeavesItsCountyInTheYear2026) {
    EXPECT_EQ(on("06415", 2025, 12, 31), Existence::did_not_exist);
    EXPECT_EQ(on("06415", 2026, 1, 1), Existence::existed);
    EXPECT_EQ(on("06435", 2025, 12, 31), Existence::existed);
    EXPECT_EQ(on("06435", 2026, 12, 31), Existence::existed);
}

TEST(AreaRegister, AKeyUsedTwiceHasTwoLives) {
    EXPECT_EQ(on("15001", 1990, 12, 31), Existence::existed);
    EXPECT_EQ(on("15001", 2000, 12, 31), Existence::did_not_exist);
    EXPECT_EQ(on("15001", 2007, 12, 31), Existence::existed);
    auto const dessau = area(AreaLevel::county, "15001");
    EXPECT_EQ(areas().name(dessau, *days_from_date(1990, 12, 31)), "Dessau, Stadt");
    EXPECT_EQ(areas().name(dessau, *days_from_date(2024, 12, 31)), "Dessau-Roßlau, Stadt");
    EXPECT_EQ(areas().name(dessau, *days_from_date(2000, 12, 31)), "");
}

TEST(AreaRegister, AYearStandsOnTheTerritoryOfItsLastDay) {
    EXPECT_EQ(in("03159", 2016), Existence::existed);
    EXPECT_EQ(in("03152", 2015), Existence::existed);
    EXPECT_EQ(in("03152", 2016), Existence::not_known);
    EXPECT_EQ(in("03152", 2017), Existence::did_not_exist);
    EXPECT_EQ(in("03159", 2015), Existence::did_not_exist);
}

TEST(AreaRegister, AnUnlistedCountyOrMunicipalityIsNotKnown) {
    EXPECT_EQ(on("03999", 2024, 12, 31), Existence::not_known);
    EXPECT_EQ(on("03153002", 2024, 12, 31, AreaLevel::municipality), Existence::not_known);
}

TEST(AreaRegister, ASubunitExistsWithItsCounty) {
    EXPECT_EQ(on("03241001", 2024, 12, 31, AreaLevel::subunit), Existence::existed);
    EXPECT_EQ(on("03241001", 1999, 12, 31, AreaLevel::subunit), Existence::not_known);
}

TEST(AreaRegister, CountryLandAndPseudoAreasAlwaysExistedAndRetiredRegionsEnd) {
    EXPECT_EQ(on("DG", 1990, 12, 31, AreaLevel::country), Existence::existed);
    EXPECT_EQ(on("03", 2024, 12, 31, AreaLevel::land), Existence::existed);
    EXPECT_EQ(on("18", 2024, 12, 31, AreaLevel::other), Existence::existed);
    EXPECT_EQ(on("031", 2024, 12, 31, AreaLevel::region), Existence::existed);
    EXPECT_EQ(on("141", 2024, 12, 31, AreaLevel::region), Existence::did_not_exist);
    EXPECT_EQ(on("145", 2024, 12, 31, AreaLevel::region), Existence::existed);
    EXPECT_EQ(on("153", 2006, 12, 31, AreaLevel::region), Existence::existed);
    EXPECT_EQ(areas().name(area(AreaLevel::land, "03"), 20000), "Niedersachsen");
}

TEST(AreaRegister, CountsTheCountiesThatTheOfficesCount) {
    auto const text = *MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings")
                           .text("territory/counties.csv");
    auto const count = [&text](int year) {
        int counties = 0;
        std::string last;
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            auto const key = text.substr(at, 5);
            if (key[0] == '#' || key == last) continue;
            last = key;
            if (on(key, year, 12, 31) == Existence::existed) ++counties;
        }
        return counties;
    };
    EXPECT_EQ(count(1990), 543);
    EXPECT_EQ(count(1994), 444);
    EXPECT_EQ(count(2001), 439);
    EXPECT_EQ(count(2007), 429);
    EXPECT_EQ(count(2008), 413);
    EXPECT_EQ(count(2015), 402);
    EXPECT_EQ(count(2016), 401);
    EXPECT_EQ(count(2024), 400);
    EXPECT_EQ(count(2026), 401);
}

TEST(AreaRegister, AFaultNamesItsLine) {
    auto const refused = [](std::string const& counties) -> std::string {
        try {
            (void)AreaRegister::load(
                MappingFiles{{{"territory/counties.csv", counties}, {"territory/regions.csv", ""}}});
        } catch (Error const& error) {
            return error.what();
        }
        return "accepted";
    };
    EXPECT_EQ(refused("01001;A;;;\n01002;B;1990-01-01;2000-12-31;01001\n"), "accepted");
    EXPECT_THAT(refused("# c\n01001;A;;\n"),
                HasSubstr("mappings/territory/counties.csv:2:1: found 4 fields, expected key"));
    EXPECT_THAT(refused("01001;A;1990-13-01;;\n"),
                HasSubstr("counties.csv:1:1: found '1990-13-01', expected a date"));
    EXPECT_THAT(refused("01001;A;2000-01-01;1999-01-01;\n"), HasSubstr("found an end before the beginning"));
    EXPECT_THAT(refused("01002;A;;;\n01001;B;;;\n"),
                HasSubstr("counties.csv:2:1: found the key 01001 behind 01002"));
}

TEST(AreaRegister, NeedsItsFiles) {
    EXPECT_THROW((void)AreaRegister::load(MappingFiles{std::map<std::string, std::string>{}}), Error);
}

} // namespace
} // namespace gateway::harmonize
