#include "gateway/http/curl_transport.hpp"

#include "tests/gateway/http/canned_server.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::http {
namespace {

using testing::answer;
using testing::Canned;
using testing::CannedServer;
using testing::error_of;

constexpr char const* secret = "s3cr3t-t0ken";

HttpRequest post(std::string url) {
    HttpRequest request;
    request.url = std::move(url);
    request.body = "name=12411-0015&text=%C3%BC";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}};
    request.secret_headers = {{"username", secret}, {"password", ""}};
    request.timeout_ms = 5000;
    return request;
}

/// Sends and expects an Error with this code whose text holds `text` and no secret.
void expect_error(HttpRequest const& request, Errc code, std::string const& text,
                  CurlOptions const& options = {}) {
    CurlTransport transport{options};
    auto const error = error_of([&] { transport.send(request); });
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_NE(std::string{error->what()}.find(text), std::string::npos) << error->what();
    EXPECT_EQ(std::string{error->what()}.find(secret), std::string::npos) << error->what();
}

TEST(CurlTransport, PostsAFormWithCredentialsInHeaderFields) {
    CannedServer server{
        {{answer(200, "Content-Type: application/json\r\nX-Twice: a\r\nX-Twice: b\r\n", "{}")}}};
    CurlTransport transport;
    auto const response = transport.send(post(server.url("/data/tablefile")));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
    EXPECT_EQ(response.header("content-type"), "application/json");
    auto const sent = server.requests().at(0);
    EXPECT_EQ(sent.substr(0, sent.find('\r')), "POST /data/tablefile HTTP/1.1");
    for (auto const* const part : {"username: s3cr3t-t0ken\r\n", "password:\r\n", "Content-Length: 27\r\n",
                                   "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n",
                                   "\r\n\r\nname=12411-0015&text=%C3%BC"})
        EXPECT_NE(sent.find(part), std::string::npos) << part << " in\n" << sent;
    EXPECT_EQ(sent.find("Expect:"), std::string::npos);
    EXPECT_EQ(sent.find("Transfer-Encoding"), std::string::npos);
}

TEST(CurlTransport, SendsPiecesWithPatch) {
    CannedServer server{{{answer(204, "Upload-Offset: 5\r\n", ""), true, false, 0}}};
    CurlTransport transport;
    HttpRequest request;
    request.method = "PATCH";
    request.url = server.url("/upload/1");
    request.headers = {{"Content-Type", "application/offset+octet-stream"}};
    request.body = std::string{"a\0b\r\n", 5};
    EXPECT_EQ(transport.send(request).header("Upload-Offset"), "5");
    auto const sent = server.requests().at(0);
    EXPECT_EQ(sent.substr(0, sent.find('\r')), "PATCH /upload/1 HTTP/1.1");
    EXPECT_EQ(sent.substr(sent.size() - 5), request.body);
}

TEST(CurlTransport, GivesErrorPagesBackAsAnswers) {
    CannedServer server{{{answer(500, "Connection: close\r\n", "<html>Ups</html>"), true}}};
    CurlTransport transport;
    auto const response = transport.send(post(server.url()));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body, "<html>Ups</html>");
    EXPECT_EQ(response.header("Content-Type"), "");
}

TEST(CurlTransport, ReusesItsConnection) {
    CannedServer server{{{answer(200, "", "1")}, {answer(200, "", "2")}, {answer(200, "", "3")}}};
    CurlTransport transport;
    for (auto const* const body : {"1", "2", "3"}) EXPECT_EQ(transport.send(post(server.url())).body, body);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, DecodesChunksAndContentCodings) {
    std::string const gzip{
        "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\x4c\x4a\x06\x00\xc2\x41\x24\x35\x03\x00\x00\x00", 23};
    CannedServer server{
        {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
         {answer(200, "Content-Encoding: gzip\r\n", gzip)}}};
    CurlTransport transport;
    EXPECT_EQ(transport.send(post(server.url())).body, "abcde");
    EXPECT_EQ(transport.send(post(server.url())).body, "abc");
}

TEST(CurlTransport, KeepsOnlyTheHeadersOfTheLastAnswer) {
    CannedServer server{
        {{"HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n" + answer(200, "X-Late: 2\r\n", "ok")}}};
    CurlTransport transport;
    auto const response = transport.send(post(server.url()));
    EXPECT_EQ(response.header("x-early"), "");
    EXPECT_EQ(response.header("x-late"), "2");
}

TEST(CurlTransport, NoticesABodyThatIsCut) {
    CannedServer length{{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", true}}};
    expect_error(post(length.url("/x?username=" + std::string{secret})), Errc::source_unavailable,
                 "9 bytes of the answer had come");
    CannedServer chunked{{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", true}}};
    expect_error(post(chunked.url()), Errc::source_unavailable, "3 bytes of the answer had come");
    CannedServer none{{{"", true}}};
    expect_error(post(none.url()), Errc::source_unavailable, "POST http://127.0.0.1");
    CannedServer reset{{{"", false, true}}};
    expect_error(post(reset.url()), Errc::source_unavailable, "POST http://127.0.0.1");
}

TEST(CurlTransport, SaysThatNobodyListens) {
    std::string url;
    { url = CannedServer{{}}.url("/path"); }
    expect_error(post(url), Errc::source_unavailable, "/path: Failed to connect");
}

TEST(CurlTransport, StopsAtTheBodyLimitEvenWhenUnpacking) {
    CannedServer server{{{answer(200, "", std::string(1001, 'x'))}}};
    auto request = post(server.url());
    request.body_limit_bytes = 1000;
    expect_error(request, Errc::too_large, "larger than 1000 bytes");
    CannedServer exact{{{answer(200, "", std::string(1000, 'x'))}}};
    request.url = exact.url();
    EXPECT_EQ(CurlTransport{}.send(request).body.size(), 1000U);
}

TEST(CurlTransport, GivesUpWhenTimeIsOver) {
    CannedServer silent{{{"", true, false, 800}}};
    auto request = post(silent.url());
    request.timeout_ms = 200;
    expect_error(request, Errc::source_unavailable, "imed out");
}

TEST(CurlTransport, GivesUpOnABodyThatStalls) {
    CannedServer server{{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc", true, false, 3500}}};
    CurlOptions options;
    options.stall_timeout_ms = 500;
    expect_error(post(server.url()), Errc::source_unavailable, "nothing more came after 3 bytes", options);
}

TEST(CurlTransport, RefusesARedirectToAnotherOriginAndSendsNothingThere) {
    CannedServer other{{{answer(200, "", "stolen")}}};
    CannedServer server{{{answer(307, "Location: " + other.url("/genesis") + "\r\n", "")}}};
    expect_error(post(server.url("/a")), Errc::source_refused, "the source redirects from http://127.0.0.1:");
    EXPECT_TRUE(other.requests().empty());
}

TEST(CurlTransport, RefusesADowngradeOnTheSameHost) {
    CannedServer server{{{answer(301, "Location: https://127.0.0.1/x\r\n", "")}}};
    expect_error(post(server.url()), Errc::source_refused, "to https://127.0.0.1:443");
}

TEST(CurlTransport, FollowsRedirectsWithinTheOriginWithBodyAndCredentials) {
    CannedServer server{{{answer(307, "Location: /there\r\n", "")}, {answer(200, "", "found")}}};
    CurlTransport transport;
    EXPECT_EQ(transport.send(post(server.url("/here"))).body, "found");
    auto const second = server.requests().at(1);
    EXPECT_EQ(second.substr(0, second.find('\r')), "POST /there HTTP/1.1");
    EXPECT_NE(second.find("username: s3cr3t-t0ken"), std::string::npos);
    EXPECT_NE(second.find("name=12411-0015"), std::string::npos);
}

TEST(CurlTransport, StopsFollowingAfterFiveRedirects) {
    std::vector<Canned> const loop(6, Canned{answer(302, "Location: /again\r\n", "")});
    CannedServer server{loop};
    expect_error(post(server.url()), Errc::source_unavailable, "more than 5 redirects");
    EXPECT_EQ(server.requests().size(), 6U);
}

TEST(CurlTransport, RefusesWhatIsNoWebAddress) {
    expect_error(post("file:///etc/passwd"), Errc::invalid_argument, "file:///etc/passwd");
    expect_error(post("gopher://127.0.0.1/"), Errc::invalid_argument, "gopher");
    expect_error(post("no address?username=" + std::string{secret}), Errc::invalid_argument,
                 "not an address");
}

TEST(CurlTransport, RefusesHeaderFieldsThatWouldSmuggleOthers) {
    auto request = post("http://127.0.0.1:1/");
    request.secret_headers = {{"username", std::string{secret} + "\r\nX-Evil: 1"}};
    expect_error(request, Errc::invalid_argument, "header field 'username' holds a line break");
}

} // namespace
} // namespace gateway::http
