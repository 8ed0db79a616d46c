#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

Response fine(Request const&) {
    return text("fine");
}

/// What a malformed request is answered, and that the connection ends with it.
unsigned refused(std::string const& url, std::string const& bytes) {
    RawClient client{url};
    client.send(bytes);
    auto const reply = client.receive();
    EXPECT_EQ(reply.field("Connection"), "close") << bytes.substr(0, 100);
    bool closed = false;
    EXPECT_EQ(client.drain(closed), "") << bytes.substr(0, 100);
    EXPECT_TRUE(closed) << bytes.substr(0, 100);
    return reply.status;
}

TEST(HttpServerLimits, AreAnsweredWithTheStatusThatSaysWhich) {
    http::ServerOptions options;
    options.limits.body_bytes = [](std::string_view, std::string_view target) {
        return target == "/large" ? std::uint64_t{1000} : std::uint64_t{10};
    };
    Running const running{fine, options};
    auto const& url = running.url();
    EXPECT_EQ(refused(url, "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n"), 414U);
    EXPECT_EQ(refused(url, "GET / HTTP/1.1\r\nHost: h\r\nX-A: " + std::string(40'000, 'a') + "\r\n\r\n"),
              431U);
    EXPECT_EQ(refused(url, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world"), 413U);
    EXPECT_EQ(
        refused(url, "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n"),
        413U);
    RawClient client{url};
    client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world");
    EXPECT_EQ(client.receive().status, 200U);
}

TEST(HttpServerLimits, AClientThatSendsOnReadsWhyItWasRefused) {
    Running const running{fine};
    RawClient client{running.url()};
    client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" +
                std::string(3'000'000, 'x'));
    EXPECT_EQ(client.receive().status, 413U);
}

TEST(HttpServerLimits, SmuggledRequestsAreRefusedAndNeverReachTheService) {
    Running const running{fine};
    for (auto const* fields :
         {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
          "Content-Length: 5\r\n folded\r\n", "X: a\nContent-Length: 5\r\n", "Content-Length : 5\r\n"})
        EXPECT_EQ(refused(running.url(), "POST /p HTTP/1.1\r\nHost: h\r\n" + std::string{fields} +
                                             "\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"),
                  400U)
            << fields;
    EXPECT_EQ(refused(running.url(), std::string{"GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28}), 400U);
    EXPECT_EQ(refused(running.url(), std::string{"\x16\x03\x01\x02\x00", 5}), 400U);
    EXPECT_EQ(running.service.calls, 0U);
}

TEST(HttpServerLimits, ARefusalHasItsTextWhateverWasAskedBefore) {
    Running const running{fine};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a", {}, "HEAD").status, 200U);
    client.send("GET /a HTTP/2.0\r\nHost: h\r\n\r\n");
    auto const reply = client.receive();
    EXPECT_EQ(reply.status, 505U);
    EXPECT_THAT(reply.body, HasSubstr("HTTP/1.1"));
}

TEST(HttpServerLimits, RandomDamageNeverStopsTheServer) {
    Running const running{fine};
    std::mt19937 random{7};
    std::string const sound =
        "POST /p?a=b HTTP/1.1\r\nHost: h\r\nAccept: */*\r\nContent-Length: 4\r\n\r\nbody"
        "GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    for (int i = 0; i < 400; ++i) {
        auto bytes = sound;
        for (int k = 0; k < 3; ++k) bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
        RawClient client{running.url()};
        client.send(bytes);
        client.end();
        bool closed = false;
        auto const reply = client.drain(closed);
        EXPECT_TRUE(closed) << bytes;
        if (!reply.empty()) {
            EXPECT_THAT(reply, HasSubstr("HTTP/1.1 ")) << bytes;
        }
    }
    EXPECT_EQ(RawClient{running.url()}.ask("/a").status, 200U);
}

http::ServerOptions short_times() {
    http::ServerOptions options;
    auto& limits = options.limits;
    limits.head_time = limits.body_time = limits.idle_time = limits.answer_time = milliseconds{300};
    return options;
}

TEST(HttpServerLimits, ARequestThatDoesNotEndIsAnswered408) {
    Running const running{fine, short_times()};
    RawClient head{running.url()}, body{running.url()};
    head.send("GET /a HTTP/1.1\r\nHo");
    body.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\na");
    EXPECT_EQ(head.receive().status, 408U);
    EXPECT_EQ(body.receive().status, 408U);
}

TEST(HttpServerLimits, AnIdleConnectionIsClosedWithoutAWord) {
    Running const running{fine, short_times()};
    RawClient fresh{running.url()}, used{running.url()};
    EXPECT_EQ(used.ask("/a").status, 200U);
    for (auto* client : {&fresh, &used}) {
        bool closed = false;
        EXPECT_EQ(client->drain(closed), "");
        EXPECT_TRUE(closed);
    }
}

TEST(HttpServerLimits, AnAnswerThatDoesNotComeIsA503) {
    http::ServerOptions options;
    options.limits.answer_time = milliseconds{1500};
    Running const running{[](Request const& request) {
                              if (request.target == "/slow") std::this_thread::sleep_for(milliseconds{4000});
                              return text("fine");
                          },
                          options};
    RawClient client{running.url()};
    auto const reply = client.ask("/slow");
    EXPECT_EQ(reply.status, 503U);
    EXPECT_THAT(reply.body, HasSubstr("took too long"));
    EXPECT_EQ(RawClient{running.url()}.ask("/fast").status, 200U) << "the other worker is free";
}

TEST(HttpServerLimits, TooManyRequestsAtOnceAreA503WithRetryAfter) {
    http::ServerOptions options;
    options.workers = 1;
    options.limits.waiting_requests = 2;
    std::atomic<bool> go{false};
    Running const running{[&](Request const&) {
                              while (!go) std::this_thread::sleep_for(milliseconds{5});
                              return text("fine");
                          },
                          options};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::make_unique<RawClient>(running.url()));
        // Different questions: who asks for the same waits for its answer and takes no place.
        clients.back()->send("GET /" + std::to_string(i) +
                             " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        if (i == 0)
            while (running.service.calls == 0) std::this_thread::sleep_for(milliseconds{1});
    }
    // The first is at the worker, two wait, the others are told at once.
    unsigned busy = 0;
    for (std::size_t i = 3; i < clients.size(); ++i) {
        auto const reply = clients[i]->receive();
        if (reply.status != 503) continue;
        ++busy;
        EXPECT_EQ(reply.field("Retry-After"), "1");
    }
    EXPECT_EQ(busy, 5U);
    go = true;
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(clients[i]->receive().status, 200U) << i;
}

TEST(HttpServerLimits, ConnectionsBeyondTheLimitAreTurnedAway) {
    http::ServerOptions options;
    options.limits.connections = 2;
    Running const running{fine, options};
    auto first = std::make_unique<RawClient>(running.url());
    RawClient second{running.url()};
    for (auto* const client : {first.get(), &second}) {
        EXPECT_EQ(client->ask("/a").status, 200U);
        client->send("GET /"); // and now a request is under way
    }
    std::this_thread::sleep_for(milliseconds{1200});
    EXPECT_EQ(RawClient{running.url()}.receive().status, 503U);
    first.reset();
    for (int i = 0; i < 100; ++i) {
        std::this_thread::sleep_for(milliseconds{20});
        if (RawClient{running.url()}.ask("/a").status == 200) return;
    }
    FAIL() << "a place that became free was not given away";
}

TEST(HttpServerLimits, ConnectionsThatOnlyWaitGiveWayToNewOnes) {
    http::ServerOptions options;
    options.limits.connections = 2;
    Running const running{fine, options};
    RawClient older{running.url()};
    EXPECT_EQ(older.ask("/a").status, 200U);
    std::this_thread::sleep_for(milliseconds{300});
    RawClient newer{running.url()};
    EXPECT_EQ(newer.ask("/a").status, 200U);
    std::this_thread::sleep_for(milliseconds{1200});
    RawClient third{running.url()};
    EXPECT_EQ(third.ask("/a").status, 200U);
    bool closed = false;
    EXPECT_EQ(older.drain(closed), "");
    EXPECT_TRUE(closed);
    EXPECT_EQ(newer.ask("/a").status, 200U) << "the one that was silent longest gave way";
}

TEST(HttpServerLimits, WithoutDescriptorsItWaitsAndGoesOn) {
    Running const running{fine};
    EXPECT_EQ(RawClient{running.url()}.ask("/a").status, 200U);
    std::vector<int> taken;
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    RawClient waiting{running.url()}; // its own descriptor is there already
    EXPECT_EQ(waiting.ask("/a").status, 200U);
    int const mine = ::socket(AF_INET, SOCK_STREAM, 0);
    rlimit now = before;
    now.rlim_cur = static_cast<rlim_t>(mine) + 2;
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &now), 0);
    ::close(mine);
    std::unique_ptr<RawClient> starved;
    try {
        starved = std::make_unique<RawClient>(running.url()); // takes the last but one
        while (true) {
            int const one = ::open("/dev/null", O_RDONLY);
            if (one < 0) break;
            taken.push_back(one);
        }
    } catch (std::exception const&) {
    }
    std::this_thread::sleep_for(milliseconds{200});
    EXPECT_EQ(waiting.ask("/a").status, 200U) << "connections that are there are served";
    for (int const one : taken) ::close(one);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    ASSERT_TRUE(starved);
    EXPECT_EQ(starved->ask("/a").status, 200U);
}

} // namespace
} // namespace gateway::testing
