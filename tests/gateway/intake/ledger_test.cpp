#include "gateway/intake/ledger.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "gateway/core/error.hpp"

namespace gateway::intake {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LedgerTest : public testing::Test {
  protected:
    LedgerTest() {
        char name[] = "/tmp/ledgerXXXXXX";
        folder_ = mkdtemp(name);
    }
    ~LedgerTest() override { std::filesystem::remove_all(folder_); }
    LedgerTest(LedgerTest const&) = delete;
    LedgerTest& operator=(LedgerTest const&) = delete;

    static Delivery delivery(std::string const& sha256, UnixTime received = 1'764'144'000) {
        Delivery made;
        made.agreement = "lsn-1-2-4";
        made.file = "indicator_1-2-4.csv";
        made.sha256 = sha256;
        made.bytes = 12;
        made.sender = "key k1";
        made.received = received;
        made.wish.comment = "Nachmeldung „Göttingen“";
        made.wish.embargo = "2026-12-01 08:00";
        made.release_at = 1'764'576'000;
        return made;
    }
    static std::string nothing_against(Entry const&) { return {}; }
    static StepChange to(Stage stage, Actor who, UnixTime time = 2000) {
        StepChange change;
        change.stage = stage;
        change.who = std::move(who);
        change.time = time;
        change.why = "because";
        return change;
    }
    std::string folder_;
};

TEST_F(LedgerTest, GivesBackWhatItWasGivenAfterItWasOpenedAgain) {
    std::string id;
    {
        Ledger ledger{folder_};
        auto const [entry, is_new] = ledger.add(delivery("aa"), "03", "by the watched folder");
        EXPECT_TRUE(is_new);
        id = entry.delivery.id;
    }
    Ledger const ledger{folder_};
    auto const entry = ledger.find(id);
    ASSERT_TRUE(entry);
    auto const& found = entry->delivery;
    EXPECT_EQ(found.id, "D-2025-000001");
    EXPECT_EQ(found.agreement, "lsn-1-2-4");
    EXPECT_EQ(found.file, "indicator_1-2-4.csv");
    EXPECT_EQ(found.bytes, 12U);
    EXPECT_EQ(found.stage, Stage::received);
    EXPECT_EQ(found.wish.comment, "Nachmeldung „Göttingen“");
    EXPECT_EQ(found.release_at, UnixTime{1'764'576'000});
    EXPECT_FALSE(found.release_wanted);
    EXPECT_FALSE(found.vintage);
    EXPECT_EQ(entry->office, "03");
    EXPECT_THAT(entry->unsaid, ElementsAre(ReceiptKind::received));
    ASSERT_EQ(found.steps.size(), 1U);
    EXPECT_EQ(found.steps[0].who, "key k1");
    EXPECT_EQ(found.steps[0].why, "by the watched folder");
    EXPECT_FALSE(ledger.find("D-2025-000002"));
}

TEST_F(LedgerTest, NumbersTheDeliveriesOfEachYear) {
    Ledger ledger{folder_};
    EXPECT_EQ(ledger.add(delivery("a1"), "03", "").first.delivery.id, "D-2025-000001");
    EXPECT_EQ(ledger.add(delivery("a2"), "03", "").first.delivery.id, "D-2025-000002");
    EXPECT_EQ(ledger.add(delivery("a3", 1'800'000'000), "03", "").first.delivery.id, "D-2027-000001");
    EXPECT_EQ(ledger.add(delivery("a4"), "03", "").first.delivery.id, "D-2025-000003");
}

TEST_F(LedgerTest, KnowsTheSameBytesAgainUntilTheyAreWithdrawn) {
    Ledger ledger{folder_};
    auto const first = ledger.add(delivery("aa"), "03", "").first.delivery.id;
    auto const again = ledger.add(delivery("aa"), "03", "");
    EXPECT_FALSE(again.second);
    EXPECT_EQ(again.first.delivery.id, first);
    auto other = delivery("aa");
    other.agreement = "another";
    EXPECT_TRUE(ledger.add(other, "03", "").second);
    ledger.step(first, nothing_against, to(Stage::withdrawn, "key k1"));
    EXPECT_TRUE(ledger.add(delivery("aa"), "03", "").second);
}

TEST_F(LedgerTest, TellsTheSecondClerkWhoDidWhatWhen) {
    Ledger ledger{folder_};
    auto const id = ledger.add(delivery("aa"), "03", "").first.delivery.id;
    auto const only_received = [](Entry const& entry) {
        return entry.delivery.stage == Stage::received ? std::string{} : "was already taken";
    };
    ledger.step(id, only_received, to(Stage::withdrawn, "key anna", 1'764'144'060));
    try {
        ledger.step(id, only_received, to(Stage::checked, "key bert"));
        FAIL() << "a step was taken twice";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_THAT(error.what(), AllOf(HasSubstr(id), HasSubstr("was already taken"), HasSubstr("key anna"),
                                        HasSubstr("2025-11-26T08:01:00Z"), HasSubstr("because")));
    }
    auto const entry = ledger.find(id).value();
    EXPECT_EQ(entry.delivery.stage, Stage::withdrawn);
    EXPECT_EQ(entry.delivery.steps.size(), 2U);
}

TEST_F(LedgerTest, LetsOneOfManyTakeAStep) {
    std::string id;
    {
        Ledger ledger{folder_};
        id = ledger.add(delivery("aa"), "03", "").first.delivery.id;
    }
    constexpr int rounds = 10;
    for (int round = 0; round < rounds; ++round) {
        std::atomic<int> taken{0};
        std::atomic<int> conflicts{0};
        std::vector<std::thread> clerks;
        for (int i = 0; i < 4; ++i)
            clerks.emplace_back([&, i] {
                Ledger ledger{folder_};
                try {
                    ledger.step(
                        id,
                        [&](Entry const& entry) {
                            return entry.delivery.steps.size() == static_cast<std::size_t>(round) + 1
                                       ? std::string{}
                                       : "is further";
                        },
                        to(Stage::received, "clerk " + std::to_string(i)));
                    ++taken;
                } catch (Error const& error) {
                    if (error.code() == Errc::conflict) ++conflicts;
                }
            });
        for (auto& clerk : clerks) clerk.join();
        EXPECT_EQ(taken, 1);
        EXPECT_EQ(conflicts, 3);
    }
    EXPECT_EQ(Ledger{folder_}.find(id)->delivery.steps.size(), rounds + 1U);
}

TEST_F(LedgerTest, KeepsEverythingThatAStepChanges) {
    Ledger ledger{folder_};
    auto const id = ledger.add(delivery("aa"), "03", "").first.delivery.id;
    ledger.said(id, ReceiptKind::received);
    auto change = to(Stage::checked, "gateway", 5000);
    change.report = "{\"verdict\":\"sound\"}";
    change.dataset = "12411";
    change.release_wanted = true;
    change.release_reason = "checked by hand";
    change.receipt = ReceiptKind::checked;
    auto const checked = ledger.step(id, nothing_against, change);
    EXPECT_TRUE(checked.delivery.release_wanted);
    EXPECT_EQ(checked.wanted_at, 5000);
    EXPECT_EQ(checked.release_reason, "checked by hand");
    EXPECT_THAT(checked.unsaid, ElementsAre(ReceiptKind::checked));
    EXPECT_EQ(ledger.report(id), "{\"verdict\":\"sound\"}");

    auto silent = to(Stage::checked, "gateway");
    silent.is_silent = true;
    silent.is_being_released = true;
    EXPECT_TRUE(ledger.step(id, nothing_against, silent).is_being_released);

    auto released = to(Stage::released, "gateway");
    released.vintage = 7;
    released.release_wanted = false;
    released.is_being_released = false;
    released.release_at = std::optional<UnixTime>{};
    auto const after = ledger.step(id, nothing_against, released);
    EXPECT_EQ(after.delivery.vintage, VintageNo{7});
    EXPECT_EQ(after.delivery.steps.size(), 3U);
    EXPECT_FALSE(after.delivery.release_at);
    EXPECT_EQ(after.delivery.dataset, "12411");
}

TEST_F(LedgerTest, NamesWhatIsOpenOldestFirstAndListsNewestFirst) {
    Ledger ledger{folder_};
    auto const id = [&](char const* sha256) {
        return ledger.add(delivery(sha256), "03", "").first.delivery.id;
    };
    auto const first = id("a1");
    auto const second = id("a2");
    auto const third = id("a3");
    for (auto const& each : {first, second, third}) ledger.said(each, ReceiptKind::received);
    ledger.step(second, nothing_against, to(Stage::refused, "gateway"));
    auto const ids = [](std::vector<Entry> const& entries) {
        std::vector<std::string> found;
        for (auto const& each : entries) found.push_back(each.delivery.id);
        return found;
    };
    EXPECT_THAT(ids(ledger.open()), ElementsAre(first, third));
    EXPECT_THAT(ids(ledger.list({})), ElementsAre(third, second, first));
    EXPECT_THAT(ids(ledger.list({"lsn-1-2-4", "03", Stage::refused})), ElementsAre(second));
    EXPECT_THAT(ids(ledger.list({{}, "05", {}})), IsEmpty());
}

TEST_F(LedgerTest, NamesAnUnknownDelivery) {
    Ledger ledger{folder_};
    try {
        ledger.step("D-2026-000009", nothing_against, to(Stage::checked, "x"));
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::not_found);
        EXPECT_THAT(error.what(), HasSubstr("D-2026-000009"));
    }
}

TEST(DeliveryStage, HasANameForEachStageAndFindsItAgain) {
    for (auto const stage :
         {Stage::received, Stage::checked, Stage::held, Stage::released, Stage::withdrawn, Stage::refused}) {
        EXPECT_FALSE(name_of(stage).empty());
        EXPECT_EQ(stage_from(name_of(stage)), stage);
    }
    EXPECT_FALSE(stage_from("unknown"));
}

} // namespace
} // namespace gateway::intake
