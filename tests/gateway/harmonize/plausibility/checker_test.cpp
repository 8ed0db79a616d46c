// What a load shows against the rules: each kind of rule, sound figures left alone, one finding per cause.
#include "gateway/harmonize/plausibility/checker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace gateway::harmonize::plausibility {
namespace {

using testing::HasSubstr;

struct Row {
    IndicatorKey indicator;
    Area area;
    CheckedCell cell;
};

IndicatorKey key(std::string const& text) {
    return IndicatorKey::parse(text);
}

Area area(std::string code) {
    auto const level = code == "DG"       ? AreaLevel::country
                       : code.size() == 2 ? AreaLevel::land
                       : code.size() == 5 ? AreaLevel::county
                                          : AreaLevel::municipality;
    return {CodeList::ags, level, std::move(code)};
}

/// A table in the making: rows in any order, checked as a load hands them out.
class Table {
  public:
    explicit Table(std::string const& rules, std::int32_t day = 20000)
        : files_({{"plausibility/test.toml", "origin = \"facts for tests\"\ndate = 2026-01-01\n" + rules}}),
          rules_(load_rules(files_, "lsn", "x", day)) {}

    Table& row(std::string const& indicator, std::string const& code, std::string const& period,
               std::string const& value, Quality const* quality = nullptr) {
        CheckedCell cell;
        cell.period = parse_sdmx_period(period).value();
        if (auto const number = parse_decimal(value))
            cell.number = number.value;
        else
            cell.reason = missing_reason_from(value).value();
        cell.quality = quality;
        cell.line = ++line_;
        rows_[key(indicator)][area(code)].push_back(cell);
        return *this;
    }

    std::vector<Finding> check(Surroundings around = {}) {
        Checker checker{rules_, std::move(around)};
        for (auto const& [indicator, areas] : rows_)
            for (auto const& [where, cells] : areas) checker.series(indicator, where, cells);
        return checker.finish();
    }

  private:
    MappingFiles files_;
    RuleSet rules_;
    std::uint64_t line_ = 1;
    std::map<IndicatorKey, std::map<Area, std::vector<CheckedCell>>> rows_;
};

std::string rule(std::string const& body) {
    return "[[rule]]\nid = \"r\"\nowner = \"tests\"\nexpires = 2030-12-31\nnext_step = \"look\"\n" + body +
           "\n";
}

std::string const sexes = rule("kind = \"parts\"\ndimension = \"SEX\"\nparts = [\"M\", \"F\"]\nckm = \"5\"");

Quality protected_by(Protection protection) {
    Quality quality;
    quality.protection = protection;
    return quality;
}

TEST(Plausibility, LeavesPublishedTotalsAlone) {
    // Population of Goslar, 31.12.2024.
    auto const found = Table{sexes}
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=_T", "03153", "2024-12-31", "126775")
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=M", "03153", "2024-12-31", "62494")
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=F", "03153", "2024-12-31", "64281")
                           .check();
    EXPECT_TRUE(found.empty());
}

TEST(Plausibility, FindsATotalThatIsNotTheSumOfItsParts) {
    auto const found = Table{sexes}
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=_T", "03153", "2024-12-31", "126775")
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=M", "03153", "2024-12-31", "62494")
                           .row("MEASURE=BEVSTD,UNIT=PS,SEX=F", "03153", "2024-12-31", "64282")
                           .check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Errc::total_mismatch);
    EXPECT_EQ(found[0].line, 2U);
    EXPECT_EQ(found[0].area, "03153");
    EXPECT_EQ(found[0].found, "126775");
    EXPECT_EQ(found[0].expected, "126776, the sum of M + F");
}

TEST(Plausibility, AllowsWhatRoundingToThreeExplains) {
    // Students of Pinneberg, WS 2023/24, R3: 894 against 861 + 30.
    auto const r3 = protected_by(Protection::r3);
    Table table{rule("kind = \"parts\"\ndimension = \"SEX\"\nparts = [\"M\", \"F\"]")};
    table.row("MEASURE=A,UNIT=PS,SEX=_T", "01056", "2023", "894", &r3)
        .row("MEASURE=A,UNIT=PS,SEX=M", "01056", "2023", "861", &r3)
        .row("MEASURE=A,UNIT=PS,SEX=F", "01056", "2023", "30", &r3);
    EXPECT_TRUE(table.check().empty());
    table.row("MEASURE=A,UNIT=PS,SEX=_T", "01057", "2023", "895", &r3)
        .row("MEASURE=A,UNIT=PS,SEX=M", "01057", "2023", "861", &r3)
        .row("MEASURE=A,UNIT=PS,SEX=F", "01057", "2023", "30", &r3);
    auto const found = table.check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].area, "01057");
    EXPECT_THAT(found[0].expected, HasSubstr("(±3)"));
}

TEST(Plausibility, AllowsWhatTheCellKeyMethodExplains) {
    // Zensus 2022, Niedersachsen: parts of the total perturbed one by one.
    auto const ckm = protected_by(Protection::ckm);
    auto const found = Table{sexes}
                           .row("MEASURE=A,UNIT=PS,SEX=_T", "03", "2022", "7943265", &ckm)
                           .row("MEASURE=A,UNIT=PS,SEX=M", "03", "2022", "3900000", &ckm)
                           .row("MEASURE=A,UNIT=PS,SEX=F", "03", "2022", "4043272", &ckm)
                           .check();
    EXPECT_TRUE(found.empty());
}

TEST(Plausibility, AllowsRoundingToFiveThatNobodyNames) {
    // Foreigners in Lower Saxony, AZR: the office rounds and does not say so in the file.
    Table table{rule("kind = \"parts\"\ndimension = \"SEX\"\nparts = [\"M\", \"F\"]")};
    table.row("MEASURE=A,UNIT=PS,SEX=_T", "03", "2010", "178150")
        .row("MEASURE=A,UNIT=PS,SEX=M", "03", "2010", "90000")
        .row("MEASURE=A,UNIT=PS,SEX=F", "03", "2010", "88145");
    EXPECT_TRUE(table.check().empty());
    table.row("MEASURE=A,UNIT=PS,SEX=_T", "03", "2011", "178150")
        .row("MEASURE=A,UNIT=PS,SEX=M", "03", "2011", "90000")
        .row("MEASURE=A,UNIT=PS,SEX=F", "03", "2011", "88140");
    EXPECT_EQ(table.check().size(), 1U) << "10 are more than three roundings to 5";
}

TEST(Plausibility, LeavesBalancesAlone) {
    auto const found = Table{rule("kind = \"range\"\nminimum = \"0\"\nexcept_codes = [\"FLOW=NET\"]")}
                           .row("MEASURE=MIGRATION,UNIT=NR,FLOW=NET", "03", "2008", "-1006")
                           .row("MEASURE=MIGRATION,UNIT=NR,FLOW=IN", "03", "2008", "-1")
                           .check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].found, "-1");
}

TEST(Plausibility, DoesNotMissATotalWhoseSecretPartIsAbsent) {
    Table table{sexes};
    table.row("MEASURE=A,UNIT=PS,SEX=_T", "03153", "2023", "10")
        .row("MEASURE=A,UNIT=PS,SEX=M", "03153", "2023", "7")
        .row("MEASURE=A,UNIT=PS,SEX=F", "03153", "2023", "CONFIDENTIAL");
    EXPECT_TRUE(table.check().empty()) << "7 and a secret may well be 10";
}

TEST(Plausibility, FindsAPartLargerThanTheWhole) {
    auto const found = Table{rule("kind = \"parts\"\ndimension = \"AGE\"\nseverity = \"error\"")}
                           .row("MEASURE=A,UNIT=PS,AGE=_T", "03153", "2023", "10")
                           .row("MEASURE=A,UNIT=PS,AGE=Y_LT3", "03153", "2023", "11")
                           .row("MEASURE=A,UNIT=PS,AGE=Y3T5", "03153", "2023", "9")
                           .check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Errc::part_exceeds_whole);
    EXPECT_EQ(found[0].severity, Severity::error);
    EXPECT_EQ(found[0].line, 3U);
    EXPECT_THAT(found[0].indicator, HasSubstr("AGE=Y_LT3"));
}

TEST(Plausibility, AddsUpTheCountiesOfALandThatExisted) {
    Surroundings around;
    around.counties_on = [](std::int32_t) { return std::vector<std::string>{"10041", "10042"}; };
    Table table{rule("kind = \"levels\"")};
    table.row("MEASURE=A,UNIT=PS", "10", "2023", "30")
        .row("MEASURE=A,UNIT=PS", "10041", "2023", "10")
        .row("MEASURE=A,UNIT=PS", "10042", "2023", "20")
        .row("MEASURE=A,UNIT=PS", "10099", "2023", "NO_TERRITORY");
    EXPECT_TRUE(table.check(around).empty());
    table.row("MEASURE=B,UNIT=PS", "10", "2023", "30")
        .row("MEASURE=B,UNIT=PS", "10041", "2023", "10")
        .row("MEASURE=B,UNIT=PS", "10042", "2023", "21");
    auto const found = table.check(around);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].area, "10");
    EXPECT_EQ(found[0].expected, "31, the sum of 2 counties");
}

TEST(Plausibility, FindsMorePersonsThanInhabitants) {
    // Goslar 2021: 244.9 thousand employees where 134,050 people live.
    Surroundings around;
    around.inhabitants = [](Area const& where, TimePeriod const&) {
        return where.code == "03153" ? std::optional{Decimal::from_integer(134050)} : std::nullopt;
    };
    auto const found = Table{rule("kind = \"population\"\nfactor = \"1.02\"\nunits = [\"PS\"]")}
                           .row("MEASURE=A,UNIT=PS,UNIT_MULT=3", "03153", "2021", "244.9")
                           .row("MEASURE=A,UNIT=PS,UNIT_MULT=3", "03154", "2021", "244.9")
                           .row("MEASURE=B,UNIT=PS,UNIT_MULT=3", "03153", "2021", "70.0")
                           .check(around);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Errc::exceeds_population);
    EXPECT_THAT(found[0].expected, HasSubstr("134050"));
}

TEST(Plausibility, FindsNumbersUnderAKeyThatDidNotExistYet) {
    auto const areas =
        AreaRegister::load(MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings"));
    Surroundings around;
    around.areas = &areas;
    // Minimum income 2014, filed under the key of 2016.
    auto const found = Table{rule("kind = \"validity\"")}
                           .row("MEASURE=A,UNIT=PS", "03159", "2014-12-31", "22271")
                           .row("MEASURE=A,UNIT=PS", "03159", "2016-12-31", "27198")
                           .check(around);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Errc::outside_validity);
    EXPECT_EQ(found[0].period, "2014-12-31");
}

TEST(Plausibility, FindsAJumpAndNotTheSmallNumbers) {
    auto const found = Table{rule("kind = \"jump\"\nfactor = \"3\"\nminimum = \"300\"")}
                           .row("MEASURE=A,UNIT=PS", "03153", "2020", "1000")
                           .row("MEASURE=A,UNIT=PS", "03153", "2021", "1200")
                           .row("MEASURE=A,UNIT=PS", "03153", "2022", "12000")
                           .row("MEASURE=A,UNIT=PS", "03154", "2020", "1")
                           .row("MEASURE=A,UNIT=PS", "03154", "2021", "90")
                           .check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].period, "2022");
    EXPECT_THAT(found[0].expected, HasSubstr("1200"));
}

TEST(Plausibility, FindsASecretThatBecameAZero) {
    Surroundings around;
    around.stored = [](IndicatorKey const&, Area const&, TimePeriod const&) {
        Observation before;
        before.value = Value::missing(MissingReason::confidential);
        before.vintage = 4;
        return std::optional{before};
    };
    auto const found = Table{rule("kind = \"disclosed\"\nseverity = \"error\"")}
                           .row("MEASURE=A,UNIT=PS", "03153", "2020", "0")
                           .row("MEASURE=A,UNIT=PS", "03154", "2020", "CONFIDENTIAL")
                           .check(around);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].area, "03153");
    EXPECT_THAT(found[0].expected, HasSubstr("vintage 4"));
}

TEST(Plausibility, NamesCountiesThatAreMissing) {
    Surroundings around;
    around.counties_on = [](std::int32_t) {
        return std::vector<std::string>{"03151", "03152", "03153", "03154"};
    };
    auto const found = Table{rule("kind = \"areas\"")}
                           .row("MEASURE=A,UNIT=PS", "03151", "2020", "1")
                           .row("MEASURE=A,UNIT=PS", "03152", "2020", "CONFIDENTIAL")
                           .row("MEASURE=A,UNIT=PS", "03154", "2020", "3")
                           .row("MEASURE=A,UNIT=PS", "03151", "2021", "1") // a selection, no gap
                           .check(around);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, Errc::incomplete);
    EXPECT_THAT(found[0].expected, HasSubstr("missing: 03153"));
}

TEST(Plausibility, FoldsBreachesWithOneCause) {
    Table table{rule("kind = \"range\"\nminimum = \"0\"")};
    for (int year = 2000; year < 2020; ++year)
        table.row("MEASURE=A,UNIT=PS", "03153", std::to_string(year), "-1");
    auto const found = table.check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].count, 20U);
    auto const issue = found[0].issue();
    EXPECT_EQ(issue.count, 20U);
    EXPECT_THAT(issue.text, HasSubstr("area 03153, 2000, MEASURE=A,UNIT=PS: found -1, expected at least 0"));
    EXPECT_THAT(issue.text, HasSubstr("and 15 more"));
    EXPECT_THAT(issue.text, HasSubstr("plausibility/test.toml:3"));
}

TEST(Plausibility, DoesNotApplyARuleThatExpiredAndSaysSo) {
    auto const day = days_from_date(2031, 1, 1).value();
    auto const found = Table{rule("kind = \"range\"\nminimum = \"0\""), day}
                           .row("MEASURE=A,UNIT=PS", "03153", "2020", "-1")
                           .check();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::info);
    EXPECT_THAT(found[0].found, HasSubstr("expired on 2030-12-31"));
    EXPECT_THAT(found[0].expected, HasSubstr("tests"));
}

TEST(Plausibility, SpeaksOnlyOfTheMeasuresUnitsAndSourcesItNames) {
    auto const found =
        Table{rule("kind = \"range\"\nminimum = \"0\"\nunits = [\"PS\"]\nexcept_measures = [\"SALDO\"]") +
              "[[rule]]\nid = \"other\"\nowner = \"tests\"\nexpires = 2030-12-31\nnext_step = \"look\"\n"
              "kind = \"range\"\nminimum = \"0\"\nservices = [\"genesis\"]\n"}
            .row("MEASURE=SALDO,UNIT=PS", "03153", "2020", "-1")
            .row("MEASURE=A,UNIT=EUR", "03153", "2020", "-1")
            .check();
    EXPECT_TRUE(found.empty());
}

TEST(Plausibility, NamesThePlaceOfARuleThatCannotBeRead) {
    try {
        Table const unread{rule("kind = \"jump\"\nfactor = \"0.5\"")};
        FAIL() << "a factor below 1 was taken";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::malformed);
        EXPECT_THAT(error.what(), HasSubstr("plausibility/test.toml:9:"));
    }
}

TEST(Plausibility, ReadsTheRulesOfTheProject) {
    auto const files = MappingFiles::from_directory(std::string{KREISLAUF_SOURCE_DIR} + "/mappings");
    auto const rules = load_rules(files, "lsn", "x", days_from_date(2026, 11, 26).value());
    EXPECT_GE(rules.rules.size(), 12U);
    EXPECT_TRUE(rules.expired.empty());
}

} // namespace
} // namespace gateway::harmonize::plausibility
