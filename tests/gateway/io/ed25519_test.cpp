// Ed25519 against the vectors of RFC 8032, section 7.1.
#include <gmock/gmock.h>

#include "gateway/core/error.hpp"
#include "gateway/io/ed25519.hpp"

namespace {

using namespace gateway;
using io::public_keys;
using io::PublicKey;
using io::SigningKey;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(std::stoi(std::string{text.substr(at, 2)}, nullptr, 16));
    return bytes;
}

struct Vector {
    char const *secret, *open, *message, *signature;
};

constexpr Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f"
     "0"
     "595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2ea"
     "e"
     "b4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e"
     "9"
     "716ed28dc027beceea1ec40a"},
};

TEST(ReceiptKey, SignsAsTheVectorsOfRfc8032Say) {
    for (auto const& vector : vectors) {
        SigningKey const key{from_hex(vector.secret)};
        EXPECT_EQ(key.public_key().pem(), PublicKey{from_hex(vector.open)}.pem());
        EXPECT_EQ(key.sign(from_hex(vector.message)), from_hex(vector.signature));
    }
}

TEST(ReceiptKey, VerifiesTheVectorsAndNothingElse) {
    for (auto const& vector : vectors) {
        PublicKey const key{from_hex(vector.open)};
        auto const message = from_hex(vector.message);
        auto const signature = from_hex(vector.signature);
        EXPECT_TRUE(key.has_signed(message, signature));
        EXPECT_FALSE(key.has_signed(message + " ", signature));
        EXPECT_FALSE(key.has_signed(message, signature.substr(1)));
        for (std::size_t i = 0; i < signature.size(); ++i) {
            auto wrong = signature;
            wrong[i] = static_cast<char>(wrong[i] ^ 1);
            EXPECT_FALSE(key.has_signed(message, wrong)) << i;
        }
    }
}

TEST(ReceiptKey, ComesBackFromItsPem) {
    auto const key = SigningKey::make();
    auto const again = SigningKey::from_pem(key.pem(), "here");
    EXPECT_EQ(again.public_key().pem(), key.public_key().pem());
    EXPECT_NE(SigningKey::make().pem(), key.pem());
    auto const both = public_keys(key.public_key().pem() + SigningKey::make().public_key().pem(), "here");
    ASSERT_THAT(both, SizeIs(2));
    EXPECT_EQ(both.front().id(), key.public_key().id());
    EXPECT_THAT(both.front().id(), SizeIs(16));
}

TEST(ReceiptKey, ReadsWhatOpensslWrites) {
    // RFC 8410, section 10.3 and 10.1.
    auto const key = SigningKey::from_pem(
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n",
        "here");
    EXPECT_EQ(key.public_key().pem(),
              "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
              "-----END PUBLIC KEY-----\n");
}

TEST(ReceiptKey, SaysWhereAPemIsNoKey) {
    for (std::string const text :
         {"", "-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
          "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VuAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
          "-----END PUBLIC KEY-----\n"}) {
        try {
            public_keys(text, "office.pem");
            FAIL() << text;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::malformed);
            EXPECT_THAT(error.what(), HasSubstr("office.pem: "));
        }
    }
}

} // namespace
