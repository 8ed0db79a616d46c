// Answers that are asked for often, from the sealed files into which their bodies moved.
#include <gmock/gmock.h>

#include <chrono>
#include <thread>
#include <vector>

#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;

/// 60 kB of which no two places look the same, for every target another.
std::string page_of(std::string const& target) {
    std::string page;
    for (int i = 0; page.size() < 60'000; ++i) (((page += target) += ' ') += std::to_string(i)) += '\n';
    return page;
}

Response shared_page(Request const& request) {
    auto response = text(page_of(request.target));
    response.headers.emplace_back("ETag", "\"" + request.target + "\"");
    response.shared = true;
    return response;
}

std::size_t files(RawClient& client) {
    auto const metrics = client.ask("/metrics").body;
    std::string const name = "\nkreislauf_http_cache_files ";
    return std::stoul(metrics.substr(metrics.find(name) + name.size()));
}

/// Asks until the body is in a file, which a worker sees to; false where that takes too long.
bool make_hot(RawClient& client, std::string const& target, std::string const& fields = {}) {
    auto const before = files(client);
    for (int i = 0; i < 1000; ++i) {
        client.ask(target, fields);
        if (files(client) > before) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return false;
}

TEST(HttpServerFile, GivesTheSameBytesFromAFile) {
    Running const running{shared_page};
    RawClient client{running.url()};
    auto const first = client.ask("/a");
    ASSERT_TRUE(make_hot(client, "/a"));
    for (int i = 0; i < 20; ++i) {
        auto const again = client.ask("/a");
        EXPECT_EQ(again.body, page_of("/a"));
        EXPECT_EQ(again.field("Content-Length"), first.field("Content-Length"));
        EXPECT_EQ(again.field("ETag"), "\"/a\"");
    }
    EXPECT_EQ(running.service.calls, 1U);
}

TEST(HttpServerFile, AnswersEverythingThatAKeptAnswerDoes) {
    Running const running{shared_page};
    RawClient client{running.url()};
    ASSERT_TRUE(make_hot(client, "/a"));
    auto const page = page_of("/a");
    auto const part = client.ask("/a", "Range: bytes=5000-5999\r\n");
    EXPECT_EQ(part.status, 206U);
    EXPECT_EQ(part.body, page.substr(5000, 1000));
    EXPECT_EQ(client.ask("/a", "Range: bytes=-7\r\n").body, page.substr(page.size() - 7));
    auto const behind = client.ask("/a", "Range: bytes=9999999-\r\n");
    EXPECT_EQ(behind.status, 416U);
    EXPECT_EQ(behind.field("Content-Range"), "bytes */" + std::to_string(page.size()));
    auto const head = client.ask("/a", {}, "HEAD");
    EXPECT_EQ(head.field("Content-Length"), std::to_string(page.size()));
    EXPECT_EQ(client.ask("/a", "If-None-Match: \"/a\"\r\n").status, 304U);
    EXPECT_EQ(client.ask("/a").body, page) << "nothing was left on the connection";
    EXPECT_EQ(running.service.calls, 1U);
}

TEST(HttpServerFile, PackedBodiesMoveToo) {
    Running const running{[](Request const& request) {
        auto response = shared_page(request);
        std::uint32_t random = 1;
        std::string noise; // which does not get small
        for (int i = 0; i < 50'000; ++i) noise += static_cast<char>('!' + (random = random * 69069 + 1) % 90);
        response.body = std::make_shared<std::string const>(noise);
        return response;
    }};
    RawClient client{running.url()};
    auto const packed = client.ask("/a", "Accept-Encoding: gzip\r\n");
    ASSERT_EQ(packed.field("Content-Encoding"), "gzip");
    ASSERT_TRUE(make_hot(client, "/a", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(client.ask("/a", "Accept-Encoding: gzip\r\n").body, packed.body);
}

TEST(HttpServerFile, ManyInARowOnOneConnectionStayApart) {
    Running const running{shared_page};
    RawClient client{running.url()};
    ASSERT_TRUE(make_hot(client, "/a"));
    ASSERT_TRUE(make_hot(client, "/b"));
    std::string asked;
    for (int i = 0; i < 100; ++i)
        asked += std::string{"GET "} + (i % 2 == 0 ? "/a" : "/b") + " HTTP/1.1\r\nHost: test\r\n\r\n";
    std::thread writer{[&] { client.send(asked); }};
    for (int i = 0; i < 100; ++i) EXPECT_EQ(client.receive().body, page_of(i % 2 == 0 ? "/a" : "/b")) << i;
    writer.join();
}

TEST(HttpServerFile, ASlowClientGetsWhatItAskedForWhileTheAnswerIsReplaced) {
    std::atomic<int> edition{1};
    Running running{[&](Request const& request) {
        auto response = text(page_of(request.target + std::to_string(edition)));
        response.shared = true;
        return response;
    }};
    RawClient client{running.url()};
    ASSERT_TRUE(make_hot(client, "/a"));
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 20; ++i) {
        slow.push_back(std::make_unique<RawClient>(running.url(), 4096));
        for (int k = 0; k < 50; ++k) slow.back()->send("GET /a HTTP/1.1\r\nHost: test\r\n\r\n");
    }
    EXPECT_EQ(slow.front()->receive().body, page_of("/a1"));
    edition = 2;
    running.service.current = 2;
    EXPECT_EQ(client.ask("/a").body, page_of("/a2"));
    for (auto const& one : slow) {
        // What had begun ends as it began; what begins now is new.
        for (int k = one == slow.front() ? 1 : 0, now = 1; k < 50; ++k) {
            auto const body = one->receive().body;
            if (now == 1 && body != page_of("/a1")) now = 2;
            ASSERT_EQ(body, page_of("/a" + std::to_string(now))) << k;
        }
    }
}

TEST(HttpServerFile, KeepsNoMoreFilesThanItMay) {
    http::ServerOptions options;
    options.cache_files = 5;
    Running const running{shared_page, options};
    RawClient client{running.url()};
    for (int i = 0; i < 40; ++i) {
        auto const target = "/" + std::to_string(i);
        for (int k = 0; k < 12; ++k) EXPECT_EQ(client.ask(target).body, page_of(target));
        EXPECT_LE(files(client), 5U);
    }
    EXPECT_GT(files(client), 0U);
    EXPECT_EQ(running.service.calls, 40U) << "what left its file is still kept";
}

} // namespace
} // namespace gateway::testing
