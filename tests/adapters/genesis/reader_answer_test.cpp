#include <string>

#include <gtest/gtest.h>

#include "adapters/genesis/answer.hpp"
#include "gateway/core/error.hpp"

namespace genesis_test {

using adapters::genesis::parse_answer;

namespace {

void expect_malformed(std::string const& json, std::string const& words) {
    try {
        parse_answer(json);
        FAIL() << "no error";
    } catch (gateway::Error const& error) {
        EXPECT_EQ(error.code(), gateway::Errc::malformed);
        EXPECT_NE(std::string{error.what()}.find(words), std::string::npos) << error.what();
    }
}

} // namespace

TEST(GenesisAnswer, GivesStatusAndEcho) {
    auto const answer = parse_answer(
        "\xEF\xBB\xBF{\"Ident\":{\"Service\":\"data\",\"Method\":\"tablefile\"},\"Status\":{\"Code\":98,"
        "\"Content\":\"zu gross\\nim Dialog\",\"Type\":\"Fehler\"},\"Parameter\":{\"name\":\"12531-0043\","
        "\"language\":\"de\"},\"Object\":null,\"Copyright\":\"c\"}");
    EXPECT_FALSE(answer.flat);
    EXPECT_EQ(answer.code, 98);
    EXPECT_EQ(answer.content, "zu gross\nim Dialog");
    EXPECT_EQ(answer.type, "Fehler");
    EXPECT_EQ(answer.method, "tablefile");
    EXPECT_EQ(answer.parameter("language"), "de");
    EXPECT_FALSE(answer.object);
    EXPECT_EQ(answer.list(), nullptr);
}

TEST(GenesisAnswer, TellsAnEmptyListFromNone) {
    auto const none =
        parse_answer("{\"Status\":{\"Code\":104,\"Content\":\"\",\"Type\":\"\"},\"List\":null}");
    ASSERT_NE(none.list(), nullptr);
    EXPECT_TRUE(none.list()->is_null);
    auto const some = parse_answer("{\"Status\":{\"Code\":0,\"Content\":\"\",\"Type\":\"\"},\"List\":[{"
                                   "\"Code\":\"61111B5001\",\"Values\":\"-1\","
                                   "\"LatestUpdate\":\"18.04.2024 13:34:49h\",\"State\":null}]}");
    ASSERT_EQ(some.list()->items.size(), 1U);
    EXPECT_EQ(some.list()->items[0].code(), "61111B5001");
    EXPECT_EQ(some.list()->items[0].at("Values"), "-1");
    EXPECT_EQ(some.list()->items[0].at("LatestUpdate"), "18.04.2024 13:34:49h");
    EXPECT_EQ(some.list()->items[0].at("State"), "");
}

TEST(GenesisAnswer, ReadsFlatAnswers) {
    auto const refused = parse_answer("{\"Code\":15,\"Content\":\"Anmeldung noetig\",\"Type\":\"ERROR\"}");
    EXPECT_TRUE(refused.flat);
    EXPECT_EQ(refused.code, 15);
    auto const logged =
        parse_answer("{\"Status\":\"Sie wurden erfolgreich an- und abgemeldet!\",\"Username\":\"GAST\"}");
    EXPECT_TRUE(logged.flat);
    EXPECT_FALSE(logged.code);
    EXPECT_EQ(logged.username, "GAST");
    EXPECT_EQ(logged.status_text, "Sie wurden erfolgreich an- und abgemeldet!");
}

TEST(GenesisAnswer, WalksTheStructureOfATable) {
    auto const answer = parse_answer(
        "{\"Status\":{\"Code\":0,\"Content\":\"\",\"Type\":\"\"},\"Object\":{\"Code\":\"11111-0001\","
        "\"Time\":{\"From\":\"31.12.1995\",\"To\":"
        "\"31.12.2023\"},\"Structure\":{\"Head\":{\"Code\":\"11111\",\"Type\":\"Statistik\",\"Structure\":[{"
        "\"Code\":\"FLC006\",\"Type\":"
        "\"Merkmal\",\"Structure\":null}]},\"Rows\":null},\"Updated\":\"28.12.2022 09:24:14h\"}}");
    ASSERT_TRUE(answer.object);
    EXPECT_EQ(answer.object->time_to, "31.12.2023");
    ASSERT_EQ(answer.object->structure.size(), 2U);
    ASSERT_EQ(answer.object->structure[0].nodes.size(), 2U);
    EXPECT_EQ(answer.object->structure[0].nodes[1].code, "FLC006");
    EXPECT_EQ(answer.object->structure[0].nodes[1].depth, 1U);
    EXPECT_TRUE(answer.object->structure[1].nodes.empty());
}

TEST(GenesisAnswer, NamesThePlaceOfAFault) {
    expect_malformed("{\n  \"Status\": {\n    \"Code\": }", "line 3, column 13");
    expect_malformed("", "line 1");
    expect_malformed("[1]", "not an object");
    expect_malformed("{}", "neither Status nor Code");
    expect_malformed("{\"Status\":{\"Code\":\"abc\"}}", "Status.Code");
    expect_malformed("{\"Status\":{\"Code\":0},\"List\":{}}", "neither a list nor null");
    expect_malformed("{\"Status\":{\"Code\":0},\"List\":[1]}", "List[0]");
    expect_malformed("{\"Status\":{\"Code\":0},\"Content\":\"\xE4\"}", "line 1");
    expect_malformed(std::string(100000, '['), "nested deeper");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "{\"a\":";
    expect_malformed(deep, "nested deeper");
}

} // namespace genesis_test
