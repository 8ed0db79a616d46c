// Entity tags, dates and 304 that are true; CORS, HEAD and OPTIONS.
#include <gmock/gmock.h>

#include <set>

#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;
using ::testing::HasSubstr;

class SdmxConditional : public SdmxTest {
  protected:
    std::vector<std::string> targets() const {
        return {"/sdmx/v1/data/" + flow,
                "/sdmx/v1/availableconstraint/" + flow + "/all/all/all",
                "/sdmx/v1/dataflow",
                "/sdmx/v1/datastructure/KREISLAUF/" + flow + "/1.0?references=all",
                "/sdmx/v1/schema/dataflow/KREISLAUF/" + flow + "/1.0",
                "/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/*",
                "/sdmx/v2/structure/dataflow/KREISLAUF/*/+"};
    }
};

TEST_F(SdmxConditional, AnswersNotModifiedUntilTheContentChanges) {
    std::vector<std::string> tags;
    for (auto const& target : targets()) {
        auto const first = ask(target);
        ASSERT_EQ(first.status, 200U) << target << "\n" << first.body;
        auto const tag = first.header("ETag");
        ASSERT_FALSE(tag.empty()) << target;
        EXPECT_FALSE(tag.starts_with("W/")) << "strong";
        EXPECT_EQ(ask(target).body, first.body) << "a strong tag names bytes: " << target;
        auto const again = ask(target, {{"If-None-Match", "\"other\", " + tag}});
        EXPECT_EQ(again.status, 304U) << target;
        EXPECT_TRUE(again.body.empty());
        EXPECT_EQ(again.header("ETag"), tag);
        EXPECT_EQ(again.header("Content-Type"), "");
        EXPECT_EQ(first.header("Last-Modified"), "Sat, 09 Mar 2024 16:00:00 GMT") << target;
        EXPECT_EQ(ask(target, {{"If-Modified-Since", "Sat, 09 Mar 2024 16:00:00 GMT"}}).status, 304U)
            << target;
        EXPECT_EQ(ask(target, {{"If-Modified-Since", "Sat, 09 Mar 2024 15:59:59 GMT"}}).status, 200U)
            << target;
        // What the official test kit sends: the text of a date in JavaScript.
        EXPECT_EQ(ask(target, {{"If-Modified-Since",
                                "Mon Nov 23 2026 10:00:00 GMT+0000 (Coordinated Universal Time)"}})
                      .status,
                  304U)
            << target;
        tags.push_back(tag);
    }
    load(*store::open_sqlite(folder_.path()), 1'720'000'000, "126900", "62500");
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    for (std::size_t i = 0; i < tags.size(); ++i) {
        auto const answer = ask(targets()[i], {{"If-None-Match", tags[i]}});
        EXPECT_EQ(answer.status, 200U) << targets()[i];
        EXPECT_EQ(answer.header("Last-Modified"), "Wed, 03 Jul 2024 09:46:40 GMT");
    }
}

TEST_F(SdmxConditional, GivesEveryFormatATagOfItsOwn) {
    std::set<std::string> tags;
    std::size_t asked = 0;
    for (auto const* const type :
         {"application/vnd.sdmx.genericdata+xml;version=2.1",
          "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
          "application/vnd.sdmx.data+json;version=1.0.0", "application/vnd.sdmx.data+json;version=1.0.0-wd",
          "application/vnd.sdmx.data+json;version=2.0.0", "application/vnd.sdmx.data+xml;version=3.0.0",
          "application/vnd.sdmx.data+csv;version=1.0.0", "application/vnd.sdmx.data+csv;version=2.0.0",
          "application/vnd.sdmx.data+csv;version=1.0.0;labels=both", "application/xml"}) {
        auto const answer = ask("/sdmx/v1/data/" + flow, {{"Accept", type}});
        EXPECT_EQ(answer.status, 200U) << type;
        EXPECT_EQ(answer.header("Content-Type"), type) << "literally";
        EXPECT_THAT(answer.header("Vary"), HasSubstr("Accept"));
        EXPECT_THAT(answer.header("Vary"), HasSubstr("Accept-Language"));
        tags.insert(answer.header("ETag"));
        ++asked;
    }
    EXPECT_EQ(tags.size(), asked);
}

TEST_F(SdmxConditional, ChangesTagsWithTheProgramAndTheAddress) {
    auto const tag = ask("/sdmx/v1/data/" + flow).header("ETag");
    mount("other");
    EXPECT_NE(ask("/sdmx/v1/data/" + flow).header("ETag"), tag);
}

TEST_F(SdmxConditional, NoticesLabelsThatChangeWithoutAVintage) {
    std::string const target = "/sdmx/v1/data/" + flow + "?format=jsondata";
    auto const before = ask(target);
    {
        auto const store = store::open_sqlite(folder_.path());
        auto const relabel = store->begin(request(store->dataset(flow).value(), 1'715'000'000));
        relabel->label("AREA", "03153", "Landkreis Goslar");
        relabel->commit("", 0, 0, {});
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{60});
    auto const after = ask(target, {{"If-None-Match", before.header("ETag")}});
    EXPECT_EQ(after.status, 200U);
    EXPECT_THAT(after.body, HasSubstr("Landkreis Goslar"));
    auto const dated = ask(target, {{"If-Modified-Since", before.header("Last-Modified")}});
    EXPECT_EQ(dated.status, 200U) << "a date must not hide it, either";
}

TEST_F(SdmxConditional, TellsScriptsOfOtherSitesWhatTheyMayDo) {
    auto const options =
        ask("/sdmx/v1/data/" + flow,
            {{"Origin", "https://example.org"}, {"Access-Control-Request-Headers", "accept"}}, "OPTIONS");
    EXPECT_EQ(options.status, 204U);
    EXPECT_EQ(options.header("Access-Control-Allow-Origin"), "*");
    EXPECT_THAT(options.header("Access-Control-Allow-Methods"), HasSubstr("GET"));
    EXPECT_THAT(options.header("Access-Control-Allow-Methods"), HasSubstr("POST"));
    EXPECT_THAT(options.header("Access-Control-Allow-Headers"), HasSubstr("Accept"));
    auto const refused = ask("/sdmx/v1/data/" + flow, {}, "DELETE");
    EXPECT_EQ(refused.status, 405U);
    EXPECT_THAT(refused.body, HasSubstr("code=\"1405\""));
    EXPECT_EQ(refused.header("Access-Control-Allow-Origin"), "*");
    auto const head = ask("/sdmx/v1/data/" + flow, {}, "HEAD");
    EXPECT_EQ(head.status, 200U);
    EXPECT_EQ(head.header("ETag"), ask("/sdmx/v1/data/" + flow).header("ETag"));
}

} // namespace
