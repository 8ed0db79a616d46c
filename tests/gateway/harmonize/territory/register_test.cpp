// The shipped register: counts, reforms, lives, near names, NUTS codes and authority regions.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/successors.hpp"
#include "register_test_tools.hpp"

namespace gateway::harmonize::territory {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Keys that left or came with the changes of one day.
std::set<std::string> keys_of(std::string_view on, bool old) {
    std::set<std::string> keys;
    for (auto const& event : shipped().events_between(day(on) - 1, day(on)))
        if (event.moves() && event.level == AreaLevel::county)
            keys.insert(std::string{old ? event.old_key : event.new_key});
    return keys;
}

std::set<std::string> successors(std::string_view key, std::string_view on) {
    std::set<std::string> keys;
    for (auto const& event : shipped().events_between(day(on) - 1, day(on)))
        if (event.old_key == key && event.moves()) keys.insert(std::string{event.new_key});
    return keys;
}

TEST(TerritoryRegister, HasThePublishedNumberOfCountiesOnEveryLastOfDecember) {
    std::map<int, std::size_t> const published{
        {1990, 543}, {1993, 517}, {1994, 444}, {1995, 438}, {1996, 439}, {1998, 440}, {2001, 439},
        {2007, 429}, {2008, 413}, {2009, 412}, {2011, 402}, {2016, 401}, {2021, 400}};
    for (int year = 1990; year <= 2025; ++year) {
        auto const expected = std::prev(published.upper_bound(year))->second;
        EXPECT_THAT(shipped().counties_on(last_of(year)), SizeIs(expected)) << year;
    }
    EXPECT_THAT(shipped().counties_on(day("2026-01-01")), SizeIs(401));
}

TEST(TerritoryRegister, KeepsTwoLivesOfAKeyApart) {
    auto const lives = shipped().lives("15001");
    ASSERT_THAT(lives, SizeIs(2));
    EXPECT_EQ(lives[0].name, "Dessau, Stadt");
    EXPECT_EQ(validity_text(lives[0]), "until 1990-12-31");
    EXPECT_EQ(lives[1].name, "Dessau-Roßlau, Stadt");
    EXPECT_EQ(validity_text(lives[1]), "since 2007-07-01");
    EXPECT_EQ(shipped().life_on("15001", day("2000-01-01")), nullptr);
    EXPECT_THAT(shipped().lives("15002"), SizeIs(2));
    EXPECT_THAT(shipped().lives("15003"), SizeIs(2));
}

TEST(TerritoryRegister, KnowsEveryReformSince1990) {
    struct Reform {
        char const* day;
        char const* land;
        std::size_t old_keys;
        std::size_t new_keys;
    };
    // Keys that land left and keys it came to, as the official lists print them.
    constexpr Reform reforms[] = {
        {"1991-01-01", "15", 40, 40}, {"1993-12-06", "12", 44, 18}, {"2001-11-01", "03", 2, 1},
        {"2007-07-01", "15", 24, 14}, {"2008-08-01", "14", 29, 13}, {"2009-10-21", "05", 2, 1},
        {"2011-09-04", "13", 16, 6},  {"2016-11-01", "03", 2, 1},   {"2021-07-01", "16", 1, 1}};
    for (auto const& reform : reforms) {
        std::string const land = reform.land;
        auto const of_land = [&land](std::set<std::string> const& keys) {
            return static_cast<std::size_t>(
                std::count_if(keys.begin(), keys.end(),
                              [&land](std::string const& key) { return key.substr(0, 2) == land; }));
        };
        EXPECT_EQ(of_land(keys_of(reform.day, true)), reform.old_keys) << reform.day;
        EXPECT_EQ(of_land(keys_of(reform.day, false)), reform.new_keys) << reform.day;
    }
    EXPECT_THAT(successors("12024", "1993-12-06"), ElementsAre("12061", "12064", "12067"));
    EXPECT_THAT(successors("13033", "1994-06-12"), ElementsAre("13054", "13058", "13060"));
    EXPECT_THAT(successors("15118", "1994-07-01"), ElementsAre("15101", "15151", "15154", "15171"));
    EXPECT_THAT(successors("16018", "1994-07-01"), ElementsAre("16051", "16067", "16068", "16070", "16071"));
    EXPECT_THAT(successors("14018", "1994-08-01"), ElementsAre("14073", "14081", "14082", "14088"));
    EXPECT_THAT(successors("14094", "1995-12-31"), ElementsAre("14280", "14287", "14292"));
    EXPECT_THAT(successors("15151", "2007-07-01"), ElementsAre("15001", "15082", "15086", "15091"));
    EXPECT_THAT(successors("13052", "2011-09-04"), ElementsAre("13071", "13075"));
    EXPECT_THAT(successors("07231", "2012-01-01"), ElementsAre("07235"));
    EXPECT_THAT(successors("07135", "2014-07-01"), ElementsAre("07140"));
    EXPECT_THAT(successors("16063", "2019-01-01"), ElementsAre("16066"));
    EXPECT_THAT(successors("16063", "2024-01-01"), ElementsAre("16064"));
    EXPECT_THAT(successors("16064", "2024-01-01"), ElementsAre("16061"));
    EXPECT_THAT(successors("06435", "2026-01-01"), ElementsAre("06415"));
}

TEST(TerritoryRegister, LeadsFromAFormerAreaToThoseThatHoldItsLandOnADay) {
    auto const on = [](std::string_view key, std::string_view date) {
        return territory::successors(shipped(), key, day(date));
    };
    EXPECT_THAT(on("03156", "2026-11-26"), ElementsAre("03159"));
    EXPECT_THAT(on("03156", "2016-10-31"), ElementsAre("03156"));
    EXPECT_THAT(on("16026", "2026-11-26"), ElementsAre("16063", "16064", "16067"));
    // Over several reforms: the former Eisenach went into the Wartburgkreis, the city of the same name came and went.
    EXPECT_THAT(on("16056", "2021-06-30"), ElementsAre("16056"));
    EXPECT_THAT(on("16056", "2026-11-26"), ElementsAre("16063"));
    // A key that lives again stands for itself; what gave land away as well.
    EXPECT_THAT(on("15001", "2026-11-26"), ElementsAre("15001"));
    EXPECT_THAT(on("16064", "2026-11-26"), ElementsAre("16064"));
    EXPECT_THAT(on("99999", "2026-11-26"), ElementsAre("99999"));
    // Every former county leads to counties of today.
    for (auto const& life : shipped().all()) {
        if (life.level != AreaLevel::county) continue;
        for (auto const& key : territory::successors(shipped(), life.key, day("2026-11-26")))
            EXPECT_NE(shipped().life_on(key, day("2026-11-26")), nullptr) << life.key << " to " << key;
    }
}

TEST(TerritoryRegister, TellsWhatMovedWhereTheListsSaySo) {
    for (auto const& event : shipped().events_between(day("1990-10-02"), day("1990-10-03"))) {
        EXPECT_EQ(event.old_key, "12034");
        EXPECT_EQ(event.population, 3920);
        EXPECT_EQ(event.area_m2, 5320000);
        EXPECT_EQ(event.figures, "list");
        EXPECT_EQ(date_text(event.statistical), "1990-10-01");
    }
    std::int64_t leipzig = 0;
    for (auto const& event : shipped().events_between(day("1998-12-31"), day("2000-01-01")))
        if (event.new_key == "14365" && event.old_key == "14379") leipzig += event.population.value_or(0);
    EXPECT_EQ(leipzig, 51246 + 4309);
}

TEST(TerritoryRegister, SaysWhereOnlyTheYearOfAChangeIsKnown) {
    std::size_t years = 0;
    for (auto const& event : shipped().events())
        if (!event.day_known) {
            ++years;
            EXPECT_EQ(date_text(event.legal).substr(4), "-01-01") << event.line;
        }
    EXPECT_GT(years, 50U);
    EXPECT_LT(years, 100U);
}

TEST(TerritoryRegister, ShowsWhereALifeCameFromAndWhereItWent) {
    auto const& goettingen = *shipped().life_on("03159", day("2020-01-01"));
    std::set<std::string_view> origins;
    for (auto const* event : shipped().into(goettingen)) origins.insert(event->old_key);
    EXPECT_THAT(origins, ElementsAre("03152", "03156"));
    EXPECT_THAT(shipped().out_of(goettingen), IsEmpty());
    auto const& old = *shipped().life_on("03152", day("2016-10-31"));
    ASSERT_THAT(shipped().out_of(old), SizeIs(1));
    EXPECT_EQ(shipped().out_of(old)[0]->id, "03/2016/0006-R");
}

TEST(TerritoryRegister, OffersNearKeysAndNames) {
    EXPECT_EQ(shipped().near("1001").front().life->key, "01001");
    EXPECT_EQ(shipped().near("Goettingen").front().life->key, "03159");
    EXPECT_EQ(shipped().near("göttingen").front().life->key, "03159");
    EXPECT_EQ(shipped().near("Gotingen").front().life->key, "03159");
    EXPECT_EQ(shipped().near("03153002").front().life->key, "03153");
    EXPECT_THAT(shipped().near("Atlantis an der Spree"), IsEmpty());
    EXPECT_THAT(shipped().unknown_key_text("03160"), HasSubstr("03360 Uelzen (since before 1991)"));
    EXPECT_THAT(shipped().unknown_key_text("Xy"), HasSubstr("next step"));
}

TEST(TerritoryRegister, GivesNutsCodesByVersion) {
    auto const codes = shipped().nuts("07135");
    ASSERT_THAT(codes, SizeIs(3));
    EXPECT_EQ(codes[0].code, "DEB16");
    EXPECT_EQ(codes[1].code, "DEB1C");
    EXPECT_EQ(Register::nuts_version(day("2016-06-30")), 2013);
    EXPECT_EQ(Register::nuts_version(day("2022-06-30")), 2021);
    std::set<std::string_view> distinct;
    for (auto const* life : shipped().counties_on(day("2021-12-31")))
        for (auto const& code : shipped().nuts(life->key))
            if (code.first_version <= 2021 && 2021 <= code.last_version) distinct.insert(code.code);
    EXPECT_THAT(distinct, SizeIs(400));
}

TEST(TerritoryRegister, KnowsTheNewCodesOfThueringenInNuts2024) {
    std::set<std::string_view> codes;
    std::set<std::string_view> renewed;
    for (auto const* life : shipped().counties_on(day("2024-12-31")))
        for (auto const& code : shipped().nuts(life->key)) {
            if (code.first_version <= 2024 && 2024 <= code.last_version) codes.insert(code.code);
            if (code.first_version == 2024) renewed.insert(code.key);
        }
    EXPECT_THAT(codes, SizeIs(400));
    EXPECT_THAT(renewed, testing::ElementsAre("16054", "16063", "16066", "16070", "16072", "16073"));
    EXPECT_EQ(shipped().nuts("16063").back().code, "DEG0R");
    EXPECT_EQ(shipped().nuts("16056").front().code, "DEG0N");
}

TEST(TerritoryRegister, NamesAuthoritiesThatBookSeveralCountiesOnOne) {
    auto const regions = shipped().authorities("10041");
    ASSERT_THAT(regions, SizeIs(1));
    EXPECT_EQ(regions[0]->key, "10044");
    EXPECT_THAT(regions[0]->members, SizeIs(6));
    EXPECT_EQ(shipped().authorities("12071").front()->key, "12052");
    EXPECT_THAT(shipped().authorities("03153"), IsEmpty());
}

TEST(TerritoryRegister, RefusesAnEventLineThatDoesNotFit) {
    auto const load = [](std::string const& line) {
        return Register::load([&line](std::string const& name) { return name == "events.csv" ? line : ""; });
    };
    auto const text_of = [&load](std::string const& line) -> std::string {
        try {
            load(line);
        } catch (Error const& error) {
            return error.what();
        }
        return "accepted";
    };
    EXPECT_EQ(text_of("a;county;key;1;;2;;2000-01-01;2000-01-01;;;"), "accepted");
    EXPECT_THAT(text_of("a;county;key;1;;2;;2000-02-30;2000-01-01;;;"),
                HasSubstr("events.csv:1:1: found '2000-02-30'"));
    EXPECT_THAT(text_of("a;county;fusion;1;;2;;2000-01-01;2000-01-01;;;"), HasSubstr("type 'fusion'"));
    EXPECT_THAT(text_of("a;county;key;1"), HasSubstr("4 fields"));
    EXPECT_THAT(text_of("a;county;key;1;;2;;2000-01-01;2000-01-01;-3;;"), HasSubstr("'-3'"));
    EXPECT_THAT(text_of("a;county;key;;;2;;2000-01-01;2000-01-01;;;"), HasSubstr("formation"));
}

} // namespace
} // namespace gateway::harmonize::territory
