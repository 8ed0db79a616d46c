#include "gateway/subscribe/ledger.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "gateway/core/error.hpp"
#include "gateway/io/file.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::subscribe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum SubscriptionState;

class SubscriptionLedger : public testing::Test {
  protected:
    static Subscription wanted() {
        Subscription made;
        made.owner = "county:03159";
        made.title = "Bevölkerung „Göttingen“";
        made.areas = {"03159", "03152"};
        made.datasets = {"REGIO_12411-01-01-4"};
        made.indicators = {"BEVSTD"};
        made.kinds = {"revised", "recalled"};
        made.way = "webhook";
        made.address = "https://empfang.example.de/kreislauf";
        made.options = {{"note", "a=b"}};
        made.created = 1000;
        return made;
    }
    static Begin message(std::string const& id, std::uint64_t behind, std::uint64_t until,
                         std::string text = "msg_1") {
        return {id, behind, until, std::move(text), 2000};
    }
    static Settle end(std::string const& id, Settle::End how, std::string text = "msg_1") {
        Settle made;
        made.subscription = id;
        made.message = std::move(text);
        made.end = how;
        made.time = 3000;
        made.next_try = 3060;
        made.status = 503;
        made.text = "answered 503";
        return made;
    }

    store::testing::TempDirectory directory_;
    std::string folder_ = ledger_folder(directory_.path());
    Ledger ledger_{folder_};
};

TEST_F(SubscriptionLedger, KeepsEverythingOfASubscriptionOverARestart) {
    auto const added = ledger_.add(wanted(), 17);
    EXPECT_EQ(added.id, "S-000001");
    auto expected = wanted();
    expected.id = added.id;
    expected.changed = 1000;
    expected.areas = {"03152", "03159"};
    expected.kinds = {"recalled", "revised"};
    Ledger again{folder_};
    auto const found = again.require("S-000001");
    EXPECT_EQ(found.subscription, expected);
    EXPECT_EQ(found.position.number, 17U);
    EXPECT_EQ(found.position.message, "");
    EXPECT_EQ(again.add(wanted(), 0).id, "S-000002");
}

TEST_F(SubscriptionLedger, BelongsToNobodyElseOnTheMachine) {
    ledger_.add(wanted(), 0);
    struct stat what {};
    ASSERT_EQ(::stat(folder_.c_str(), &what), 0);
    EXPECT_EQ(what.st_mode & 0777U, 0700U);
    for (auto const* const name : {"/subscriptions.sqlite", "/subscriptions.sqlite-wal"}) {
        ASSERT_EQ(::stat((folder_ + name).c_str(), &what), 0) << name;
        EXPECT_EQ(what.st_mode & 0777U, 0600U) << name;
    }
}

TEST_F(SubscriptionLedger, KeepsWhatItWritesWhileOtherProgramsComeAndGo) {
    // A server has several of them on one file.
    auto const& folder = ledger_.folder();
    Ledger second{folder};
    ledger_.add(wanted(), 0);
    auto const other_program = [&folder] {
        auto const script =
            "import sqlite3, sys; d = sqlite3.connect(sys.argv[1] + '/subscriptions.sqlite'); "
            "print(d.execute('SELECT count(*) FROM subscription').fetchone()[0]); d.close()";
        std::array<char, 32> answer{};
        auto* const pipe =
            ::popen(("/usr/bin/python3 -c \"" + std::string{script} + "\" '" + folder + "'").c_str(), "r");
        EXPECT_NE(std::fgets(answer.data(), answer.size(), pipe), nullptr);
        ::pclose(pipe);
        return std::atoi(answer.data());
    };
    EXPECT_EQ(other_program(), 1);
    EXPECT_TRUE(io::file_exists(folder + "/subscriptions.sqlite-wal")) << "it was not the last one to go";
    second.add(wanted(), 0);
    ledger_.add(wanted(), 0);
    EXPECT_EQ(other_program(), 3) << "what a server writes is seen outside, and there after a restart";
}

TEST_F(SubscriptionLedger, NamesWhatIsWrongWithASubscription) {
    auto const text_of = [this](auto const& spoil) {
        auto one = wanted();
        spoil(one);
        try {
            ledger_.add(one, 0);
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            return std::string{error.what()};
        }
        return std::string{"nothing"};
    };
    EXPECT_THAT(text_of([](auto& one) { one.kinds = {"renamed"}; }), HasSubstr("'renamed'; expected added"));
    EXPECT_THAT(text_of([](auto& one) { one.kinds = {"compacted"}; }), HasSubstr("'compacted'"));
    EXPECT_THAT(text_of([](auto& one) { one.territory = "2024-02-30"; }),
                HasSubstr("'2024-02-30'; expected a day"));
    EXPECT_THAT(text_of([](auto& one) { one.areas = {"03159,03152"}; }), HasSubstr("without commas"));
    EXPECT_THAT(text_of([](auto& one) { one.areas.assign(1001, "1"); }), HasSubstr("1001 values"));
    EXPECT_THAT(text_of([](auto& one) { one.address = "https://a\r\nb"; }), HasSubstr("line break"));
    EXPECT_THAT(text_of([](auto& one) { one.way.clear(); }), HasSubstr("way is empty"));
    EXPECT_THAT(text_of([](auto& one) { one.title.assign(501, 'x'); }), HasSubstr("501 bytes"));
    EXPECT_THAT(text_of([](auto& one) { one.title = "Kreis \xC3"; }), HasSubstr("title is no UTF-8"));
    EXPECT_THAT(text_of([](auto& one) { one.areas = {"0315\xFF"}; }), HasSubstr("area has the value"));
    EXPECT_THAT(ledger_.list(), IsEmpty());
}

TEST_F(SubscriptionLedger, FindsNothingUnderWhatIsNoId) {
    ledger_.add(wanted(), 0);
    for (auto const* const id :
         {"", "S-1", "S-000002", "S-0000001", "s-000001", "S-00000a", "1", "S-99999999999999"})
        EXPECT_FALSE(ledger_.find(id)) << id;
    EXPECT_THROW(static_cast<void>(ledger_.require("S-000002")), Error);
}

TEST_F(SubscriptionLedger, ListsByOwnerWayAndState) {
    ledger_.add(wanted(), 0);
    auto other = wanted();
    other.owner = "";
    other.way = "mail";
    ledger_.add(other, 0);
    ledger_.move("S-000001", ended, 5, "Zweck entfallen");
    EXPECT_EQ(ledger_.list().size(), 1U);
    SubscriptionFilter filter;
    filter.with_ended = true;
    EXPECT_EQ(ledger_.list(filter).size(), 2U);
    filter.owner = "county:03159";
    EXPECT_EQ(ledger_.list(filter).size(), 1U);
    filter.owner = "";
    ASSERT_EQ(ledger_.list(filter).size(), 1U);
    EXPECT_EQ(ledger_.list(filter).front().subscription.way, "mail");
    filter.way = "webhook";
    EXPECT_THAT(ledger_.list(filter), IsEmpty());
}

TEST_F(SubscriptionLedger, SendsTheSameMessageAgainAfterAKill) {
    auto const id = ledger_.add(wanted(), 10).id;
    std::vector<Begin> const begun{message(id, 10, 14)};
    ledger_.begin(begun);
    Ledger other{folder_}; // another process, after a kill
    // More has come meanwhile: what is under way stays what it is.
    std::vector<Begin> const later{message(id, 10, 20, "msg_2")};
    other.begin(later);
    auto position = other.require(id).position;
    EXPECT_EQ(position.message, "msg_1");
    EXPECT_EQ(position.until, 14U);
    EXPECT_EQ(position.number, 10U);
    std::vector<Settle> const taken{end(id, Settle::End::taken)};
    other.settle(taken);
    other.settle(taken); // the answer came twice
    position = ledger_.require(id).position;
    EXPECT_EQ(position.number, 14U);
    EXPECT_EQ(position.message, "");
    EXPECT_EQ(position.moved, 3000);
}

TEST_F(SubscriptionLedger, CountsTriesAndKeepsWhatWasGivenUp) {
    auto const id = ledger_.add(wanted(), 10).id;
    std::vector<Begin> const begun{message(id, 10, 14)};
    ledger_.begin(begun);
    std::vector<Settle> ends{end(id, Settle::End::again)};
    ledger_.settle(ends);
    ends.front().counts = false;
    ledger_.settle(ends);
    auto const waiting = ledger_.require(id).position;
    EXPECT_EQ(waiting.tries, 1U);
    EXPECT_EQ(waiting.next_try, 3060);
    EXPECT_EQ(waiting.trouble, "answered 503");
    ends = {end(id, Settle::End::given_up)};
    ledger_.settle(ends);
    EXPECT_EQ(ledger_.require(id).position.number, 14U);
    auto const failures = ledger_.failures(id);
    ASSERT_EQ(failures.size(), 1U);
    auto const& failure = failures.front();
    EXPECT_EQ(failure.subscription, id);
    EXPECT_EQ(failure.message, "msg_1");
    EXPECT_EQ(failure.behind, 10U);
    EXPECT_EQ(failure.until, 14U);
    EXPECT_EQ(failure.tries, 2U);
    EXPECT_EQ(failure.first_try, 2000);
    EXPECT_EQ(failure.last_try, 3000);
    EXPECT_EQ(failure.status, 503);
    EXPECT_FALSE(failure.replayed);
    EXPECT_THAT(ledger_.wanted_replays(), IsEmpty());
    ledger_.want_replay(failure.no, 3500);
    ASSERT_EQ(ledger_.wanted_replays().size(), 1U);
    ledger_.replayed(failure.no, 3600, 500, "answered 500");
    EXPECT_THAT(ledger_.wanted_replays(), IsEmpty());
    EXPECT_EQ(ledger_.failure(failure.no)->tries, 3U);
    ledger_.want_replay(failure.no, 3700);
    ledger_.replayed(failure.no, 4000, 204, "");
    EXPECT_THAT(ledger_.wanted_replays(), IsEmpty());
    EXPECT_THROW(ledger_.want_replay(failure.no, 4100), Error);
    EXPECT_THROW(ledger_.want_replay(failure.no + 1, 4100), Error);
    EXPECT_EQ(ledger_.failure(failure.no)->replayed, 4000);
    EXPECT_FALSE(ledger_.failure(failure.no + 1));
}

TEST_F(SubscriptionLedger, LosesNothingOfWhoIsGone) {
    auto const id = ledger_.add(wanted(), 10).id;
    std::vector<Begin> const begun{message(id, 10, 14)};
    ledger_.begin(begun);
    std::vector<Settle> const ends{end(id, Settle::End::gone)};
    ledger_.settle(ends);
    auto const found = ledger_.require(id);
    EXPECT_EQ(found.subscription.state, disabled);
    EXPECT_EQ(found.subscription.why, "answered 503");
    EXPECT_EQ(found.position.number, 10U);
    EXPECT_EQ(found.position.message, "msg_1");
    ledger_.move(id, active, 9000, "wieder da");
    EXPECT_EQ(ledger_.require(id).position.tries, 0U);
    EXPECT_EQ(ledger_.require(id).position.first_try, 9000);
}

TEST_F(SubscriptionLedger, TellsAnewWhereTheQuestionBecameAnother) {
    auto const id = ledger_.add(wanted(), 10).id;
    std::vector<Begin> const begun{message(id, 10, 14)};
    ledger_.begin(begun);
    ledger_.change(id, 5000, [](Subscription& one) { one.title = "anders"; });
    EXPECT_EQ(ledger_.require(id).position.message, "msg_1");
    auto const changed = ledger_.change(id, 5000, [](Subscription& one) {
        one.areas = {"03159"};
        one.owner = "county:01001"; // not to be had
    });
    EXPECT_EQ(changed.owner, "county:03159");
    EXPECT_EQ(changed.changed, 5000);
    EXPECT_EQ(ledger_.require(id).position.message, "");
    EXPECT_EQ(ledger_.require(id).position.number, 10U);
    EXPECT_THROW(ledger_.change(id, 6000, [](Subscription& one) { one.kinds = {"x"}; }), Error);
    EXPECT_EQ(ledger_.require(id).subscription, changed);
}

TEST_F(SubscriptionLedger, EndsForGoodAndForgetsItsSecrets) {
    auto const id = ledger_.add(wanted(), 0).id;
    ledger_.add_secret(id, "whsec_eins", 10, 10);
    EXPECT_EQ(ledger_.move(id, ended, 20, "").ended, 20);
    EXPECT_THAT(ledger_.secrets(id, 20), IsEmpty());
    try {
        ledger_.move(id, active, 30, "");
        FAIL() << "came back";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_THAT(error.what(), HasSubstr("S-000001 is ended and cannot become active; add a new one"));
    }
    EXPECT_THROW(ledger_.change(id, 30, [](Subscription& one) { one.title = "x"; }), Error);
}

TEST_F(SubscriptionLedger, LetsTwoSecretsCountWhileOneIsExchanged) {
    auto const id = ledger_.add(wanted(), 0).id;
    ledger_.add_secret(id, "whsec_eins", 10, 10);
    ledger_.add_secret(id, "whsec_zwei", 100, 200);
    EXPECT_THAT(ledger_.secrets(id, 199), ElementsAre("whsec_zwei", "whsec_eins"));
    EXPECT_THAT(ledger_.secrets(id, 200), ElementsAre("whsec_zwei"));
    ledger_.add_secret(id, "whsec_drei", 150, 150); // at once: it was lost
    EXPECT_THAT(ledger_.secrets(id, 151), ElementsAre("whsec_drei"));
}

TEST_F(SubscriptionLedger, MovesAcknowledgedPositionsForwardOnly) {
    auto const id = ledger_.add(wanted(), 10).id;
    ledger_.acknowledge(id, 20, 50);
    ledger_.acknowledge(id, 15, 60); // came late
    EXPECT_EQ(ledger_.require(id).position.number, 20U);
    EXPECT_EQ(ledger_.require(id).position.moved, 50);
    ledger_.rewind(id, 5, 70);
    EXPECT_EQ(ledger_.require(id).position.number, 5U);
    std::vector<Begin> const skipped{{id, 5, 9, "", 80}, {id, 6, 30, "", 80}};
    // The second was made at a position that is not in force.
    EXPECT_THAT(ledger_.begin(skipped), ElementsAre(true, false));
    EXPECT_EQ(ledger_.require(id).position.number, 9U);
}

TEST_F(SubscriptionLedger, SeesWhatOthersWrote) {
    Ledger other{folder_};
    auto const before = ledger_.revision();
    EXPECT_EQ(ledger_.revision(), before);
    other.add(wanted(), 0);
    auto const between = ledger_.revision();
    EXPECT_NE(between, before);
    ledger_.add(wanted(), 0);
    EXPECT_NE(ledger_.revision(), between);
}

TEST_F(SubscriptionLedger, IsMadeOnceByManyAtOnce) {
    store::testing::TempDirectory const directory;
    auto const folder = ledger_folder(directory.path());
    std::vector<std::jthread> makers;
    makers.reserve(8);
    for (int i = 0; i < 8; ++i)
        makers.emplace_back([&folder] {
            Ledger ledger{folder};
            ledger.add(wanted(), 0);
        });
    makers.clear();
    EXPECT_EQ(Ledger{folder}.list().size(), 8U);
}

} // namespace
} // namespace gateway::subscribe
