// The one form in which a subscription is shown and wished for.
#include "gateway/subscribe/subscription_json.hpp"

#include <gmock/gmock.h>
#include <rapidjson/document.h>

namespace gateway::subscribe {
namespace {

using ::testing::HasSubstr;

Subscriber subscriber() {
    Subscriber one;
    one.subscription.id = "S-000042";
    one.subscription.way = "mail";
    one.subscription.areas = {"03156"};
    one.subscription.options = {{"hour", "8"}};
    one.subscription.created = one.subscription.changed = 1'790'000'000;
    one.position.number = 17;
    return one;
}

rapidjson::Document read(std::string const& text) {
    rapidjson::Document json;
    json.Parse(text.data(), text.size());
    EXPECT_FALSE(json.HasParseError()) << text;
    return json;
}

std::string refusal(std::string_view body, bool is_new = false) {
    try {
        static_cast<void>(wish_from(body, {}, is_new));
    } catch (BadMember const& error) {
        EXPECT_EQ(error.code(), Errc::invalid_argument);
        return error.member + ": " + error.expected;
    }
    return "none";
}

TEST(SubscriptionJson, SaysNothingAsNullAndKeepsPlacesOfTheLogForTheOperator) {
    auto one = subscriber();
    Shown shown;
    shown.areas_today = {"03159"};
    shown.base = "https://daten.example.de";
    auto const caller = read(to_json(one, shown));
    for (auto const* const name : {"why", "owner", "title", "territory", "format", "address", "ended"})
        EXPECT_TRUE(caller[name].IsNull()) << name;
    EXPECT_STREQ(caller["area_today"][0].GetString(), "03159");
    EXPECT_STREQ(caller["options"]["hour"].GetString(), "8");
    EXPECT_STREQ(caller["feed"].GetString(), "https://daten.example.de/api/v1/subscriptions/S-000042/feed");
    EXPECT_FALSE(caller["position"].HasMember("number"));
    EXPECT_FALSE(caller.HasMember("secret"));
    shown.base.reset();
    shown.numbers = true;
    shown.secret = "whsec_x";
    auto const whole = read(to_json(one, shown));
    EXPECT_FALSE(whole.HasMember("feed"));
    EXPECT_EQ(whole["position"]["number"].GetUint64(), 17U);
    EXPECT_TRUE(whole["position"]["until"].IsNull());
    EXPECT_STREQ(whole["secret"].GetString(), "whsec_x");
    one.position.message = "msg_1";
    one.position.until = 19;
    one.position.next_try = 1'790'000'300;
    auto const sending = read(to_json(one, shown));
    EXPECT_EQ(sending["position"]["until"].GetUint64(), 19U);
    EXPECT_STREQ(sending["position"]["next_try"].GetString(), "2026-09-21T14:18:20Z");
}

TEST(SubscriptionJson, TellsAFailureWithTheStatusThatThereWas) {
    Failure failure;
    failure.no = 3;
    failure.message = "msg_1";
    failure.behind = 4;
    failure.until = 9;
    failure.text = "no \"answer\"";
    auto const json = read(to_json(failure, false));
    EXPECT_TRUE(json["status"].IsNull());
    EXPECT_TRUE(json["replayed"].IsNull());
    EXPECT_STREQ(json["text"].GetString(), "no \"answer\"");
    EXPECT_FALSE(json.HasMember("behind"));
    failure.status = 500;
    EXPECT_EQ(read(to_json(failure, true))["status"].GetInt(), 500);
    EXPECT_EQ(read(to_json(failure, true))["until"].GetUint64(), 9U);
}

TEST(SubscriptionJson, ReadsAWishOverWhatIsThere) {
    auto const before = subscriber().subscription;
    auto const wish = wish_from(R"({"title":"Bericht","kind":["revised"],"options":{}})", before, false);
    EXPECT_EQ(wish.subscription.title, "Bericht");
    EXPECT_EQ(wish.subscription.kinds, std::vector<std::string>{"revised"});
    EXPECT_EQ(wish.subscription.areas, before.areas);
    EXPECT_TRUE(wish.subscription.options.empty());
    EXPECT_FALSE(wish.from_start);
    auto const made = wish_from(R"({"way":"pull","begin":"start","title":null})", {}, true);
    EXPECT_EQ(made.subscription.way, "pull");
    EXPECT_TRUE(made.from_start);
}

TEST(SubscriptionJson, RefusesWhatItDoesNotKnowWithTheNameOfTheMember) {
    EXPECT_EQ(refusal("[]"), "body: a JSON object");
    EXPECT_EQ(refusal("{\"title\":\"\xff\"}"), "body: a JSON object") << "that is no UTF-8";
    EXPECT_EQ(refusal(R"({"area":"03153"})"), "area: a list of texts");
    EXPECT_EQ(refusal(R"({"kind":[1]})"), "kind: a list of texts");
    EXPECT_EQ(refusal(R"({"options":[]})"), "options: an object of texts");
    EXPECT_EQ(refusal(R"({"begin":"later"})", true), "begin: now or start");
    EXPECT_THAT(refusal(R"({"way":"pull"})"), HasSubstr("way: title, area")) << "it stays what it is";
    EXPECT_THAT(refusal(R"({"kinds":["revised"]})"), HasSubstr("kinds: title, area"));
    EXPECT_EQ(refusal(R"({"title":7})"), "title: a text or null");
}

TEST(SubscriptionJson, ReadsTheOneTextOfASmallBody) {
    EXPECT_EQ(text_from(" \n", "reason"), std::nullopt);
    EXPECT_EQ(text_from("{}", "reason"), std::nullopt);
    EXPECT_EQ(text_from(R"({"reason":"Umbau"})", "reason"), "Umbau");
    EXPECT_EQ(text_from(R"({"reason":null})", "reason"), std::nullopt);
    EXPECT_THROW(text_from(R"({"why":"Umbau"})", "reason"), BadMember);
    EXPECT_THROW(text_from(R"({"reason":5})", "reason"), BadMember);
}

} // namespace
} // namespace gateway::subscribe
