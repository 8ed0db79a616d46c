// Every format, read back through the project's own readers, says the same.
#include <gmock/gmock.h>

#include <rapidjson/document.h>

#include "adapters/sdmx/facts.hpp"
#include "gateway/io/xml_stream.hpp"
#include "tests/gateway/serve/sdmx/fixture.hpp"

namespace {

using namespace gateway;
using namespace gateway::serve::testing;

struct Facts {
    std::string hash;
    std::uint64_t observations = 0, without_value = 0;
    friend bool operator==(Facts const&, Facts const&) = default;
};

class SdmxRoundTrip : public SdmxTest {
  protected:
    void SetUp() override {
        SdmxTest::SetUp();
        structures_ = adapters::sdmx::read_structures(
            ask("/sdmx/v1/datastructure/KREISLAUF/" + flow + "/1.0?references=children").body, "structures");
    }
    Facts read_back(std::string const& target, std::string const& type) {
        auto const answer = ask(target, {{"Accept", type}});
        EXPECT_EQ(answer.status, 200U) << target << " " << type << "\n" << answer.body;
        auto const kind = adapters::sdmx::document_kind(answer.body);
        auto const text = adapters::sdmx::facts_of(
            [&](adapters::sdmx::SdmxSink& sink) {
                adapters::sdmx::read_data(kind, answer.body, io::xml_source(answer.body), type, sink,
                                          &structures_);
            },
            false);
        rapidjson::Document facts;
        facts.Parse(text.c_str());
        EXPECT_TRUE(facts.IsObject() && facts.HasMember("content_sha256") &&
                    facts["content_sha256"].IsString())
            << type << "\n"
            << text;
        if (!facts.IsObject() || !facts["content_sha256"].IsString()) return {};
        EXPECT_EQ(facts["issues"].IsArray() ? facts["issues"].Size() : 0U, 0U) << type << "\n" << text;
        return {facts["content_sha256"].GetString(), facts["obs"].GetUint64(),
                facts["obs_without_value"].GetUint64()};
    }
    adapters::sdmx::Structures structures_;
};

TEST_F(SdmxRoundTrip, EveryFormatReadBackHasTheSameContentHash) {
    std::string const v1 = "/sdmx/v1/data/" + flow;
    std::string const v2 = "/sdmx/v2/data/dataflow/KREISLAUF/" + flow + "/1.0/*";
    auto const first = read_back(v1, "application/vnd.sdmx.genericdata+xml;version=2.1");
    EXPECT_EQ(first.observations, 5U);
    EXPECT_EQ(first.without_value, 1U);
    for (auto const* const type :
         {"application/vnd.sdmx.structurespecificdata+xml;version=2.1",
          "application/vnd.sdmx.data+json;version=1.0.0-wd", "application/vnd.sdmx.data+json;version=1.0.0",
          "application/vnd.sdmx.data+json;version=2.0.0", "application/vnd.sdmx.data+xml;version=3.0.0",
          "application/vnd.sdmx.data+csv;version=1.0.0",
          "application/vnd.sdmx.data+csv;version=1.0.0;labels=both",
          "application/vnd.sdmx.data+csv;version=2.0.0",
          "application/vnd.sdmx.data+csv;version=2.0.0;labels=name",
          "application/vnd.sdmx.data+csv;version=2.0.0;labels=both;keys=both"})
        for (auto const& target : {v1, v2})
            EXPECT_EQ(read_back(target, type), first) << target << " " << type;
}

TEST_F(SdmxRoundTrip, EveryLayoutReadBackHasTheSameContentHash) {
    std::string const v1 = "/sdmx/v1/data/" + flow;
    auto const first = read_back(v1, "application/vnd.sdmx.genericdata+xml;version=2.1");
    for (auto const* const dimension : {"TIME_PERIOD", "AllDimensions", "AREA", "SEX"})
        for (auto const* const type :
             {"application/vnd.sdmx.genericdata+xml;version=2.1",
              "application/vnd.sdmx.structurespecificdata+xml;version=2.1",
              "application/vnd.sdmx.data+xml;version=3.0.0",
              "application/vnd.sdmx.data+json;version=1.0.0-wd",
              "application/vnd.sdmx.data+json;version=1.0.0", "application/vnd.sdmx.data+json;version=2.0.0"})
            EXPECT_EQ(read_back(v1 + "?dimensionAtObservation=" + dimension, type), first)
                << dimension << " " << type;
}

} // namespace
