// What depends on the table and on the time: signs, protection, dataset, bundle.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/mapping.hpp"

namespace gateway::harmonize {
namespace {

using testing::HasSubstr;

constexpr std::int32_t in_2026 = 20500;

MappingFiles project_files() {
    return MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

Mapping mapping_of(std::string_view service, std::string_view table, std::string_view layout = "ffcsv-v5") {
    return Mapping::load(project_files(), service, table, layout, in_2026);
}

TimePeriod date_of(int year, unsigned month, unsigned day) {
    return TimePeriod::date(year, month, day).value();
}

Area county(std::string key) {
    return {CodeList::ags, AreaLevel::county, std::move(key)};
}

TEST(MappedSigns, FollowTheTableOfTheHandbook) {
    auto const mapping = mapping_of("regionalstatistik", "12411-01-01-4");
    using Kind = SignMeaning::Kind;
    EXPECT_EQ(mapping.sign("-").kind, Kind::nothing);
    EXPECT_EQ(mapping.sign("–").kind, Kind::nothing);
    EXPECT_EQ(mapping.sign("0").kind, Kind::small);
    EXPECT_EQ(mapping.sign("0").status, ObsStatus::not_significant);
    EXPECT_EQ(mapping.sign(".").kind, Kind::missing);
    EXPECT_EQ(mapping.sign(".").reason, MissingReason::confidential);
    EXPECT_EQ(mapping.sign(".").status, ObsStatus::suppressed);
    EXPECT_EQ(mapping.sign(".").confidentiality, ConfStatus::confidential);
    EXPECT_EQ(mapping.sign("...").reason, MissingReason::pending);
    EXPECT_EQ(mapping.sign("...").status, ObsStatus::missing);
    EXPECT_EQ(mapping.sign("/").reason, MissingReason::unreliable);
    EXPECT_EQ(mapping.sign("/").status, ObsStatus::low_reliability);
    EXPECT_EQ(mapping.sign("x").reason, MissingReason::not_applicable);
    EXPECT_EQ(mapping.sign("X").status, ObsStatus::cannot_exist);
    EXPECT_EQ(mapping.sign("()").kind, Kind::qualifies);
    EXPECT_EQ(mapping.sign("()").status, ObsStatus::low_reliability);
    EXPECT_EQ(mapping.sign("p").status, ObsStatus::provisional);
    EXPECT_EQ(mapping.sign("r").status, ObsStatus::normal);
    EXPECT_EQ(mapping.sign("s").status, ObsStatus::estimated);
    EXPECT_EQ(mapping.sign("e").status, ObsStatus::normal);
    EXPECT_EQ(mapping.sign("*").kind, Kind::unknown);
    EXPECT_EQ(mapping.sign("?").kind, Kind::unknown);
}

TEST(MappedSigns, ADashOfGenesisOnlineInTheWideLayoutIsNeverZero) {
    auto const wide = mapping_of("genesis", "23311-0010", "ffcsv-v4").sign("-");
    EXPECT_EQ(wide.kind, SignMeaning::Kind::missing);
    EXPECT_EQ(wide.reason, MissingReason::unknown);
    EXPECT_EQ(mapping_of("genesis", "23311-0010", "ffcsv-v5").sign("-").kind, SignMeaning::Kind::nothing);
    EXPECT_EQ(mapping_of("regionalstatistik", "12411-01-01-4", "ffcsv-v4").sign("-").kind,
              SignMeaning::Kind::nothing);
}

TEST(MappedProtection, DiffersByLandInsideOneTable) {
    auto const students = mapping_of("regionalstatistik", "21311-01-01-4-B");
    auto const winter = TimePeriod::term(2023, true).value();
    EXPECT_EQ(students.protection(county("01056"), winter, "HS-W02"), Protection::r3);
    EXPECT_EQ(students.protection(county("02000"), winter, "HS-W02"), Protection::r3);
    EXPECT_EQ(students.protection(county("16063"), winter, "HS-W02"), Protection::suppressed);
    EXPECT_EQ(students.protection(county("03153"), winter, "HS-W02"), Protection::none);
}

TEST(MappedProtection, BelongsToTheStatisticAndItsTime) {
    auto const seekers = mapping_of("genesis", "12531-0043");
    EXPECT_EQ(seekers.protection(county("03153"), date_of(2024, 12, 31), "BEV030"), Protection::r5);
    auto const foreigners = mapping_of("genesis", "12521-0040");
    EXPECT_EQ(foreigners.protection(county("03153"), date_of(2016, 12, 31), "BEV801"), Protection::r5);
    EXPECT_EQ(foreigners.protection(county("03153"), date_of(2015, 12, 31), "BEV801"), Protection::none);
    auto const population = mapping_of("regionalstatistik", "12411-01-01-4");
    EXPECT_EQ(population.protection(county("03153"), date_of(2024, 12, 31), "BEVSTD"), Protection::none);
    auto const sample = mapping_of("regionalstatistik", "12211-Z-11");
    EXPECT_EQ(sample.protection(county("03153"), TimePeriod::year(2019).value(), "LBFMZ01"),
              Protection::sample);
}

TEST(MappedProtection, EachCensusHasItsOwnMethod) {
    auto const census = mapping_of("zensus", "2000S-2003");
    EXPECT_EQ(census.protection(county("03153"), date_of(2022, 5, 15), "PRS004"), Protection::ckm);
    EXPECT_EQ(census.protection(county("03153"), date_of(2011, 5, 9), "PRS005"), Protection::safe);
}

TEST(MappedDataset, IsNamedByServiceEditionAndTable) {
    auto const population = mapping_of("regionalstatistik", "12411-01-01-4");
    auto const info =
        population.dataset(date_of(2024, 12, 31), "12411", "Fortschreibung des Bevölkerungsstandes");
    EXPECT_EQ(info.id, "REGIO_12411-01-01-4");
    EXPECT_EQ(info.source, "regionalstatistik");
    EXPECT_EQ(info.table, "12411-01-01-4");
    EXPECT_EQ(info.statistic, "12411");
    EXPECT_EQ(info.frequency, "A");
    EXPECT_THAT(info.title, HasSubstr("Bevölkerung nach Geschlecht"));
    EXPECT_FALSE(info.licence.empty());
    EXPECT_FALSE(info.attribution.empty());
    EXPECT_EQ(mapping_of("genesis", "13111-0005").dataset(date_of(2025, 6, 30), "13111", "").frequency, "Q");
}

TEST(MappedDataset, ATableCodeUsedAgainIsAnotherDataset) {
    auto const census = mapping_of("zensus", "2000S-2003");
    auto const now = census.dataset(date_of(2022, 5, 15), "2000S", "").id;
    auto const before = census.dataset(date_of(2011, 5, 9), "2000S", "").id;
    EXPECT_NE(now, before);
    EXPECT_THAT(before, HasSubstr("ZENSUS2011_2000S-2003"));
}

TEST(MappedDataset, ATableWithoutAFileOfItsOwnFollowsTheDefaults) {
    auto const mapping = mapping_of("regionalstatistik", "99999-99-99-4");
    auto const info = mapping.dataset(TimePeriod::quarter(2024, 2).value(), "99999", "Eine Statistik");
    EXPECT_EQ(info.id, "REGIO_99999-99-99-4");
    EXPECT_EQ(info.title, "Eine Statistik");
    EXPECT_EQ(info.frequency, "Q");
    EXPECT_EQ(mapping.map_code("GES", "GESM").code, "M");
}

TEST(MappedDataset, AServiceThatIsNotListedIsRefusedWithTheOnesThatAre) {
    try {
        mapping_of("regio", "12411-01-01-4");
        FAIL() << "an unknown service was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        EXPECT_THAT(error.what(), HasSubstr("found the service 'regio', expected one of"));
        EXPECT_THAT(error.what(), HasSubstr("regionalstatistik"));
    }
}

TEST(MappingBundle, HoldsExactlyTheFilesUsedAndMapsTheSameAgain) {
    auto const first = mapping_of("zensus", "1000A-2022");
    EXPECT_EQ(first.map_code("WDGAT1", "NACHKOMMEN").code, "DESC");
    EXPECT_EQ(first.map_code("ALTGR2", "ALT030B039").code, "Y30T39");
    auto const& bundle = first.bundle();
    auto const files = MappingFiles::from_bundle(bundle);
    EXPECT_TRUE(files.text("variables/migration.toml"));
    EXPECT_TRUE(files.text("tables/zensus/1000A-2022.toml"));
    EXPECT_FALSE(files.text("variables/sex.toml"));

    auto const again = Mapping::load(files, "zensus", "1000A-2022", "ffcsv-v5", in_2026);
    EXPECT_EQ(again.map_code("WDGAT1", "NACHKOMMEN").rule, first.map_code("WDGAT1", "NACHKOMMEN").rule);
    EXPECT_EQ(again.map_code("ALTGR2", "ALT030B039").code, "Y30T39");
    EXPECT_EQ(again.bundle(), bundle);
}

TEST(MappingBundle, IsTheSameTextInWhateverOrderCodesTurnUp) {
    auto const one = mapping_of("regionalstatistik", "12411-01-01-4");
    auto const other = mapping_of("regionalstatistik", "12411-01-01-4");
    (void)one.map_code("GES", "GESM");
    (void)one.map_code("KREISE", "03153");
    (void)other.map_code("KREISE", "03153");
    (void)other.map_code("GES", "");
    EXPECT_EQ(one.bundle(), other.bundle());
}

TEST(MappingBundle, ThatIsNoneIsRefused) {
    for (std::string const text :
         {"", "{", "[]", "{\"files\":[]}", "{\"files\":{\"a\":1}}", "{\"other\":{}}"}) {
        EXPECT_THROW((void)MappingFiles::from_bundle(text), Error) << text;
    }
}

TEST(MappingFilesOnDisk, NeverLeaveTheirFolder) {
    auto const files = project_files();
    EXPECT_FALSE(files.text("../README.md"));
    EXPECT_FALSE(files.text("/etc/hostname"));
    EXPECT_FALSE(files.text("tables/../../CMakeLists.txt"));
    EXPECT_TRUE(files.text("units.toml"));
}

} // namespace
} // namespace gateway::harmonize
