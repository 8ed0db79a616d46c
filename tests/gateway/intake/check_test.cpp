// What a check says of a delivery: every fault with its line, nothing secret, nothing that stays.
#include "gateway/feed/zip_writer.hpp"
#include "tests/gateway/intake/check_fixture.hpp"

#include <algorithm>

namespace {

using namespace gateway;
using namespace gateway::intake;
using namespace gateway::intake::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class IntakeCheck : public CheckFixture {};

/// Counties of Niedersachsen with numbers that differ.
std::vector<Row> many_rows(std::string const& year, int count) {
    std::vector<Row> rows;
    auto const counties = [] {
        auto const files = harmonize::MappingFiles::from_directory(source_dir + "/mappings");
        auto all = harmonize::AreaRegister::load(files).counties_on(*parse_date("2023-12-31"));
        std::erase_if(all, [](std::string const& key) { return !key.starts_with("03"); });
        return all;
    }();
    for (int i = 0; i < count; ++i) {
        auto const& county = counties[static_cast<std::size_t>(i / 3) % counties.size()];
        rows.push_back({county,
                        i % 3 == 0   ? ""
                        : i % 3 == 1 ? "GESM"
                                     : "GESW",
                        year, std::to_string(10'000 + i * 137)});
    }
    return rows;
}

TEST_F(IntakeCheck, SoundDeliveryIsSoundAndLeavesNothing) {
    auto const before = store->content_hash();
    auto const report = check_rows({{"03153", "", "2024", "126775"}, {"03153", "GESM", "2024", "62494"}});
    EXPECT_EQ(report.verdict, Verdict::sound) << to_text(report, agreement);
    EXPECT_EQ(report.counts.rows, 2U);
    EXPECT_EQ(report.counts.used, 2U);
    EXPECT_EQ(report.counts.added, 2U);
    EXPECT_EQ(report.preview.dataset, dataset);
    EXPECT_EQ(report.preview.against, 0U);
    EXPECT_EQ(report.mapping_sha256.size(), 64U);
    EXPECT_EQ(report.rules_sha256.size(), 64U);
    EXPECT_EQ(store->content_hash(), before);
    EXPECT_TRUE(store->datasets().empty());
    EXPECT_TRUE(store->documents().empty());
    EXPECT_FALSE(io::file_exists(folder.path() + "/quarantine.csv"));
}

TEST_F(IntakeCheck, PackedFilesKeepToTheLimitsOfTheAgreement) {
    auto const packed = [](std::string_view text) {
        std::string file;
        feed::ZipWriter zip{[&file](std::string_view piece) { file += piece; }};
        zip.add("12411-02-03-4_flat.csv", text);
        zip.finish();
        return file;
    };
    auto const text = flat_file({{"03153", "", "2023", "127712"}});
    EXPECT_EQ(check_text(packed(text)).verdict, Verdict::sound);
    agreement.most_unpacked = 100;
    auto const large = check_text(packed(text));
    EXPECT_EQ(large.verdict, Verdict::unusable);
    EXPECT_EQ(large.findings.at(0).code, Errc::too_large);
    agreement.most_unpacked = 1U << 30U;
    agreement.most_ratio = 50;
    auto const bomb = check_text(packed(text + std::string(std::size_t{3} << 20U, '\n')));
    EXPECT_EQ(bomb.verdict, Verdict::unusable);
    EXPECT_EQ(bomb.findings.at(0).code, Errc::too_large);
}

TEST_F(IntakeCheck, PersonalRecordsAreRefusedWithoutTheirContent) {
    auto const report = check_text("Name;Vorname;Geburtsdatum;Kreis\nMuster;Max;01.02.1990;03153\n");
    EXPECT_EQ(report.verdict, Verdict::unusable);
    ASSERT_NE(find(report, Errc::personal_data), nullptr);
    for (auto const& text : {to_json(report), to_text(report, agreement), to_html(report, agreement)})
        EXPECT_THAT(text, Not(HasSubstr("Muster")));
}

TEST_F(IntakeCheck, OtherFormatsAndOtherStatisticsAreRefusedInWords) {
    auto const page = check_text("<!DOCTYPE html><html><body>Fehler 500</body></html>");
    EXPECT_EQ(page.verdict, Verdict::unusable);
    EXPECT_NE(find(page, Errc::not_a_table), nullptr);
    auto other = flat_file({{"03153", "", "2024", "126775"}});
    other.replace(other.find("\n12411") + 1, 5, "13111");
    auto const report = check_text(other);
    EXPECT_EQ(report.verdict, Verdict::unusable);
    auto const* const finding = find(report, Errc::structure_changed, "13111");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->line, 2U);
    EXPECT_EQ(check_text("").verdict, Verdict::unusable);
    EXPECT_EQ(check_text(flat_header()).verdict, Verdict::unusable);
}

TEST_F(IntakeCheck, ForeignAreasAreSetAsideAndNamedByLine) {
    auto const report = check_rows({{"03153", "", "2024", "126775"},
                                    {"05111", "", "2024", "600000"},
                                    {"03101", "", "2024", "250000"},
                                    {"05111", "GESM", "2024", "300000"}});
    EXPECT_EQ(report.verdict, Verdict::partly);
    EXPECT_EQ(report.counts.set_aside, 2U);
    EXPECT_EQ(report.counts.rows, report.counts.used + report.counts.repeated + report.counts.set_aside);
    auto const* const finding = find(report, Errc::unknown_area, "05111");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->line, 3U);
    EXPECT_EQ(finding->count, 2U);
    EXPECT_THAT(finding->examples, ElementsAre("line 3", "line 5"));
}

TEST_F(IntakeCheck, FullDeliveryOfOneLandDeletesNothingOfAnother) {
    auto federal = agreement;
    std::swap(federal, agreement);
    agreement.areas = {"DG"};
    ASSERT_EQ(release({{"03153", "", "2024", "126775"},
                       {"03101", "", "2024", "250000"},
                       {"05111", "", "2024", "600000"}})
                  .added,
              3U);
    agreement = federal;
    delivery.wish.full = true;
    agreement.brake.always_allowed = 0;
    auto const report = check_rows({{"03153", "", "2024", "126775"}});
    EXPECT_EQ(report.counts.deleted, 1U);
    EXPECT_EQ(report.verdict, Verdict::held) << "half of what is in force in the Land";
    ASSERT_EQ(report.preview.counties.size(), 1U);
    EXPECT_EQ(report.preview.counties[0].area, "03101");
}

TEST_F(IntakeCheck, SecretThatBecomesANumberWantsAReasonAndShowsNoValue) {
    ASSERT_EQ(
        release(
            {{"03153", "", "2024", "126775"}, {"03153", "GESM", "2024", "."}, {"03101", "GESM", "2024", "."}})
            .outcome,
        "loaded");
    auto const report = check_rows({{"03153", "", "2024", "126775"},
                                    {"03153", "GESM", "2024", "77123"},
                                    {"03153", "GESW", "2024", "49000"},
                                    {"03101", "GESM", "2024", "0"}});
    EXPECT_EQ(report.verdict, Verdict::needs_reason);
    auto const* const finding = find(report, Errc::sudden_change, "geheim");
    ASSERT_NE(finding, nullptr);
    EXPECT_TRUE(finding->needs_reason);
    EXPECT_EQ(finding->severity, Severity::error);
    EXPECT_EQ(finding->line, 3U);
    EXPECT_EQ(finding->count, 2U);
    EXPECT_THAT(finding->examples, ElementsAre("line 3", "line 5"));
    EXPECT_THAT(finding->key, HasSubstr("03153 2024-12-31"));
    EXPECT_NE(find(report, Errc::total_mismatch), nullptr) << "the sum is wrong, and is said to be";
    for (auto const& text : {to_json(report), to_text(report, agreement), to_html(report, agreement)}) {
        EXPECT_THAT(text, Not(HasSubstr("77123")));
        EXPECT_THAT(text, Not(HasSubstr("77\xE2\x80\xAF"
                                        "123")));
        EXPECT_THAT(text, Not(HasSubstr("126123"))) << "the sum of the parts would tell it";
    }
}

TEST_F(IntakeCheck, RowsThatCannotBeReadTellNoSecretEither) {
    ASSERT_EQ(release({{"03153", "", "2024", "126775"}, {"03153", "GESM", "2024", "."}}).outcome, "loaded");
    auto const report = check_rows({{"03153", "", "2024", "126775"}, {"03153", "GESM", "2024", "77123x"}});
    auto const* const finding = find(report, Errc::malformed);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->line, 3U);
    EXPECT_THAT(finding->found, HasSubstr("'#####x'"));
    EXPECT_THAT(to_json(report), Not(HasSubstr("77123")));
}

TEST_F(IntakeCheck, StoredFaultsDoNotBlockTheirRepair) {
    ASSERT_EQ(
        release(
            {{"03153", "", "2022", "127000"}, {"03153", "", "2023", "127"}, {"03153", "", "2024", "126775"}})
            .outcome,
        "loaded");
    auto const report = check_rows(
        {{"03153", "", "2022", "127000"}, {"03153", "", "2023", "127712"}, {"03153", "", "2024", "126775"}});
    EXPECT_EQ(report.verdict, Verdict::sound) << to_text(report, agreement);
    EXPECT_EQ(find(report, Errc::sudden_change), nullptr);
    // The other way round it is a fault.
    auto const worse = check_rows(
        {{"03153", "", "2022", "127000"}, {"03153", "", "2023", "127712"}, {"03153", "", "2024", "126"}});
    auto const* const finding = find(worse, Errc::sudden_change, "Dreifache");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->line, 4U);
}

TEST_F(IntakeCheck, ShiftedRowsAreNamedByLine) {
    auto const rows = many_rows("2023", 120);
    ASSERT_EQ(release(rows).added, 120U);
    for (int const off : {1, -1}) {
        auto shifted = rows;
        for (std::size_t i = 40; i < 78; ++i) shifted[i].value = rows[off > 0 ? i + 1 : i - 1].value;
        auto const report = check_rows(shifted);
        auto const* const finding = find(report, Errc::shifted_labels);
        ASSERT_NE(finding, nullptr) << to_text(report, agreement);
        EXPECT_EQ(finding->count, 38U);
        EXPECT_EQ(finding->line, 42U);
        EXPECT_THAT(finding->examples, ElementsAre("lines 42-79"));
        EXPECT_THAT(finding->found, HasSubstr(off > 0 ? "darunter" : "darüber"));
        EXPECT_TRUE(finding->needs_reason);
    }
    auto const sound = check_rows(rows);
    EXPECT_EQ(find(sound, Errc::shifted_labels), nullptr);
}

TEST_F(IntakeCheck, ShiftedSignsAreShiftedRowsToo) {
    auto rows = many_rows("2023", 120);
    for (std::size_t i = 41; i < 78; i += 5) rows[i].value = i % 2 == 0 ? "." : "...";
    ASSERT_EQ(release(rows).added, 120U);
    auto shifted = rows;
    for (std::size_t i = 40; i < 78; ++i) shifted[i].value = rows[i + 1].value;
    auto const report = check_rows(shifted);
    auto const* const finding = find(report, Errc::shifted_labels);
    ASSERT_NE(finding, nullptr) << to_text(report, agreement);
    EXPECT_THAT(finding->examples, ElementsAre("lines 42-79"));
    EXPECT_EQ(finding->count, 38U);
    EXPECT_NE(find(report, Errc::sudden_change, "geheim"), nullptr) << "secrets are named beside it";
}

TEST_F(IntakeCheck, ShiftedRowsOfANewYearAreFoundByTheYearBefore) {
    auto const before = many_rows("2023", 120);
    ASSERT_EQ(release(before).added, 120U);
    auto rows = before;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].year = "2024";
        rows[i].value = std::to_string(std::stoi(rows[i].value) + static_cast<int>(i % 7) * 10);
    }
    EXPECT_EQ(find(check_rows(rows), Errc::shifted_labels), nullptr);
    auto far = before; // neighbours that differ much
    for (std::size_t i = 0; i < far.size(); ++i) far[i].value = std::to_string(1000 * (1 + (i * 7) % 11));
    ASSERT_EQ(release(far).revised, 120U);
    auto shifted = far;
    for (auto& row : shifted) row.year = "2024";
    for (std::size_t i = 30; i < 60; ++i) shifted[i].value = far[i + 1].value;
    auto const report = check_rows(shifted);
    auto const* const finding = find(report, Errc::shifted_labels);
    ASSERT_NE(finding, nullptr) << to_text(report, agreement);
    EXPECT_EQ(finding->line, 32U);
}

TEST_F(IntakeCheck, MissingCountiesAndRowsAreFindings) {
    agreement.counties = {"03153", "03101"};
    auto const report = check_rows({{"03153", "", "2024", "126775"}});
    auto const* const finding = find(report, Errc::incomplete, "Kreis");
    ASSERT_NE(finding, nullptr);
    EXPECT_THAT(finding->examples, ElementsAre("03101 2024-12-31"));
    EXPECT_EQ(report.verdict, Verdict::needs_reason);
    agreement.counties = {"all"};
    auto const all = check_rows({{"03153", "", "2024", "126775"}});
    ASSERT_NE(find(all, Errc::incomplete, "Kreise"), nullptr);
    EXPECT_EQ(find(all, Errc::incomplete, "Kreise")->count, 44U) << "of 45 counties of Niedersachsen";
    // Municipalities stand for their county.
    agreement.counties = {"03153"};
    EXPECT_EQ(find(check_rows({{"03153002", "", "2024", "1000"}}), Errc::incomplete, "Kreis"), nullptr);
    agreement.counties.clear();
    agreement.least_rows = 10;
    auto const few = check_rows({{"03153", "", "2024", "126775"}});
    EXPECT_EQ(few.verdict, Verdict::unusable);
    EXPECT_NE(find(few, Errc::incomplete, "mindestens 10"), nullptr);
}

TEST_F(IntakeCheck, LostNumbersAndMissingKeysAreNamed) {
    ASSERT_EQ(release({{"03153", "", "2024", "126775"},
                       {"03101", "", "2024", "250000"},
                       {"03102", "", "2024", "104000"}})
                  .added,
              3U);
    auto const report = check_rows({{"03153", "", "2024", "..."}, {"03101", "", "2024", "250000"}});
    auto const* const lost = find(report, Errc::incomplete, "keine Zahl");
    ASSERT_NE(lost, nullptr);
    EXPECT_EQ(lost->line, 2U);
    auto const* const missing = find(report, Errc::incomplete, "sie bleiben");
    ASSERT_NE(missing, nullptr);
    EXPECT_EQ(missing->severity, Severity::info);
    EXPECT_THAT(missing->key, HasSubstr("03102"));
    EXPECT_EQ(report.counts.deleted, 0U);
    delivery.wish.full = true;
    auto const full = check_rows({{"03153", "", "2024", "..."}, {"03101", "", "2024", "250000"}});
    EXPECT_EQ(full.counts.deleted, 1U);
    EXPECT_NE(find(full, Errc::incomplete, "gelöscht"), nullptr);
}

TEST_F(IntakeCheck, BrakeHoldsWhatChangesTooMuchAndShowsASample) {
    auto const rows = many_rows("2023", 60);
    ASSERT_EQ(release(rows).added, 60U);
    auto changed = rows;
    for (auto& row : changed) row.value = std::to_string(std::stoi(row.value) + 1);
    auto const report = check_rows(changed);
    EXPECT_EQ(report.verdict, Verdict::held);
    auto const* const finding = find(report, Errc::sudden_change, "geändert");
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->count, 60U);
    EXPECT_EQ(finding->examples.size(), 10U);
    agreement.brake.changed_share = 1;
    EXPECT_EQ(check_rows(changed).verdict, Verdict::sound);
}

TEST_F(IntakeCheck, ThousandsOfFaultsAreOneMessagePerCauseWithEveryLine) {
    auto text = flat_header();
    for (int i = 0; i < 3000; ++i)
        text += flat_row({"03153", "", std::to_string(1900 + i % 100), "12x" + std::to_string(i)});
    text += flat_row({"03153", "", "2024", "126775"});
    auto const report = check_text(text);
    EXPECT_EQ(report.counts.set_aside, 3000U);
    auto const count = std::count_if(report.findings.begin(), report.findings.end(),
                                     [](Finding const& finding) { return finding.code == Errc::malformed; });
    EXPECT_EQ(count, 1);
    auto const* const finding = find(report, Errc::malformed);
    ASSERT_NE(finding, nullptr);
    EXPECT_EQ(finding->count, 3000U);
    EXPECT_EQ(finding->line, 2U);
    EXPECT_THAT(finding->examples, ElementsAre("lines 2-3001"));
}

} // namespace
