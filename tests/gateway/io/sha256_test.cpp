#include "gateway/io/sha256.hpp"

#include <gtest/gtest.h>

namespace gateway::io {
namespace {

TEST(Sha256, AgreesWithThePublishedVectors) {
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheInputIsCut) {
    std::string const text(1000, 'x');
    for (std::size_t cut = 0; cut <= text.size(); cut += 37) {
        Sha256 sum;
        sum.update(std::string_view{text}.substr(0, cut));
        sum.update(std::string_view{text}.substr(cut));
        EXPECT_EQ(sum.hex(), sha256_hex(text)) << "cut at " << cut;
    }
}

TEST(Sha256, StartsAnewAfterHex) {
    Sha256 sum;
    sum.update("something");
    EXPECT_NE(sum.hex(), sha256_hex("abc"));
    sum.update("abc");
    EXPECT_EQ(sum.hex(), sha256_hex("abc"));
}

TEST(Sha256, KnowsItsOwnTextForm) {
    EXPECT_TRUE(is_sha256(sha256_hex("abc")));
    EXPECT_FALSE(is_sha256(sha256_hex("abc").substr(1)));
    EXPECT_FALSE(is_sha256("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
    EXPECT_FALSE(is_sha256("../../etc/passwd"));
}

} // namespace
} // namespace gateway::io
