// Answers that go out while they are made, and are kept for others all the same.
#include <gmock/gmock.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/gateway/http/raw_client.hpp"

namespace gateway::testing {
namespace {

using http::Request;
using http::Response;

std::string text_of(std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; text.size() < bytes; ++i) text += std::to_string(i * 7919) + ";";
    text.resize(bytes);
    return text;
}

/// A body in pieces of 100 kB; behind the fifth it waits until it may go on.
class Pieces final : public http::BodySource {
  public:
    Pieces(std::size_t bytes, std::atomic<bool> const& may_go_on)
        : text_{text_of(bytes)}, may_go_on_{may_go_on} {}
    bool next(std::string& out) override {
        auto const part = std::min<std::size_t>(100'000, text_.size() - at_);
        if (at_ >= 500'000)
            while (!may_go_on_) std::this_thread::sleep_for(std::chrono::milliseconds{1});
        out.append(text_, at_, part);
        at_ += part;
        return at_ != text_.size();
    }

  private:
    std::string text_;
    std::size_t at_ = 0;
    std::atomic<bool> const& may_go_on_;
};

Response pieces(std::size_t bytes, std::atomic<bool> const& may_go_on) {
    Response response;
    response.headers = {{"Content-Type", "text/csv"}, {"ETag", "\"v1\""}, {"Vary", "Accept"}};
    response.body = std::make_unique<Pieces>(bytes, may_go_on);
    response.shared = true;
    return response;
}

std::string unzipped(std::string packed, std::size_t bytes) {
    std::string text(bytes + 100, '\0');
    z_stream stream{};
    inflateInit2(&stream, MAX_WBITS + 16);
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

TEST(HttpServerBegun, SendsTheBeginningOfALongAnswerBeforeTheRestIsMadeAndKeepsIt) {
    std::atomic<bool> may_go_on{false};
    Running const running{[&](Request const&) { return pieces(1'500'000, may_go_on); }};
    RawClient client{running.url()};
    client.send("GET /a HTTP/1.1\r\nHost: test\r\n\r\n");
    bool closed = false;
    std::string beginning; // a busy machine takes its time
    for (int waited = 0; waited < 30 && beginning.size() <= 250'000; ++waited)
        beginning += client.drain(closed, std::chrono::milliseconds{300});
    EXPECT_THAT(beginning, ::testing::StartsWith("HTTP/1.1 200"));
    EXPECT_GT(beginning.size(), 250'000U);
    EXPECT_LT(beginning.size(), 600'000U);
    may_go_on = true;
    EXPECT_GT(client.drain(closed, std::chrono::milliseconds{500}).size(), 900'000U);
    auto const again = client.ask("/a");
    EXPECT_EQ(running.service.calls, 1U) << "kept when all of it was sent";
    EXPECT_EQ(again.field("Content-Length"), "1500000");
    EXPECT_EQ(again.field("Accept-Ranges"), "bytes");
    EXPECT_EQ(again.field("ETag"), "\"v1\"");
    EXPECT_EQ(again.body, text_of(1'500'000));
    EXPECT_EQ(client.ask("/a", "Range: bytes=499999-500001\r\n").body, text_of(1'500'000).substr(499'999, 3));
    client.ask("/a", "Accept: text/csv\r\n");
    EXPECT_EQ(running.service.calls, 2U) << "it varies with Accept";
}

TEST(HttpServerBegun, KeepsTheEncodedBytesThatWereSent) {
    std::atomic<bool> const may_go_on{true};
    Running const running{[&](Request const&) { return pieces(1'500'000, may_go_on); }};
    RawClient client{running.url()};
    auto const sent = client.ask("/a", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(sent.field("Transfer-Encoding"), "chunked");
    EXPECT_EQ(unzipped(sent.body, 1'500'000), text_of(1'500'000));
    auto const kept = client.ask("/a", "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(running.service.calls, 1U);
    EXPECT_EQ(kept.field("Content-Encoding"), "gzip");
    EXPECT_EQ(kept.field("Accept-Ranges"), "");
    EXPECT_EQ(kept.field("Content-Length"), std::to_string(sent.body.size()));
    EXPECT_EQ(kept.body, sent.body);
}

TEST(HttpServerBegun, DoesNotKeepWhatTurnsOutTooLong) {
    std::atomic<bool> const may_go_on{true};
    Running const running{[&](Request const&) { return pieces(5'000'000, may_go_on); }};
    RawClient client{running.url()};
    for (int i = 0; i < 2; ++i) EXPECT_EQ(client.ask("/a").body.size(), 5'000'000U);
    EXPECT_EQ(running.service.calls, 2U);
}

TEST(HttpServerBegun, DoesNotKeepWhatWasNotReadToItsEnd) {
    std::atomic<bool> may_go_on{false};
    Running const running{[&](Request const&) { return pieces(1'500'000, may_go_on); }};
    {
        RawClient gone{running.url()};
        gone.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_GT(gone.skip(100'000), 0U);
    }
    may_go_on = true;
    RawClient client{running.url()};
    EXPECT_EQ(client.ask("/a").body, text_of(1'500'000));
    EXPECT_EQ(running.service.calls, 2U);
}

TEST(HttpServerBegun, WhoAsksForLengthOrPartsGetsThemOfAnAnswerThatIsNotKeptYet) {
    std::atomic<bool> const may_go_on{true};
    for (auto const* kind : {"head", "part", "old"}) {
        Running const running{[&](Request const&) { return pieces(1'500'000, may_go_on); }};
        RawClient client{running.url()};
        if (std::string_view{kind} == "head") {
            EXPECT_EQ(client.ask("/a", {}, "HEAD").field("Content-Length"), "1500000");
        } else if (std::string_view{kind} == "part") {
            auto const reply = client.ask("/a", "Range: bytes=0-9\r\n");
            EXPECT_EQ(reply.status, 206U);
            EXPECT_EQ(reply.body, text_of(10));
        } else {
            client.send("GET /a HTTP/1.0\r\nHost: test\r\nConnection: keep-alive\r\n\r\n");
            EXPECT_EQ(client.receive().field("Content-Length"), "1500000");
        }
        EXPECT_EQ(client.ask("/a").body.size(), 1'500'000U);
        EXPECT_EQ(running.service.calls, 1U) << kind;
    }
}

TEST(HttpServerBegun, MakesALongAnswerOnceForAllWhoWaitForIt) {
    std::atomic<bool> may_begin{false};
    std::atomic<bool> const may_go_on{true};
    Running const running{[&](Request const& request) {
        while (request.target == "/slow" && !may_begin)
            std::this_thread::sleep_for(std::chrono::milliseconds{1});
        return pieces(request.target == "/slow" ? 1'500'000 : 10, may_go_on);
    }};
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 8; ++i) {
        clients.push_back(std::make_unique<RawClient>(running.url()));
        clients.back()->send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    RawClient{running.url()}.ask("/quick"); // those before it are waiting now
    may_begin = true;
    for (auto const& client : clients) EXPECT_EQ(client->receive().body, text_of(1'500'000));
    EXPECT_EQ(running.service.calls, 2U);
}

} // namespace
} // namespace gateway::testing
