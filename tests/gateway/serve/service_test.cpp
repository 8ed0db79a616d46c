// What every answer has in common: routes, methods, problems, tags.
#include <gmock/gmock.h>

#include <thread>

#include "tests/gateway/serve/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;

class Service : public ServiceTest {};

TEST_F(Service, SaysWhichMethodsAnAddressHas) {
    auto const refused = ask("/api/v1/areas", {}, "DELETE");
    EXPECT_EQ(refused.status, 405U);
    EXPECT_EQ(refused.header("Allow"), "GET, HEAD, OPTIONS");
    auto const options = ask("/api/v1/areas", {}, "OPTIONS");
    EXPECT_EQ(options.status, 204U);
    EXPECT_EQ(options.header("Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
}

TEST_F(Service, SendsCorsWithEveryAnswer) {
    for (auto const* target : {"/api/v1/areas", "/api/v1/areas/99999", "/nothing", "/api/v1/areas?x=1"})
        EXPECT_EQ(ask(target).header("Access-Control-Allow-Origin"), "*") << target;
}

TEST_F(Service, NamesPlaceValueAndNextStepOfAProblem) {
    auto const answer = ask("/api/v1/areas?serach=Goslar");
    EXPECT_EQ(answer.status, 400U);
    EXPECT_THAT(answer.header("Content-Type"), HasSubstr("application/problem+json"));
    auto const problem = answer.json();
    EXPECT_STREQ(problem["place"].GetString(), "query parameter 'serach'");
    EXPECT_STREQ(problem["value"].GetString(), "Goslar");
    EXPECT_THAT(problem["next_step"].GetString(), HasSubstr("search"));
    EXPECT_EQ(problem["status"].GetInt(), 400);
}

TEST_F(Service, SpeaksGermanToWhoPrefersIt) {
    auto const german = ask("/api/v1/areas/99999", {{"Accept-Language", "fr, de-DE;q=0.8, en;q=0.5"}});
    EXPECT_STREQ(german.json()["title"].GetString(), "Dieses Gebiet gibt es nicht");
    EXPECT_EQ(german.header("Content-Language"), "de");
    auto const english = ask("/api/v1/areas/99999", {{"Accept-Language", "en, de;q=0.8"}});
    EXPECT_STREQ(english.json()["title"].GetString(), "There is no such area");
}

TEST_F(Service, RefusesDoubledAndEmptyParameters) {
    EXPECT_EQ(ask("/api/v1/areas?level=county&level=land").status, 400U);
    EXPECT_EQ(ask("/api/v1/areas?level=").status, 400U);
    EXPECT_EQ(ask("/api/v1/areas?search=%ff").status, 400U);
}

TEST_F(Service, AnswersWithTheSameTagUntilTheContentChanges) {
    auto const first = ask("/api/v1/datasets");
    auto const tag = first.header("ETag");
    ASSERT_FALSE(tag.empty());
    auto const second = ask("/api/v1/datasets", {{"If-None-Match", "\"other\", " + tag}});
    EXPECT_EQ(second.status, 304U);
    EXPECT_TRUE(second.body.empty());
    EXPECT_EQ(second.header("ETag"), tag);
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "126900", "62500");
    EXPECT_EQ(ask("/api/v1/datasets", {{"If-None-Match", tag}}).status, 200U);
}

TEST_F(Service, NoticesWhatAnotherConnectionCommits) {
    auto const before = service_->generation();
    EXPECT_EQ(service_->generation(), before);
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "126900", "62500");
    auto after = service_->generation();
    for (int i = 0; i < 10 && after == before; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
        after = service_->generation();
    }
    EXPECT_NE(after, before);
}

TEST_F(Service, GivesTheNumberOfTheRequestBackWithAProblem) {
    auto const answer = ask("/nothing", {{"X-Request-Id", "abc-123"}});
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(answer.header("X-Request-Id"), "abc-123");
    EXPECT_STREQ(answer.json()["instance"].GetString(), "urn:kreislauf:request:abc-123");
    EXPECT_NE(ask("/nothing", {{"X-Request-Id", "bad id"}}).header("X-Request-Id"), "bad id");
}

TEST_F(Service, SaysThatThereIsNoStoreYet) {
    TempDirectory const empty;
    serve::Settings settings;
    settings.store = empty.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    serve::GatewayService service{settings};
    http::Request request;
    request.method = "GET";
    request.target = "/readyz";
    EXPECT_EQ(service.answer(request).status, 503U);
    request.target = "/healthz";
    EXPECT_EQ(service.answer(request).status, 200U);
}

TEST_F(Service, LeavesAddressesOfAMountToIt) {
    serve::Settings settings;
    settings.store = folder_.path();
    settings.data = KREISLAUF_SOURCE_DIR;
    serve::Mount mount;
    mount.prefix = "/sdmx/v1";
    mount.handler = [](serve::Call const& call) {
        return http::Response::text(200, "text/plain",
                                    std::string{call.path} + "|" + std::string{call.query} + "|" +
                                        std::to_string(call.lease()->store().datasets().size()));
    };
    mount.problem = [](serve::Call const&, serve::Problem const& problem) {
        return http::Response::text(problem.status, "application/xml", "<mes:Error/>");
    };
    serve::GatewayService service{settings, {mount}};
    http::Request request;
    request.method = "GET";
    request.target = "/sdmx/v1/data/A,B?detail=full";
    auto answer = service.answer(request);
    EXPECT_EQ(body_of(answer), "/sdmx/v1/data/A,B|detail=full|1");
    request.method = "PUT";
    answer = service.answer(request);
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(body_of(answer), "<mes:Error/>");
    EXPECT_EQ(http::header(answer.headers, "Access-Control-Allow-Origin"), "*");
}

} // namespace
