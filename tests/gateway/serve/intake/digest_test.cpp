#include "gateway/serve/intake/digest.hpp"

#include <gtest/gtest.h>

#include "gateway/io/base64.hpp"

namespace gateway::serve::intake {
namespace {

TEST(UploadDigest, ReadsTheChecksumOfTheProtocolsOwnExample) {
    // tus 1.0.0, checksum: "hello world" in its text.
    auto const checksum = checksum_from("sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0=");
    ASSERT_TRUE(checksum);
    EXPECT_EQ(checksum->algorithm, "sha1");
    Digest digest{"sha1"};
    digest.update("hello ");
    digest.update("world");
    EXPECT_EQ(digest.sum(), checksum->sum);
}

TEST(UploadDigest, ComputesSha256OfFips180) {
    Digest digest{"sha256"};
    digest.update("abc");
    EXPECT_EQ(io::to_base64(digest.sum()), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(UploadDigest, KnowsNoOtherFormOrSum) {
    for (auto const* text :
         {"", "sha1", "sha1 ", "md5 1B2M2Y8AsgTpgAmY7PhCfg==", "sha1 ungWv48Bz+pBQUDeXa4iIw==",
          "sha256 Kq5sNclPz7QV2+lfQIuc6R7oRu0=", "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0", "SHA1 x"})
        EXPECT_FALSE(checksum_from(text)) << text;
}

} // namespace
} // namespace gateway::serve::intake
