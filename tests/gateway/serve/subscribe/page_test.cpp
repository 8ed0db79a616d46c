#include "gateway/serve/subscribe/page.hpp"

#include "tests/gateway/serve/subscribe/fixture.hpp"

namespace gateway::serve::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SubscriptionPage : public SubscriptionsTest {
  protected:
    Answer post(std::string const& body) {
        return ask("/abonnement", {{"Content-Type", "application/x-www-form-urlencoded"}}, "POST", body);
    }
};

TEST_F(SubscriptionPage, AsksForTheKeyAndTellsNothingWithoutIt) {
    auto const page = ask("/abonnement");
    EXPECT_EQ(page.status, 200U);
    EXPECT_EQ(page.header("Content-Language"), "de");
    EXPECT_THAT(page.header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_THAT(page.body, HasSubstr("Zugangsschlüssel Ihres Kreises"));
    EXPECT_EQ(post("action=list").status, 401U);
    EXPECT_EQ(post("key=kl_wrong&action=list").status, 401U);
}

TEST_F(SubscriptionPage, AddsPausesAndEnds) {
    auto const key = "key=" + goslar_;
    auto const added = post(
        key + "&action=add&title=Bev%C3%B6lkerung+%3Cb%3E&area=&way=webhook&begin=now&kind=revised&kind=added"
              "&address=https%3A%2F%2Fempfang.example.de%2Fa");
    EXPECT_EQ(added.status, 200U) << added.body;
    EXPECT_THAT(added.body, HasSubstr("S-000001 ist angelegt."));
    EXPECT_THAT(added.body, HasSubstr("whsec_"));
    EXPECT_THAT(added.body, HasSubstr("Bevölkerung &lt;b&gt;"));
    EXPECT_THAT(added.body, HasSubstr("03153 Goslar"));
    EXPECT_THAT(added.body, HasSubstr("neue Werte, geänderte Werte"));
    EXPECT_THAT(added.body, HasSubstr("wartet auf die Zustimmung des Empfängers"));
    EXPECT_THAT(post(key + "&action=list").body, Not(HasSubstr("whsec_")));
    EXPECT_THAT(post(key + "&action=add&way=pull").body, HasSubstr("S-000002 ist angelegt."));
    EXPECT_THAT(post(key + "&pause=S-000002").body, HasSubstr("S-000002 pausiert"));
    EXPECT_THAT(post(key + "&resume=S-000002").body, HasSubstr("S-000002 wird fortgesetzt"));
    EXPECT_THAT(post(key + "&end=S-000002").body, HasSubstr("S-000002 ist beendet."));
    EXPECT_EQ(post(key + "&resume=S-000002").status, 400U);
}

TEST_F(SubscriptionPage, RefusesWhatBelongsToOthers) {
    ASSERT_EQ(post("key=" + goslar_ + "&action=add&way=pull").status, 200U);
    for (auto const* const button : {"pause", "resume", "end", "replay"})
        EXPECT_EQ(post("key=" + goettingen_ + "&" + button + "=S-000001").status, 404U) << button;
    EXPECT_EQ(post("key=" + goettingen_ + "&action=add&way=pull&area=03153").status, 403U);
    EXPECT_THAT(post("key=" + goettingen_ + "&action=list").body, Not(HasSubstr("S-000001")));
    EXPECT_THAT(post("key=" + goslar_ + "&action=list").body, HasSubstr("läuft"));
}

TEST_F(SubscriptionPage, ShowsWhatIsAnnounced) {
    {
        auto const store = store::open_sqlite(folder_.path());
        store->announce({store::ChangeKind::structure, "REGIO_12411-01-01-4", 1'720'000'001,
                         "Ab Januar <nach> 30 Staaten"});
        store->announce({store::ChangeKind::comment, "", 1'720'000'002, "Wartung"});
    }
    auto const page = post("key=" + goslar_ + "&action=list").body;
    EXPECT_THAT(
        page,
        HasSubstr(
            "03.07.2024, 11:46 Uhr, Aufbau von REGIO_12411-01-01-4: Ab Januar &lt;nach&gt; 30 Staaten"));
    EXPECT_LT(page.find("Wartung"), page.find("Ab Januar"));
}

TEST_F(SubscriptionPage, ShowsInGermanTimeWhenSomethingWasTaken) {
    ASSERT_EQ(post("key=" + goslar_ + "&action=add&way=pull").status, 200U);
    office_->with_ledger([](gateway::subscribe::Ledger& ledger) {
        ledger.acknowledge("S-000001", 99, 2'079'990'300); // 2035-11-29T23:05:00Z
        return 0;
    });
    EXPECT_THAT(post("key=" + goslar_ + "&action=list").body,
                HasSubstr("zuletzt zugestellt: 30.11.2035, 00:05 Uhr"));
}

TEST_F(SubscriptionPage, SaysInGermanWhatIsWrong) {
    auto const answer = post("key=" + goslar_ + "&action=add&way=webhook&address=https%3A%2F%2F10.0.0.1%2F");
    EXPECT_EQ(answer.status, 400U);
    EXPECT_THAT(answer.body, HasSubstr("So nicht möglich"));
    EXPECT_EQ(ask("/abonnement", {{"Content-Type", "text/plain"}}, "POST", "key=x").status, 400U);
    EXPECT_EQ(post("key=%zz").status, 400U);
}

TEST_F(SubscriptionPage, ShowsTheFormToWhoeverHasAKeyAndKeepsTheKeyInIt) {
    EXPECT_THAT(ask("/abonnement").body, Not(HasSubstr("Neues Abonnement")));
    auto const page = post("key=" + goslar_ + "&action=list");
    EXPECT_EQ(page.header("Cache-Control"), "no-store");
    EXPECT_THAT(page.body, HasSubstr("Neues Abonnement"));
    EXPECT_THAT(page.body, HasSubstr("name=\"key\" value=\"" + goslar_ + "\""));
    EXPECT_THAT(page.body, HasSubstr("value=\"03153\""));
    EXPECT_THAT(page.body, HasSubstr("name=\"dataset\" value=\"REGIO_12411-01-01-4\"> Bevölkerung"));
    EXPECT_THAT(post("key=kl_wrong&action=list").body, Not(HasSubstr("kl_wrong")));
}

TEST_F(SubscriptionPage, ChangesOneAndTakesRestrictionsAway) {
    auto const key = "key=" + goslar_;
    ASSERT_EQ(
        post(key + "&action=add&way=pull&kind=revised&kind=added&dataset=12411-01-01-4&title=Alt").status,
        200U);
    auto const form = post(key + "&edit=S-000001").body;
    EXPECT_THAT(form, HasSubstr("S-000001 ändern"));
    EXPECT_THAT(form, HasSubstr("value=\"Alt\""));
    EXPECT_THAT(form, HasSubstr("value=\"revised\" checked>"));
    EXPECT_THAT(form, HasSubstr("value=\"REGIO_12411-01-01-4\" checked>"));
    EXPECT_THAT(form, Not(HasSubstr("Neues Abonnement")));
    auto const changed = post(key + "&change=S-000001&title=Neu&area=03153&indicator=BEVSTD&kind=deleted");
    EXPECT_EQ(changed.status, 200U) << changed.body;
    EXPECT_THAT(changed.body, HasSubstr("S-000001 ist geändert."));
    auto const one = as(goslar_, "/api/v1/subscriptions/S-000001").json();
    EXPECT_EQ(text_of(one, "title"), "Neu");
    EXPECT_EQ(one["dataset"].Size(), 0U);
    EXPECT_STREQ(one["indicator"][0].GetString(), "BEVSTD");
    ASSERT_EQ(one["kind"].Size(), 1U);
    EXPECT_STREQ(one["kind"][0].GetString(), "deleted");
    EXPECT_EQ(text_of(one, "way"), "pull");
    EXPECT_EQ(post("key=" + goettingen_ + "&edit=S-000001").status, 404U);
    EXPECT_EQ(post("key=" + goettingen_ + "&change=S-000001&title=x").status, 404U);
    EXPECT_EQ(text_of(as(goslar_, "/api/v1/subscriptions/S-000001").json(), "title"), "Neu");
}

TEST_F(SubscriptionPage, KeepsWhatWasFilledInWhereItIsRefused) {
    auto const answer =
        post("key=" + goslar_ + "&action=add&way=pull&title=Mein+Titel&kind=revised&indicator=NIX");
    EXPECT_EQ(answer.status, 400U);
    EXPECT_THAT(answer.body, HasSubstr("Eines der Merkmale gibt es hier nicht."));
    EXPECT_THAT(answer.body, HasSubstr("value=\"Mein Titel\""));
    EXPECT_THAT(answer.body, HasSubstr("value=\"revised\" checked>"));
    EXPECT_THAT(answer.body, HasSubstr("<option value=\"pull\" selected>"));
    EXPECT_THAT(answer.body, HasSubstr("value=\"NIX\""));
    EXPECT_EQ(post("key=" + goslar_ + "&action=add&way=pull&area=03159&title=T").status, 403U);
}

TEST_F(SubscriptionPage, AsksBeforeOneIsEnded) {
    auto const key = "key=" + goslar_;
    ASSERT_EQ(post(key + "&action=add&way=pull").status, 200U);
    auto const asked = post(key + "&ask_end=S-000001");
    EXPECT_EQ(asked.status, 200U);
    EXPECT_THAT(asked.body, HasSubstr("S-000001 wirklich beenden?"));
    EXPECT_THAT(asked.body, HasSubstr("läuft"));
    EXPECT_THAT(post(key + "&end=S-000001").body, HasSubstr("S-000001 ist beendet."));
}

TEST_F(SubscriptionPage, ListsWhatDidNotArriveAndSendsItOnceMore) {
    auto const key = "key=" + goslar_;
    ASSERT_EQ(post(key + "&action=add&way=webhook&address=https%3A%2F%2Fempfang.example.de%2Fa").status,
              200U);
    office_->with_ledger([](gateway::subscribe::Ledger& ledger) {
        using gateway::subscribe::Begin;
        using gateway::subscribe::Settle;
        ledger.move("S-000001", gateway::subscribe::SubscriptionState::active, 1'790'000'000, "");
        auto const behind = ledger.require("S-000001").position.number;
        std::vector<Begin> const begins{{"S-000001", behind, behind + 1, "msg_1", 1'790'000'000}};
        ledger.begin(begins);
        Settle end;
        end.subscription = "S-000001";
        end.message = "msg_1";
        end.end = Settle::End::given_up;
        end.time = 1'790'000'600;
        end.status = 500;
        end.text = "the receiver said <500>";
        std::vector<Settle> const ends{end};
        ledger.settle(ends);
        return 0;
    });
    auto const page = post(key + "&action=list").body;
    EXPECT_THAT(page, HasSubstr("1 Nachricht ist nicht angekommen"));
    EXPECT_THAT(page, HasSubstr("21.09.2026, 16:13 Uhr: 1 Versuch bis 21.09.2026, 16:23 Uhr"));
    EXPECT_THAT(page, HasSubstr("the receiver said &lt;500&gt;"));
    auto const replayed = post(key + "&replay=S-000001").body;
    EXPECT_THAT(replayed,
                HasSubstr("Eine fehlgeschlagene Nachricht von S-000001 wird noch einmal gesendet."));
    EXPECT_THAT(replayed, HasSubstr("wird noch einmal gesendet<br>"));
}

TEST_F(SubscriptionPage, SaysWhatAFormerAreaIsToday) {
    auto const answer = post("key=" + goettingen_ + "&action=add&way=pull&area=03156");
    EXPECT_EQ(answer.status, 200U) << answer.body;
    EXPECT_THAT(answer.body, HasSubstr("03156 Osterode am Harz (heute 03159 Göttingen)"));
    auto const one = as(goettingen_, "/api/v1/subscriptions/S-000001").json();
    ASSERT_EQ(one["area_today"].Size(), 1U);
    EXPECT_STREQ(one["area_today"][0].GetString(), "03159");
}

} // namespace
} // namespace gateway::serve::testing
