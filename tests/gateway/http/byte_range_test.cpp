#include "gateway/http/byte_range.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

std::string given(std::string_view range, std::size_t bytes) {
    auto const read = read_range(range, bytes);
    return read ? content_range(*read, bytes) : "whole";
}

TEST(ByteRange, IsOneRangeOfBytes) {
    EXPECT_EQ(given("bytes=0-499", 1234), "bytes 0-499/1234");
    EXPECT_EQ(given("bytes=500-", 1234), "bytes 500-1233/1234");
    EXPECT_EQ(given("bytes=-500", 1234), "bytes 734-1233/1234");
    EXPECT_EQ(given("Bytes = 5-5 ", 1234), "bytes 5-5/1234");
}

TEST(ByteRange, EndsWhereTheBodyEnds) {
    EXPECT_EQ(given("bytes=1000-99999", 1234), "bytes 1000-1233/1234");
    EXPECT_EQ(given("bytes=-99999", 1234), "bytes 0-1233/1234");
    EXPECT_EQ(given("bytes=1000-99999999999999999999999", 1234), "bytes 1000-1233/1234");
}

TEST(ByteRange, BehindTheEndIsNoRange) {
    EXPECT_EQ(given("bytes=1234-", 1234), "bytes */1234");
    EXPECT_EQ(given("bytes=99999999999999999999999-", 1234), "bytes */1234");
    EXPECT_EQ(given("bytes=-0", 1234), "bytes */1234");
    EXPECT_EQ(given("bytes=0-", 0), "bytes */0");
}

TEST(ByteRange, WhatIsMalformedOrSeveralLeavesTheAnswerWhole) {
    for (auto const* text :
         {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=9-5", "bytes=a-5", "bytes=5-b", "bytes=0-1,4-5",
          "lines=0-5", "bytes=+1-5", "bytes=--5", "bytes=1 -5"})
        EXPECT_EQ(given(text, 1234), "whole") << text;
}

TEST(ByteRange, GoesOnOnlyWhereThePartIsOfTheSameBytes) {
    EXPECT_TRUE(holds_part_of("", "\"a\"", 5));
    EXPECT_TRUE(holds_part_of("\"a\"", "\"a\"", 5));
    EXPECT_FALSE(holds_part_of("\"b\"", "\"a\"", 5));
    EXPECT_FALSE(holds_part_of("\"a-gzip\"", "\"a\"", 5)) << "other bytes of the same content";
    EXPECT_FALSE(holds_part_of("W/\"a\"", "\"a\"", 5));
    EXPECT_TRUE(holds_part_of("Thu, 01 Jan 1970 00:00:05 GMT", "\"a\"", 5));
    EXPECT_FALSE(holds_part_of("Thu, 01 Jan 1970 00:00:06 GMT", "\"a\"", 5)) << "not even a later one";
    EXPECT_FALSE(holds_part_of("Thu, 01 Jan 1970 00:00:05 GMT", "\"a\"", std::nullopt));
    EXPECT_FALSE(holds_part_of("yesterday", "\"a\"", 5));
}

} // namespace
} // namespace gateway::http
