// The feed as Server-Sent Events, from the service and through a running server.
#include <gmock/gmock.h>

#include <thread>

#include "tests/gateway/http/raw_client.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using gateway::testing::RawClient;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

class EventsTest : public ServiceTest {
  protected:
    /// A stream as the server holds one.
    struct Stream {
        http::Request request;
        http::Response response;
        std::string take() {
            std::string all;
            auto* const source = std::get_if<std::unique_ptr<http::BodySource>>(&response.body);
            if (source == nullptr) return all;
            for (bool more = true; more;) {
                auto const before = all.size();
                more = (*source)->next(all) && all.size() != before;
            }
            return all;
        }
    };
    std::unique_ptr<Stream> open(std::string const& target, http::Headers headers = {}) {
        auto stream = std::make_unique<Stream>();
        stream->request.method = "GET";
        stream->request.target = target;
        stream->request.headers = std::move(headers);
        stream->request.remote = "192.0.2.7:50412";
        stream->response = service_->answer(stream->request);
        return stream;
    }
    static std::string last_id(std::string const& events) {
        auto const at = events.rfind("\nid: ");
        auto const begin =
            at == std::string::npos ? (events.starts_with("id: ") ? 4 : std::string::npos) : at + 5;
        return begin == std::string::npos ? "" : events.substr(begin, events.find('\n', begin) - begin);
    }
    void change(std::string const& total) {
        load(*store::open_sqlite(folder_.path()), 1'720'000'000, total, "62494");
    }
};

TEST_F(EventsTest, TellsWhatComesAsPagesOfTheFeed) {
    auto const stream = open("/api/v1/feed/events?area=03153");
    EXPECT_EQ(stream->response.status, 200U);
    EXPECT_EQ(http::header(stream->response.headers, "Content-Type"), "text/event-stream; charset=utf-8");
    EXPECT_EQ(stream->take(), "retry: 2000\n\n");
    EXPECT_EQ(stream->take(), "");
    change("127000");
    auto const told = stream->take();
    EXPECT_TRUE(told.starts_with("id: ")) << told;
    EXPECT_THAT(told, HasSubstr("\nevent: changes\ndata: {\"entries\":[{\"kind\":\"data\""));
    EXPECT_THAT(told, HasSubstr("\"value\":\"127000\""));
    EXPECT_TRUE(told.ends_with("}\n\n"));
    EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 4);
    auto const page = ask("/api/v1/feed?area=03153&cursor=" + last_id(told)).json();
    EXPECT_EQ(page["entries"].Size(), 0U) << "the id is the cursor behind the event";
    EXPECT_EQ(stream->take(), "");
}

TEST_F(EventsTest, GoesOnBehindTheLastEventThatAClientHas) {
    auto const first = open("/api/v1/feed/events?area=03153&from=start");
    auto const id = last_id(first->take());
    ASSERT_NE(id, "");
    change("127000");
    change("128000");
    auto const again = open("/api/v1/feed/events?area=03153&from=start", {{"Last-Event-ID", id}});
    auto const told = again->take();
    EXPECT_THAT(told, HasSubstr("127000"));
    EXPECT_THAT(told, HasSubstr("128000"));
    EXPECT_THAT(told, Not(HasSubstr("\"state\",")));
    EXPECT_EQ(open("/api/v1/feed/events?area=03159", {{"Last-Event-ID", id}})->response.status, 400U);
    EXPECT_EQ(open("/api/v1/feed/events?area=03153", {{"Last-Event-ID", "x"}})->response.status, 400U);
}

TEST_F(EventsTest, SaysWhenTheLogNoLongerHoldsThePlace) {
    auto const stream = open("/api/v1/feed/events");
    auto const old = open("/api/v1/feed/events?from=start");
    auto const id = last_id(old->take());
    static_cast<void>(stream->take());
    change("127000");
    auto const store = store::open_sqlite(folder_.path());
    store->compact_changes(store->last_change(), 1);
    EXPECT_THAT(stream->take(), HasSubstr("event: gone\n"));
    EXPECT_EQ(open("/api/v1/feed/events", {{"Last-Event-ID", id}})->response.status, 410U);
}

TEST_F(EventsTest, LongPollsLeaveTheOnlyWorkerToOthersToo) {
    http::ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.workers = 1;
    http::Server server{*service_, options};
    server.start();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 50; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.addresses().front()));
        clients.back()->send("GET /api/v1/feed?area=03153&from=now&wait=30 HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    RawClient other{server.addresses().front()};
    auto const empty = other.ask("/api/v1/feed?area=03153&from=now&wait=1");
    EXPECT_EQ(empty.status, 200U);
    EXPECT_THAT(empty.body, ::testing::StartsWith("{\"entries\":[],\"cursor\":\""));
    change("127000");
    for (auto const& client : clients) {
        auto const page = client->receive();
        EXPECT_EQ(page.status, 200U);
        EXPECT_TRUE(page.complete);
        EXPECT_THAT(page.body, HasSubstr("\"127000\""));
    }
    server.request_stop();
    EXPECT_TRUE(server.wait());
}

TEST_F(EventsTest, ReachesTwoHundredListenersThroughOneWorkerWhoAskOthersMeanwhile) {
    http::ServerOptions options;
    options.listen = {"127.0.0.1:0"};
    options.workers = 1;
    http::Server server{*service_, options};
    server.start();
    constexpr std::size_t many = 200;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < many; ++i) {
        clients.push_back(std::make_unique<RawClient>(server.addresses().front()));
        clients.back()->send("GET /api/v1/feed/events?area=03153 HTTP/1.1\r\nHost: h\r\n\r\n");
    }
    std::vector<std::string> heard(many);
    auto const hear = [&](std::size_t i, std::string const& text) {
        for (int tries = 0; tries < 2000 && heard[i].find(text) == std::string::npos; ++tries) {
            bool closed = false;
            heard[i] += clients[i]->drain(closed, milliseconds{5});
        }
        return heard[i].find(text) != std::string::npos;
    };
    for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(hear(i, "retry: 2000")) << i;
    RawClient other{server.addresses().front()};
    EXPECT_EQ(other.ask("/api/v1/areas?limit=1").status, 200U);
    change("127000");
    for (std::size_t i = 0; i < many; ++i) ASSERT_TRUE(hear(i, "\"127000\"")) << i << heard[i];
    EXPECT_EQ(other.ask("/api/v1/areas?limit=1").status, 200U);
    server.request_stop();
    EXPECT_TRUE(server.wait());
}

} // namespace
