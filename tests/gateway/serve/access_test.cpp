// Who may see what: release classes, keys, limits, the record of transmissions.
#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "gateway/serve/access/gate.hpp"
#include "gateway/serve/access/keys.hpp"
#include "gateway/serve/access/transmissions.hpp"
#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using serve::access::KeyFile;
using serve::access::scope_from;
using serve::access::Transmissions;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr UnixTime far = 4'000'000'000;
constexpr auto rules = "[[dataset]]\nid = \"LSN_*\"\nclass = \"RESTRICTED\"\n"
                       "recipients = [\"county:03153\", \"office:03\"]\n\n"
                       "[[dataset]]\nid = \"INTERN_*\"\nclass = \"INTERNAL\"\n";

class Access : public ServiceTest {
  protected:
    void SetUp() override {
        ServiceTest::SetUp();
        auto const store = store::open_sqlite(folder_.path());
        load(*store, 1'710'000'000, "127018", "62000", "LSN_1-1-1");
        load(*store, 1'710'000'000, "5", "4", "INTERN_1");
        io::make_directories(state());
        io::write_durable(state() + "/access.toml", rules);
        restart();
    }
    std::string state() const { return folder_.path() + "/service"; }
    std::string key(char const* scope, UnixTime expires = far) {
        return KeyFile{state()}
            .create(*scope_from(scope), expires, "Integrationsbericht 2026", 1'700'000'000)
            .first;
    }
    static http::Headers with(std::string const& key) { return {{"Authorization", "Bearer " + key}}; }
    static void wait_for_reload() { std::this_thread::sleep_for(std::chrono::milliseconds{300}); }
};

TEST_F(Access, GivesRefusedTheSameAnswerAsAbsent) {
    for (auto const* target :
         {"/api/v1/datasets/%", "/api/v1/series?dataset=%", "/api/v1/indicators?dataset=%"}) {
        auto const asked = [&](std::string const& dataset) {
            std::string text = target;
            text.replace(text.find('%'), 1, dataset);
            auto answer = ask(text, {{"X-Request-Id", "1"}});
            for (std::size_t at = 0; (at = answer.body.find(dataset, at)) != std::string::npos;)
                answer.body.replace(at, dataset.size(), "X");
            return answer;
        };
        auto const absent = asked("LSN_9-9-9");
        for (auto const* hidden : {"LSN_1-1-1", "INTERN_1"}) {
            auto const refused = asked(hidden);
            EXPECT_EQ(refused.status, absent.status) << target;
            EXPECT_EQ(refused.body, absent.body) << target;
            EXPECT_EQ(refused.headers, absent.headers) << target;
        }
    }
    EXPECT_THAT(ask("/api/v1/series?area=03153").body, Not(HasSubstr("127018")));
    EXPECT_THAT(ask("/api/v1/datasets").body, Not(HasSubstr("LSN_")));
    EXPECT_THAT(ask("/api/v1/areas/03153").body, Not(HasSubstr("LSN_")));
}

TEST_F(Access, ShowsACountyItsOwnRestrictedFiguresAndNoOthers) {
    auto const goslar = with(key("county:03153"));
    wait_for_reload();
    auto const own = ask("/api/v1/series?dataset=LSN_1-1-1&format=csv", goslar);
    ASSERT_EQ(own.status, 200U) << own.body;
    EXPECT_THAT(own.body, HasSubstr("127018"));
    EXPECT_THAT(own.body, Not(HasSubstr("03159")));
    EXPECT_FALSE(own.shared) << "not for the cache of everybody";
    EXPECT_EQ(own.header("X-Kreislauf-Key-Id").size(), 8U);
    EXPECT_EQ(ask("/api/v1/series?dataset=INTERN_1", goslar).status, 400U);
    auto const office = key("office:03");
    wait_for_reload();
    auto const all = ask("/api/v1/series?dataset=LSN_1-1-1&format=csv", {{"X-API-Key", office}});
    EXPECT_THAT(all.body, HasSubstr("127018"));
    EXPECT_THAT(all.body, HasSubstr("03159"));
    auto const stranger = with(key("county:03159"));
    wait_for_reload();
    EXPECT_EQ(ask("/api/v1/series?dataset=LSN_1-1-1", stranger).status, 400U) << "not among the recipients";
}

TEST_F(Access, ForgetsARevokedKeyWithinASecond) {
    auto const goslar = key("county:03153");
    wait_for_reload();
    ASSERT_EQ(ask("/api/v1/datasets", with(goslar)).status, 200U);
    KeyFile{state()}.revoke(*serve::access::id_of_key(goslar), 1'700'000'100);
    std::this_thread::sleep_for(std::chrono::milliseconds{900});
    auto const refused = ask("/api/v1/datasets", with(goslar));
    EXPECT_EQ(refused.status, 401U);
    EXPECT_EQ(refused.header("WWW-Authenticate"), "Bearer realm=\"kreislauf\"");
}

TEST_F(Access, RefusesExpiredAndForgedKeys) {
    auto const expired = key("county:03153", 1'700'000'001);
    auto forged = key("county:03153");
    forged.back() = forged.back() == '0' ? '1' : '0';
    wait_for_reload();
    EXPECT_EQ(ask("/api/v1/datasets", with(expired)).status, 401U);
    EXPECT_EQ(ask("/api/v1/datasets", with(forged)).status, 401U);
    EXPECT_EQ(ask("/api/v1/datasets", with("kl_x")).status, 401U);
}

TEST_F(Access, KeepsNoKeyInPlain) {
    auto const secret = key("county:03153");
    auto const text = io::read_file(state() + "/keys.json");
    EXPECT_THAT(text, Not(HasSubstr(secret.substr(12))));
    EXPECT_EQ(secret.size(), 3 + 8 + 1 + 64U);
}

TEST_F(Access, RecordsWhatGoesOutBeforeItGoes) {
    auto const goslar = with(key("county:03153"));
    wait_for_reload();
    ask("/api/v1/series?area=03153&dataset=REGIO_12411-01-01-4", goslar);
    EXPECT_TRUE(Transmissions{state()}.lines().empty()) << "public data are not recorded";
    ask("/api/v1/series?dataset=LSN_1-1-1", goslar);
    auto const lines = Transmissions{state()}.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_THAT(lines[0], HasSubstr("\"purpose\":\"Integrationsbericht 2026\""));
    EXPECT_THAT(lines[0], HasSubstr("\"datasets\":[\"LSN_1-1-1\"]"));
    EXPECT_THAT(lines[0], HasSubstr("/api/v1/series?dataset=LSN_1-1-1"));
    EXPECT_THAT(lines[0], Not(HasSubstr("kl_")));
}

TEST_F(Access, SendsNothingRestrictedThatItCannotRecord) {
    auto const goslar = with(key("county:03153"));
    wait_for_reload();
    io::make_directories(state() + "/transmissions.lock"); // a folder where the lock file should be
    auto const answer = ask("/api/v1/series?dataset=LSN_1-1-1", goslar);
    EXPECT_EQ(answer.status, 500U);
    EXPECT_THAT(answer.body, Not(HasSubstr("127018")));
    EXPECT_THAT(complaints_, HasSubstr("transmissions.lock"));
}

TEST_F(Access, ShowsGapsInTheRecord) {
    Transmissions log{state()};
    for (int i = 0; i < 4; ++i)
        log.add({1'750'000'000 + i,
                 {"k1", scope_from("county:03153"), "Bericht", "192.0.2.1"},
                 "/x",
                 {"LSN_1-1-1"},
                 "r"});
    EXPECT_TRUE(log.verify().problems.empty());
    EXPECT_EQ(log.verify().records, 4U);
    auto const path = state() + "/transmissions-2025.log";
    auto const whole = io::read_file(path);
    auto const second = whole.find('\n') + 1;
    auto const third = whole.find('\n', second) + 1;
    io::write_durable(path, whole.substr(0, second) + whole.substr(third));
    EXPECT_THAT(log.verify().problems, ::testing::ElementsAre(HasSubstr("record 3 follows 1")));
    auto changed = whole;
    changed.replace(changed.find("Bericht"), 7, "Betrieb");
    io::write_durable(path, changed);
    EXPECT_THAT(log.verify().problems, ::testing::Contains(HasSubstr("record 1 was changed")));
    io::write_durable(path, whole.substr(0, whole.rfind('\n', whole.size() - 2) + 1));
    EXPECT_THAT(log.verify().problems, ::testing::ElementsAre(HasSubstr("the last record was 4")));
    io::write_durable(path, whole + "{\"no\":5,\"bef");
    EXPECT_TRUE(log.verify().problems.empty()) << "cut off before it was acknowledged";
    Transmissions{state()}.add({1'750'000'010, {}, "/x", {"LSN_1-1-1"}, "r"});
    EXPECT_TRUE(log.verify().problems.empty());
    EXPECT_EQ(log.verify().records, 5U);
}

TEST_F(Access, KeepsFiveYearsOfTheRecord) {
    Transmissions log{state()};
    for (auto const* time : {"2020-06-01", "2021-06-01", "2026-06-01"})
        log.add({utc_from(time, 0), {}, "/x", {"LSN_1-1-1"}, "r"});
    EXPECT_THAT(log.prune(utc_from("2026-11-26", 0)), ::testing::ElementsAre("transmissions-2020.log"));
    EXPECT_TRUE(log.verify().problems.empty());
    EXPECT_EQ(log.verify().first, 2U);
}

TEST_F(Access, LimitsEachKeyAndEachAddress) {
    serve::access::Limiter limiter;
    serve::access::Rate const rate{2, 3};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.take("a", rate, 0), 0U);
    EXPECT_EQ(limiter.take("a", rate, 0), 1U);
    EXPECT_EQ(limiter.take("b", rate, 0), 0U);
    EXPECT_EQ(limiter.take("a", rate, 500'000'000), 0U) << "one more after half a second";
    EXPECT_EQ(limiter.take("a", rate, 500'000'000), 1U);
    serve::Settings settings;
    settings.store = folder_.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    settings.limits.anonymous = {0.1, 2};
    serve::GatewayService service{settings};
    http::Request request;
    request.method = "GET";
    request.target = "/api/v1/datasets";
    request.remote = "192.0.2.9:1";
    EXPECT_EQ(service.answer(request).status, 200U);
    EXPECT_EQ(service.answer(request).status, 200U);
    auto const refused = service.answer(request);
    EXPECT_EQ(refused.status, 429U);
    EXPECT_EQ(http::header(refused.headers, "Retry-After"), "10");
    request.remote = "127.0.0.1:1";
    EXPECT_EQ(service.answer(request).status, 200U);
}

TEST_F(Access, TakesLimitsFromTheRules) {
    std::ofstream{state() + "/access.toml"} << rules
                                            << "[limits]\nanonymous_per_second = 0.1\nanonymous_burst = 1\n";
    wait_for_reload();
    EXPECT_EQ(ask("/api/v1/datasets").status, 200U);
    EXPECT_EQ(ask("/api/v1/datasets").status, 429U);
    EXPECT_THROW(serve::access::Release::parse("[limits]\nanonymous = 1\n", "x"), Error);
    EXPECT_THROW(serve::access::Release::parse("[limits]\nkey_burst = -1\n", "x"), Error);
    EXPECT_THROW(serve::access::Release::parse("[limits]\nkey_burst = 5\"\n", "x"), Error);
}

TEST_F(Access, KeepsTheRulesInForceWhereNewOnesCannotBeRead) {
    std::ofstream{state() + "/access.toml"} << "[[dataset]]\nid = \"LSN_*\"\nclass = \"SECRET\"\n";
    wait_for_reload();
    EXPECT_EQ(ask("/api/v1/datasets/LSN_1-1-1").status, 404U);
    EXPECT_THAT(complaints_, HasSubstr("class 'SECRET' is unknown"));
    EXPECT_THROW(restart(), Error) << "at the start nothing is in force yet";
}

} // namespace
