#include "gateway/subscribe/retry.hpp"

#include <gtest/gtest.h>

namespace gateway::subscribe {
namespace {

TEST(WebhookRetry, TriesTenTimesIn75Hours) {
    for (double const jitter : {0.0, 0.5, 1.0}) {
        UnixTime total = 0;
        unsigned tries = 1;
        for (auto pause = pause_after(tries, jitter); pause; pause = pause_after(++tries, jitter))
            total += *pause;
        EXPECT_EQ(tries, 10U);
        EXPECT_GE(total, 75 * 3600);
        EXPECT_LE(total, 84 * 3600);
    }
    EXPECT_EQ(pause_after(1, 0), 5);
    EXPECT_EQ(pause_after(9, 0), 24 * 3600);
    EXPECT_EQ(pause_after(9, 1), 24 * 3600 + 8640);
    EXPECT_FALSE(pause_after(10, 0));
    EXPECT_FALSE(pause_after(0, 0));
}

TEST(WebhookRetry, WaitsAsLongAsTheReceiverAsksButNoLongerThanADay) {
    constexpr UnixTime now = 1'792'567'680; // Wed, 21 Oct 2026 07:28:00 GMT
    EXPECT_EQ(retry_after("120", now), now + 120);
    EXPECT_EQ(retry_after("0", now), now + 1);
    EXPECT_EQ(retry_after("999999999999999999999", now), now + 86'400);
    EXPECT_EQ(retry_after("Wed, 21 Oct 2026 07:29:00 GMT", now), now + 60);
    EXPECT_EQ(retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now), now + 1);
    EXPECT_EQ(retry_after("Fri, 21 Oct 2033 07:28:00 GMT", now), now + 86'400);
    for (auto const* const text :
         {"", "soon", "-5", "1.5", "Wed, 32 Oct 2026 07:28:00 GMT", "Wed, 21 Okt 2026 07:28:00 GMT",
          "Wed, 21 Oct 2026 07:28:00 CET", "Wed, 21 Oct 2026 25:28:00 GMT"})
        EXPECT_FALSE(retry_after(text, now)) << text;
}

} // namespace
} // namespace gateway::subscribe
