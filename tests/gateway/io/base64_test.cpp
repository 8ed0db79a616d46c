#include <gtest/gtest.h>

#include "gateway/io/base64.hpp"
#include "gateway/io/sha256.hpp"

namespace gateway::io {
namespace {

TEST(Base64, WritesAndReadsTheExamplesOfTheStandard) {
    for (auto const& [bytes, text] : {std::pair{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"}}) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text).value(), bytes);
    }
}

TEST(Base64, ReadsBackEveryByte) {
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    for (std::size_t cut = 0; cut < 4; ++cut) {
        auto const bytes = all.substr(cut);
        EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    }
}

TEST(Base64, RefusesWhatHasAnotherReading) {
    for (char const* const text :
         {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=g==", "Zg==Zg==", "Zm9v\n", "Zm-_", "Z===", "===="})
        EXPECT_FALSE(from_base64(text)) << text;
}

// RFC 4231, cases 2 and 6.
TEST(Hmac, IsThatOfTheStandard) {
    auto const hex = [](std::string const& bytes) {
        std::string text;
        for (char const c : bytes) {
            constexpr std::string_view digits = "0123456789abcdef";
            text += digits[static_cast<unsigned char>(c) >> 4U];
            text += digits[static_cast<unsigned char>(c) & 15U];
        }
        return text;
    };
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(
        hex(hmac_sha256(std::string(131, '\xAA'), "Test Using Larger Than Block-Size Key - Hash Key First")),
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

} // namespace
} // namespace gateway::io
