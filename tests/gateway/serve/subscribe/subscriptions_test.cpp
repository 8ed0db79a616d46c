#include "gateway/serve/subscribe/subscriptions.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "gateway/subscribe/signature.hpp"
#include "tests/gateway/serve/subscribe/fixture.hpp"

namespace gateway::serve::testing {
namespace {

using gateway::testing::consenting;
using gateway::testing::http_answer;
using gateway::testing::Received;
using gateway::testing::Receiver;
using ::testing::HasSubstr;
using ::testing::Not;

std::string const list = "/api/v1/subscriptions";

TEST_F(SubscriptionsTest, AreMadeForTheCountyOfTheKeyAndShowTheirSecretOnce) {
    auto const made = as(goslar_, list, "POST",
                         R"({"way":"webhook","address":"https://empfang.example.de/x","title":"T"})");
    ASSERT_EQ(made.status, 201U) << made.body;
    auto const json = made.json();
    EXPECT_EQ(text_of(json, "id"), "S-000001");
    EXPECT_EQ(made.header("Location"), "http://localhost:8080/api/v1/subscriptions/S-000001");
    EXPECT_EQ(text_of(json, "state"), "unconfirmed");
    EXPECT_EQ(text_of(json, "owner"), "county:03153");
    EXPECT_STREQ(json["area"][0].GetString(), "03153");
    EXPECT_THAT(text_of(json, "secret"), HasSubstr("whsec_"));
    for (auto const& target : {list, list + "/S-000001"})
        EXPECT_THAT(as(goslar_, target).body, Not(HasSubstr("whsec_"))) << target;
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
}

TEST_F(SubscriptionsTest, AreNobodyElses) {
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"pull"})").status, 201U);
    EXPECT_EQ(as("", list).status, 401U);
    EXPECT_EQ(as("", list, "POST", R"({"way":"pull"})").status, 401U);
    EXPECT_EQ(as("", list + "/S-000001").status, 401U);
    for (auto const& [method, tail] :
         std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                          {"PATCH", ""},
                                                          {"DELETE", ""},
                                                          {"POST", "/pause"},
                                                          {"POST", "/resume"},
                                                          {"POST", "/secret"},
                                                          {"POST", "/acknowledge"},
                                                          {"GET", "/failures"},
                                                          {"POST", "/failures/1/replay"},
                                                          {"GET", "/feed"},
                                                          {"GET", "/state"}}) {
        auto const foreign =
            as(goettingen_, list + "/S-000001" + tail, method, method == "PATCH" ? "{}" : "");
        EXPECT_EQ(foreign.status, 404U) << method << tail << foreign.body;
        auto const absent = as(goettingen_, list + "/S-000009" + tail, method, method == "PATCH" ? "{}" : "");
        EXPECT_EQ(absent.status, 404U) << method << tail;
    }
    EXPECT_THAT(as(goettingen_, list).body, Not(HasSubstr("S-000001")));
    EXPECT_EQ(text_of(as(goslar_, list + "/S-000001").json(), "state"), "active");
}

TEST_F(SubscriptionsTest, AreRefusedForAreasOfOthers) {
    auto const foreign = as(goslar_, list, "POST", R"({"way":"pull","area":["03153","03159"]})");
    EXPECT_EQ(foreign.status, 403U);
    EXPECT_THAT(foreign.body, HasSubstr("area '03159' is not of county:03153"));
    EXPECT_EQ(as(goslar_, list, "POST", R"({"way":"pull","area":[]})").status, 403U);
    EXPECT_EQ(as(goslar_, list, "POST", R"({"way":"pull","area":["03153"]})").status, 201U);
    EXPECT_EQ(as(goettingen_, list, "POST", R"({"way":"pull","area":["03159","03152"]})").status, 201U)
        << "03152 went into 03159";
    EXPECT_EQ(as(goslar_, list + "/S-000001", "PATCH", R"({"area":["03159"]})").status, 403U);
}

TEST_F(SubscriptionsTest, NameWhatIsWrongWithAWish) {
    auto const text = [this](std::string const& body) {
        auto const answer = as(goslar_, list, "POST", body);
        EXPECT_EQ(answer.status, 400U) << body << answer.body;
        return answer.body;
    };
    EXPECT_THAT(text(R"({"way":"pigeon"})"), HasSubstr("expected one of: pull, webhook"));
    EXPECT_THAT(text(R"({"way":"webhook","address":"https://10.0.0.1/"})"),
                HasSubstr("is no public address"));
    EXPECT_THAT(text(R"({"way":"webhook","address":"ftp://example.de/"})"),
                HasSubstr("must begin with https://"));
    EXPECT_THAT(text(R"({"way":"webhook"})"), HasSubstr("must begin with https://"));
    EXPECT_THAT(text(R"({"way":"pull","kind":["renamed"]})"), HasSubstr("renamed"));
    EXPECT_THAT(text(R"({"way":"pull","dataset":["99999-1"]})"),
                HasSubstr("there is none of that id or table code"));
    EXPECT_THAT(text(R"({"way":"pull","area":["03153999"]})"), HasSubstr("03153999"));
    EXPECT_THAT(text(R"({"way":"pull","kinds":["added"]})"), HasSubstr("kinds"));
    EXPECT_THAT(text(R"({"way":"pull","area":"03153"})"), HasSubstr("a list of texts"));
    EXPECT_THAT(text(R"({"way":"pull","begin":"yesterday"})"), HasSubstr("now or start"));
    EXPECT_THAT(text(R"(["way"])"), HasSubstr("a JSON object"));
    EXPECT_THAT(text(std::string(50'000, '{')), HasSubstr("a JSON object"));
    EXPECT_THAT(as(goslar_, list).body, Not(HasSubstr("S-0")));
}

TEST_F(SubscriptionsTest, TakeATableCodeForItsDataset) {
    auto const made = as(goslar_, list, "POST", R"({"way":"pull","dataset":["12411-01-01-4"]})");
    ASSERT_EQ(made.status, 201U) << made.body;
    EXPECT_STREQ(made.json()["dataset"][0].GetString(), "REGIO_12411-01-01-4");
}

TEST_F(SubscriptionsTest, TellWhatChangedAndLeadToItsValues) {
    Receiver receiver{consenting};
    auto const made =
        as(goslar_, list, "POST", R"({"way":"webhook","address":")" + receiver.url("/hook") + R"("})");
    ASSERT_EQ(made.status, 201U) << made.body;
    auto const secret = text_of(made.json(), "secret");
    auto report = dispatch();
    EXPECT_EQ(report.asked, 1U) << complaints_;
    EXPECT_EQ(text_of(as(goslar_, list + "/S-000001").json(), "state"), "active");
    {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'720'000'000, "127000", "62494");
        store->announce({store::ChangeKind::structure, "", 1'720'000'001, "Ab Januar nach 30 Staaten"});
    }
    report = dispatch();
    EXPECT_EQ(report.delivered, 1U) << complaints_;
    auto const got = receiver.received();
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(gateway::subscribe::verify_signature(got[1].headers, got[1].body, std::vector{secret},
                                                   Clock::system().now()),
              gateway::subscribe::SignatureVerdict::genuine);
    EXPECT_THAT(got[1].body, HasSubstr(R"("series":1,"added":0,"revised":1,"deleted":0)"));
    EXPECT_THAT(got[1].body, HasSubstr("Ab Januar nach 30 Staaten"));
    EXPECT_THAT(got[1].body, Not(HasSubstr("127000")));
    // The link leads to the values, with the key and with no other.
    std::string const mark = R"("feed":"https://gateway.example)";
    auto const at = got[1].body.find(mark);
    ASSERT_NE(at, std::string::npos) << got[1].body;
    auto const target =
        got[1].body.substr(at + mark.size(), got[1].body.find('"', at + mark.size()) - at - mark.size());
    auto const feed = as(goslar_, target);
    ASSERT_EQ(feed.status, 200U) << feed.body;
    EXPECT_THAT(feed.body,
                HasSubstr(R"("old":{"value":"126775","state":""},"new":{"value":"127000","state":""})"));
    EXPECT_THAT(feed.body, Not(HasSubstr("03159")));
    EXPECT_EQ(as(goettingen_, target).status, 404U);
    EXPECT_EQ(as("", target).status, 404U);
}

TEST_F(SubscriptionsTest, ProveTheirSetAtEveryCursor) {
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"pull","indicator":["BEVSTD"]})").status, 201U);
    auto const one = list + "/S-000001";
    std::string cursor;
    for (bool more = true; more;) {
        auto const page =
            as(goslar_, one + "/feed?" + (cursor.empty() ? "from=start" : "cursor=" + cursor)).json();
        ASSERT_TRUE(page.HasMember("cursor"));
        cursor = text_of(page, "cursor");
        more = page["more"].GetBool();
    }
    auto const proof = as(goslar_, one + "/state?cursor=" + cursor);
    ASSERT_EQ(proof.status, 200U) << proof.body;
    // Of the same set over the general feed.
    auto const general = as(goslar_, "/api/v1/feed?area=03153&from=now").json();
    auto const state =
        as(goslar_, "/api/v1/feed/state?area=03153&cursor=" + text_of(general, "cursor")).json();
    EXPECT_EQ(text_of(proof.json(), "sha256"), text_of(state, "sha256"));
    auto const taken = as(goslar_, one + "/acknowledge", "POST", R"({"cursor":")" + cursor + R"("})");
    EXPECT_EQ(taken.status, 200U) << taken.body;
    EXPECT_EQ(text_of(as(goslar_, one + "/state").json(), "cursor"), cursor);
    EXPECT_EQ(as(goslar_, one + "/feed?cursor=nonsense").status, 400U);
    EXPECT_EQ(as(goslar_, one + "/acknowledge", "POST", R"({"cursor":"x"})").status, 400U);
    // A cursor of one subscription is none of another.
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"pull"})").status, 201U);
    EXPECT_EQ(as(goslar_, list + "/S-000002/feed?cursor=" + cursor).status, 400U);
}

TEST_F(SubscriptionsTest, ArePausedResumedChangedAndEnded) {
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"pull"})").status, 201U);
    auto const one = list + "/S-000001";
    EXPECT_EQ(text_of(as(goslar_, one + "/pause", "POST", R"({"reason":"Urlaub"})").json(), "why"), "Urlaub");
    EXPECT_EQ(text_of(as(goslar_, one + "/resume", "POST").json(), "state"), "active");
    auto const changed = as(goslar_, one, "PATCH", R"({"title":"Neu","kind":["revised"]})").json();
    EXPECT_EQ(text_of(changed, "title"), "Neu");
    EXPECT_EQ(as(goslar_, one, "PATCH", R"({"way":"webhook"})").status, 400U);
    EXPECT_EQ(as(goslar_, one + "/secret", "POST").status, 400U);
    EXPECT_EQ(text_of(as(goslar_, one, "DELETE").json(), "state"), "ended");
    EXPECT_EQ(as(goslar_, one + "/resume", "POST").status, 409U);
    EXPECT_EQ(as(goslar_, one, "PATCH", R"({"title":"x"})").status, 409U);
    EXPECT_THAT(as(goslar_, list).body, Not(HasSubstr("S-000001")));
    EXPECT_THAT(as(goslar_, list + "?state=ended").body, HasSubstr("S-000001"));
    EXPECT_EQ(as(goslar_, list + "?state=over").status, 400U);
}

TEST_F(SubscriptionsTest, AskAnewWhoeverSitsAtAnotherAddressAlsoAfterAPause) {
    Receiver first{consenting}, second{consenting};
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"webhook","address":")" + first.url() + R"("})").status,
              201U);
    auto const one = list + "/S-000001";
    EXPECT_EQ(dispatch().asked, 1U);
    ASSERT_EQ(text_of(as(goslar_, one + "/pause", "POST").json(), "state"), "paused");
    auto const moved = as(goslar_, one, "PATCH", R"({"address":")" + second.url() + R"("})").json();
    EXPECT_EQ(text_of(moved, "state"), "disabled");
    EXPECT_EQ(dispatch().asked, 0U);
    EXPECT_EQ(text_of(as(goslar_, one + "/resume", "POST").json(), "state"), "unconfirmed");
    EXPECT_EQ(dispatch().asked, 1U);
    ASSERT_EQ(second.received().size(), 1U);
    EXPECT_THAT(second.received().front().body, HasSubstr("kreislauf.consent"));
    EXPECT_EQ(text_of(as(goslar_, one).json(), "state"), "active");
}

TEST_F(SubscriptionsTest, BelieveNoAnswerToAQuestionThatNoLongerStands) {
    std::string const elsewhere = "https://empfang.example.de/anders";
    std::atomic<int> asked{0};
    Receiver slow{[&](Received const& one) {
        // While it is asked, its owner gives another address.
        if (asked++ == 0)
            office_->change("S-000001",
                            [&](gateway::subscribe::Subscription& wish) { wish.address = elsewhere; });
        return consenting(one);
    }};
    ASSERT_EQ(as(goslar_, list, "POST", R"({"way":"webhook","address":")" + slow.url() + R"("})").status,
              201U);
    {
        // What comes back is of the old question; the new one goes to an address where nobody answers.
        auto settings = office_->dispatch_settings();
        gateway::subscribe::Dispatcher dispatcher{settings, office_->ways(), office_->areas()};
        dispatcher.run_once();
    }
    EXPECT_GE(asked, 1);
    auto const now = as(goslar_, list + "/S-000001").json();
    EXPECT_EQ(text_of(now, "address"), elsewhere);
    EXPECT_EQ(text_of(now, "state"), "unconfirmed");
}

TEST_F(SubscriptionsTest, ExchangeTheirSecretWithoutAGap) {
    Receiver receiver{consenting};
    auto const first = text_of(
        as(goslar_, list, "POST", R"({"way":"webhook","address":")" + receiver.url() + R"("})").json(),
        "secret");
    auto const second = text_of(as(goslar_, list + "/S-000001/secret", "POST").json(), "secret");
    EXPECT_NE(first, second);
    dispatch();
    auto const asked = receiver.received().at(0);
    auto const now = Clock::system().now();
    for (auto const& each : {first, second})
        EXPECT_EQ(gateway::subscribe::verify_signature(asked.headers, asked.body, std::vector{each}, now),
                  gateway::subscribe::SignatureVerdict::genuine);
    auto const third =
        text_of(as(goslar_, list + "/S-000001/secret", "POST", R"({"old":"ends"})").json(), "secret");
    EXPECT_EQ(office_->with_ledger([&](auto const& ledger) { return ledger.secrets("S-000001", now + 1); }),
              std::vector{third});
}

TEST_F(SubscriptionsTest, ListWhatFailedAndSendItOnceMore) {
    std::atomic<int> status{410};
    Receiver receiver{[&](Received const& one) {
        return one.body.find("consent") == std::string::npos ? http_answer(status) : consenting(one);
    }};
    ASSERT_EQ(as(goslar_, list, "POST",
                 R"({"way":"webhook","begin":"start","address":")" + receiver.url() + R"("})")
                  .status,
              201U);
    EXPECT_EQ(dispatch().gone, 1U);
    auto const one = list + "/S-000001";
    auto const stopped = as(goslar_, one).json();
    EXPECT_EQ(text_of(stopped, "state"), "disabled");
    EXPECT_THAT(text_of(stopped, "why"), HasSubstr("410 (gone)"));
    // Given up by hand, as after 75 hours.
    auto const message =
        office_->with_ledger([](auto const& ledger) { return ledger.require("S-000001").position.message; });
    office_->with_ledger([&](gateway::subscribe::Ledger& ledger) {
        gateway::subscribe::Settle end;
        end.subscription = "S-000001";
        end.message = message;
        end.end = gateway::subscribe::Settle::End::given_up;
        end.text = "answered 500";
        ledger.settle(std::vector{end});
    });
    EXPECT_EQ(text_of(as(goslar_, one + "/resume", "POST").json(), "state"), "unconfirmed");
    status = 204;
    EXPECT_EQ(dispatch().asked, 1U);
    EXPECT_THAT(as(goslar_, one + "/failures").body, HasSubstr(message));
    EXPECT_EQ(as(goslar_, one + "/failures/9/replay", "POST").status, 404U);
    EXPECT_EQ(as(goslar_, one + "/failures/x/replay", "POST").status, 400U);
    EXPECT_EQ(as(goslar_, one + "/failures/1/replay", "POST").status, 202U);
    EXPECT_EQ(dispatch().delivered, 1U);
    EXPECT_EQ(receiver.received().back().header("webhook-id"), message);
    EXPECT_EQ(as(goslar_, one + "/failures/1/replay", "POST").status, 409U);
}

TEST_F(SubscriptionsTest, CountNothingThatIsRestrictedToOthers) {
    io::write_durable(
        folder_.path() + "/service/access.toml",
        "[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\nrecipients = [\"county:03159\"]\n");
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // until changed rules count
    Receiver receiver{consenting};
    for (auto const& key : {goslar_, goettingen_})
        ASSERT_EQ(as(key, list, "POST",
                     R"({"way":"webhook","address":")" + receiver.url("/" + key.substr(0, 11)) + R"("})")
                      .status,
                  201U);
    dispatch();
    {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'720'000'000, "127000", "62494", "LSN_1-2-4");
    }
    EXPECT_EQ(dispatch().delivered, 1U);
    std::string told;
    for (auto const& one : receiver.received())
        if (one.body.find("consent") == std::string::npos) told += one.path + one.body;
    EXPECT_THAT(told, HasSubstr("/" + goettingen_.substr(0, 11)));
    EXPECT_THAT(told, HasSubstr("LSN_1-2-4"));
    EXPECT_THAT(told, Not(HasSubstr("/" + goslar_.substr(0, 11) + "{")));
}

TEST_F(SubscriptionsTest, SendNothingRestrictedThatIsNotOnRecord) {
    io::write_durable(
        folder_.path() + "/service/access.toml",
        "[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\nrecipients = [\"county:03159\"]\n");
    std::this_thread::sleep_for(std::chrono::milliseconds{300}); // until changed rules count
    {
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'720'000'000, "127000", "62494", "LSN_1-2-4");
    }
    gateway::subscribe::Subscription one;
    one.id = "S-000001";
    one.owner = "county:03159";
    auto const settings = office_->dispatch_settings();
    auto const read = [&] {
        auto const store = settings.open(one);
        store::Query query;
        query.dataset = "LSN_1-2-4";
        std::size_t count = 0;
        store->read(query, [&](store::SeriesRef, auto const) { ++count; });
        return count;
    };
    ASSERT_GT(read(), 0U);
    EXPECT_NO_THROW(settings.require_record(one));
    // What the log is locked with cannot be opened: the log cannot be written.
    auto const service = folder_.path() + "/service";
    auto const head = service + "/transmissions.head";
    ASSERT_TRUE(io::file_exists(head));
    std::filesystem::rename(head, head + ".away");
    std::filesystem::create_directories(head + "/x");
    ASSERT_GT(read(), 0U);
    EXPECT_THAT(complaints_, HasSubstr("a transmission is not on record"));
    EXPECT_THROW(settings.require_record(one), Error);
    std::filesystem::remove_all(head);
    std::filesystem::rename(head + ".away", head);
    ASSERT_GT(read(), 0U);
    EXPECT_NO_THROW(settings.require_record(one));
}

/// A delivery as the intake loads it.
void deliver(std::string const& folder, std::string const& agreement, std::string const& number) {
    auto const store = store::open_sqlite(folder);
    Provenance from;
    from.source = "delivery";
    from.origin = "lieferung.csv";
    from.request = {{"delivery", "D-2026-000001"}, {"agreement", agreement}};
    auto wish = request(population(), 1'720'000'000);
    wish.document = store->record_document(io::sha256_hex(number), 10, from);
    auto const load = store->begin(wish);
    auto const both = load->indicator(indicator_of("_T"));
    for (auto const* const area : {"03153", "03159"})
        load->put(both, load->area(county(area)), std::vector{observed("2024-12-31", number)});
    load->commit("", 2, 0, {});
}

TEST_F(SubscriptionsTest, TellOfADeliveryOnlyWhomItsAgreementNames) {
    auto const agreements = folder_.path() + "/intake/agreements";
    io::make_directories(agreements);
    auto const text = io::read_file(KREISLAUF_SOURCE_DIR "/mappings/agreements/lsn-1-2-4.toml");
    std::string const all = "told = [\"all\"]";
    auto const at = text.find(all);
    ASSERT_NE(at, std::string::npos);
    for (auto const& [name, told] :
         std::vector<std::pair<std::string, std::string>>{{"nobody", ""},
                                                          {"land", "told = [\"office:03\"]"},
                                                          {"bavaria", "told = [\"office:09\"]"},
                                                          {"goslar", "told = [\"county:03153\"]"},
                                                          {"everybody", all}})
        io::write_durable(agreements + "/" + name + ".toml",
                          text.substr(0, at) + told + text.substr(at + all.size()));
    Receiver receiver{consenting};
    for (auto const* const owner : {"", "county:03153", "county:03159", "office:03"}) {
        gateway::subscribe::Subscription wish;
        wish.owner = owner;
        wish.areas = {std::string{owner} == "county:03153" ? "03153" : "03159"};
        wish.way = "webhook";
        wish.title = owner;
        wish.address = receiver.url("/" + std::string{*owner == 0 ? "operator" : owner});
        office_->add(wish, false);
    }
    EXPECT_EQ(dispatch().asked, 4U) << complaints_;
    auto seen = receiver.received().size();
    auto const told = [&](std::string const& agreement, std::string const& number) {
        deliver(folder_.path(), agreement, number);
        dispatch();
        std::vector<std::string> paths;
        auto const all_of_it = receiver.received();
        for (; seen < all_of_it.size(); ++seen) paths.push_back(all_of_it[seen].path);
        std::sort(paths.begin(), paths.end());
        return paths;
    };
    using ::testing::ElementsAre;
    using ::testing::IsEmpty;
    EXPECT_THAT(told("nobody", "1"), IsEmpty());
    EXPECT_THAT(told("land", "2"), ElementsAre("/county:03153", "/county:03159", "/office:03"));
    EXPECT_THAT(told("bavaria", "3"), IsEmpty());
    EXPECT_THAT(told("goslar", "4"), ElementsAre("/county:03153"));
    EXPECT_THAT(told("gone", "5"), IsEmpty()) << "there is no such agreement any more";
    EXPECT_THAT(told("everybody", "6"),
                ElementsAre("/county:03153", "/county:03159", "/office:03", "/operator"));
    // The recall of what nobody was told of is told to nobody; the feed shows all of it.
    store::open_sqlite(folder_.path())->recall(population().id, 3, {1'720'000'001, "falsch", "error", true});
    EXPECT_EQ(dispatch().delivered, 0U);
    EXPECT_THAT(as(goslar_, list + "/S-000002/feed?from=start").body, HasSubstr(R"("value":"6")"));
    EXPECT_EQ(complaints_, "");
}

} // namespace
} // namespace gateway::serve::testing
