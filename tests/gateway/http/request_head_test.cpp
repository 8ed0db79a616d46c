#include "gateway/http/request_head.hpp"

#include <gmock/gmock.h>

#include "gateway/http/request_parser.hpp"

namespace gateway::http {
namespace {

HeadLimits const limits;

Refusal read_head(std::string_view bytes, RequestHead& head) {
    return RequestParser{}.read_head(bytes, limits, head);
}

Refusal refusal_of(std::string const& bytes) {
    HeadEnd end;
    Refusal refusal;
    auto const length = end.find(bytes, limits, refusal);
    if (refusal.status != 0) return refusal;
    if (length == 0) return {1, "incomplete"};
    RequestHead head;
    return read_head(std::string_view{bytes}.substr(0, length), head);
}

std::string with(std::string const& fields) {
    return "GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

TEST(RequestHead, IsReadWithItsFieldsAndFraming) {
    std::string const bytes =
        "POST /a?b=c HTTP/1.1\r\nHost: h:80\r\nContent-Length: 12\r\nX-A:  b c \t\r\n\r\n";
    RequestHead head;
    ASSERT_EQ(read_head(bytes, head).status, 0U);
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/a?b=c");
    EXPECT_EQ(head.host, "h:80");
    EXPECT_EQ(head.content_length, 12U);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(head.field("x-a"), "b c");
}

TEST(RequestHead, EndIsFoundWhereverThePiecesWereCut) {
    auto const bytes = with("Accept: */*\r\n");
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        HeadEnd end;
        Refusal refusal;
        EXPECT_EQ(end.find(std::string_view{bytes}.substr(0, cut), limits, refusal), 0U) << cut;
        EXPECT_EQ(end.find(bytes + "GET /next", limits, refusal), bytes.size()) << cut;
        EXPECT_EQ(refusal.status, 0U) << cut;
    }
}

TEST(RequestHead, RefusesWhatTwoServersCouldReadInTwoWays) {
    EXPECT_EQ(refusal_of(with("Content-Length: 1\r\nContent-Length: 1\r\n")).status, 400U);
    EXPECT_EQ(refusal_of(with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")).status, 400U);
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")).status, 400U);
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: gzip, chunked\r\n")).status, 501U);
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: xchunked\r\n")).status, 501U);
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked;a=b\r\n")).status, 501U);
    EXPECT_EQ(refusal_of(with("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")).status, 400U);
    for (auto const* length : {"+1", "-1", "1,1", "1,", ",1", "0x1", "1 1", "", "18446744073709551616"})
        EXPECT_EQ(refusal_of(with("Content-Length: " + std::string{length} + "\r\n")).status, 400U) << length;
    EXPECT_EQ(refusal_of(with("X-A: b\r\n c\r\n")).status, 400U) << "folded";
    EXPECT_EQ(refusal_of(with("X-A:\r\n\tc\r\n")).status, 400U) << "folded behind nothing";
    EXPECT_EQ(refusal_of(" GET /a HTTP/1.1\r\nHost: h\r\n\r\n").status, 400U);
    EXPECT_EQ(refusal_of(with("X-A : b\r\n")).status, 400U) << "blank before the colon";
    EXPECT_EQ(refusal_of(with("X-A\r\n")).status, 400U) << "no colon";
    EXPECT_EQ(refusal_of(with(": b\r\n")).status, 400U) << "no name";
    EXPECT_EQ(refusal_of(with("X-A: b\nX-B: c\r\n")).status, 400U) << "bare line feed";
    EXPECT_EQ(refusal_of(with("X-A: b\rc\r\n")).status, 400U) << "bare carriage return";
    EXPECT_EQ(refusal_of(with(std::string{"X-A: b\0c\r\n", 10})).status, 400U) << "NUL in a value";
    EXPECT_EQ(refusal_of(with(std::string{"X\0A: b\r\n", 8})).status, 400U) << "NUL in a name";
    EXPECT_EQ(refusal_of("GET /a HTTP/1.1\n\n").status, 400U);
    EXPECT_EQ(refusal_of("GET /a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400U);
}

TEST(RequestHead, AsksForExactlyOneHost) {
    EXPECT_EQ(refusal_of("GET /a HTTP/1.1\r\n\r\n").status, 400U);
    EXPECT_EQ(refusal_of(with("Host: other\r\n")).status, 400U);
    EXPECT_EQ(refusal_of("GET /a HTTP/1.1\r\nHost: a/b\r\n\r\n").status, 400U);
    EXPECT_EQ(refusal_of("GET /a HTTP/1.0\r\n\r\n").status, 0U);
}

TEST(RequestHead, RefusesFirstLinesThatAreNone) {
    for (auto const* line :
         {"GET", "GET /a", "GET  HTTP/1.1", "GET /a b HTTP/1.1", "GET /a http/1.1", "G@T /a HTTP/1.1",
          "GET a HTTP/1.1", "GET * HTTP/1.1", "GET /a#b HTTP/1.1", "GET http:// HTTP/1.1",
          "GET http://u:p@h/ HTTP/1.1", "GET /a HTTP/1.10", "GET /a HTTP/1", "GET /a\tb HTTP/1.1",
          "GET /a\x7F HTTP/1.1", "GET /a HTTP/1.1 ", "(GET /a HTTP/1.1"})
        EXPECT_EQ(refusal_of(std::string{line} + "\r\nHost: h\r\n\r\n").status, 400U) << line;
    EXPECT_EQ(refusal_of("GET /a HTTP/2.0\r\nHost: h\r\n\r\n").status, 505U);
    EXPECT_EQ(refusal_of("GET /a HTTP/0.9\r\nHost: h\r\n\r\n").status, 505U);
    EXPECT_EQ(refusal_of("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n").status, 501U);
    EXPECT_EQ(refusal_of("\x16\x03\x01").status, 400U) << "a TLS greeting";
}

TEST(RequestHead, TakesTheHostOfAnAbsoluteAddress) {
    RequestHead head;
    ASSERT_EQ(read_head("GET http://real:81/a?b HTTP/1.1\r\nHost: other\r\n\r\n", head).status, 0U);
    EXPECT_EQ(head.host, "real:81");
    EXPECT_EQ(head.target, "/a?b");
}

TEST(RequestHead, TellsALongAddressFromTooManyFields) {
    EXPECT_EQ(
        refusal_of("GET /" + std::string(limits.target_bytes, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n").status,
        414U);
    EXPECT_EQ(refusal_of("GET /" + std::string(limits.head_bytes, 'a')).status, 414U)
        << "before its end is seen";
    EXPECT_EQ(refusal_of(with("X-A: " + std::string(limits.head_bytes, 'a') + "\r\n")).status, 431U);
    std::string many;
    for (std::size_t i = 0; i < limits.fields; ++i) many += "X-A: b\r\n";
    EXPECT_EQ(refusal_of(with(many)).status, 431U);
}

TEST(RequestHead, KeepsConnectionsAsTheVersionSays) {
    RequestHead head;
    auto const keeps = [&](std::string const& bytes) {
        EXPECT_EQ(read_head(bytes, head).status, 0U);
        return head.keep_alive;
    };
    EXPECT_TRUE(keeps(with("")));
    EXPECT_FALSE(keeps(with("Connection: foo, Close\r\n")));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n\r\n"));
    EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n"));
}

} // namespace
} // namespace gateway::http
