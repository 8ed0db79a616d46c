#include "adapters/genesis/session.hpp"

#include <thread>

#include "tests/adapters/genesis/client_support.hpp"

namespace adapters::genesis {
namespace {

using gateway::Errc;
using gateway::Fields;
using gateway::HttpResponse;
using gateway::testing::error_of;
using testing::Bench;

TableRequest table(std::string name = "12411-0015") {
    TableRequest request;
    request.name = std::move(name);
    return request;
}

HttpResponse good_zip() {
    return testing::zip("12411-0015_1_de_flat.csv", testing::flat({{"2023-12-31", "03153"}}));
}

TEST(GenesisSession, PostsAFormInUtf8WithTheCharsetNamed) {
    Bench bench;
    bench.transport.then(good_zip());
    bench.client().fetch(table(), {});
    auto const& sent = bench.transport.requests.at(0);
    EXPECT_EQ(sent.method, "POST");
    EXPECT_EQ(sent.url, "https://genesis.example/genesisWS/rest/2020/data/tablefile");
    EXPECT_EQ(sent.headers, (Fields{{"Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"}}));
    EXPECT_EQ(sent.body,
              "name=12411-0015&area=all&compress=false&format=ffcsv&quality=on&job=false&language=de");
    EXPECT_EQ(form_text({{"term", "Größe & 5 %*-_."}}), "term=Gr%C3%B6%C3%9Fe+%26+5+%25*-_.");
}

TEST(GenesisSession, KeepsEveryAnswerWithItsOriginBeforeItIsBelieved) {
    Bench bench;
    auto page = testing::response(500, "", "<html>Ups</html>");
    page.headers = {{"Connection", "close"}, {"Date", "Fri, 06 Jun 2025 20:00:00 GMT"}};
    bench.transport.then(page).then(good_zip());
    bench.client().fetch(table(), {});
    ASSERT_EQ(bench.kept.size(), 2U);
    auto const& first = bench.kept[0].provenance;
    EXPECT_EQ(bench.kept[0].bytes, "<html>Ups</html>");
    EXPECT_EQ(first.source, "genesis");
    EXPECT_EQ(first.origin, "https://genesis.example/genesisWS/rest/2020/data/tablefile");
    EXPECT_EQ(first.endpoint, "data/tablefile");
    EXPECT_EQ(first.http_status, 500);
    EXPECT_EQ(first.headers, (Fields{{"Date", "Fri, 06 Jun 2025 20:00:00 GMT"}}));
    EXPECT_EQ(first.request.front(), (std::pair<std::string, std::string>{"name", "12411-0015"}));
    EXPECT_EQ(first.received, 1'749'240'000);
    EXPECT_EQ(bench.kept[1].provenance.received, 1'749'240'001);
}

TEST(GenesisSession, LetsErrorsOfTheArchivePassAtOnce) {
    Bench bench;
    bench.transport.then(good_zip()).then(good_zip());
    Client client{bench.transport, bench.service, {}, bench.time.clock(), [](gateway::RawDocument const&) {
                      throw gateway::Error{Errc::io, "disk full"};
                  }};
    auto const error = error_of([&] { client.fetch(table(), {}); });
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(), "disk full");
    EXPECT_EQ(bench.transport.requests.size(), 1U);
}

struct Fault {
    char const* name;
    HttpResponse answer;
    std::string text;
    Errc code = Errc::source_unavailable; ///< where it does not pass
};

std::vector<Fault> passing_faults() {
    auto cut = good_zip();
    cut.body.resize(cut.body.size() * 2 / 3);
    auto damaged = good_zip();
    damaged.body[60] = static_cast<char>(damaged.body[60] ^ 0x40);
    auto cut_json = testing::envelope(104, "x");
    cut_json.body.resize(cut_json.body.size() / 2);
    return {
        {"server error", testing::response(500, "", "<!doctype html><p>Ups, ein Fehler!"), "HTTP 500"},
        {"unavailable", testing::response(503, "", ""), "HTTP 503"},
        {"maintenance", testing::response(200, "text/html", "\xEF\xBB\xBF<!DOCTYPE html>"), "an HTML page"},
        {"nothing", testing::response(200, "", ""), "an empty answer"},
        {"cut archive", cut, "ZIP: no end record", Errc::truncated},
        {"damaged archive", damaged, "ZIP: member", Errc::checksum},
        {"cut JSON", cut_json, "JSON of", Errc::truncated},
        {"cut table", testing::response(200, "text/csv", "statistics_code;a\n1;2"), "does not end",
         Errc::truncated},
        {"no table", testing::envelope(-1, "kein Datenquader"), "code -1: kein Datenquader"},
        {"noise", testing::response(200, "", "\x01\x02 garbage"), "something unknown"}};
}

TEST(GenesisSession, TriesAgainAfterFaultsThatPass) {
    for (auto const& fault : passing_faults()) {
        Bench bench;
        bench.transport.then(fault.answer).then(fault.answer).then(good_zip());
        auto const answer = bench.client().fetch(table(), {});
        EXPECT_EQ(answer.outcome, TableAnswer::Outcome::table) << fault.name;
        EXPECT_EQ(bench.time.pauses_ms, (std::vector<std::int64_t>{1000, 3000})) << fault.name;
        EXPECT_EQ(bench.kept.size(), 3U) << fault.name;
    }
}

TEST(GenesisSession, GivesUpAfterFourTriesAndSaysWhatCame) {
    for (auto const& fault : passing_faults()) {
        Bench bench;
        for (unsigned i = 0; i < 5; ++i) bench.transport.then(fault.answer);
        auto const error = error_of([&] { bench.client().fetch(table(), {}); });
        ASSERT_TRUE(error) << fault.name;
        EXPECT_EQ(error->code(), fault.code) << fault.name;
        auto const text = std::string{error->what()};
        EXPECT_EQ(text.rfind("genesis data/tablefile 12411-0015: ", 0), 0U) << text;
        EXPECT_NE(text.find(fault.text), std::string::npos) << text;
        EXPECT_NE(text.find("tried 4 times in 13 s; try again later"), std::string::npos) << text;
        EXPECT_EQ(bench.transport.requests.size(), 4U);
    }
}

TEST(GenesisSession, TriesAgainAfterABrokenConnection) {
    Bench bench;
    bench.transport.then_breaks().then_breaks().then(good_zip());
    EXPECT_EQ(bench.client().fetch(table(), {}).outcome, TableAnswer::Outcome::table);
    EXPECT_EQ(bench.kept.size(), 1U);
}

TEST(GenesisSession, NeverTriesRefusedCredentialsAgain) {
    struct Case {
        HttpResponse answer;
        std::string text;
    };
    for (auto const& [answer, text] :
         {Case{testing::json(R"({"Code":2,"Content":"Ein Fehler ist aufgetreten.","Type":"ERROR"})", 404),
               "code 2"},
          Case{testing::json(R"({"Code":2,"Content":"Ein Fehler ist aufgetreten.","Type":"ERROR"})", 200),
               "code 2"},
          Case{testing::json(R"({"Code":15,"Content":"nicht berechtigt","Type":"ERROR"})", 401), "code 15"},
          Case{testing::response(401, "", ""), "HTTP 401"},
          Case{testing::response(405, "", ""), "HTTP 405"}}) {
        Bench bench;
        bench.transport.then(answer);
        auto const error = error_of([&] { bench.client().fetch(table(), {}); });
        ASSERT_TRUE(error) << text;
        EXPECT_EQ(error->code(), Errc::source_refused);
        EXPECT_NE(std::string{error->what()}.find(text), std::string::npos) << error->what();
        EXPECT_EQ(bench.transport.requests.size(), 1U);
        EXPECT_TRUE(bench.time.pauses_ms.empty());
    }
}

TEST(GenesisSession, TakesAWrongAddressForWhatItIs) {
    Bench bench;
    bench.transport.then(testing::response(404, "text/html", "<html>404</html>"));
    auto const error = error_of([&] { bench.client().fetch(table(), {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::not_found);
    EXPECT_NE(std::string{error->what()}.find("address is probably wrong"), std::string::npos);
}

TEST(GenesisSession, BacksOffWhereTooManyAskAtATime) {
    Bench bench;
    auto const busy =
        testing::json(R"({"Code":6,"Content":"zu viele parallele Anfragen","Type":"ERROR"})", 500);
    bench.transport.then(busy).then(busy).then(good_zip());
    bench.client().fetch(table(), {});
    EXPECT_EQ(bench.time.pauses_ms, (std::vector<std::int64_t>{10'000, 30'000}));
}

TEST(GenesisSession, WaitsAsLongAsTheSourceAsksButNotForEver) {
    auto const asking = [](std::string const& value) {
        auto busy = testing::response(503, "", "");
        busy.headers.emplace_back("Retry-After", value);
        return busy;
    };
    Bench bench;
    bench.transport.then(asking("7"))
        .then(asking("Fri, 06 Jun 2025 20:00:27 GMT"))
        .then(asking("99999"))
        .then(good_zip());
    bench.client().fetch(table(), {});
    EXPECT_EQ(bench.time.pauses_ms, (std::vector<std::int64_t>{7000, 20'000, 300'000}));
    EXPECT_FALSE(retry_after("soon", 0));
    EXPECT_FALSE(retry_after("", 0));
}

TEST(GenesisSession, SendsNoMoreRequestsAtATimeThanTheServicePermits) {
    struct Counting final : gateway::Transport {
        std::mutex mutex;
        unsigned now = 0, most = 0;
        HttpResponse send(gateway::HttpRequest const&) override {
            {
                auto const lock = std::scoped_lock{mutex};
                most = std::max(most, ++now);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{5});
            auto const lock = std::scoped_lock{mutex};
            --now;
            return testing::envelope(104, "x");
        }
    } transport;
    Bench bench;
    Client client{transport, bench.service, {}, gateway::Clock::system(), {}};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 12; ++i) threads.emplace_back([&] { client.fetch(table(), {}); });
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(transport.most, 3U);
}

} // namespace
} // namespace adapters::genesis
