// Bodies that are taken while they arrive.
#include <gmock/gmock.h>

#include <atomic>
#include <mutex>
#include <thread>

#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using std::chrono::milliseconds;

/// Counts what it is given; what the address says decides how it goes on.
class Taking final : public http::Service {
  public:
    class Sink final : public http::BodySink {
      public:
        Sink(Taking& all, std::string target) : all_{all}, target_{std::move(target)} { ++all_.open; }
        ~Sink() override { --all_.open; }
        std::optional<http::Response> take(std::string_view piece) override {
            auto const lock = std::scoped_lock{all_.mutex};
            all_.taken.append(piece);
            all_.largest = std::max(all_.largest, piece.size());
            if (target_ == "/stop") return text("enough", 422);
            if (target_ == "/fail") throw std::runtime_error{"the disk is gone"};
            return std::nullopt;
        }
        http::Response end() override { return text("ended"); }

      private:
        Taking& all_;
        std::string target_;
    };

    http::Response answer(http::Request const& request) override {
        return text("whole " + std::to_string(request.body.size()));
    }
    [[nodiscard]] std::uint64_t generation() noexcept override { return 1; }
    [[nodiscard]] bool receives(std::string_view method, std::string_view target) noexcept override {
        return method == "PATCH" && target != "/whole";
    }
    http::Reception receive(http::Request const& request) override {
        if (request.header("X-Key").empty()) return text("no key", 401);
        return std::make_unique<Sink>(*this, request.target);
    }
    std::string all() {
        auto const lock = std::scoped_lock{mutex};
        return taken;
    }

    std::mutex mutex;
    std::string taken;
    std::size_t largest = 0;
    std::atomic<int> open{0};
};

class HttpServerBody : public ::testing::Test {
  protected:
    HttpServerBody() {
        http::ServerOptions options;
        options.listen = {"127.0.0.1:0"};
        options.workers = 2;
        options.limits.body_bytes = [](std::string_view, std::string_view) {
            return std::uint64_t{1} << 30U;
        };
        options.limits.body_time = milliseconds{400};
        server_ = std::make_unique<http::Server>(service_, std::move(options));
        server_->start();
    }
    [[nodiscard]] std::string const& url() const { return server_->addresses().front(); }
    static std::string head(std::string const& target, std::size_t bytes, bool key = true) {
        return "PATCH " + target + " HTTP/1.1\r\nHost: h\r\n" + (key ? "X-Key: k\r\n" : "") +
               "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
    }
    [[nodiscard]] bool all_closed() const {
        for (int i = 0; i < 300 && service_.open != 0; ++i) std::this_thread::sleep_for(milliseconds{10});
        return service_.open == 0;
    }
    Taking service_;
    std::unique_ptr<http::Server> server_;
};

std::string some_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>((i * 131) >> 3U);
    return bytes;
}

TEST_F(HttpServerBody, IsHandedOnInPiecesAndTheConnectionGoesOn) {
    auto const bytes = some_bytes(3'000'000);
    RawClient client{url()};
    for (int i = 0; i < 2; ++i) {
        client.send(head("/a", bytes.size()) + bytes);
        EXPECT_EQ(client.receive().body, "ended");
    }
    EXPECT_EQ(service_.all(), bytes + bytes);
    EXPECT_LT(service_.largest, 400'000U);
    EXPECT_TRUE(all_closed());
}

TEST_F(HttpServerBody, InChunksIsTheSame) {
    RawClient client{url()};
    client.send("PATCH /a HTTP/1.1\r\nHost: h\r\nX-Key: k\r\nTransfer-Encoding: chunked\r\n\r\n"
                "4\r\nWiki\r\n5\r\npedia\r\n0\r\n\r\n");
    EXPECT_EQ(client.receive().body, "ended");
    EXPECT_EQ(service_.all(), "Wikipedia");
}

TEST_F(HttpServerBody, IsRefusedBeforeItIsRead) {
    RawClient client{url()};
    client.send(head("/a", 1U << 29U, false));
    auto const reply = client.receive();
    EXPECT_EQ(reply.status, 401U);
    EXPECT_EQ(reply.field("Connection"), "close");
    EXPECT_EQ(service_.all(), "");
}

TEST_F(HttpServerBody, IsWaitedForWith100ContinueOnlyWhereItIsTaken) {
    std::string const expects = "Expect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    RawClient refused{url()};
    refused.send("PATCH /a HTTP/1.1\r\nHost: h\r\n" + expects);
    EXPECT_EQ(refused.receive().status, 401U);
    RawClient taken{url()};
    taken.send("PATCH /a HTTP/1.1\r\nHost: h\r\nX-Key: k\r\n" + expects);
    EXPECT_EQ(taken.receive(true).status, 100U);
    taken.send("Wiki");
    EXPECT_EQ(taken.receive().body, "ended");
}

TEST_F(HttpServerBody, EndsWhereTheSinkHasSeenEnoughOrFails) {
    auto const bytes = some_bytes(2'000'000);
    RawClient stopped{url()};
    stopped.send(head("/stop", bytes.size()) + bytes);
    EXPECT_EQ(stopped.receive().status, 422U);
    RawClient failed{url()};
    failed.send(head("/fail", bytes.size()) + bytes);
    EXPECT_EQ(failed.receive().status, 500U);
    EXPECT_TRUE(all_closed());
}

TEST_F(HttpServerBody, LetsGoOfTheSinkWhereTheClientIsGoneOrSilent) {
    {
        RawClient gone{url()};
        gone.send(head("/a", 1'000'000) + some_bytes(600'000));
        for (int i = 0; i < 300 && service_.all().size() < 256'000; ++i)
            std::this_thread::sleep_for(milliseconds{10});
    }
    EXPECT_TRUE(all_closed());
    EXPECT_GE(service_.all().size(), 256'000U);
    RawClient silent{url()};
    silent.send(head("/a", 1'000'000) + some_bytes(10));
    EXPECT_EQ(silent.receive().status, 408U);
    EXPECT_TRUE(all_closed());
}

TEST_F(HttpServerBody, ThatNobodyTakesIsWholeInTheRequest) {
    RawClient client{url()};
    client.send(head("/whole", 9) + "Wikipedia");
    EXPECT_EQ(client.receive().body, "whole 9");
    client.send("PATCH /a HTTP/1.1\r\nHost: h\r\nX-Key: k\r\n\r\n");
    EXPECT_EQ(client.receive().body, "whole 0") << "without body there is nothing to take";
}

} // namespace
} // namespace gateway::testing
