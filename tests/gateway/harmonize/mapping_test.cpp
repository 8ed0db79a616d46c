// What the project's own mapping files make of codes, units, times and signs: the code lists of docs/schema.md.
#include "gateway/harmonize/mapping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"

namespace gateway::harmonize {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::int32_t in_2026 = 20500;

MappingFiles project_files() {
    return MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
}

Mapping mapping_of(std::string_view service, std::string_view table, std::string_view layout = "ffcsv-v5") {
    return Mapping::load(project_files(), service, table, layout, in_2026);
}

Mapping const& usual() {
    static Mapping const mapping = mapping_of("regionalstatistik", "12411-01-01-4");
    return mapping;
}

std::string code(Mapping const& mapping, std::string_view variable, std::string_view source) {
    auto const mapped = mapping.map_code(variable, source);
    if (mapped.kind != MappedCode::Kind::code) return "not a code: " + mapped.why;
    return mapped.dimension + "=" + mapped.code + (mapped.source_code ? " (source code)" : "");
}

std::string code(std::string_view variable, std::string_view source) {
    return code(usual(), variable, source);
}

std::string area(std::string_view variable, std::string_view key) {
    auto const mapped = usual().map_code(variable, key);
    if (mapped.kind != MappedCode::Kind::area) return "no area: " + mapped.why;
    return std::string{to_string(mapped.area.list)} + " " + std::string{name_of(mapped.area.level)} + " " +
           mapped.area.code;
}

std::string unit(Mapping const& mapping, std::string_view measure, std::string_view text) {
    auto const mapped = mapping.map_measure(measure, text);
    if (!mapped.known) return "unknown: " + mapped.why;
    return mapped.measure + " in " + mapped.unit +
           (mapped.unit_mult == 0 ? "" : " x10^" + std::to_string(mapped.unit_mult));
}

std::string period(Mapping const& mapping, std::string_view variable, std::string_view text) {
    auto const mapped = mapping.map_time(variable, text);
    return mapped.period ? mapped.period->to_sdmx() : "no period: " + mapped.why;
}

std::string period(std::string_view variable, std::string_view text) {
    return period(usual(), variable, text);
}

TimePeriod date_of(int year, unsigned month, unsigned day) {
    return TimePeriod::date(year, month, day).value();
}

TEST(MappedCodes, SexHasTheCodesOfTheCommonList) {
    EXPECT_EQ(code("GES", ""), "SEX=_T");
    EXPECT_EQ(code("GES", "GESM"), "SEX=M");
    EXPECT_EQ(code("GESINS", "GESW"), "SEX=F");
    EXPECT_EQ(code("GESINS", "INSGESAMT"), "SEX=_T");
}

TEST(MappedCodes, ACodeWithoutRuleStaysASourceCodeUnderItsConcept) {
    EXPECT_EQ(code("GES", "GESD"), "SEX=GESD (source code)");
    EXPECT_THAT(usual().map_code("GES", "GESD").rule, HasSubstr("mappings/variables/sex.toml"));
}

TEST(MappedCodes, AVariableWithoutMappingKeepsItsCodesAndStillHasATotal) {
    EXPECT_EQ(code("XYZ01", "ABC"), "XYZ01=ABC (source code)");
    EXPECT_EQ(code("XYZ01", ""), "XYZ01=_T");
}

TEST(MappedCodes, CitizenshipIsACountryWhereOneIsCertain) {
    EXPECT_EQ(code("NAT01", "NATD"), "CITIZENSHIP=DE");
    EXPECT_EQ(code("NAT01", "NATA"), "CITIZENSHIP=FOR");
    EXPECT_EQ(code("STAAG5", "ST166"), "CITIZENSHIP=UKR");
    EXPECT_EQ(code("STAAG5", "ST163"), "CITIZENSHIP=TUR");
    EXPECT_EQ(code("STAAG5", "ST475"), "CITIZENSHIP=SYR");
    EXPECT_EQ(code("STAAG5", "ST423"), "CITIZENSHIP=AFG");
    EXPECT_EQ(code("STAAG5", "ST438"), "CITIZENSHIP=IRQ");
    EXPECT_EQ(code("STAAG5", "ST997"), "CITIZENSHIP=STLESS");
    EXPECT_EQ(code("STAAG5", "UNK"), "CITIZENSHIP=UNK");
}

TEST(MappedCodes, PredecessorStatesKeepTheirSourceCodeVisibly) {
    EXPECT_EQ(code("STAAG5", "ST138"), "CITIZENSHIP=ST138 (source code)");
    EXPECT_EQ(code("STAAG5", "ST159"), "CITIZENSHIP=ST159 (source code)");
    EXPECT_EQ(code("STAAG5", "ST276"), "CITIZENSHIP=ST276 (source code)");
}

TEST(MappedCodes, NotStatedAndUnclarifiedCitizenshipDoNotMeet) {
    EXPECT_NE(code("STAAG5", "OA"), code("STAAG5", "UNK"));
}

TEST(MappedCodes, ImmigrationHistoryNamesItsConcept) {
    auto const immigrated = usual().map_code("WDGAT1", "EINGEWANDERTE");
    EXPECT_EQ(immigrated.dimension, "MIG_STATUS");
    EXPECT_EQ(immigrated.code, "IMM");
    EXPECT_THAT(immigrated.also, ElementsAre(Pair("MIG_CONCEPT", "EG")));
    EXPECT_EQ(code("WDGAT1", "NACHKOMMEN"), "MIG_STATUS=DESC");
    EXPECT_EQ(code("WDGAT2", "WANDERUNG-BEID"), "MIG_STATUS=BOTH");
    EXPECT_EQ(code("WDGAT2", "WANDERUNG-EINS"), "MIG_STATUS=ONE");
    EXPECT_EQ(code("WDGAT1", "WANDERUNG-X"), "MIG_STATUS=NONE");
    EXPECT_EQ(code("WDGAT2", ""), "MIG_STATUS=_T");
    EXPECT_THAT(usual().map_code("WDGAT2", "").also, ElementsAre(Pair("MIG_CONCEPT", "EG")));
}

TEST(MappedCodes, ProtectionStatusFollowsTheHandbook) {
    EXPECT_EQ(code("SCHST2", "SCHUTZST-AK-1"), "PROT_STATUS=REC");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-AK-2"), "PROT_STATUS=REC_TEMP");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-AK-3"), "PROT_STATUS=ASYL");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-AK-4"), "PROT_STATUS=OTHER");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-AK-5"), "PROT_STATUS=REC_PERM");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-OF"), "PROT_STATUS=OPEN");
    EXPECT_EQ(code("SCHST2", "SCHUTZST-X"), "PROT_STATUS=NONE");
    EXPECT_EQ(code("SCHST2", ""), "PROT_STATUS=_T");
}

TEST(MappedCodes, AgesWithTwoDigitsExcludeAndWithThreeIncludeTheUpperBound) {
    EXPECT_EQ(code("ALT068", "ALT000B15"), "AGE=Y_LT15");
    EXPECT_EQ(code("ALT068", "ALT030B35"), "AGE=Y30T34");
    EXPECT_EQ(code("ALT068", "ALT075UM"), "AGE=Y_GE75");
    EXPECT_EQ(code("ALTGR2", "ALT030B039"), "AGE=Y30T39");
    EXPECT_EQ(code("ALTGR2", "ALT000B009"), "AGE=Y_LT10");
    EXPECT_EQ(code("ALTGR2", "ALT080BXXX"), "AGE=Y_GE80");
    EXPECT_EQ(code("ALTX20", "ALT018B19"), "AGE=Y18");
    EXPECT_EQ(code("ALTX20", "ALT018"), "AGE=Y18");
    EXPECT_EQ(code("ALT068", ""), "AGE=_T");
}

TEST(MappedCodes, EveryPairOfAgeBoundsMapsToTheAgesItHolds) {
    auto const digits = [](unsigned value, unsigned count) {
        auto text = std::to_string(value);
        return std::string(count - text.size(), '0') + text;
    };
    for (unsigned lower = 1; lower < 98; ++lower) {
        for (unsigned upper = lower + 1; upper < 100; ++upper) {
            auto const last = upper - 1;
            auto const expected = last == lower
                                      ? "AGE=Y" + std::to_string(lower)
                                      : "AGE=Y" + std::to_string(lower) + "T" + std::to_string(last);
            ASSERT_EQ(code("ALT001", "ALT" + digits(lower, 3) + "B" + digits(upper, 2)), expected);
            ASSERT_EQ(code("ALTGR9", "ALT" + digits(lower, 3) + "B" + digits(last, 3)), expected);
        }
    }
}

TEST(MappedCodes, AnAgeWithBoundsInTheWrongOrderStaysASourceCode) {
    EXPECT_EQ(code("ALT068", "ALT040B30"), "AGE=ALT040B30 (source code)");
    EXPECT_EQ(code("ALT068", "ALT0X0B30"), "AGE=ALT0X0B30 (source code)");
    EXPECT_EQ(code("ALT068", "ALT030B3"), "AGE=ALT030B3 (source code)");
}

TEST(MappedCodes, TotalsWithACodeOfTheirOwnAreTotals) {
    EXPECT_EQ(code("WZ08RS", "WZ08-A-S"), "ECON_ACTIVITY=_T");
    EXPECT_EQ(code("LBFORM01", "LB-INS"), "LIVING_FORM=_T");
    EXPECT_EQ(code("HS-FG2", "INSGESAMT"), "SUBJECT_GROUP=_T");
    EXPECT_EQ(code("ABFA02", "INSGESAMT"), "WASTE=_T");
}

TEST(MappedCodes, FamiliesOfVariablesShareOneDimension) {
    EXPECT_EQ(code("ERWST3", "ERWERB"), "LABOUR_STATUS=ACT");
    EXPECT_EQ(code("ERWST2", "ERWERBSLOS"), "LABOUR_STATUS=UNE");
    EXPECT_EQ(code("ERWST4", "ERWERBSTAETIG"), "LABOUR_STATUS=EMP");
    EXPECT_EQ(code("CC13A2", "X1"), "CC13A=X1 (source code)");
    EXPECT_EQ(code("CC13A5", ""), "CC13A=_T");
    EXPECT_EQ(code("GEBAT3", "GEB-SONST"), code("GEBAT4", "GEB-SONST"));
}

TEST(MappedCodes, AnEmptyBlockDoesNotApplyAndACodeWithoutVariableIsAFault) {
    EXPECT_EQ(usual().map_code("", "").kind, MappedCode::Kind::not_applicable);
    EXPECT_EQ(usual().map_code("", "GESM").kind, MappedCode::Kind::unknown);
}

TEST(MappedCodes, TheLevelFollowsFromTheVariableAndTheLengthOfTheKey) {
    EXPECT_EQ(area("DINSG", "DG"), "AGS country DG");
    EXPECT_EQ(area("DLAND", "03"), "AGS land 03");
    EXPECT_EQ(area("REGBEZ", "031"), "AGS region 031");
    EXPECT_EQ(area("KREISE", "03153"), "AGS county 03153");
    EXPECT_EQ(area("KREISE", "03"), "AGS land 03");
    EXPECT_EQ(area("KREISE", "DG"), "AGS country DG");
    EXPECT_EQ(area("KREISE", "03241001"), "AGS subunit 03241001");
    EXPECT_EQ(area("GEMEIN", "03241001"), "AGS municipality 03241001");
    EXPECT_EQ(area("GEMEIN", "03101"), "AGS county 03101");
    EXPECT_EQ(area("GEODL1", "DG"), "AGS country DG");
    EXPECT_EQ(area("GEODL3", "DG"), "AGS country DG");
    EXPECT_EQ(area("GEOBL1", "16"), "AGS land 16");
    EXPECT_EQ(area("GEOLK4", "09276"), "AGS county 09276");
    EXPECT_EQ(area("GEOVB1", "092760130"), "ARS association 092760130");
    EXPECT_EQ(area("GEOGM4", "092760130130"), "ARS municipality 092760130130");
    EXPECT_EQ(area("DLANDU", "16"), "AGS land 16");
    EXPECT_EQ(area("DLANDU", "17"), "GENESIS other 17");
    EXPECT_EQ(area("DLANDU", "18"), "GENESIS other 18");
}

TEST(MappedCodes, AKeyThatFitsNoLevelIsUnknown) {
    EXPECT_THAT(area("KREISE", "0315"), HasSubstr("'0315' of KREISE fits no level"));
    EXPECT_THAT(area("DLAND", "17"), HasSubstr("fits no level"));
    EXPECT_THAT(area("DLAND", "3"), HasSubstr("fits no level"));
    EXPECT_THAT(area("KREISE", ""), HasSubstr("fits no level"));
    EXPECT_THAT(area("KREISE", "K0315"), HasSubstr("fits no level"));
    EXPECT_THAT(area("KREISE", "99001"), HasSubstr("fits no level"));
}

TEST(MappedCodes, ALandOfOriginIsADimensionAndNoArea) {
    EXPECT_EQ(code("HERKLD", "09"), "ORIGIN_LAND=09");
    EXPECT_EQ(code("HERKLD", "AUSLAND"), "ORIGIN_LAND=ABROAD");
}

TEST(MappedCodes, AuthorityRegionsOfTheProtectionSeekersAreNoCounties) {
    auto const mapping = mapping_of("genesis", "12531-0043");
    EXPECT_EQ(mapping.map_code("KREISE", "10044").area.level, AreaLevel::authority);
    EXPECT_EQ(mapping.map_code("KREISE", "03153").area.level, AreaLevel::county);
    EXPECT_EQ(usual().map_code("KREISE", "10044").area.level, AreaLevel::county);
}

TEST(MappedCodes, MonthsAndQuartersAreComposedWithTheYear) {
    auto const year = TimePeriod::year(2024).value();
    auto const march = usual().map_code("MONAT", "MONAT03");
    auto const fourth = usual().map_code("QUARTG", "QUART4");
    EXPECT_EQ(march.kind, MappedCode::Kind::month_of_year);
    EXPECT_EQ(fourth.kind, MappedCode::Kind::quarter_of_year);
    EXPECT_EQ(Mapping::compose(year, march)->to_sdmx(), "2024-03");
    EXPECT_EQ(Mapping::compose(year, fourth)->to_sdmx(), "2024-Q4");
    EXPECT_FALSE(Mapping::compose(date_of(2024, 12, 31), march));
    EXPECT_EQ(usual().map_code("MONAT", "MONAT13").kind, MappedCode::Kind::unknown);
    EXPECT_EQ(usual().map_code("QUARTG", "QUART0").kind, MappedCode::Kind::unknown);
    EXPECT_EQ(usual().map_code("QUARTG", "").kind, MappedCode::Kind::not_applicable);
}

TEST(MappedTimes, EveryFormOfTheSourcesIsRead) {
    EXPECT_EQ(period("JAHR", "2024"), "2024");
    EXPECT_EQ(period("STAG", "2024-12-31"), "2024-12-31");
    EXPECT_EQ(period("STAG", "31.12.2022"), "2022-12-31");
    EXPECT_EQ(period("STAGV", "2011-05-09"), "2011-05-09");
    EXPECT_EQ(period("SEMEST", "2022-10P6M"), "2022-10-01/P6M");
    EXPECT_EQ(period("SEMEST", "2022-04P6M"), "2022-04-01/P6M");
    EXPECT_EQ(period("SEMEST", "WS 2022/23"), "2022-10-01/P6M");
    EXPECT_EQ(period("SEMEST", "SS 2023"), "2023-04-01/P6M");
    EXPECT_EQ(period("SMONAT", "2015-05P1M"), "2015-05");
    EXPECT_EQ(period("SMONAT", "Juni 2007"), "2007-06");
    for (auto const* const text : {"2007-06", "2007M06", "06/2007", "6/2007", "06.2007"})
        EXPECT_EQ(period("SMONAT", text), "2007-06") << text;
    for (auto const* const text :
         {"2007-Q2", "2007Q2", "Q2 2007", "Q2/2007", "2. Quartal 2007", "2. Vierteljahr 2007", "2. Vj. 2007"})
        EXPECT_EQ(period("SQUART", text), "2007-Q2") << text;
    EXPECT_EQ(period("SQUART", "2015-04P3M"), "2015-Q2");
    EXPECT_EQ(period("SLJAHR", "2000-P1Y"), "2000-08-01/P1Y");
    EXPECT_EQ(period("SLJAHR", "Schuljahr 2020/21"), "2020-08-01/P1Y");
}

TEST(MappedTimes, TermsKnowWhichHalfOfTheYearTheyAre) {
    EXPECT_EQ(usual().map_time("SEMEST", "2022-10P6M").period->kind(), TimePeriod::Kind::term);
    EXPECT_EQ(usual().map_time("SEMEST", "2022-10P6M").period, TimePeriod::term(2022, true));
    EXPECT_EQ(usual().map_time("SEMEST", "2022-04P6M").period, TimePeriod::term(2022, false));
}

TEST(MappedTimes, SchoolStatisticsMeanASchoolYearByJahr) {
    EXPECT_EQ(period(mapping_of("regionalstatistik", "21111-02-06-4"), "JAHR", "2020"), "2020-08-01/P1Y");
}

TEST(MappedTimes, ChangesBetweenTwoPeriodsAreNoPeriods) {
    EXPECT_THAT(period("JAHR", "2024 / 2005"), HasSubstr("a change is no period"));
    EXPECT_THAT(period("JAHR", "Veränderung 2024 zum Vorjahr"), HasSubstr("is no period"));
}

TEST(MappedTimes, WhatNoRuleReadsIsUnknown) {
    EXPECT_THAT(period("JAHR", "24"), HasSubstr("no period: expected one of the forms year"));
    EXPECT_THAT(period("STAG", "2023-02-30"), HasSubstr("no period"));
    EXPECT_THAT(period("STAG", "2023"), HasSubstr("no period"));
    EXPECT_THAT(period("SEMEST", "WS 2022/24"), HasSubstr("no period"));
    EXPECT_THAT(period("SEMEST", "2022-13P6M"), HasSubstr("no period"));
    EXPECT_THAT(period("SMONAT", "Brumaire 2007"), HasSubstr("no period"));
    EXPECT_THAT(period("XZEIT", "2024"), HasSubstr("no rule for the time variable 'XZEIT'"));
    EXPECT_THAT(period("JAHR", ""), HasSubstr("no period"));
}

TEST(MappedMeasures, UnitsBecomeACodeAndAPowerOfTen) {
    EXPECT_EQ(unit(usual(), "GEM001", "Anzahl"), "GEM001 in NR");
    EXPECT_EQ(unit(usual(), "GEM001", "number"), "GEM001 in NR");
    EXPECT_EQ(unit(usual(), "FOR002", "Tsd. EUR"), "FOR002 in EUR x10^3");
    EXPECT_EQ(unit(usual(), "FOR002", "Tsd._EUR"), "FOR002 in EUR x10^3");
    EXPECT_EQ(unit(usual(), "FILM05", "Mill. EUR"), "FILM05 in EUR x10^6");
    EXPECT_EQ(unit(usual(), "FILM04", "Mill."), "FILM04 in NR x10^6");
    EXPECT_EQ(unit(usual(), "ABF014", "1000 t"), "ABF014 in T x10^3");
    EXPECT_EQ(unit(usual(), "AEW009", "t"), "AEW009 in T");
    EXPECT_EQ(unit(usual(), "ERF001", "Prozent"), "ERF001 in PT");
    EXPECT_EQ(unit(usual(), "ERF001", "percent"), "ERF001 in PT");
    EXPECT_EQ(unit(usual(), "X", "jew. ME"), "X in ME");
    EXPECT_EQ(unit(usual(), "FL0001", "ha"), "FL0001 in HA");
    EXPECT_EQ(unit(usual(), "FL0001", "qm"), "FL0001 in M2");
}

TEST(MappedMeasures, PersonsAreCountedInPersons) {
    EXPECT_EQ(unit(usual(), "BEVSTD", "Anzahl"), "BEVSTD in PS");
    EXPECT_EQ(unit(usual(), "BEV036", "1000"), "BEV036 in PS x10^3");
    EXPECT_EQ(unit(usual(), "HSH012", "1000"), "HSH012 in NR x10^3");
    EXPECT_EQ(unit(usual(), "BEVSTD", "%"), "BEVSTD in PT");
}

TEST(MappedMeasures, OneCodeWithTwoUnitsIsTwoMeasures) {
    EXPECT_EQ(unit(usual(), "PREIS1", "2020=100"), "PREIS1 in IX_2020");
    EXPECT_EQ(unit(usual(), "PREIS1", "%"), "PREIS1 in PT");
    EXPECT_EQ(unit(usual(), "ABFALL1B", "2010=100"), "ABFALL1B in IX_2010");
}

TEST(MappedMeasures, AMissingOrUnknownUnitIsUnknownUnlessTheTableNamesIt) {
    EXPECT_THAT(unit(usual(), "ISV006", "MeasureUnitNotFound!"), HasSubstr("gives no unit"));
    EXPECT_THAT(unit(usual(), "X", ""), HasSubstr("gives no unit"));
    EXPECT_THAT(unit(usual(), "X", "Ellen"), HasSubstr("'Ellen' of the measure X is not known"));
    EXPECT_THAT(unit(usual(), "", "Anzahl"), HasSubstr("has no code"));
    auto const insolvencies = mapping_of("regionalstatistik", "52411-02-01-4", "ffcsv-v4");
    EXPECT_EQ(unit(insolvencies, "ISV006", "MeasureUnitNotFound!"), "ISV006 in NR");
}

TEST(MappedMeasures, RenamedMeasuresOfATableAreOneMeasure) {
    auto const waste = mapping_of("regionalstatistik", "86121-Z-01", "ffcsv-v4");
    EXPECT_EQ(unit(waste, "ID0005", "1000 t"), "ABFALL1A in T x10^3");
    EXPECT_EQ(unit(waste, "ABFALL1A", "1000 t"), "ABFALL1A in T x10^3");
    auto const census = mapping_of("zensus", "1000A-2022");
    EXPECT_EQ(unit(census, "PRS018", "Anzahl"), unit(census, "PRS001", "Anzahl"));
    auto const prices = mapping_of("genesis", "61111-0001", "ffcsv-v4");
    EXPECT_EQ(unit(prices, "Verbraucherpreisindex", "CH0004"), "PREIS1 in PT");
}

TEST(MappedMeasures, TheRuleNamesFileAndLine) {
    EXPECT_THAT(usual().map_measure("BEVSTD", "Anzahl").rule, HasSubstr("mappings/units.toml:"));
    EXPECT_THAT(usual().map_time("JAHR", "2024").rule, HasSubstr("mappings/time.toml:"));
    EXPECT_THAT(usual().map_code("GES", "GESM").rule, HasSubstr("mappings/variables/sex.toml:"));
    EXPECT_THAT(usual().sign("-").rule, HasSubstr("mappings/signs/genesis.toml:"));
}

} // namespace
} // namespace gateway::harmonize
