#include "gateway/core/document.hpp"

#include <random>

#include <gtest/gtest.h>

namespace gateway {
namespace {

TEST(UtcText, WritesSecondsSince1970) {
    EXPECT_EQ(utc_text(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(utc_text(1735632900), "2024-12-31T08:15:00Z");
    EXPECT_EQ(utc_text(951782399), "2000-02-28T23:59:59Z");
    EXPECT_EQ(utc_text(951782400), "2000-02-29T00:00:00Z");
}

TEST(UtcText, WritesTimesBefore1970) {
    EXPECT_EQ(utc_text(-1), "1969-12-31T23:59:59Z");
    EXPECT_EQ(utc_text(-86400), "1969-12-31T00:00:00Z");
    EXPECT_EQ(utc_text(-86401), "1969-12-30T23:59:59Z");
}

TEST(UtcFrom, ReadsATimeOrTheFirstSecondOfADay) {
    EXPECT_EQ(utc_from("2024-12-31T08:15:00Z", -7), 1735632900);
    EXPECT_EQ(utc_from("2024-12-31", -7), 1735603200);
    EXPECT_EQ(utc_from("31.12.2024", -7), 1735603200);
}

TEST(UtcFrom, RefusesEveryOtherForm) {
    for (auto const* const text :
         {"", "2024", "2024-12-31T", "2024-12-31T08:15", "2024-12-31T08:15:00", "2024-12-31 08:15:00Z",
          "2024-12-31T08:15:00+02:00", "2024-12-31T08:15:00Zulu", "2024-12-31T08:15:00.5Z",
          "2024-12-31T24:00:00Z", "2024-12-31T08:60:00Z", "2024-12-31T08:15:60Z", "2024-12-31T-8:15:00Z",
          "2024-12-31T 8:15:00Z", "2024-12-31T8a:15:00Z", "2023-02-29T00:00:00Z", "2023-02-29", "now"})
        EXPECT_EQ(utc_from(text, -7), -7) << "'" << text << "'";
}

TEST(UtcFrom, ReadsBackWhatUtcTextWrites) {
    std::mt19937_64 random{1};
    std::uniform_int_distribution<UnixTime> times{-62135596800, 253402300799}; // years 1 to 9999
    for (int i = 0; i < 20'000; ++i) {
        auto const time = times(random);
        ASSERT_EQ(utc_from(utc_text(time), time - 1), time) << utc_text(time);
    }
}

TEST(HttpResponse, FindsHeaderFieldsWithoutRegardToCase) {
    HttpResponse const response{200, {{"Content-Type", "application/zip"}, {"content-type", "second"}}, "x"};
    EXPECT_EQ(response.header("content-type"), "application/zip");
    EXPECT_EQ(response.header("CONTENT-TYPE"), "application/zip");
    EXPECT_EQ(response.header("Content-Typ"), "");
    EXPECT_EQ(response.header(""), "");
}

TEST(Clock, OfTheSystemMovesOn) {
    auto const clock = Clock::system();
    auto const before = clock.now();
    clock.sleep(std::chrono::milliseconds{1});
    EXPECT_GE(clock.now(), before);
    EXPECT_GT(before, utc_from("2024-01-01", 0));
}

} // namespace
} // namespace gateway
