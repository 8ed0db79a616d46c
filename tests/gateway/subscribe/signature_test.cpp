#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "gateway/io/base64.hpp"
#include "gateway/subscribe/signature.hpp"

namespace gateway::subscribe {
namespace {

// The example of Standard Webhooks 1.0.
constexpr std::string_view example_id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr UnixTime example_time = 1614265330;
constexpr std::string_view example_body = R"({"test": 2432232314})";
std::vector<std::string> const example_secret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};

Fields headers(std::string const& signature, UnixTime time = example_time) {
    return {{"Webhook-Id", std::string{example_id}},
            {"webhook-timestamp", std::to_string(time)},
            {"webhook-signature", signature}};
}

TEST(WebhookSignature, IsThatOfTheStandardsExample) {
    EXPECT_EQ(sign(example_id, example_time, example_body, example_secret),
              "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(WebhookSignature, HoldsWithEachOfSeveralSecrets) {
    std::vector<std::string> const both{new_secret(), example_secret[0]};
    auto const sent = headers(sign(example_id, example_time, example_body, both));
    for (auto const& each : both)
        EXPECT_EQ(verify_signature(sent, example_body, std::vector{each}, example_time),
                  SignatureVerdict::genuine);
    EXPECT_EQ(verify_signature(sent, example_body, std::vector{new_secret()}, example_time),
              SignatureVerdict::not_ours);
}

TEST(WebhookSignature, ChangedTruncatedOrReserialisedBodiesAreNotOurs) {
    auto const sent = headers(sign(example_id, example_time, example_body, example_secret));
    for (char const* const body : {R"({"test":2432232314})", R"({"test": 2432232315})",
                                   R"({"test": 243223231)", "", R"({"test": 2432232314} )"})
        EXPECT_EQ(verify_signature(sent, body, example_secret, example_time), SignatureVerdict::not_ours)
            << body;
    auto other = sent;
    other[0].second = "msg_other";
    EXPECT_EQ(verify_signature(other, example_body, example_secret, example_time),
              SignatureVerdict::not_ours);
    other = sent;
    other[1].second = std::to_string(example_time + 1);
    EXPECT_EQ(verify_signature(other, example_body, example_secret, example_time),
              SignatureVerdict::not_ours);
    // Neither may a dot move from one part to the next.
    other = sent;
    other[0].second = std::string{example_id} + "." + std::to_string(example_time);
    EXPECT_EQ(verify_signature(other, example_body, example_secret, example_time),
              SignatureVerdict::not_ours);
}

TEST(WebhookSignature, ReplayedAndFutureOnesAreRefusedAtTheSecond) {
    auto const sent = headers(sign(example_id, example_time, example_body, example_secret));
    auto const at = [&](UnixTime now) { return verify_signature(sent, example_body, example_secret, now); };
    EXPECT_EQ(at(example_time + 300), SignatureVerdict::genuine);
    EXPECT_EQ(at(example_time + 301), SignatureVerdict::too_old);
    EXPECT_EQ(at(example_time - 300), SignatureVerdict::genuine);
    EXPECT_EQ(at(example_time - 301), SignatureVerdict::too_new);
}

TEST(WebhookSignature, HeadersThatAreAbsentDoubledOrNoTimeAreMissing) {
    auto const signature = sign(example_id, example_time, example_body, example_secret);
    auto const sound = headers(signature);
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto lacking = sound;
        lacking.erase(lacking.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_EQ(verify_signature(lacking, example_body, example_secret, example_time),
                  SignatureVerdict::missing);
        auto doubled = sound;
        doubled.push_back(sound[i]);
        EXPECT_EQ(verify_signature(doubled, example_body, example_secret, example_time),
                  SignatureVerdict::missing);
    }
    for (char const* const time : {"", "soon", "1614265330.0", " 1614265330", "-1", "99999999999999999999"}) {
        auto odd = sound;
        odd[1].second = time;
        EXPECT_EQ(verify_signature(odd, example_body, example_secret, example_time),
                  SignatureVerdict::missing)
            << time;
    }
}

TEST(WebhookSignature, OtherVersionsAndForeignSignaturesBesideItDoNotHarm) {
    auto const ours = sign(example_id, example_time, example_body, example_secret);
    EXPECT_EQ(
        verify_signature(headers("v1a,abc= v1,AAAA " + ours), example_body, example_secret, example_time),
        SignatureVerdict::genuine);
    EXPECT_EQ(verify_signature(headers("v2" + ours.substr(2)), example_body, example_secret, example_time),
              SignatureVerdict::not_ours);
    EXPECT_EQ(verify_signature(headers(ours.substr(3)), example_body, example_secret, example_time),
              SignatureVerdict::not_ours);
}

TEST(WebhookSignature, SecretsThatAreNoneAreRefusedAndNotRepeated) {
    for (std::string const secret :
         {"", "geheim", "whsec_", "whsec_kurz", "whsec_!!!!", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}) {
        try {
            sign(example_id, example_time, example_body, std::vector{secret});
            FAIL() << secret;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            if (secret.size() > 6) {
                EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr(secret)));
            }
        }
    }
    EXPECT_THROW(sign("a.b", 1, "", example_secret), Error);
    EXPECT_THROW(sign("", 1, "", example_secret), Error);
}

TEST(WebhookSignature, NewSecretsAreDifferentAndUsable) {
    auto const one = new_secret();
    EXPECT_NE(one, new_secret());
    EXPECT_EQ(io::from_base64(std::string_view{one}.substr(6)).value().size(), 32U);
    EXPECT_NO_THROW(sign("m", 1, "", std::vector{one}));
}

} // namespace
} // namespace gateway::subscribe
