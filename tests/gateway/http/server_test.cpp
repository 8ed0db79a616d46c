#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "gateway/core/error.hpp"
#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;
using ::testing::Not;

Response echo(Request const& request) {
    return text(request.method + " " + request.target + " " + request.body);
}

TEST(HttpServer, AnswersAndKeepsTheConnection) {
    Running const running{echo};
    RawClient client{running.url()};
    for (int i = 0; i < 3; ++i) {
        auto const reply = client.ask("/a" + std::to_string(i));
        EXPECT_EQ(reply.status, 200U);
        EXPECT_EQ(reply.body, "GET /a" + std::to_string(i) + " ");
        EXPECT_THAT(reply.field("Date"), HasSubstr(" GMT"));
    }
}

TEST(HttpServer, TellsWhenFewAskAfterManyDid) {
    std::atomic<int> told{0};
    http::ServerOptions options;
    options.after_many = [&told] { ++told; };
    Running const running{echo, options};
    RawClient client{running.url()};
    std::string bytes;
    for (int i = 0; i < 300; ++i) bytes += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(bytes);
    for (int i = 0; i < 300; ++i) ASSERT_EQ(client.receive().status, 200U);
    auto const until = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (told == 0 && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    EXPECT_EQ(told, 1);
    client.ask("/one");
    std::this_thread::sleep_for(std::chrono::milliseconds{2500});
    EXPECT_EQ(told, 1) << "one answer leaves nothing behind";
}

TEST(HttpServer, AnswersPipelinedRequestsInTheirOrder) {
    Running const running{[](Request const& request) {
        if (request.target == "/slow") std::this_thread::sleep_for(std::chrono::milliseconds{50});
        return text(request.target);
    }};
    RawClient client{running.url()};
    std::string bytes;
    for (auto const* target : {"/slow", "/1", "/2", "/slow", "/3"})
        bytes += "GET " + std::string{target} + " HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(bytes);
    for (auto const* target : {"/slow", "/1", "/2", "/slow", "/3"}) EXPECT_EQ(client.receive().body, target);
}

TEST(HttpServer, ReadsARequestThatComesByteByByte) {
    Running const running{echo};
    RawClient client{running.url()};
    for (char const c : std::string{"POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"}) {
        client.send({&c, 1});
        std::this_thread::sleep_for(std::chrono::microseconds{300});
    }
    EXPECT_EQ(client.receive().body, "POST /p abc");
}

TEST(HttpServer, ReadsBodiesOfBothKindsAndTheRequestBehindThem) {
    Running const running{echo};
    RawClient client{running.url()};
    client.send(
        "POST /l HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nfirst"
        "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nsec\r\n3\r\nond\r\n0\r\n\r\n"
        "\r\nGET /g HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive().body, "POST /l first");
    EXPECT_EQ(client.receive().body, "PUT /c second");
    EXPECT_EQ(client.receive().body, "GET /g ");
}

TEST(HttpServer, PutsALongBodyInChunksTogetherHoweverItIsSent) {
    Running const running{echo};
    std::string body, bytes = "PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 3000; ++i) {
        auto const text = std::to_string(i) + std::string(6, '.'); // 7 to 10 bytes
        bytes += "00" + std::string(1, "0123456789a"[text.size()]) + ";n=" + std::to_string(i) + "\r\n" +
                 text + "\r\n";
        body += text;
    }
    bytes += "0\r\nX-Sum: " + std::string(5000, 's') + "\r\n\r\nGET /g HTTP/1.1\r\nHost: h\r\n\r\n";
    for (std::size_t const piece : {bytes.size(), std::size_t{4099}, std::size_t{997}}) {
        RawClient client{running.url()};
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            client.send(std::string_view{bytes}.substr(at, piece));
            if (piece < 1000) std::this_thread::sleep_for(std::chrono::microseconds{300});
        }
        EXPECT_EQ(client.receive().body, "PUT /c " + body) << piece;
        EXPECT_EQ(client.receive().body, "GET /g ") << piece;
    }
}

TEST(HttpServer, SaysThatABodyMayCome) {
    Running const running{echo};
    RawClient client{running.url()};
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().status, 100U);
    client.send("abc");
    EXPECT_EQ(client.receive().body, "POST /p abc");
}

TEST(HttpServer, HeadHasTheHeadOfGetAndNoBody) {
    Running const running{echo};
    RawClient client{running.url()};
    auto const get = client.ask("/a");
    auto const head = client.ask("/a", {}, "HEAD");
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.field("Content-Length"), get.field("Content-Length"));
    EXPECT_EQ(client.ask("/b").body, "GET /b ") << "no byte of the body was sent before";
}

TEST(HttpServer, HandsOptionsToTheService) {
    Running const running{echo};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a", {}, "OPTIONS").body, "OPTIONS /a ");
    EXPECT_EQ(client.ask("*", {}, "OPTIONS").body, "OPTIONS * ");
}

TEST(HttpServer, TellsWhoAsks) {
    Running const running{[](Request const& request) { return text(request.remote); }};
    RawClient client{running.url()};
    EXPECT_THAT(client.ask("/").body, ::testing::MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
}

TEST(HttpServer, ClosesWhereTheClientWantsIt) {
    Running const running{echo};
    RawClient client{running.url()};
    auto const reply = client.ask("/a", "Connection: close\r\n");
    EXPECT_EQ(reply.field("Connection"), "close");
    bool closed = false;
    EXPECT_EQ(client.drain(closed), "");
    EXPECT_TRUE(closed);
}

TEST(HttpServer, SpeaksToOldClients) {
    Running const running{echo};
    RawClient once{running.url()};
    once.send("GET /a HTTP/1.0\r\n\r\n");
    bool closed = false;
    EXPECT_THAT(once.drain(closed), HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(closed);
    RawClient stays{running.url()};
    stays.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(stays.receive().field("Connection"), "keep-alive");
    stays.send("GET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(stays.receive().body, "GET /b ");
}

TEST(HttpServer, EncodesAsTheClientLikes) {
    Running const running{[](Request const&) { return text(std::string(5000, 'a')); }};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/", "Accept-Encoding: gzip\r\n").field("Content-Encoding"), "gzip");
    EXPECT_EQ(client.ask("/", "Accept-Encoding: gzip, zstd\r\n").field("Content-Encoding"), "zstd");
    EXPECT_EQ(client.ask("/").field("Content-Encoding"), "");
    EXPECT_EQ(client.ask("/", "Accept-Encoding: identity;q=0\r\n").status, 406U);
}

TEST(HttpServer, AHandlerThatThrowsIsA500WithoutDetails) {
    std::string said;
    http::ServerOptions options;
    options.complain = [&](std::string_view line) { said = line; };
    Running const running{[](Request const&) -> Response { throw Error{Errc::io, "secret path"}; }, options};
    RawClient client{running.url()};
    auto const reply = client.ask("/a?key=geheim");
    EXPECT_EQ(reply.status, 500U);
    EXPECT_THAT(reply.body, Not(HasSubstr("secret")));
    EXPECT_EQ(said, "GET /a: secret path");
    EXPECT_EQ(client.ask("/healthz").status, 200U) << "the connection goes on";
}

TEST(HttpServer, AHeaderThatBreaksTheLineIsA500) {
    Running const running{[](Request const& request) {
        auto response = text("x");
        response.headers.emplace_back("Location", request.target + "\r\nSet-Cookie: a=b");
        return response;
    }};
    RawClient client{running.url()};
    auto const reply = client.ask("/a");
    EXPECT_EQ(reply.status, 500U);
    EXPECT_THAT(reply.head, Not(HasSubstr("Set-Cookie")));
}

TEST(HttpServer, TellsHealthReadinessAndMetrics) {
    Running running{echo};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/healthz").body, "ok\n");
    EXPECT_EQ(client.ask("/readyz").body, "ready\n");
    running.service.trouble_text = "no store";
    EXPECT_EQ(client.ask("/readyz").status, 503U);
    EXPECT_EQ(client.ask("/healthz").status, 200U);
    auto const metrics = client.ask("/metrics");
    EXPECT_EQ(metrics.field("Content-Type"), "text/plain; version=0.0.4");
    EXPECT_THAT(metrics.body, HasSubstr("kreislauf_http_requests_total{route=\"other\",status=\"503\"} 1\n"));
    EXPECT_EQ(running.service.calls, 0U);
}

TEST(HttpServer, ListensOnSeveralAddresses) {
    FunctionService service{echo};
    http::ServerOptions options;
    options.listen = {"127.0.0.1:0", "[::1]:0", "localhost:0"};
    http::Server server{service, options};
    ASSERT_EQ(server.addresses().size(), 3U);
    EXPECT_THAT(server.addresses()[1], HasSubstr("http://[::1]:"));
    server.start();
    EXPECT_EQ(RawClient{server.addresses()[0]}.ask("/a").status, 200U);
    EXPECT_EQ(RawClient{server.addresses()[2]}.ask("/a").status, 200U);
}

TEST(HttpServer, NamesAnAddressThatCannotBeUsed) {
    FunctionService service{echo};
    for (auto const* text :
         {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:80x", "host:80", "[::1:80"}) {
        http::ServerOptions options;
        options.listen = {text};
        try {
            http::Server const server{service, options};
            ADD_FAILURE() << text;
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::invalid_argument);
            EXPECT_THAT(error.what(), HasSubstr("'" + std::string{text} + "'"));
        }
    }
    Running const taken{echo};
    http::ServerOptions options;
    options.listen = {taken.url().substr(7)};
    try {
        http::Server const server{service, options};
        FAIL();
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::io);
        EXPECT_THAT(error.what(), HasSubstr("Address already in use"));
    }
}

TEST(HttpServer, LetsRunningAnswersEndWhenItIsStopped) {
    Running const running{[](Request const&) {
        std::this_thread::sleep_for(std::chrono::milliseconds{400});
        return text("done");
    }};
    RawClient idle{running.url()};
    EXPECT_EQ(idle.ask("/healthz").status, 200U);
    RawClient busy{running.url()};
    busy.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    while (running.service.calls == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    running.server->request_stop();
    bool closed = false;
    EXPECT_EQ(idle.drain(closed), "");
    EXPECT_TRUE(closed) << "nothing was under way on it";
    auto const reply = busy.receive();
    EXPECT_EQ(reply.body, "done");
    EXPECT_EQ(reply.field("Connection"), "close");
    EXPECT_TRUE(running.server->wait());
    EXPECT_THROW(RawClient{running.url()}, std::runtime_error);
}

TEST(HttpServer, CutsWhatDoesNotEndInTime) {
    http::ServerOptions options;
    options.limits.stop_time = std::chrono::milliseconds{300};
    Running const running{[](Request const&) {
                              std::this_thread::sleep_for(std::chrono::seconds{2});
                              return text("late");
                          },
                          options};
    RawClient client{running.url()};
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    while (running.service.calls == 0) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    running.server->request_stop();
    EXPECT_EQ(client.receive().status, 0U);
    EXPECT_FALSE(running.server->wait());
}

} // namespace
} // namespace gateway::testing
