#include <gmock/gmock.h>

#include <array>

#include "gateway/http/request_parser.hpp"

namespace gateway::http {
namespace {

/// Reads a body that arrives in two pieces, as a connection does: what was not taken is offered again.
struct Body {
    explicit Body(std::string const& framing, std::uint64_t limit = 1000) {
        auto const bytes = "POST /a HTTP/1.1\r\nHost: h\r\n" + framing + "\r\n\r\n";
        RequestHead head;
        EXPECT_EQ(parser.read_head(bytes, HeadLimits{}, head).status, 0U) << framing;
        refusal = parser.begin_body(limit);
    }
    std::size_t take(std::string_view bytes, std::size_t cut) {
        auto taken = parser.read_body(bytes.substr(0, cut), content, refusal);
        EXPECT_LE(taken, cut);
        if (refusal.status == 0 && !parser.complete())
            taken += parser.read_body(bytes.substr(taken), content, refusal);
        return taken;
    }
    RequestParser parser;
    std::string content;
    Refusal refusal;
};

constexpr char const* chunked = "Transfer-Encoding: chunked";

TEST(RequestBody, WithoutOneARequestEndsWithItsHead) {
    for (auto const* framing : {"X-A: b", "Content-Length: 0"}) EXPECT_TRUE(Body{framing}.parser.complete());
    EXPECT_FALSE(Body{"Content-Length: 1"}.parser.complete());
    EXPECT_FALSE(Body{chunked}.parser.complete());
}

TEST(RequestBody, OfKnownLengthEndsThereWhereverItWasCut) {
    std::string_view const bytes = "WikipediaGET /next";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Body body{"Content-Length: 9"};
        EXPECT_EQ(body.take(bytes, cut), 9U) << cut;
        EXPECT_EQ(body.content, "Wikipedia") << cut;
        EXPECT_TRUE(body.parser.complete()) << cut;
    }
}

TEST(RequestBody, InChunksIsPutTogetherWhereverItWasCut) {
    std::string const sent = "4\r\nWiki\r\n005;name=\"a;b\"\r\npedia\r\n0;x\r\nTrailer: x\r\n\r\n";
    auto const bytes = sent + "GET /next";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        Body body{chunked};
        EXPECT_EQ(body.take(bytes, cut), sent.size()) << cut;
        EXPECT_EQ(body.content, "Wikipedia") << cut;
        EXPECT_EQ(body.refusal.status, 0U) << cut;
        EXPECT_TRUE(body.parser.complete()) << cut;
    }
}

TEST(RequestBody, InChunksIsReadByteByByte) {
    std::string_view const bytes = "4\r\nWiki\r\n5\r\npedia\r\n0\r\nTrailer: x\r\n\r\n";
    Body body{chunked};
    std::string waiting;
    for (char const byte : bytes) {
        EXPECT_FALSE(body.parser.complete());
        waiting += byte;
        waiting.erase(0, body.parser.read_body(waiting, body.content, body.refusal));
        ASSERT_EQ(body.refusal.status, 0U) << body.refusal.what;
    }
    EXPECT_TRUE(body.parser.complete());
    EXPECT_EQ(body.content, "Wikipedia");
}

TEST(RequestBody, RefusesChunksThatBreakTheirForm) {
    std::array<std::string_view, 17> const broken{"4\nWiki\r\n0\r\n\r\n",
                                                  "x\r\n",
                                                  "-1\r\n",
                                                  "4 \r\nWiki\r\n",
                                                  "4\r\nWikix\r\n",
                                                  "4\r\nWiki\n0\r\n\r\n",
                                                  "11112222333344445\r\n",
                                                  "0x4\r\nWiki\r\n",
                                                  "\r\n",
                                                  // What Beast alone takes or would wait with.
                                                  "4;a=\"b\nc\"\r\nWiki\r\n0\r\n\r\n",
                                                  {"4;a=\"\0\"\r\nWiki\r\n0\r\n\r\n", 20},
                                                  "4;a=\"b\r\nWiki\r\n",
                                                  "4;\r\nWiki\r\n",
                                                  "0\r\nX-A: b\r\n c\r\n\r\n",
                                                  "0\r\nX-A: b\n\r\n",
                                                  "0\r\nX-A : b\r\n\r\n",
                                                  "0\r\nContent-Length: 4\r\n\r\n"};
    for (auto const bytes : broken) {
        for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
            Body body{chunked};
            body.take(bytes, cut);
            EXPECT_EQ(body.refusal.status, 400U) << bytes << " cut at " << cut;
            EXPECT_FALSE(body.parser.complete()) << bytes << " cut at " << cut;
        }
    }
}

TEST(RequestBody, RefusesLinesOfChunksAndTrailersWithoutEnd) {
    for (auto const& bytes :
         {"4;a=" + std::string(2000, 'b'), "4;a=" + std::string(2000, 'b') + "\r\n",
          "0\r\nX-A: " + std::string(9000, 'b'), "0\r\nX-A: " + std::string(9000, 'b') + "\r\n\r\n"}) {
        Body body{chunked};
        body.take(bytes, bytes.size() / 2);
        EXPECT_EQ(body.refusal.status, 400U) << bytes.size();
    }
}

TEST(RequestBody, StopsAtTheLimitBeforeTheBytesAreThere) {
    Body body{chunked};
    body.take("3e9\r\n", 5);
    EXPECT_EQ(body.content, "");
    EXPECT_EQ(body.refusal.status, 413U);
    EXPECT_EQ(Body{"Content-Length: 1001"}.refusal.status, 413U);
    EXPECT_EQ(Body{"Content-Length: 1000"}.refusal.status, 0U);
    Body sum{chunked, 10};
    sum.take("8\r\nabcdefgh\r\n3\r\nabc\r\n", 20);
    EXPECT_EQ(sum.refusal.status, 413U) << "all chunks count together";
    EXPECT_EQ(sum.content, "abcdefgh");
}

} // namespace
} // namespace gateway::http
