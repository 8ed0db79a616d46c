#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "adapters/genesis/facts.hpp"
#include "gateway/core/error.hpp"
#include "tests/adapters/genesis/reader_support.hpp"

namespace genesis_test {

namespace {

using Json = rapidjson::Value;

std::string brief(Json const& value) {
    rapidjson::StringBuffer buffer;
    rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
    value.Accept(writer);
    auto text = std::string{buffer.GetString(), buffer.GetSize()};
    return text.size() <= 300 ? text : text.substr(0, 300) + "...";
}

std::string differences(Json const& expected, Json const& found) {
    std::string text;
    for (auto const& member : expected.GetObject()) {
        auto const name = std::string{member.name.GetString()};
        auto const own = found.FindMember(name.c_str());
        if (own == found.MemberEnd())
            text += "  " + name + ": missing, expected " + brief(member.value) + "\n";
        else if (own->value != member.value)
            text += "  " + name + ": found " + brief(own->value) + ", expected " + brief(member.value) + "\n";
    }
    for (auto const& member : found.GetObject())
        if (!expected.HasMember(member.name))
            text += "  " + std::string{member.name.GetString()} + ": not expected\n";
    return text;
}

rapidjson::Document parsed(std::string const& text) {
    rapidjson::Document document;
    document.Parse(text.c_str(), text.size());
    EXPECT_FALSE(document.HasParseError()) << text.substr(0, 200);
    return document;
}

} // namespace

TEST(GenesisFacts, EqualTheExpectedFactsOfEveryRecording) {
    auto const folder = recordings();
    if (folder.empty()) GTEST_SKIP() << "../shared/real/genesis is absent";
    auto const expected = parsed(file_text(folder + "/expected.json"));
    Json const& recorded = expected;
    std::size_t equal = 0;
    for (auto const& entry : recorded.GetObject()) {
        auto const id = std::string{entry.name.GetString()};
        adapters::genesis::FactsOptions options;
        if (auto const status = entry.value.FindMember("http_status"); status != entry.value.MemberEnd())
            options.http_status = status->value.GetInt();
        auto const text = adapters::genesis::facts_json(file_text(folder + "/" + id + "/body.bin"), options);
        auto const document = parsed(text);
        Json const& found = document;
        auto const differing = differences(entry.value, found);
        EXPECT_TRUE(differing.empty()) << id << ":\n" << differing;
        equal += static_cast<std::size_t>(differing.empty());
    }
    EXPECT_EQ(equal, recorded.MemberCount());
    EXPECT_EQ(recorded.MemberCount(), 185U);
}

TEST(GenesisFacts, WriteOneLineWhereAskedTo) {
    adapters::genesis::FactsOptions options;
    options.pretty = false;
    auto const text =
        adapters::genesis::facts_json("{\"Code\":15,\"Content\":\"Anmeldung\",\"Type\":\"ERROR\"}", options);
    EXPECT_EQ(text,
              "{\"ident\":{},\"language\":\"de\",\"layout\":\"json\",\"status\":{\"code\":15,\"content\":"
              "\"Anmeldung\",\"type\":\"ERROR\"},\"top_level_keys\":[\"Code\",\"Content\",\"Type\"]}");
}

TEST(GenesisFacts, TakeTheLanguageAskedForBeforeTheOneShown) {
    adapters::genesis::FactsOptions options;
    options.language = "en";
    options.pretty = false;
    auto const text = adapters::genesis::facts_json("<!doctype html><html lang=\"de\">", options);
    EXPECT_EQ(text, "{\"language\":\"en\",\"layout\":\"html\",\"starts_with\":\"<!doctype html><html "
                    "lang=\\\"de\\\">\"}");
}

TEST(GenesisFacts, RefuseWhatIsNoDocumentOfGenesis) {
    EXPECT_THROW(adapters::genesis::facts_json("\x01\x02 something"), gateway::Error);
    EXPECT_THROW(adapters::genesis::facts_json(""), gateway::Error);
    EXPECT_THROW(adapters::genesis::facts_json("PK\x03\x04 cut"), gateway::Error);
}

} // namespace genesis_test
