// Tables of a real state office as deliveries: CSV and workbooks, with the faults that they are known for.
#include "tests/gateway/intake/check_fixture.hpp"

#include <algorithm>
#include <filesystem>

namespace {

using namespace gateway;
using namespace gateway::intake;
using namespace gateway::intake::testing;
namespace fs = std::filesystem;

class CheckRecorded : public CheckFixture {
  protected:
    fs::path const recorded = fs::path{source_dir}.parent_path() / "shared/real/lsn";

    Report check_file(fs::path const& file, std::string const& table) {
        agreement.service = "lsn";
        agreement.table = table;
        delivery.file = file.filename().string();
        CheckOptions options;
        options.quarantine = quarantine_path;
        fs::remove(quarantine_path);
        auto workshop = shop();
        return check(workshop, agreement, delivery, file.string(), options);
    }
    static std::size_t lines_of(std::string const& text) {
        return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
    std::string const quarantine_path = folder.path() + "/quarantine.csv";
};

TEST_F(CheckRecorded, EveryTableIsCheckedAndItsCountsAddUp) {
    if (!fs::exists(recorded)) GTEST_SKIP() << recorded << " is not there";
    std::size_t files = 0;
    for (auto const* const kind : {"csv", "xlsx"}) {
        for (auto const& entry : fs::directory_iterator{recorded / kind}) {
            auto const stem = entry.path().stem().string();
            auto table = stem.substr(stem.find('_') + 1);
            if (std::string_view{kind} == "xlsx") table += "-xlsx";
            if (!mappings.text("feeds/lsn/" + table + ".toml")) continue;
            auto const report = check_file(entry.path(), table);
            EXPECT_NE(report.verdict, Verdict::unusable) << stem << "\n" << to_text(report, agreement);
            EXPECT_GT(report.counts.used, 0U) << stem;
            EXPECT_EQ(report.counts.cells,
                      report.counts.used + report.counts.repeated + report.counts.set_aside)
                << stem;
            EXPECT_EQ(report.counts.added, report.counts.used) << stem << ": the store is empty";
            EXPECT_EQ(fs::exists(quarantine_path), report.counts.set_aside > 0) << stem;
            EXPECT_EQ(to_json(report_from_json(to_json(report))), to_json(report)) << stem;
            ++files;
        }
    }
    EXPECT_GT(files, 40U);
    EXPECT_TRUE(store->datasets().empty());
}

TEST_F(CheckRecorded, ShiftedNamesAreNamedByLineAndComeBackAsTheyWere) {
    auto const file = recorded / "csv/indicator_6-2-2.csv";
    if (!fs::exists(file)) GTEST_SKIP() << file << " is not there";
    auto const report = check_file(file, "6-2-2");
    EXPECT_EQ(report.verdict, Verdict::partly);
    EXPECT_EQ(report.counts.rows, report.counts.used + report.counts.repeated + report.counts.set_aside);
    auto const* const finding = find(report, Errc::label_mismatch);
    ASSERT_NE(finding, nullptr) << to_text(report, agreement);
    EXPECT_EQ(finding->line, 2185U);
    EXPECT_NE(find(report, Errc::shifted_labels), nullptr);
    // The file with the rows set aside, sent again uncorrected, is set aside again: row by row the same.
    auto const quarantine = io::read_file(quarantine_path);
    EXPECT_EQ(lines_of(quarantine), report.counts.set_aside + 1) << "and the header";
    auto const again_path = folder.path() + "/again.csv";
    fs::copy_file(quarantine_path, again_path);
    auto const again = check_file(again_path, "6-2-2");
    EXPECT_EQ(again.counts.rows, report.counts.set_aside);
    EXPECT_EQ(again.counts.used, 0U);
}

} // namespace
