// What a database sends is held against the rules as it loads: findings are reported and stored, figures stay.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "gateway/ingest/load.hpp"
#include "gateway/ingest/plausible.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace {

using namespace gateway;
using gateway::store::testing::TempDirectory;
using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

std::string const source_dir = KREISLAUF_SOURCE_DIR;

/// A flat file of Goslar by sex: code, year and value of each row.
struct Row {
    char const* sex;
    char const* year;
    char const* value;
};

class Plausible : public ::testing::Test {
  protected:
    ingest::LoadReport import(std::vector<Row> const& rows) {
        auto const path = folder_.path() + "/12411-02-03-4_de_flat.csv";
        std::ofstream out{path, std::ios::binary};
        out << "\xEF\xBB\xBFstatistics_code;statistics_label;time_code;time_label;time;"
               "1_variable_code;1_variable_label;1_variable_attribute_code;1_variable_attribute_label;"
               "2_variable_code;2_variable_label;2_variable_attribute_code;2_variable_attribute_label;"
               "value;value_unit;value_variable_code;value_variable_label\n";
        for (auto const& row : rows)
            out << "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;" << row.year
                << "-12-31;KREISE;Kreise;03153;Goslar, Landkreis;GES;Geschlecht;" << row.sex << ";" << row.sex
                << ";" << row.value << ";Anzahl;BEVSTD;Bevölkerungsstand\n";
        out.close();
        auto clock = Clock::system();
        clock.now = [this] { return now_++; };
        ingest::Workshop shop{*store_, archive_, mappings_, areas_, folder_.path(), clock, 1};
        return ingest::import_file(shop, path, {"regionalstatistik", "12411-02-03-4"}, {});
    }

    [[nodiscard]] std::vector<harmonize::plausibility::Rule> rules() const {
        return harmonize::plausibility::read_rules(mappings_);
    }

    TempDirectory folder_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(folder_.path());
    raw::Archive archive_{folder_.path() + "/raw"};
    harmonize::MappingFiles const mappings_ =
        harmonize::MappingFiles::from_directory(source_dir + "/mappings");
    harmonize::AreaRegister const areas_ = harmonize::AreaRegister::load(mappings_);
    UnixTime now_ = 1'790'000'000;
};

TEST_F(Plausible, SoundFlatFilesLoadWithoutAFinding) {
    auto const report =
        import({{"", "2024", "126775"}, {"GESM", "2024", "62494"}, {"GESW", "2024", "64281"}});
    EXPECT_EQ(report.outcome, "loaded") << report.text;
    EXPECT_THAT(report.issues, Not(Contains(Field(&Issue::code, Errc::total_mismatch))));
    EXPECT_THAT(report.issues, Not(Contains(Field(&Issue::severity, Severity::error))));
}

TEST_F(Plausible, FlatFilesWithAWrongSumAreReportedAndStoredWithSeverityAndLine) {
    auto const report =
        import({{"", "2024", "126775"}, {"GESM", "2024", "62494"}, {"GESW", "2024", "64282"}});
    EXPECT_EQ(report.outcome, "loaded") << "a finding changes no figure";
    EXPECT_EQ(report.cells, 3U);
    auto const finding =
        AllOf(Field(&Issue::code, Errc::total_mismatch), Field(&Issue::severity, Severity::warning),
              Field(&Issue::text, HasSubstr("found 126775, expected 126776, the sum of M + F")));
    ASSERT_THAT(report.issues, Contains(finding));
    for (auto const& issue : report.issues)
        if (issue.code == Errc::total_mismatch) {
            EXPECT_EQ(issue.position.line, 2U);
            EXPECT_FALSE(issue.next_step.empty());
        }
    EXPECT_THAT(store_->issues(report.dataset, 1), Contains(finding));
}

TEST_F(Plausible, SecretsThatBecomeNumbersAreAnErrorInTheNextDelivery) {
    auto const first = import({{"", "2023", "127712"}, {"", "2024", "."}, {"GESM", "2024", "62494"}});
    ASSERT_EQ(first.outcome, "loaded") << first.text;
    EXPECT_THAT(first.issues, Not(Contains(Field(&Issue::code, Errc::sudden_change))));
    auto const second = import({{"", "2023", "127712"}, {"", "2024", "126775"}, {"GESM", "2024", "62494"}});
    ASSERT_EQ(second.outcome, "loaded") << second.text;
    EXPECT_THAT(
        second.issues,
        Contains(AllOf(Field(&Issue::code, Errc::sudden_change), Field(&Issue::severity, Severity::error),
                       Field(&Issue::text, HasSubstr("confidential, as in vintage 1")))));
    // What was public before and still is, is none.
    auto const third = import({{"", "2023", "127713"}, {"", "2024", "126775"}, {"GESM", "2024", "62494"}});
    EXPECT_THAT(third.issues, Not(Contains(Field(&Issue::code, Errc::sudden_change))));
}

TEST_F(Plausible, TheStoreSaysTheSameAfterwards) {
    auto const report =
        import({{"", "2024", "126775"}, {"GESM", "2024", "62494"}, {"GESW", "2024", "64282"}});
    auto clock = Clock::system();
    ingest::Workshop shop{*store_, archive_, mappings_, areas_, folder_.path(), clock, 1};
    for (auto const& dataset : store_->datasets()) {
        auto const findings = ingest::check_stored(shop, dataset);
        ASSERT_EQ(findings.size(), 1U);
        EXPECT_EQ(findings[0].code, Errc::total_mismatch);
        EXPECT_EQ(findings[0].area, "03153");
        EXPECT_EQ(findings[0].found, "126775");
    }
    EXPECT_EQ(report.dataset, "REGIO_12411-02-03-4");
}

/// A document with some faults: counties, sexes, ages and years, and what the store knew before.
class Document {
  public:
    explicit Document(store::Store& store) {
        for (auto const no : store.indicators("REGIO_12411-02-03-4"))
            indicators_.push_back(store.indicator(no));
        for (int age = 0; age < 10; ++age)
            for (auto const* const sex : {"_T", "F", "M"}) {
                IndicatorKey key;
                key.set("MEASURE", "SCHOOL");
                key.set("UNIT", "PS");
                key.set("AGE", age == 0 ? "_T" : "Y" + std::to_string(age));
                key.set("SEX", sex);
                indicators_.push_back(key);
            }
        areas_.push_back({CodeList::ags, AreaLevel::county, "03153"});
        for (int i = 0; i < 300; ++i)
            areas_.push_back({CodeList::ags, AreaLevel::county, std::to_string(10000 + i)});
        states_.resize(2);
        states_[1].reason = MissingReason::confidential;
    }

    std::vector<std::string> check(ingest::PlausibilityCheck&& check, bool at_once,
                                   store::Store const& store) {
        std::vector<harmonize::ResolvedCell> cells;
        std::vector<harmonize::plausibility::CheckedCell> checked;
        std::uint32_t random = 1;
        for (std::uint32_t i = 0; i < indicators_.size(); ++i)
            for (std::uint32_t a = 0; a < areas_.size(); ++a) {
                cells.clear();
                checked.clear();
                for (int year = 2017; year < 2025; ++year) {
                    random = random * 1664525U + 1013904223U;
                    bool const is_wrong = random % 97 == 0 || (a == 0 && year == 2023);
                    auto const number = Decimal::from_integer(is_wrong ? 900'000 : 1000 + i % 3);
                    auto const period = *TimePeriod::date(year, 12, 31);
                    bool const secret = random % 89 == 1;
                    cells.push_back(
                        {period, number, random % 1000, static_cast<std::uint16_t>(secret ? 1 : 0)});
                    auto& one = checked.emplace_back();
                    one.period = period;
                    if (secret)
                        one.reason = MissingReason::confidential;
                    else
                        one.number = number;
                    one.quality = &states_[0].quality;
                    one.line = cells.back().line;
                }
                if (at_once)
                    check.series({i, a}, indicators_[i], areas_[a], checked);
                else
                    check.add({i, a}, indicators_[i], areas_[a], store.find_area(areas_[a]).value_or(99999),
                              cells, states_);
            }
        std::vector<std::string> found;
        for (auto const& finding : check.finish()) found.push_back(finding.issue().text);
        return found;
    }

  private:
    std::vector<IndicatorKey> indicators_;
    std::vector<Area> areas_;
    std::vector<harmonize::CellState> states_;
};

TEST_F(Plausible, SaysTheSameOnOneThreadAndOnTwo) {
    ASSERT_EQ(import({{"", "2023", "127712"}, {"", "2024", "."}, {"GESM", "2024", "62494"}}).outcome,
              "loaded");
    auto const dataset = store_->datasets().at(0);
    Document document{*store_};
    auto const by = [&](unsigned threads) {
        return ingest::PlausibilityCheck{*store_, rules(), areas_, dataset, 20'000, true, "", threads};
    };
    auto const at_once = document.check(by(1), true, *store_);
    EXPECT_THAT(at_once, Contains(HasSubstr("secret-became-public: area 03153, 2024-12-31")));
    EXPECT_THAT(at_once, Contains(HasSubstr("not-more-than-inhabitants: area 03153")));
    EXPECT_THAT(at_once, Contains(HasSubstr("sexes-make-the-total")));
    EXPECT_EQ(document.check(by(1), false, *store_), at_once);
    EXPECT_EQ(document.check(by(2), false, *store_), at_once);
}

TEST_F(Plausible, EndsQuietlyWhereALoadIsGivenUpHalfway) {
    Document document{*store_};
    ingest::PlausibilityCheck check{*store_, rules(), areas_, {}, 20'000, true, "", 2};
    IndicatorKey key;
    key.set("MEASURE", "SCHOOL");
    Area const area{CodeList::ags, AreaLevel::county, "03153"};
    std::vector<harmonize::CellState> const states(1);
    std::vector<harmonize::ResolvedCell> const cells(3000);
    for (std::uint32_t i = 0; i < 100; ++i) check.add({0, i}, key, area, 0, cells, states);
    SUCCEED();
}

} // namespace
