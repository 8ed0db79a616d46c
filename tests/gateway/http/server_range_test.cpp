#include <gmock/gmock.h>

#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;
using ::testing::Not;

Response digits(Request const& request) {
    std::string body;
    for (int i = 0; i < 500; ++i) body += "0123456789";
    auto response = text(std::move(body));
    if (request.target != "/untagged") response.headers.emplace_back("ETag", "\"v1\"");
    response.headers.emplace_back("Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT");
    response.shared = request.target == "/shared";
    return response;
}

TEST(HttpServerRange, GivesAPartOfAnAnswerMadeAndOfOneFromTheCache) {
    Running const running{digits};
    RawClient client{running.url()};
    for (auto const* target : {"/made", "/shared", "/shared"}) {
        auto const part = client.ask(target, "Range: bytes=4-8\r\n");
        EXPECT_EQ(part.status, 206U) << target;
        EXPECT_EQ(part.body, "45678");
        EXPECT_EQ(part.field("Content-Range"), "bytes 4-8/5000");
        EXPECT_EQ(part.field("Content-Length"), "5");
        EXPECT_EQ(part.field("ETag"), "\"v1\"");
        EXPECT_EQ(client.ask(target).body.size(), 5000U);
    }
    EXPECT_EQ(running.service.calls, 3U) << "a part of the shared answer is cut out of the one that is kept";
}

TEST(HttpServerRange, PutsADownloadTogetherThatBrokeOff) {
    Running const running{digits};
    RawClient client{running.url()};
    auto const whole = client.ask("/made");
    EXPECT_EQ(whole.field("Accept-Ranges"), "bytes");
    auto const rest = client.ask("/made", "Range: bytes=1234-\r\nIf-Range: " + whole.field("ETag") + "\r\n");
    EXPECT_EQ(rest.status, 206U);
    EXPECT_EQ(whole.body.substr(0, 1234) + rest.body, whole.body);
}

TEST(HttpServerRange, IsWholeWhereTheClientHoldsAPartOfSomethingElse) {
    Running const running{digits};
    RawClient client{running.url()};
    auto const other = client.ask("/made", "Range: bytes=4-8\r\nIf-Range: \"v0\"\r\n");
    EXPECT_EQ(other.status, 200U);
    EXPECT_EQ(other.body.size(), 5000U);
    EXPECT_EQ(client.ask("/untagged", "Range: bytes=4-8\r\n").status, 200U)
        << "nothing says which bytes they are";
}

TEST(HttpServerRange, BehindTheEndIsRefusedWithTheLength) {
    Running const running{digits};
    RawClient client{running.url()};
    auto const refused = client.ask("/made", "Range: bytes=5000-\r\n");
    EXPECT_EQ(refused.status, 416U);
    EXPECT_EQ(refused.field("Content-Range"), "bytes */5000");
    EXPECT_THAT(refused.body, HasSubstr("5000 bytes"));
    EXPECT_EQ(client.ask("/made").status, 200U) << "the connection goes on";
}

TEST(HttpServerRange, CountsBytesOfThePlainAnswerAndNotOfAnEncodedOne) {
    Running const running{digits};
    RawClient client{running.url()};
    auto const part = client.ask("/made", "Range: bytes=0-3\r\nAccept-Encoding: gzip\r\n");
    EXPECT_EQ(part.body, "0123");
    auto const packed = client.ask("/made", "Range: bytes=0-3\r\nAccept-Encoding: gzip, identity;q=0\r\n");
    EXPECT_EQ(packed.status, 200U);
    EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
    EXPECT_THAT(packed.head, Not(HasSubstr("Accept-Ranges")));
}

TEST(HttpServerRange, AsksForNothingInHeadPostOrWhereNothingChanged) {
    Running const running{digits};
    RawClient client{running.url()};
    auto const head = client.ask("/made", "Range: bytes=0-3\r\n", "HEAD");
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.field("Content-Length"), "5000");
    EXPECT_EQ(client.ask("/made", "Range: bytes=0-3\r\n", "POST").status, 200U);
    EXPECT_EQ(client.ask("/made", "Range: bytes=0-3\r\nIf-None-Match: \"v1\"\r\n").status, 304U);
}

} // namespace
} // namespace gateway::testing
