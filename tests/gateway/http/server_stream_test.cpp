#include <gmock/gmock.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

#include "tests/gateway/http/raw_client.hpp"
#include "tests/sanitized.hpp"

namespace gateway::testing {
namespace {

using http::BodySource;
using http::Request;
using http::Response;
using std::chrono::milliseconds;

/// A body of `bytes`, 128 KiB at a time; counts what it was asked for.
class Endless final : public BodySource {
  public:
    Endless(std::uint64_t bytes, std::atomic<std::uint64_t>& made) : left_{bytes}, made_{made} {}
    bool next(std::string& out) override {
        auto const part = std::min<std::uint64_t>(left_, 131'072);
        for (std::uint64_t i = 0; i < part; i += 16)
            out.append("0123456789abcdef", std::min<std::uint64_t>(16, part - i));
        left_ -= part;
        made_ += part;
        return left_ != 0;
    }

  private:
    std::uint64_t left_;
    std::atomic<std::uint64_t>& made_;
};

std::uint64_t resident_bytes() {
    std::ifstream in{"/proc/self/statm"};
    std::uint64_t size = 0, resident = 0;
    in >> size >> resident;
    return resident * 4096;
}

Response streaming(std::uint64_t bytes, std::atomic<std::uint64_t>& made) {
    Response response;
    response.headers = {{"Content-Type", "text/csv"}};
    response.body = std::make_unique<Endless>(bytes, made);
    return response;
}

TEST(HttpServerStream, OneGigabyteNeedsNoMoreMemoryThanAPiece) {
    std::atomic<std::uint64_t> made{0};
    constexpr std::uint64_t size = std::uint64_t{1} << 30U;
    Running const running{[&](Request const&) { return streaming(size, made); }};
    RawClient client{running.url()};
    auto const before = resident_bytes();
    client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    std::uint64_t total = 0;
    std::uint64_t most = 0;
    while (auto const part = client.skip(8U << 20U)) {
        total += part;
        most = std::max(most, resident_bytes());
    }
    EXPECT_GT(total, size);
    EXPECT_LT(total, size + size / 1000);
    EXPECT_EQ(made, size);
    if (gateway::is_sanitized) return; // the memory is not ours alone
    EXPECT_LT(most - before, 16U << 20U);
}

TEST(HttpServerStream, ChunksHoldExactlyTheBody) {
    std::atomic<std::uint64_t> made{0};
    Running const running{[&](Request const&) { return streaming(3'000'001, made); }};
    RawClient client{running.url()};
    auto const reply = client.ask("/a");
    EXPECT_EQ(reply.field("Transfer-Encoding"), "chunked");
    ASSERT_TRUE(reply.complete);
    ASSERT_EQ(reply.body.size(), 3'000'001U);
    EXPECT_EQ(reply.body.substr(2'999'992), "89abcdef0");
    EXPECT_EQ(client.ask("/healthz").body, "ok\n") << "the connection goes on behind the last chunk";
}

TEST(HttpServerStream, AnEncodedStreamDecodesToTheBody) {
    std::atomic<std::uint64_t> made{0};
    Running const running{[&](Request const&) { return streaming(3'000'000, made); }};
    RawClient client{running.url()};
    auto const reply = client.ask("/a", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(reply.field("Content-Encoding"), "gzip");
    ASSERT_TRUE(reply.complete);
    std::string body(3'000'100, '\0');
    z_stream stream{};
    inflateInit2(&stream, MAX_WBITS + 16);
    auto packed = reply.body;
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(body.data());
    stream.avail_out = static_cast<uInt>(body.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    EXPECT_EQ(stream.total_out, 3'000'000U);
    inflateEnd(&stream);
    EXPECT_EQ(body.substr(2'999'984, 16), "0123456789abcdef");
}

TEST(HttpServerStream, OldClientsReadUntilTheConnectionEnds) {
    std::atomic<std::uint64_t> made{0};
    Running const running{[&](Request const&) { return streaming(1'000'000, made); }};
    RawClient client{running.url()};
    client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    auto const reply = client.receive();
    EXPECT_EQ(reply.field("Transfer-Encoding"), "");
    EXPECT_EQ(reply.field("Connection"), "close");
    EXPECT_EQ(reply.body.size(), 1'000'000U);
}

TEST(HttpServerStream, HeadAsksTheSourceForNothingMoreThanItsBeginning) {
    std::atomic<std::uint64_t> made{0};
    Running const running{[&](Request const&) { return streaming(100'000'000, made); }};
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a", {}, "HEAD").status, 200U);
    EXPECT_EQ(client.ask("/healthz").status, 200U);
    EXPECT_LT(made, 1'000'000U);
}

/// Breaks behind the first piece, when that was read: the reset that follows throws away what was not.
class Breaking final : public BodySource {
  public:
    explicit Breaking(std::atomic<bool> const& was_read) : was_read_{was_read} {}
    bool next(std::string& out) override {
        if (std::exchange(begun_, true)) {
            while (!was_read_) std::this_thread::sleep_for(milliseconds{1});
            throw std::runtime_error{"the source broke"};
        }
        out.append(300'000, 'a');
        return true;
    }

  private:
    std::atomic<bool> const& was_read_;
    bool begun_ = false;
};

TEST(HttpServerStream, ASourceThatBreaksLeavesABodyWithoutItsEnd) {
    std::atomic<bool> was_read{false};
    Running const running{[&](Request const&) {
        Response response;
        response.headers = {{"Content-Type", "text/csv"}};
        response.body = std::make_unique<Breaking>(was_read);
        return response;
    }};
    RawClient client{running.url()};
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    auto const begun = client.receive(true);
    EXPECT_EQ(begun.status, 200U);
    EXPECT_EQ(begun.field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(client.skip(200'000), 200'000U) << "what was made before is sent";
    was_read = true;
    bool closed = false;
    auto const rest = client.drain(closed);
    EXPECT_TRUE(closed);
    EXPECT_EQ(rest.find("0\r\n\r\n"), std::string::npos);
}

/// Six pieces; says how many it was asked for, and makes each only when it may.
class Slow final : public BodySource {
  public:
    Slow(std::atomic<int>& asked, std::atomic<int> const& allowed, std::size_t bytes)
        : asked_{asked}, allowed_{allowed}, bytes_{bytes} {}
    bool next(std::string& out) override {
        auto const turn = ++asked_;
        while (allowed_ < turn) std::this_thread::sleep_for(milliseconds{1});
        out.append(bytes_, static_cast<char>('a' + turn));
        return turn < last;
    }
    static constexpr int last = 6;

  private:
    std::atomic<int>& asked_;
    std::atomic<int> const& allowed_;
    std::size_t bytes_;
};

Response slow_body(std::atomic<int>& asked, std::atomic<int> const& allowed, std::size_t bytes = 300'000) {
    Response response;
    response.headers = {{"Content-Type", "text/csv"}};
    response.body = std::make_unique<Slow>(asked, allowed, bytes);
    return response;
}

bool becomes(std::atomic<int> const& count, int wanted) {
    for (int i = 0; i < 400 && count < wanted; ++i) std::this_thread::sleep_for(milliseconds{5});
    return count == wanted;
}

TEST(HttpServerStream, WhatIsMadeGoesOutWhileTheNextPieceIsMade) {
    std::atomic<int> asked{0}, allowed{2};
    Running const running{[&](Request const&) { return slow_body(asked, allowed); }};
    RawClient client{running.url()};
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive(true).status, 200U);
    EXPECT_EQ(client.skip(550'000), 550'000U) << "what is made does not wait for what is not";
    EXPECT_TRUE(becomes(asked, 3));
    allowed = Slow::last;
    bool closed = false;
    auto const rest = client.drain(closed, milliseconds{500});
    EXPECT_EQ(std::count(rest.begin(), rest.end(), 'a' + Slow::last), 300'000);
    EXPECT_NE(rest.find("\r\n0\r\n\r\n"), std::string::npos);
    EXPECT_EQ(asked, Slow::last) << "no piece is asked for twice, and none behind the last";
}

TEST(HttpServerStream, OfAClientThatDoesNotReadOnePieceIsMadeAheadAndNoMore) {
    std::atomic<int> asked{0}, allowed{Slow::last};
    // More than the buffers of a connection hold.
    Running const running{[&](Request const&) { return slow_body(asked, allowed, 16U << 20U); }};
    RawClient client{running.url(), 4096};
    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(becomes(asked, 2)) << asked;
    std::this_thread::sleep_for(milliseconds{300});
    EXPECT_EQ(asked, 2);
    EXPECT_EQ(client.skip(std::size_t{20} << 20U), std::size_t{20} << 20U);
    EXPECT_TRUE(becomes(asked, 3)) << asked;
}

/// Whether the one who asks is soon the only client.
bool is_left_alone(Running const& running) {
    RawClient client{running.url()};
    for (int i = 0; i < 100; ++i) {
        auto const metrics = client.ask("/metrics").body;
        if (metrics.find("\nkreislauf_http_connections 1\n") != std::string::npos) return true;
        std::this_thread::sleep_for(milliseconds{50});
    }
    return false;
}

TEST(HttpServerStream, AClientThatLeavesWhileAPieceIsMadeLeavesNothingBehind) {
    std::atomic<int> asked{0}, allowed{2};
    Running const running{[&](Request const&) { return slow_body(asked, allowed); }};
    {
        RawClient client{running.url()};
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        client.skip(400'000);
        EXPECT_TRUE(becomes(asked, 3));
    }
    std::this_thread::sleep_for(milliseconds{50});
    allowed = Slow::last;
    EXPECT_TRUE(is_left_alone(running));
}

TEST(HttpServerStream, AClientThatDoesNotReadHoldsNoWorkerAndIsCutOff) {
    std::atomic<std::uint64_t> made{0};
    http::ServerOptions options;
    options.workers = 1;
    options.limits.write_time = milliseconds{500};
    Running const running{[&](Request const& request) {
                              return request.target == "/a" ? streaming(std::uint64_t{1} << 32U, made)
                                                            : text("fine");
                          },
                          options};
    std::vector<std::unique_ptr<RawClient>> stuck;
    for (int i = 0; i < 5; ++i) {
        stuck.push_back(std::make_unique<RawClient>(running.url(), 4096));
        stuck.back()->send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    auto const quiet = [&] { // until the buffers of the sockets are full
        auto const before = made.load();
        std::this_thread::sleep_for(milliseconds{700});
        return made == before && before != 0;
    };
    for (int i = 0; i < 40 && !quiet(); ++i) {
    }
    EXPECT_EQ(RawClient{running.url()}.ask("/b").status, 200U) << "the only worker is free";
    EXPECT_LT(made, 200'000'000U) << "a source is not asked while its client does not read";
    for (auto const& client : stuck) {
        client->skip(~std::size_t{0} >> 1U); // what was on its way, then the end
        bool closed = false;
        client->drain(closed, milliseconds{100});
        EXPECT_TRUE(closed);
    }
}

TEST(HttpServerStream, ClientsThatLeaveInTheMiddleLeaveNothingBehind) {
    std::atomic<std::uint64_t> made{0};
    Running const running{[&](Request const&) { return streaming(50'000'000, made); }};
    for (int i = 0; i < 50; ++i) {
        RawClient client{running.url()};
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        client.skip(static_cast<std::size_t>(i) * 10'000);
    }
    EXPECT_TRUE(is_left_alone(running));
}

} // namespace
} // namespace gateway::testing
