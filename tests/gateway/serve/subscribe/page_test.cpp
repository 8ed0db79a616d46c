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
    EXPECT_THAT(page.body, HasSubstr("Schlüssel Ihres Kreises"));
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

} // namespace
} // namespace gateway::serve::testing
