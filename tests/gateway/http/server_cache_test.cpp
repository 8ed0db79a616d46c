#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>
#include <vector>

#include "gateway/http/access_log.hpp"
#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;
using ::testing::HasSubstr;

Response shared(std::string body) {
    auto response = text(std::move(body));
    response.headers.emplace_back("ETag", "\"v1\"");
    response.headers.emplace_back("Last-Modified", "Thu, 26 Nov 2026 00:00:00 GMT");
    response.headers.emplace_back("Vary", "Accept");
    response.shared = true;
    return response;
}

TEST(HttpServerCache, AnswersFromMemoryWhatEverybodyMaySee) {
    Running const running{[](Request const& request) { return shared(request.target); }};
    RawClient client{running.url()};
    for (int i = 0; i < 5; ++i) EXPECT_EQ(client.ask("/a").body, "/a");
    EXPECT_EQ(running.service.calls, 1U);
    EXPECT_EQ(client.ask("/a", {}, "HEAD").field("Content-Length"), "2");
    EXPECT_EQ(running.service.calls, 1U) << "HEAD is answered from what GET left";
    client.ask("/a", "Accept: text/csv\r\n");
    EXPECT_EQ(running.service.calls, 2U) << "it varies with Accept";
    client.ask("/b");
    EXPECT_EQ(running.service.calls, 3U);
}

TEST(HttpServerCache, NeitherKeepsNorGivesPrivateAnswers) {
    Running const running{[](Request const& request) {
        auto response = shared(std::string{request.header("Authorization")});
        response.shared = true; // a careless handler
        return response;
    }};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a", "Authorization: one\r\n").body, "one");
    EXPECT_EQ(client.ask("/a").body, "");
    EXPECT_EQ(client.ask("/a", "Authorization: two\r\n").body, "two");
    EXPECT_EQ(running.service.calls, 3U);
}

TEST(HttpServerCache, DoesNotKeepWhatIsNotShared) {
    Running const running{[](Request const&) { return text("mine"); }};
    RawClient client{running.url()};
    client.ask("/a");
    client.ask("/a");
    EXPECT_EQ(running.service.calls, 2U);
}

TEST(HttpServerCache, EncodedAnswersAreKeptApartWithTagsOfTheirOwn) {
    Running const running{[](Request const&) { return shared(std::string(5000, 'a')); }};
    RawClient client{running.url()};
    for (int i = 0; i < 2; ++i) {
        auto const packed = client.ask("/a", "Accept-Encoding: gzip\r\n");
        EXPECT_EQ(packed.field("Content-Encoding"), "gzip");
        EXPECT_EQ(packed.field("ETag"), "\"v1-gzip\"");
        EXPECT_EQ(packed.field("Vary"), "Accept, Accept-Encoding");
        EXPECT_LT(packed.body.size(), 200U);
        auto const plain = client.ask("/a");
        EXPECT_EQ(plain.field("ETag"), "\"v1\"");
        EXPECT_EQ(plain.body.size(), 5000U);
    }
    EXPECT_EQ(running.service.calls, 2U);
}

TEST(HttpServerCache, AStreamThatEndsIsKeptToo) {
    class Short final : public http::BodySource {
      public:
        bool next(std::string& out) override {
            out += "piece;";
            return ++pieces_ < 3;
        }

      private:
        int pieces_ = 0;
    };
    Running const running{[](Request const&) {
        auto response = shared("");
        response.body = std::make_unique<Short>();
        return response;
    }};
    RawClient client{running.url()};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(client.ask("/a").body, "piece;piece;piece;");
    EXPECT_EQ(running.service.calls, 1U);
}

TEST(HttpServerCache, UnchangedAnswersAre304FromTheCacheAndFromTheService) {
    for (bool const keeps : {true, false}) {
        Running const running{[&](Request const&) {
            auto response = shared("body");
            response.shared = keeps;
            return response;
        }};
        RawClient client{running.url()};
        for (auto const* fields :
             {"If-None-Match: \"v1\"\r\n", "If-None-Match: \"x\", W/\"v1-gzip\"\r\n", "If-None-Match: *\r\n",
              "If-Modified-Since: Thu, 26 Nov 2026 00:00:00 GMT\r\n",
              "If-Modified-Since: Thu Nov 26 2026 01:00:00 GMT+0100 (CET)\r\n"})
            for (auto const* method : {"GET", "HEAD"}) {
                auto const reply = client.ask("/a", fields, method);
                EXPECT_EQ(reply.status, 304U) << fields;
                EXPECT_EQ(reply.field("ETag"), "\"v1\"");
                EXPECT_THAT(reply.field("Vary"), HasSubstr("Accept"));
                EXPECT_EQ(reply.field("Content-Type"), "");
            }
        EXPECT_EQ(client.ask("/a", "If-None-Match: \"v2\"\r\n").body, "body");
        EXPECT_EQ(client.ask("/a", "If-Modified-Since: Wed, 25 Nov 2026 00:00:00 GMT\r\n").status, 200U);
        EXPECT_EQ(running.service.calls == 1U, keeps);
    }
}

TEST(HttpServerCache, TheServiceSeesTagsWithoutMarks) {
    Running const running{
        [](Request const& request) { return text(std::string{request.header("If-None-Match")}); }};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a", "If-None-Match: \"v1-gzip\", W/\"v2-zstd\"\r\n").body, "\"v1\", W/\"v2\"");
}

TEST(HttpServerCache, OtherHostsHaveOtherAnswers) {
    Running const running{[](Request const& request) { return shared(std::string{request.header("Host")}); }};
    RawClient client{running.url()};
    for (int i = 0; i < 2; ++i)
        for (std::string const host : {"one", "two"}) {
            client.send("GET /a HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
            EXPECT_EQ(client.receive().body, host);
        }
    client.send("GET http://three/a HTTP/1.1\r\nHost: one\r\n\r\n");
    EXPECT_EQ(client.receive().body, "three");
}

TEST(HttpServerCache, NeverGivesAnAnswerOfThePastWhileDataChange) {
    // The data are a number. A change sets the number and then the generation, as a store does; an answer that
    // begins after a change was complete shows it or a later one.
    std::atomic<std::uint64_t> data{1};
    Running running{[&](Request const&) {
        auto const seen = data.load();
        if (seen % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds{200});
        return shared(std::to_string(seen));
    }};
    std::atomic<std::uint64_t> complete{1};
    std::atomic<bool> over{false};
    std::thread changes{[&] {
        for (std::uint64_t i = 2; i < 1500; ++i) {
            data = i;
            running.service.current = i;
            complete = i;
            std::this_thread::sleep_for(std::chrono::microseconds{400});
        }
        over = true;
    }};
    std::atomic<std::uint64_t> answers{0};
    std::vector<std::thread> readers;
    readers.reserve(3);
    for (int i = 0; i < 3; ++i)
        readers.emplace_back([&] {
            RawClient client{running.url()};
            while (!over) {
                auto const at_least = complete.load();
                auto const reply = client.ask("/a");
                EXPECT_EQ(reply.status, 200U);
                EXPECT_GE(std::stoull(reply.body), at_least);
                ++answers;
            }
        });
    changes.join();
    for (auto& reader : readers) reader.join();
    EXPECT_GT(running.service.calls, 100U);
    EXPECT_GT(answers, running.service.calls.load()) << "some came from the cache";
}

TEST(HttpServerCache, TheLogSaysWhereAnswersCameFromAndWhoseKeyItWas) {
    auto const path = std::filesystem::temp_directory_path() / ("server_log_" + std::to_string(::getpid()));
    {
        http::ServerOptions options;
        options.access_log = std::make_shared<http::AccessLog>(path.string());
        Running const running{[](Request const&) {
                                  auto response = shared("body");
                                  response.headers.emplace_back("X-Kreislauf-Key-Id", "k7");
                                  return response;
                              },
                              options};
        RawClient client{running.url()};
        EXPECT_EQ(client.ask("/a?token=geheim").field("X-Kreislauf-Key-Id"), "");
        client.ask("/a?token=geheim");
        client.ask("/a?token=geheim", "If-None-Match: \"v1\"\r\n");
        client.send("nonsense\r\n\r\n");
        EXPECT_EQ(client.receive().status, 400U);
    }
    std::ifstream in{path};
    std::string const log{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_THAT(log, ::testing::MatchesRegex(
                         "[0-9TZ:.-]+ GET /a\\?token=\\*\\*\\* 200 [0-9]+ [0-9.]+ 127[0-9.:]+ k7 made\n"
                         "[0-9TZ:.-]+ GET /a\\?token=\\*\\*\\* 200 [0-9]+ [0-9.]+ 127[0-9.:]+ k7 cached\n"
                         "[0-9TZ:.-]+ GET /a\\?token=\\*\\*\\* 304 [0-9]+ [0-9.]+ 127[0-9.:]+ k7 cached\n"
                         "[0-9TZ:.-]+ - - 400 [0-9]+ [0-9.]+ 127[0-9.:]+ - made\n"));
    std::filesystem::remove(path);
}

TEST(HttpServerCache, MakesAnAnswerOnceForAllWhoAskAtTheSameTime) {
    std::atomic<bool> may_end{false};
    Running const running{[&](Request const& request) {
        while (request.target == "/slow" && !may_end)
            std::this_thread::sleep_for(std::chrono::milliseconds{2});
        return shared(request.target);
    }};
    constexpr std::size_t many = 20;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<RawClient>(running.url()));
        clients.back()->send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    RawClient other{running.url()};
    EXPECT_EQ(other.ask("/quick").body, "/quick") << "who waits for the same answer takes no worker";
    clients.front().reset(); // whoever goes away leaves the others alone
    may_end = true;
    for (std::size_t i = 1; i < many; ++i) {
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        std::string heard;
        bool closed = false;
        while (heard.find("/slow") == std::string::npos && std::chrono::steady_clock::now() < end)
            heard += clients[i]->drain(closed, std::chrono::milliseconds{30});
        EXPECT_THAT(heard, HasSubstr("/slow")) << i;
    }
    EXPECT_EQ(running.service.calls, 2U);
}

TEST(HttpServerCache, AsksWhetherAnAnswerOfBeforeStillHoldsAndSendsItAgain) {
    std::string const tag = "\"v1\"";
    std::atomic<unsigned> made{0};
    Running running{[&](Request const& request) {
        auto response = shared(std::string(5000, 'x'));
        if (request.header("If-None-Match") == tag) {
            response.status = 304;
            response.body = std::monostate{};
        } else {
            ++made;
        }
        return response;
    }};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a").body.size(), 5000U);
    ++running.service.current; // something was committed, not what this answer tells of
    EXPECT_EQ(client.ask("/a").body.size(), 5000U);
    EXPECT_EQ(made, 1U);
    EXPECT_EQ(running.service.calls, 2U);
    EXPECT_EQ(client.ask("/a").body.size(), 5000U);
    EXPECT_EQ(running.service.calls, 2U) << "from memory again";
    ++running.service.current;
    EXPECT_EQ(client.ask("/a", "If-None-Match: " + tag + "\r\n").status, 304U);
    EXPECT_EQ(client.ask("/a", "If-None-Match: \"v0\"\r\n").body.size(), 5000U)
        << "what the client has is another";
    EXPECT_EQ(made, 1U);
}

} // namespace
} // namespace gateway::testing
