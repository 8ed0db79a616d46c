#include "gateway/intake/intake.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "gateway/intake/check.hpp"
#include "gateway/intake/ledger.hpp"
#include "gateway/intake/told.hpp"
#include "gateway/io/file.hpp"
#include "gateway/raw/archive.hpp"
#include "tests/gateway/intake/intake_fixture.hpp"

namespace gateway::intake::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class IntakeTest : public ::testing::Test {
  protected:
    Submission submission(std::string const& text, std::string const& agreement = "test") {
        Submission made;
        made.agreement = agreement;
        made.file = "indicator_1-2-4.csv";
        made.path = place_.write("upload" + std::to_string(++files_), text);
        made.sender = "key anna";
        return made;
    }
    void open() {
        auto settings = place_.settings(time_.clock());
        settings.complain = [this](std::string_view text) { complaints_.emplace_back(text); };
        intake_ = std::make_unique<Intake>(std::move(settings));
    }
    std::string take(Submission const& wanted) { return intake_->submit(wanted).delivery.id; }
    std::string complaint_of_release(std::string const& id, Actor const& who = "key bert",
                                     std::string const& reason = {}) {
        try {
            intake_->release(id, who, reason);
        } catch (Error const& error) {
            return error.what();
        }
        return {};
    }
    std::vector<std::string> kinds(std::string const& id) {
        std::vector<std::string> names;
        for (auto const& receipt : intake_->receipts(id)) names.emplace_back(name_of(receipt.kind));
        return names;
    }
    std::size_t vintages() {
        auto const store = place_.open();
        std::size_t count = 0;
        for (auto const& each : store->datasets()) count += store->vintages(each.id).size();
        return count;
    }
    /// Checked and released at once.
    std::string released(std::string const& text) {
        auto id = take(submission(text));
        work_off(*intake_);
        EXPECT_EQ(complaint_of_release(id), "");
        work_off(*intake_);
        EXPECT_EQ(stage_of(*intake_, id), "released");
        return id;
    }

    TestStore place_;
    TestClock time_{monday};
    std::unique_ptr<Intake> intake_;
    std::vector<std::string> complaints_;
    int files_ = 0;
};

TEST_F(IntakeTest, TakesChecksReleasesAndConfirmsEachStep) {
    open();
    auto wanted = submission(csv(100));
    wanted.wish.comment = "Nachmeldung";
    auto const submitted = intake_->submit(wanted);
    EXPECT_FALSE(submitted.is_repeat);
    auto const id = submitted.delivery.id;
    EXPECT_EQ(id, "D-2026-000001");
    EXPECT_EQ(stage_of(*intake_, id), "received");
    EXPECT_FALSE(intake_->report(id));
    EXPECT_THAT(kinds(id), ElementsAre("received"));

    EXPECT_TRUE(intake_->work());
    EXPECT_EQ(stage_of(*intake_, id), "checked");
    auto const report = intake_->report(id);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->verdict, Verdict::sound) << to_json(*report);
    EXPECT_EQ(report->counts.rows, 8U);
    EXPECT_EQ(report->counts.added, 8U);
    EXPECT_EQ(vintages(), 0U) << "a check shows nothing to readers";
    EXPECT_FALSE(intake_->work()) << "nobody has released it";

    time_.set(monday + 60);
    intake_->release(id, "key bert", "");
    EXPECT_EQ(intake_->next_due(), monday + 60);
    EXPECT_TRUE(intake_->work());
    EXPECT_FALSE(intake_->work());
    EXPECT_FALSE(intake_->next_due());
    auto const delivery = intake_->find(id).value();
    EXPECT_EQ(delivery.stage, Stage::released);
    EXPECT_EQ(delivery.vintage, VintageNo{1});
    EXPECT_EQ(delivery.steps.back().who, "key bert");
    EXPECT_THAT(kinds(id), ElementsAre("received", "checked", "released"));
    EXPECT_EQ(intake_->receipts(id).back().vintage, VintageNo{1});

    auto const store = place_.open();
    auto const vintage = store->vintages(delivery.dataset).back();
    EXPECT_EQ(vintage.added, 8U);
    EXPECT_EQ(vintage.note, "Nachmeldung");
    EXPECT_EQ(vintage.received, monday + 60);
    auto const document = store->document(vintage.document).value();
    EXPECT_EQ(document.provenance.source, "delivery");
    EXPECT_EQ(document.sha256, delivery.sha256);
    raw::Archive const archive{place_.store() + "/raw"};
    EXPECT_EQ(archive.read(document.sha256).bytes, csv(100)) << "a figure can be explained from its bytes";
    EXPECT_THAT(store->position("delivery", id), HasSubstr(delivery.sha256));
    EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(IntakeTest, GivesTheSameBytesTheSameDeliveryAlsoAfterItsRelease) {
    open();
    auto const id = released(csv(100));
    auto const receipts = intake_->receipts(id);
    auto const again = intake_->submit(submission(csv(100)));
    EXPECT_TRUE(again.is_repeat);
    EXPECT_EQ(again.delivery.id, id);
    EXPECT_EQ(again.delivery.stage, Stage::released);
    EXPECT_EQ(work_off(*intake_), 0);
    EXPECT_EQ(vintages(), 1U);
    auto const after = intake_->receipts(id);
    ASSERT_EQ(after.size(), receipts.size());
    for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i].text, receipts[i].text);
    EXPECT_EQ(intake_->list({}).size(), 1U);
}

TEST_F(IntakeTest, MakesOfCorrectedRowsAVintageWithExactlyTheseChanges) {
    open();
    auto const id = released(csv(100));
    auto correction = submission(csv(500, 1));
    correction.wish.replaces = id;
    auto const second = take(correction);
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(second), "");
    work_off(*intake_);
    auto const delivery = intake_->find(second).value();
    ASSERT_EQ(delivery.vintage, VintageNo{2});
    auto const vintage = place_.open()->vintages(delivery.dataset).back();
    EXPECT_EQ(vintage.revised, 1U);
    EXPECT_EQ(vintage.added + vintage.deleted, 0U);
}

TEST_F(IntakeTest, ChecksAgainWhatComesWithAnotherWish) {
    open();
    auto const id = take(submission(csv(100)));
    work_off(*intake_);
    auto again = submission(csv(100));
    again.wish.reason = "Großzählung";
    auto const repeated = intake_->submit(again);
    EXPECT_TRUE(repeated.is_repeat);
    EXPECT_EQ(repeated.delivery.id, id);
    EXPECT_EQ(stage_of(*intake_, id), "received");
    EXPECT_THAT(complaint_of_release(id), HasSubstr("not checked yet"));
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, id), "checked");
    EXPECT_EQ(intake_->find(id)->wish.reason, "Großzählung");
}

TEST_F(IntakeTest, LeavesNoTraceOfADryRun) {
    open();
    auto const report = intake_->dry_run(submission(csv(100)));
    EXPECT_EQ(report.verdict, Verdict::sound);
    EXPECT_EQ(report.counts.added, 8U);
    EXPECT_EQ(report.delivery, "");
    EXPECT_THAT(intake_->list({}), IsEmpty());
    EXPECT_EQ(vintages(), 0U);
    EXPECT_FALSE(std::filesystem::exists(place_.store() + "/intake/raw"));
    EXPECT_FALSE(std::filesystem::exists(place_.store() + "/raw"));
    for (auto const& entry : std::filesystem::directory_iterator{place_.store() + "/intake/desk"})
        EXPECT_EQ(entry.file_size(), 0U) << "more than a lock is left: " << entry.path();
}

TEST_F(IntakeTest, WantsASecondPairOfEyesWhereTheAgreementSaysSo) {
    place_.agreement("eyes", "rows = \"accept_rest\"\nembargo = \"none\"\nfour_eyes = true\n");
    open();
    auto const id = take(submission(csv(100), "eyes"));
    work_off(*intake_);
    EXPECT_THAT(complaint_of_release(id, "key anna"),
                AllOf(HasSubstr("key anna"), HasSubstr("second pair of eyes")));
    EXPECT_EQ(stage_of(*intake_, id), "checked");
    EXPECT_EQ(complaint_of_release(id, "key bert"), "");
}

TEST_F(IntakeTest, TellsTheSecondOfTwoClerksWhoWasFirst) {
    open();
    auto const id = take(submission(csv(100)));
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(id, "key bert"), "");
    EXPECT_THAT(
        complaint_of_release(id, "key clara"),
        AllOf(HasSubstr("to be released already"), HasSubstr("key bert"), HasSubstr("2026-12-01T08:00:00Z")));
    work_off(*intake_);
    EXPECT_THAT(complaint_of_release(id, "key clara"),
                AllOf(HasSubstr("is released"), HasSubstr("key bert")));
}

TEST_F(IntakeTest, ReleasesSoundDeliveriesItselfWhereTheAgreementSaysSo) {
    place_.agreement("auto", "rows = \"all_or_nothing\"\nembargo = \"none\"\nreleases_itself = true\n");
    open();
    auto const sound = take(submission(csv(100), "auto"));
    auto const broken =
        take(submission(csv(100) + "2009,\"Braunschweig, Stadt\",Ukraine,Anzahl,K03101,12abc\n", "auto"));
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, sound), "released");
    EXPECT_EQ(intake_->find(sound)->steps.back().who, "gateway");
    EXPECT_EQ(stage_of(*intake_, broken), "checked");
    EXPECT_THAT(complaint_of_release(broken), HasSubstr("all or nothing"));
}

TEST_F(IntakeTest, ReleasesTheRestOnlyWhereAgreementAndSenderSaySo) {
    open();
    auto const text = csv(100) + "2006,Goslar,Ukraine,Anzahl,K03153,12abc\n";
    auto const id = take(submission(text));
    work_off(*intake_);
    EXPECT_EQ(intake_->report(id)->counts.set_aside, 1U) << to_json(*intake_->report(id));
    EXPECT_THAT(complaint_of_release(id), HasSubstr("accept_rest"));
    auto again = submission(text);
    again.wish.accept_rest = true;
    intake_->submit(again);
    work_off(*intake_);
    EXPECT_THAT(intake_->under_review(), IsEmpty()) << "nothing is told before the release";
    EXPECT_EQ(complaint_of_release(id), "");
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, id), "released");
    EXPECT_THAT(io::read_file(intake_->quarantine(id)), HasSubstr("12abc"));
    auto const review = intake_->under_review();
    ASSERT_EQ(review.size(), 1U);
    EXPECT_EQ(review[0].area, "03153");
    EXPECT_EQ(review[0].delivery, id);

    auto correction = submission("Year,Gebietseinheit,Land der Staatsangehörigkeit,Units,GeoCode,Value\n"
                                 "2006,Goslar,Ukraine,Anzahl,K03153,12\n");
    correction.wish.replaces = id;
    auto const second = take(correction);
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(second), "");
    work_off(*intake_);
    EXPECT_THAT(intake_->under_review(), IsEmpty());
}

TEST_F(IntakeTest, HoldsWhatIsBeyondTheBrakeUntilAPersonGivesAReason) {
    open();
    released(csv(100, 120));
    auto const id = take(submission(csv(5'000, 120)));
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, id), "held");
    EXPECT_THAT(complaint_of_release(id), HasSubstr("brake"));
    EXPECT_EQ(complaint_of_release(id, "key bert", "Großzählung"), "");
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, id), "released");
    EXPECT_EQ(vintages(), 2U);
}

TEST_F(IntakeTest, RefusesWhatCannotBeUsedAndTakesItAgainLater) {
    open();
    auto const id = take(submission("<html>not a table</html>"));
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, id), "refused");
    EXPECT_THAT(kinds(id), ElementsAre("received", "refused"));
    EXPECT_THAT(complaint_of_release(id), HasSubstr("is refused"));
    EXPECT_TRUE(intake_->submit(submission("<html>not a table</html>")).is_repeat);
    EXPECT_EQ(stage_of(*intake_, id), "received");
    work_off(*intake_);
    EXPECT_THAT(kinds(id), ElementsAre("received", "refused"));
}

TEST_F(IntakeTest, TakesBackWhatIsNotReleasedAndTakesTheBytesAgain) {
    open();
    auto const id = take(submission(csv(100)));
    work_off(*intake_);
    EXPECT_THROW(intake_->withdraw(id, "key anna", ""), Error);
    intake_->withdraw(id, "key anna", "falscher Stand");
    EXPECT_EQ(stage_of(*intake_, id), "withdrawn");
    EXPECT_THAT(kinds(id), ElementsAre("received", "checked", "withdrawn"));
    EXPECT_THAT(complaint_of_release(id), HasSubstr("is withdrawn"));
    EXPECT_THROW(intake_->withdraw(id, "key anna", "noch einmal"), Error);
    auto const again = intake_->submit(submission(csv(100)));
    EXPECT_FALSE(again.is_repeat);
    EXPECT_EQ(again.delivery.id, "D-2026-000002");
}

TEST_F(IntakeTest, RecallsOnceWhereSomebodyIsAtWorkAlready) {
    open();
    std::vector<std::string> ids(12);
    for (int figure = 100; auto& id : ids) id = released(csv(figure++));
    std::atomic<bool> is_over{false};
    std::thread at_work{[&] {
        while (!is_over) intake_->work();
    }};
    for (auto const& id : ids) {
        EXPECT_NO_THROW(intake_->withdraw(id, "key anna", "Probe")) << id;
        EXPECT_THAT(kinds(id), ElementsAre("received", "checked", "released", "withdrawn"));
    }
    is_over = true;
    at_work.join();
}

TEST_F(IntakeTest, WritesTheReceiptThatIsOwedForWhoeverAsksFirst) {
    open();
    auto const id = take(submission(csv(100)));
    work_off(*intake_);
    StepChange change; // as a kill between a step and its receipt leaves it
    change.stage = Stage::withdrawn;
    change.time = monday + 60;
    change.who = "key anna";
    change.why = "Probe";
    change.receipt = ReceiptKind::withdrawn;
    Ledger{place_.store() + "/intake"}.step(
        id, [](Entry const&) { return std::string{}; }, change);

    constexpr int readers = 8;
    std::array<std::vector<Receipt>, readers> seen;
    std::vector<std::jthread> threads;
    threads.reserve(readers);
    for (auto& mine : seen)
        threads.emplace_back([&] { mine = Intake{place_.settings(time_.clock())}.receipts(id); });
    threads.clear();
    for (auto const& mine : seen) {
        ASSERT_EQ(mine.size(), 3U);
        EXPECT_EQ(mine.back().kind, ReceiptKind::withdrawn);
        EXPECT_EQ(mine.back().text, seen.front().back().text);
    }
    EXPECT_FALSE(intake_->work()) << "nothing is owed any more";
    EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(IntakeTest, RecallsWhatIsReleased) {
    open();
    released(csv(100));
    auto const id = released(csv(500, 2));
    intake_->withdraw(id, "operator otto", "falsche Datei");
    EXPECT_EQ(stage_of(*intake_, id), "withdrawn");
    auto const delivery = intake_->find(id).value();
    EXPECT_EQ(delivery.steps.back().who, "operator otto");
    EXPECT_EQ(delivery.steps.back().why, "falsche Datei");
    EXPECT_EQ(kinds(id).back(), "withdrawn");
    auto const vintages = place_.open()->vintages(delivery.dataset);
    ASSERT_EQ(vintages.size(), 3U);
    EXPECT_EQ(vintages[2].kind, store::VintageKind::recalled);
    EXPECT_EQ(vintages[1].recalled_by, 3U);
    EXPECT_EQ(vintages[2].note, "falsche Datei");
    EXPECT_EQ(work_off(*intake_), 0);
}

TEST_F(IntakeTest, ChecksAgainBeforeAReleaseWhatWasCheckedAgainstAnOlderVintage) {
    open();
    auto const early = take(submission(csv(100)));
    auto const other = take(submission(csv(700, 4)));
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(other), "");
    work_off(*intake_);
    EXPECT_EQ(intake_->report(early)->preview.against, 0U);
    EXPECT_EQ(complaint_of_release(early), "");
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, early), "released");
    auto const report = intake_->report(early).value();
    EXPECT_EQ(report.preview.against, 1U);
    EXPECT_EQ(report.counts.revised, 4U);
    EXPECT_EQ(report.counts.added, 4U);
}

TEST_F(IntakeTest, HoldsAReleaseWhoseSecondCheckIsWorse) {
    open();
    released(csv(100, 100));
    // Changes nothing that is in force; behind the next release it changes everything.
    auto const late = take(submission(csv(100, 120)));
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, late), "checked");
    auto const other = take(submission(csv(9'000, 100)));
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(other, "key bert", "neue Basis"), "");
    work_off(*intake_);
    EXPECT_EQ(complaint_of_release(late), "");
    work_off(*intake_);
    EXPECT_EQ(stage_of(*intake_, late), "held");
    EXPECT_THAT(intake_->find(late)->steps.back().why, AllOf(HasSubstr("vintage 2"), HasSubstr("was")));
    EXPECT_EQ(vintages(), 2U);
}

TEST_F(IntakeTest, NamesWhatIsWrongWithASubmission) {
    place_.agreement("small", "rows = \"accept_rest\"\nembargo = \"required\"\n[limits]\nmegabytes = 1\n");
    open();
    auto const complaint = [&](Submission const& wanted) -> std::string {
        try {
            intake_->submit(wanted);
        } catch (Error const& error) {
            return error.what();
        }
        return "none";
    };
    EXPECT_THAT(complaint(submission(csv(1), "unknown")),
                AllOf(HasSubstr("'unknown'"), HasSubstr("lsn-1-2-4, ")));
    EXPECT_THAT(complaint(submission(csv(1), "small")), HasSubstr("names the minute"));
    EXPECT_THAT(complaint(submission("")), HasSubstr("is empty"));
    EXPECT_THAT(complaint(submission(std::string(1'000'001, 'x'), "small")),
                AllOf(HasSubstr("1000001"), HasSubstr("1000000")));
    auto wanted = submission(csv(1));
    wanted.wish.replaces = "D-2026-000009";
    EXPECT_THAT(complaint(wanted), HasSubstr("'D-2026-000009'"));
    wanted = submission(csv(1));
    wanted.file = "../../etc/";
    EXPECT_THAT(complaint(wanted), HasSubstr("is no name of a file"));
    wanted.file = "ok.csv";
    wanted.path += ".absent";
    EXPECT_THAT(complaint(wanted), HasSubstr(".absent"));
    EXPECT_THAT(intake_->list({}), IsEmpty());
}

TEST_F(IntakeTest, NamesWhoMayBeToldOfAVintage) {
    open();
    auto const id = released(csv(100));
    auto const delivery = intake_->find(id).value();
    EXPECT_THAT(intake_->who_is_told(delivery.dataset, *delivery.vintage).value(), IsEmpty())
        << "the agreement of this test tells nobody";
    EXPECT_EQ(intake_->who_is_told(delivery.dataset, *delivery.vintage + 1), std::nullopt);
    EXPECT_EQ(intake_->who_is_told("another", *delivery.vintage), std::nullopt);
    intake_->withdraw(id, "operator anna", "falsch");
    EXPECT_THAT(intake_->who_is_told(delivery.dataset, *delivery.vintage + 1).value(), IsEmpty())
        << "the recall is told to those who were told of the delivery";
}

TEST(Told, HoldsALandForItsCountiesAndNobodyForWhoHasNoScope) {
    EXPECT_TRUE(is_told({"office:09", "office:03"}, "county:03153"));
    EXPECT_TRUE(is_told({"office:03"}, "office:03"));
    EXPECT_TRUE(is_told({"all"}, ""));
    EXPECT_FALSE(is_told({}, "county:03153"));
    EXPECT_FALSE(is_told({"office:03"}, ""));
    EXPECT_FALSE(is_told({"office:03"}, "county:09162"));
    EXPECT_FALSE(is_told({"county:03153"}, "office:03"));
    EXPECT_FALSE(is_told({"office:DG"}, "county:03153")) << "the federation is an office like others";
}

TEST(Told, ReachesWhatAFormerCountyIsToday) {
    auto const areas =
        harmonize::territory::Register::from_directory(KREISLAUF_SOURCE_DIR "/mappings/territory");
    constexpr std::int32_t today = 20'783; // 2026-11-26
    auto const told = [&](std::vector<std::string> const& scopes, std::string_view listener) {
        return is_told(scopes, listener, areas, today);
    };
    EXPECT_TRUE(told({"county:03156"}, "county:03159")) << "Osterode went into Göttingen";
    EXPECT_TRUE(told({"county:03156"}, "county:03156")) << "a key that is still in use";
    EXPECT_TRUE(told({"county:03159"}, "county:03156"));
    EXPECT_FALSE(told({"county:03156"}, "county:03153"));
    for (auto const* const part : {"county:16063", "county:16064", "county:16067"})
        EXPECT_TRUE(told({"county:16026"}, part)) << "a split reaches all: " << part;
    EXPECT_FALSE(told({"county:16063"}, "county:16026")) << "one part is not all of it";
    EXPECT_FALSE(is_told({"county:03156"}, "county:03159", areas, 17'000)) << "before the reform";
    EXPECT_TRUE(told({"office:03"}, "county:03159"));
    EXPECT_FALSE(told({}, "county:03159"));
    EXPECT_FALSE(told({"county:03156"}, ""));
    EXPECT_FALSE(told({"county:99999"}, "county:03159"));
}

} // namespace
} // namespace gateway::intake::testing
