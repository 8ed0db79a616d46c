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

} // namespace
