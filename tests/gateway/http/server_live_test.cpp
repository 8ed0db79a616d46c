// Bodies that wait for something to happen: they cost no worker, are told at once, and end with the server.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/core/error.hpp"
#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::BodySource;
using http::Request;
using http::Response;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using Clock = std::chrono::steady_clock;

/// Tells the number of the data whenever it is another; "beat" where the pause was over.
class Ticker final : public BodySource {
  public:
    Ticker(std::atomic<std::uint64_t>& number, milliseconds pause, std::atomic<int>& alive)
        : number_{number}, pause_{pause}, alive_{alive} {
        ++alive_;
    }
    ~Ticker() override { --alive_; }
    bool next(std::string& out) override {
        auto const now = number_.load();
        if (now == told_ && Clock::now() < due_) return true;
        out += now == told_ ? std::string{": beat\n"} : "data: " + std::to_string(now) + "\n";
        told_ = now;
        due_ = Clock::now() + pause_;
        return now != 99;
    }
    [[nodiscard]] milliseconds pause() const override { return pause_; }

  private:
    std::atomic<std::uint64_t>& number_;
    milliseconds pause_;
    std::atomic<int>& alive_;
    std::uint64_t told_ = 0;
    Clock::time_point due_{};
};

/// Says the number of the data when it is another, with a field of the head that nobody knows before.
class Late final : public BodySource {
  public:
    Late(std::atomic<std::uint64_t>& number, std::atomic<int>& alive) : number_{number}, alive_{alive} {
        ++alive_;
    }
    ~Late() override { --alive_; }
    bool next(std::string& out) override {
        if (number_.load() == 1) return true;
        if (number_.load() == 98) throw Error{Errc::io, "broken"};
        out += "number " + std::to_string(number_.load());
        return false;
    }
    [[nodiscard]] milliseconds pause() const override { return milliseconds{60'000}; }
    [[nodiscard]] bool holds_head() const override { return true; }
    [[nodiscard]] http::Headers late_head() override {
        return {{"X-Number", std::to_string(number_.load())}};
    }

  private:
    std::atomic<std::uint64_t>& number_;
    std::atomic<int>& alive_;
};

class HttpServerLive : public ::testing::Test {
  protected:
    HttpServerLive() { start(milliseconds{60'000}); }
    void start(milliseconds pause, unsigned workers = 1) {
        http::ServerOptions options;
        options.workers = workers;
        running_.reset();
        running_ = std::make_unique<Running>(
            [this, pause](Request const& request) {
                Response response;
                if (request.target == "/late") {
                    response.headers = {{"Content-Type", "text/plain"}};
                    response.body = std::make_unique<Late>(number_, alive_);
                    return response;
                }
                if (request.target != "/live") return text("plain");
                response.headers = {{"Content-Type", "text/event-stream"}};
                response.body = std::make_unique<Ticker>(number_, pause, alive_);
                return response;
            },
            options);
    }
    void change(std::uint64_t number) {
        number_ = number;
        ++running_->service.current;
    }
    /// Reads until `text` has come.
    static bool hears(RawClient& client, std::string& heard, std::string const& text) {
        auto const end = Clock::now() + std::chrono::seconds{10};
        while (heard.find(text) == std::string::npos && Clock::now() < end) {
            bool closed = false;
            heard += client.drain(closed, milliseconds{30});
            if (closed) break;
        }
        return heard.find(text) != std::string::npos;
    }
    static void open(RawClient& client, std::string const& fields = {}) {
        client.send("GET /live HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
    }
    template <typename Done>
    static bool soon(Done done) {
        auto const end = Clock::now() + std::chrono::seconds{10};
        while (!done() && Clock::now() < end) std::this_thread::sleep_for(milliseconds{10});
        return done();
    }

    std::atomic<std::uint64_t> number_{1};
    std::atomic<int> alive_{0};
    std::unique_ptr<Running> running_;
};

TEST_F(HttpServerLive, ManyThatWaitLeaveTheOnlyWorkerToOthersAndAreToldWhenSomethingChanges) {
    constexpr std::size_t many = 300;
    std::vector<std::unique_ptr<RawClient>> clients;
    std::vector<std::string> heard(many);
    for (std::size_t i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<RawClient>(running_->url()));
        open(*clients.back());
    }
    for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(hears(*clients[i], heard[i], "data: 1\n")) << i;
    RawClient other{running_->url()};
    EXPECT_EQ(other.ask("/plain").body, "plain");
    change(2);
    auto const begin = Clock::now();
    for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(hears(*clients[i], heard[i], "data: 2\n")) << i;
    EXPECT_LT(Clock::now() - begin, std::chrono::seconds{30});
    EXPECT_EQ(other.ask("/plain").body, "plain");
}

TEST_F(HttpServerLive, AnAnswerIsNotHeldBackByAnEncoding) {
    RawClient client{running_->url()};
    open(client, "Accept-Encoding: gzip, zstd\r\n");
    std::string heard;
    EXPECT_TRUE(hears(client, heard, "data: 1\n"));
    EXPECT_EQ(heard.find("Content-Encoding"), std::string::npos);
    EXPECT_THAT(heard, HasSubstr("Transfer-Encoding: chunked"));
}

TEST_F(HttpServerLive, ASilentTimeIsBrokenByABeat) {
    start(milliseconds{100});
    RawClient client{running_->url()};
    open(client);
    std::string heard;
    EXPECT_TRUE(hears(client, heard, ": beat\n"));
}

TEST_F(HttpServerLive, WhoeverGoesAwayIsForgottenAtOnce) {
    {
        RawClient client{running_->url()};
        open(client);
        std::string heard;
        ASSERT_TRUE(hears(client, heard, "data: 1\n"));
        EXPECT_EQ(alive_, 1);
    }
    EXPECT_TRUE(soon([this] { return alive_ == 0; }));
    change(2); // nobody is there any more
    RawClient other{running_->url()};
    EXPECT_EQ(other.ask("/plain").body, "plain");
}

TEST_F(HttpServerLive, ABodyThatEndsLetsTheConnectionGoOn) {
    RawClient client{running_->url()};
    open(client);
    std::string heard;
    ASSERT_TRUE(hears(client, heard, "data: 1\n"));
    change(99);
    ASSERT_TRUE(hears(client, heard, "0\r\n\r\n"));
    EXPECT_EQ(client.ask("/plain").body, "plain");
    open(client);
    heard.clear();
    EXPECT_TRUE(hears(client, heard, "data: 99\n"));
}

TEST_F(HttpServerLive, AServerThatStopsEndsThemSoundly) {
    RawClient client{running_->url()};
    open(client);
    std::string heard;
    ASSERT_TRUE(hears(client, heard, "data: 1\n"));
    running_->server->request_stop();
    EXPECT_TRUE(hears(client, heard, "0\r\n\r\n"));
    EXPECT_TRUE(running_->server->wait());
    EXPECT_EQ(alive_, 0);
}

TEST_F(HttpServerLive, AWholeHeadIsSentForHeadAndNothingWaits) {
    RawClient client{running_->url()};
    client.send("HEAD /live HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive(true).status, 200U);
    EXPECT_EQ(client.ask("/plain").body, "plain");
    EXPECT_EQ(alive_, 0);
}

TEST_F(HttpServerLive, AHeadThatWaitsIsSentWithTheBodyAndCostsNoWorkerUntilThen) {
    constexpr int many = 100;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<RawClient>(running_->url()));
        clients.back()->send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    ASSERT_TRUE(soon([this] { return alive_ == many; }));
    RawClient other{running_->url()};
    EXPECT_EQ(other.ask("/plain").body, "plain"); // from the only worker
    bool closed = false;
    EXPECT_EQ(clients.front()->drain(closed, milliseconds{50}), "") << "nothing was sent before";
    change(7);
    for (auto const& client : clients) {
        auto const answer = client->receive();
        EXPECT_EQ(answer.status, 200U);
        EXPECT_EQ(answer.body, "number 7");
        EXPECT_EQ(answer.field("X-Number"), "7");
        EXPECT_EQ(answer.field("Content-Length"), "8");
    }
    EXPECT_TRUE(soon([this] { return alive_ == 0; }));
    EXPECT_EQ(clients.front()->ask("/plain").body, "plain") << "the connection goes on";
}

TEST_F(HttpServerLive, AHeadThatWaitsBecomesAnErrorWhereItsBodyFailsOrTheServerEnds) {
    RawClient first{running_->url()}, second{running_->url()};
    first.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(soon([this] { return alive_ == 1; }));
    change(98);
    EXPECT_EQ(first.receive().status, 500U);
    number_ = 1;
    second.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
    ASSERT_TRUE(soon([this] { return alive_ == 1; }));
    running_->server->request_stop();
    EXPECT_EQ(second.receive().status, 503U);
    EXPECT_TRUE(running_->server->wait());
    EXPECT_EQ(alive_, 0);
}

TEST_F(HttpServerLive, WhoeverGoesAwayFromAHeadThatWaitsIsForgottenAtOnce) {
    {
        RawClient client{running_->url()};
        client.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n");
        ASSERT_TRUE(soon([this] { return alive_ == 1; }));
    }
    EXPECT_TRUE(soon([this] { return alive_ == 0; }));
    RawClient other{running_->url()};
    EXPECT_EQ(other.ask("/plain").body, "plain");
}

} // namespace
} // namespace gateway::testing
