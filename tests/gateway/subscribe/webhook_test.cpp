#include "gateway/subscribe/webhook.hpp"

#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "gateway/subscribe/payload.hpp"
#include "gateway/subscribe/signature.hpp"
#include "tests/gateway/subscribe/receiver.hpp"

namespace gateway::subscribe {
namespace {

using gateway::testing::consenting;
using gateway::testing::http_answer;
using gateway::testing::Received;
using gateway::testing::Receiver;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Outcome::Kind;

constexpr UnixTime now = 1'795'000'000;

class WebhookTest : public ::testing::Test {
  protected:
    WebhookSettings settings(std::vector<std::string> const& networks = {"127.0.0.0/8"}) {
        WebhookSettings made;
        std::vector<Network> allowed;
        allowed.reserve(networks.size());
        for (auto const& each : networks) allowed.push_back(network_from(each).value());
        made.guard = Guard{allowed, true};
        made.secrets = [this](std::string const&) { return secrets_; };
        made.link = [](Subscription const& one, Batch const&) {
            return "https://g.example/feed?area=" + one.areas[0];
        };
        made.now = [] { return now; };
        made.timeout_ms = 700;
        return made;
    }
    static Subscription to(std::string address) {
        Subscription made;
        made.id = "S-000007";
        made.areas = {"03159"};
        made.title = "Bevölkerung";
        made.way = "webhook";
        made.address = std::move(address);
        return made;
    }
    static Batch batch() {
        Batch made;
        made.message = "msg_abc";
        made.behind = 3;
        made.until = 9;
        made.time = now - 10;
        made.changed.push_back(
            {"REGIO_12411-01-01-4", 3, now - 10, "Nachmeldung \"Göttingen\"", 12, 1, 11, 0});
        made.events.push_back({store::ChangeKind::structure, "", 0, now - 20, "Ab Januar nach 30 Staaten"});
        return made;
    }

    std::vector<std::string> secrets_{new_secret(), new_secret()};
};

TEST_F(WebhookTest, SendsASignedMessageThatHoldsNoNumberOfTheLogAndNoValue) {
    Receiver receiver{consenting};
    Webhook webhook{settings()};
    auto const outcome = webhook.deliver(to(receiver.url("/hook?x=1")), batch());
    EXPECT_EQ(outcome.kind, Kind::delivered) << outcome.text;
    EXPECT_EQ(outcome.status, 204);
    auto const got = receiver.received();
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].path, "/hook?x=1");
    EXPECT_EQ(got[0].header("content-type"), "application/json");
    EXPECT_EQ(got[0].header("webhook-id"), "msg_abc");
    EXPECT_EQ(
        got[0].body,
        R"({"type":"kreislauf.changes","timestamp":"2026-11-18T11:06:30Z","data":{"subscription":"S-000007",)"
        R"("title":"Bevölkerung","changes":[{"dataset":"REGIO_12411-01-01-4","vintage":3,)"
        R"("time":"2026-11-18T11:06:30Z","note":"Nachmeldung \"Göttingen\"","series":12,"added":1,"revised":11,)"
        R"("deleted":0}],"events":[{"kind":"structure","dataset":null,"vintage":null,)"
        R"("time":"2026-11-18T11:06:20Z","note":"Ab Januar nach 30 Staaten"}],)"
        R"("feed":"https://g.example/feed?area=03159"}})");
    // Each secret proves it, and nothing else does.
    for (auto const& each : secrets_)
        EXPECT_EQ(verify_signature(got[0].headers, got[0].body, std::vector{each}, now),
                  SignatureVerdict::genuine);
    EXPECT_EQ(verify_signature(got[0].headers, got[0].body, std::vector{new_secret()}, now),
              SignatureVerdict::not_ours);
}

TEST_F(WebhookTest, AsksForConsentAndBelievesOnlyWhoGivesTheChallengeBack) {
    Receiver agrees{consenting};
    Webhook webhook{settings()};
    EXPECT_EQ(webhook.ask(to(agrees.url())).kind, Kind::delivered);
    auto const asked = agrees.received().at(0);
    EXPECT_THAT(asked.body, HasSubstr(R"("type":"kreislauf.consent")"));
    EXPECT_EQ(verify_signature(asked.headers, asked.body, secrets_, now), SignatureVerdict::genuine);

    Receiver takes_everything{[](Received const&) { return http_answer(200, "ok"); }};
    auto const outcome = webhook.ask(to(takes_everything.url()));
    EXPECT_EQ(outcome.kind, Kind::again);
    EXPECT_THAT(outcome.text, HasSubstr("did not give the challenge back"));

    Receiver says_it_in_error{[](Received const& one) {
        auto answer = consenting(one);
        return answer.replace(answer.find("200"), 3, "404");
    }};
    EXPECT_EQ(webhook.ask(to(says_it_in_error.url())).kind, Kind::again);
}

TEST_F(WebhookTest, KnowsTheChallengeAsTextAndAsJson) {
    EXPECT_TRUE(gives_back("abc", "abc"));
    EXPECT_TRUE(gives_back(" abc\r\n", "abc"));
    EXPECT_TRUE(gives_back(R"({"challenge": "abc", "x": 1})", "abc"));
    for (auto const* const no : {"", "ab", "abcd", "xabc", R"("abc")", R"({"challenge": "ab"})",
                                 R"({"challenge": 7})", R"(["abc"])", R"({"challenge": "abc")"})
        EXPECT_FALSE(gives_back(no, "abc")) << no;
    EXPECT_FALSE(gives_back(std::string(60'000, '['), "abc"));
}

TEST_F(WebhookTest, TellsWhoIsGoneFromWhoIsOnlyInTrouble) {
    Receiver receiver{[](Received const& one) {
        auto const status = std::atoi(one.path.c_str() + 1);
        return http_answer(status, "no", status == 503 ? "Retry-After: 120\r\n" : "");
    }};
    Webhook webhook{settings()};
    auto const at = [&](char const* path) { return webhook.deliver(to(receiver.url(path)), batch()); };
    EXPECT_EQ(at("/410").kind, Kind::gone);
    EXPECT_THAT(at("/410").text, HasSubstr("410 (gone)"));
    for (auto const* const path : {"/400", "/401", "/404", "/429", "/500", "/502"}) {
        auto const outcome = at(path);
        EXPECT_EQ(outcome.kind, Kind::again) << path;
        EXPECT_EQ(outcome.status, std::atoi(path + 1));
        EXPECT_FALSE(outcome.try_at);
    }
    EXPECT_EQ(at("/503").try_at, now + 120);
    EXPECT_EQ(at("/202").kind, Kind::delivered);
}

TEST_F(WebhookTest, DoesNotFollowARedirectToTheMetadataAddress) {
    for (int const status : {301, 302, 303, 307, 308}) {
        Receiver receiver{[status](Received const&) {
            return http_answer(status, "", "Location: http://169.254.169.254/latest/meta-data/\r\n");
        }};
        Webhook webhook{settings()};
        auto const outcome = webhook.deliver(to(receiver.url()), batch());
        EXPECT_EQ(outcome.kind, Kind::again);
        EXPECT_EQ(outcome.status, status);
        EXPECT_THAT(outcome.text, HasSubstr("redirects are not followed"));
        EXPECT_EQ(receiver.received().size(), 1U);
    }
}

TEST_F(WebhookTest, ConnectsToNoNameThatLeadsWhereNobodyMayGo) {
    Receiver receiver{consenting};
    auto const port = std::to_string(receiver.port());
    // As if DNS said so, at the moment of connecting: the text of the address is harmless.
    for (auto const* const trick : {"127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]",
                                    "[fd00:ec2::254]", "0.0.0.0", "192.168.1.1", "100.100.100.200"}) {
        auto made = settings({"198.51.100.0/24"});
        made.resolve = {"empfang.example:" + port + ":" + trick};
        Webhook webhook{made};
        auto const wanted = to("https://empfang.example:" + port + "/");
        EXPECT_EQ(webhook.why_not(wanted), "");
        auto const outcome = webhook.deliver(wanted, batch());
        EXPECT_EQ(outcome.kind, Kind::again) << trick;
        EXPECT_EQ(outcome.status, 0);
        EXPECT_THAT(outcome.text, HasSubstr("is no public address")) << trick;
    }
    EXPECT_TRUE(receiver.received().empty());
}

TEST_F(WebhookTest, TriesTheAllowedOneOfSeveralAddresses) {
    Receiver receiver{consenting};
    auto const port = std::to_string(receiver.port());
    auto made = settings({"127.0.0.1"});
    made.resolve = {"empfang.example:" + port + ":127.0.0.99,127.0.0.1"};
    Webhook webhook{made};
    EXPECT_EQ(webhook.deliver(to("http://empfang.example:" + port + "/"), batch()).kind, Kind::delivered);
    EXPECT_EQ(receiver.received().at(0).host, "127.0.0.1");
}

TEST_F(WebhookTest, SpeaksPlainHttpOnlyInAllowedNetworks) {
    Receiver receiver{consenting};
    auto made = settings();
    made.guard = Guard{{network_from("127.0.0.0/8").value()}, false};
    Webhook webhook{made};
    EXPECT_THAT(webhook.why_not(to(receiver.url())), HasSubstr("must begin with https://"));
    EXPECT_THAT(webhook.deliver(to(receiver.url()), batch()).text, HasSubstr("http:// is allowed"));
    EXPECT_TRUE(receiver.received().empty());
}

TEST_F(WebhookTest, GoesThroughNoProxyThatWouldConnectInItsPlace) {
    Receiver proxy{consenting};
    ASSERT_EQ(::setenv("http_proxy", proxy.url("").c_str(), 1), 0);
    Receiver receiver{consenting};
    Webhook webhook{settings()};
    EXPECT_EQ(webhook.deliver(to(receiver.url()), batch()).kind, Kind::delivered);
    ::unsetenv("http_proxy");
    EXPECT_TRUE(proxy.received().empty());
}

TEST_F(WebhookTest, GivesUpOnTheSlowTheDeadAndTheTalkative) {
    Receiver slow{[&slow](Received const&) {
        slow.sleep(5000);
        return std::string{};
    }};
    Webhook webhook{settings()};
    auto const late = webhook.deliver(to(slow.url()), batch());
    EXPECT_EQ(late.kind, Kind::again);
    EXPECT_THAT(late.text, HasSubstr("timed out"));
    EXPECT_THAT(late.text, Not(HasSubstr("whsec_")));

    std::string dead;
    { dead = Receiver{consenting}.url(); }
    EXPECT_EQ(webhook.deliver(to(dead), batch()).kind, Kind::again);

    Receiver cut{[](Received const&) { return std::string{"HTTP/1.1 20"}; }};
    EXPECT_EQ(webhook.deliver(to(cut.url()), batch()).kind, Kind::again);

    Receiver talkative{[](Received const&) { return http_answer(200, std::string(100'000, 'x')); }};
    auto const large = webhook.deliver(to(talkative.url()), batch());
    EXPECT_EQ(large.kind, Kind::again);
    EXPECT_THAT(large.text, HasSubstr("larger than 65536 bytes"));
}

TEST_F(WebhookTest, SendsNothingThatItCannotSign) {
    Receiver receiver{consenting};
    secrets_.clear();
    Webhook webhook{settings()};
    auto const outcome = webhook.deliver(to(receiver.url()), batch());
    EXPECT_EQ(outcome.kind, Kind::again);
    EXPECT_THAT(outcome.text, HasSubstr("has no secret to sign with"));
    EXPECT_TRUE(receiver.received().empty());
}

TEST_F(WebhookTest, CountsAddressesOfOneMachineAsOneHost) {
    Webhook webhook{settings()};
    for (auto const* const url : {"https://Empfang.example.de/a", "https://empfang.example.de:8443/b",
                                  "https://empfang.example.de?x"})
        EXPECT_EQ(webhook.host_of(to(url)), "empfang.example.de") << url;
    EXPECT_EQ(webhook.host_of(to("https://[2001:db8::1]:8443/b")), "[2001:db8::1]");
}

TEST_F(WebhookTest, TakesNoOptionAndNoOtherFormat) {
    Webhook webhook{settings()};
    auto wanted = to("https://empfang.example.de/");
    EXPECT_EQ(webhook.why_not(wanted), "");
    wanted.format = "xml";
    EXPECT_THAT(webhook.why_not(wanted), HasSubstr("'xml'; a webhook is sent as json"));
    wanted.format = "json";
    wanted.options["hour"] = "6";
    EXPECT_THAT(webhook.why_not(wanted), HasSubstr("no option 'hour'"));
}

} // namespace
} // namespace gateway::subscribe
