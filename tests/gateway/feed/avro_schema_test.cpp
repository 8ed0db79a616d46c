#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro/fingerprint.hpp"
#include "gateway/feed/avro/resolver.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed::avro;
using gateway::Error;
using testing::HasSubstr;

std::string refusal(std::string const& json) {
    try {
        (void)Schema::parse(json);
    } catch (Error const& error) {
        return error.what();
    }
    return "accepted";
}

/// JSON of `json` written with one schema and read with another.
std::string resolved(std::string const& writer_json, std::string const& reader_json, Datum const& value) {
    auto const writer = Schema::parse(writer_json);
    auto const reader = Schema::parse(reader_json);
    Buffer bytes;
    encode(writer, writer.root(), value, bytes);
    Cursor cursor{bytes.view()};
    auto const datum = Resolver{writer, reader}.read(cursor);
    EXPECT_TRUE(cursor.at_end());
    return to_json(reader, reader.root(), datum);
}

std::string resolved(std::string const& writer, std::string const& reader, std::string const& json) {
    auto const schema = Schema::parse(writer);
    return resolved(writer, reader, datum_from_json(schema, schema.root(), json));
}

std::string record(std::string const& fields) {
    return R"({"type":"record","name":"R","fields":[)" + fields + "]}";
}
constexpr char const* a_int = R"({"name":"a","type":"int"})";

TEST(AvroSchema, HasTheFingerprintsOfTheSpecification) {
    // CRC-64-AVRO of the canonical forms "int" and "string", as in the reference implementations' tests.
    EXPECT_EQ(crc64_avro(""), 0xC15D213AA4D7A795ULL);
    EXPECT_EQ(Schema::parse(R"("int")").fingerprint(), 0x7275D51A3F395C8FULL);
    EXPECT_EQ(Schema::parse(R"({"type":"string"})").fingerprint(), 0x8F014872634503C7ULL);
    EXPECT_EQ(Schema::parse(R"("null")").fingerprint(), 0x63DD24E7CC258F8AULL);
}

TEST(AvroSchema, WritesTheParsingCanonicalForm) {
    auto const schema =
        Schema::parse(R"({"doc":"x","namespace":"n","name":"R","aliases":["Q"],"type":"record","fields":[
        {"name":"f","type":{"type":"fixed","size":3,"name":"F"},"default":"abc"},
        {"type":["null",{"type":"array","items":"F"}],"name":"g","order":"ignore"},
        {"name":"e","type":{"type":"enum","name":"m.E","symbols":["A","B"],"default":"A"}},
        {"name":"m","type":{"type":"map","values":"R"}}]})");
    EXPECT_EQ(
        schema.canonical(),
        R"({"name":"n.R","type":"record","fields":[{"name":"f","type":{"name":"n.F","type":"fixed","size":3}},)"
        R"({"name":"g","type":["null",{"type":"array","items":"n.F"}]},)"
        R"({"name":"e","type":{"name":"m.E","type":"enum","symbols":["A","B"]}},)"
        R"({"name":"m","type":{"type":"map","values":"n.R"}}]})");
}

TEST(AvroSchema, KeepsDocsDefaultsAliasesAndLogicalTypes) {
    auto const schema =
        Schema::parse(R"({"type":"record","name":"R","namespace":"n","aliases":["Old"],"fields":[
        {"name":"d","aliases":["day"],"doc":"a day","default":7,"type":{"type":"int","logicalType":"date"}},
        {"name":"x","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}},
        {"name":"y","type":{"type":"string","logicalType":"date"}}]})");
    auto const& root = schema.node(schema.root());
    EXPECT_THAT(root.aliases, testing::ElementsAre("n.Old"));
    EXPECT_EQ(root.fields[0].doc, "a day");
    EXPECT_EQ(root.fields[0].default_json, "7");
    EXPECT_THAT(root.fields[0].aliases, testing::ElementsAre("day"));
    EXPECT_EQ(schema.node(root.fields[0].type).logical_type, "date");
    EXPECT_EQ(schema.node(root.fields[1].type).scale, 2);
    EXPECT_EQ(schema.node(root.fields[2].type).logical_type, "")
        << "a date cannot be a string: the specification ignores it";
}

TEST(AvroSchema, RefusesWhatTheSpecificationForbids) {
    EXPECT_THAT(refusal(R"({"type":"enum","name":"E","symbols":["1bad"]})"), HasSubstr("not a name"));
    EXPECT_THAT(refusal(R"({"type":"enum","name":"E","symbols":["ä"]})"), HasSubstr("not a name"));
    EXPECT_THAT(refusal(R"({"type":"enum","name":"E","symbols":["A","A"]})"), HasSubstr("'A' twice"));
    EXPECT_THAT(refusal(R"({"type":"enum","name":"E","symbols":["A"],"default":"B"})"), HasSubstr("'B'"));
    EXPECT_THAT(refusal(R"(["int","int"])"), HasSubstr("'int' twice"));
    EXPECT_THAT(refusal(R"(["int",["null"]])"), HasSubstr("union"));
    EXPECT_THAT(refusal("[]"), HasSubstr("empty"));
    EXPECT_THAT(refusal(record(std::string{a_int} + "," + a_int)), HasSubstr("R.a: field is defined twice"));
    EXPECT_THAT(refusal(record(R"({"name":"a","type":"Missing"})")), HasSubstr("'Missing' is not defined"));
    EXPECT_THAT(refusal(record(R"({"name":"a","type":"R"})")), HasSubstr("contains itself"));
    EXPECT_THAT(refusal(record(R"({"name":"a","type":"int","default":"x"})")), HasSubstr("R.a: default"));
    EXPECT_THAT(refusal(record(R"({"name":"a","type":["null","int"],"default":1})")), HasSubstr("null"));
    EXPECT_THAT(refusal(R"({"type":"record","name":"int","fields":[]})"), HasSubstr("primitive"));
    EXPECT_THAT(refusal("{"), HasSubstr("character"));
    EXPECT_THAT(refusal("7"), HasSubstr("a type is"));
}

TEST(AvroSchema, RefusesNestingWithoutEnd) {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += R"({"type":"array","items":)";
    EXPECT_THAT(refusal(deep), HasSubstr("Avro schema"));
    deep += "\"int\"" + std::string(100'000, '}');
    EXPECT_THAT(refusal(deep), HasSubstr("nested deeper"));
}

TEST(AvroResolution, ReadsEnumSymbolsByNameWhateverTheirOrder) {
    EXPECT_EQ(resolved(R"({"type":"enum","name":"E","symbols":["FINAL","PROV","MISSING"]})",
                       R"({"type":"enum","name":"E","symbols":["PROV","FINAL","MISSING"]})", "\"FINAL\""),
              "\"FINAL\"");
}

TEST(AvroResolution, GivesAnUnknownSymbolTheReadersDefaultOrRefusesIt) {
    std::string const writer = R"({"type":"enum","name":"E","symbols":["A","NEW"]})";
    EXPECT_EQ(resolved(writer, R"({"type":"enum","name":"E","symbols":["OTHER","A"],"default":"OTHER"})",
                       "\"NEW\""),
              "\"OTHER\"");
    EXPECT_THROW(resolved(writer, R"({"type":"enum","name":"E","symbols":["A"]})", "\"NEW\""), Error);
    EXPECT_EQ(resolved(writer, R"({"type":"enum","name":"E","symbols":["A"]})", "\"A\""), "\"A\"");
}

TEST(AvroResolution, FillsNewFieldsFromDefaultsAndDropsOldOnes) {
    EXPECT_EQ(
        resolved(record(std::string{a_int} + R"(,{"name":"old","type":{"type":"array","items":"string"}})"),
                 record(R"({"name":"unit","type":"string","default":"PS"},)" + std::string{a_int}),
                 R"({"a":5,"old":["x","y"]})"),
        R"({"unit":"PS","a":5})");
}

TEST(AvroResolution, FollowsAliasesOfFieldsAndTypes) {
    EXPECT_EQ(resolved(R"({"type":"record","name":"Old","fields":[{"name":"wert","type":"int"}]})",
                       R"({"type":"record","name":"New","aliases":["Old"],"fields":[
                           {"name":"value","aliases":["wert"],"type":"int"}]})",
                       R"({"wert":7})"),
              R"({"value":7})");
}

TEST(AvroResolution, PromotesNumbersAndText) {
    EXPECT_EQ(resolved(R"("int")", R"("long")", "7"), "7");
    EXPECT_EQ(resolved(R"("int")", R"("double")", "7"), "7.0");
    EXPECT_EQ(resolved(R"("float")", R"("double")", "0.5"), "0.5");
    EXPECT_EQ(resolved(R"("string")", R"("bytes")", "\"ab\""), "\"ab\"");
    EXPECT_EQ(resolved(R"("bytes")", R"("string")", "\"ab\""), "\"ab\"");
    EXPECT_THROW(resolved(R"("long")", R"("int")", "7"), Error);
    EXPECT_THROW(resolved(R"("string")", R"("int")", "\"7\""), Error);
}

TEST(AvroResolution, RefusesAWholeNumberThatFloatingPointCannotHold) {
    EXPECT_EQ(resolved(R"("long")", R"("double")", "9007199254740992"), "9007199254740992.0");
    EXPECT_THROW(resolved(R"("long")", R"("double")", "9007199254740993"), Error);
    EXPECT_THROW(resolved(R"("int")", R"("float")", "16777217"), Error);
}

TEST(AvroResolution, WidensAndNarrowsUnions) {
    EXPECT_EQ(resolved(R"("int")", R"(["null","long"])", "7"), R"({"long":7})");
    EXPECT_EQ(resolved(R"("int")", R"(["double","int"])", "7"), R"({"int":7})")
        << "the same type before a promotion";
    EXPECT_EQ(resolved(R"(["null","int"])", R"(["string","int","null"])", "null"), "null");
    EXPECT_THROW(resolved(R"(["null","int"])", R"("int")", "null"), Error);
    auto const writer = Schema::parse(R"(["null","int"])");
    Datum seven;
    seven.type = Type::int_;
    seven.number = 7;
    seven.branch = 1;
    EXPECT_EQ(resolved(R"(["null","int"])", R"("int")", seven), "7");
}

TEST(AvroResolution, RefusesABranchWithAFieldThatNothingFills) {
    auto const schema = [](std::string const& field) {
        return R"(["null",{"type":"record","name":"R","fields":[{"name":")" + field + R"(","type":"int"}]}])";
    };
    Datum value;
    value.type = Type::record;
    value.branch = 1;
    value.items.resize(1);
    value.items[0].type = Type::int_;
    EXPECT_THROW(resolved(schema("a"), schema("b"), value), Error);
    EXPECT_EQ(resolved(schema("a"), schema("b"), "null"), "null");
}

TEST(AvroResolution, NeverTakesOneLogicalTypeForAnother) {
    auto const schema = [](std::string const& logical) {
        return Schema::parse(R"({"type":"long","logicalType":")" + logical + "\"}");
    };
    EXPECT_THAT(check(schema("timestamp-millis"), schema("timestamp-micros")), testing::SizeIs(1));
    EXPECT_THAT(check(schema("timestamp-millis"), schema("timestamp-millis")), testing::IsEmpty());
    EXPECT_THAT(check(schema("timestamp-millis"), Schema::parse("\"long\"")), testing::IsEmpty());
}

TEST(AvroResolution, ReadsRecursiveTypesAndStopsAtTheDepthLimit) {
    std::string const list = R"({"type":"record","name":"L","fields":[{"name":"v","type":"int"},
        {"name":"next","type":["null","L"]}]})";
    auto const schema = Schema::parse(list);
    Resolver const resolver{schema, schema};
    Buffer three;
    for (int i = 1; i <= 3; ++i) {
        append_long(three, i);
        append_long(three, i < 3 ? 1 : 0);
    }
    Cursor cursor{three.view()};
    EXPECT_EQ(to_json(schema, schema.root(), resolver.read(cursor)),
              R"({"v":1,"next":{"L":{"v":2,"next":{"L":{"v":3,"next":null}}}}})");
    Buffer endless;
    for (int i = 0; i < 100'000; ++i) {
        append_long(endless, 1);
        append_long(endless, 1);
    }
    Cursor deep{endless.view()};
    EXPECT_THROW((void)resolver.read(deep), Error);
    Cursor skipped{endless.view()};
    EXPECT_THROW(skip(schema, schema.root(), skipped), Error);
}

TEST(AvroResolution, RefusesCountsAndLengthsThatTheBytesCannotHold) {
    auto const read = [](std::string const& json, Buffer const& bytes) {
        auto const schema = Schema::parse(json);
        Cursor cursor{bytes.view()};
        return Resolver{schema, schema}.read(cursor);
    };
    Buffer huge;
    append_long(huge, std::int64_t{1} << 40U);
    EXPECT_THROW(read(R"("string")", huge), Error);
    EXPECT_THROW(read(R"({"type":"array","items":"long"})", huge), Error);
    EXPECT_THROW(read(R"({"type":"array","items":"null"})", huge), Error);
    EXPECT_THROW(read(R"({"type":"map","values":"null"})", huge), Error);
    Buffer negative;
    append_long(negative, -5);
    EXPECT_THROW(read(R"("string")", negative), Error);
    Buffer least;
    append_long(least, INT64_MIN);
    EXPECT_THROW(read(R"({"type":"array","items":"long"})", least), Error);
    EXPECT_THROW(read(R"("int")", huge), Error);
    EXPECT_THROW(read(R"("boolean")", least), Error);
    EXPECT_THROW(read(R"(["null"])", huge), Error);
    EXPECT_THROW(read(R"({"type":"enum","name":"E","symbols":["A"]})", huge), Error);
}

TEST(AvroResolution, RefusesVarintsOfMoreThan64Bits) {
    std::string const eleven = std::string(10, '\x80') + '\x01';
    std::string const seventy = std::string(9, '\xFF') + '\x7F';
    EXPECT_THROW((void)Cursor{eleven}.take_long(), Error);
    EXPECT_THROW((void)Cursor{seventy}.take_long(), Error);
    for (std::int64_t const value :
         {INT64_MIN, std::int64_t{-1}, std::int64_t{0}, std::int64_t{63}, std::int64_t{64}, INT64_MAX}) {
        Buffer buffer;
        append_long(buffer, value);
        EXPECT_EQ(Cursor{buffer.view()}.take_long(), value);
    }
}

} // namespace
} // namespace feed_test
