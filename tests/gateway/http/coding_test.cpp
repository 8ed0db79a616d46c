#include "gateway/http/coding.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "gateway/http/conditional.hpp"
#include "gateway/io/zstd.hpp"

namespace gateway::http {
namespace {

std::string gunzip(std::string_view packed) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    std::string in{packed};
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    std::string out;
    int state = Z_OK;
    do {
        char room[4096];
        stream.next_out = reinterpret_cast<Bytef*>(room);
        stream.avail_out = sizeof room;
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(room, sizeof room - stream.avail_out);
    } while (state == Z_OK);
    EXPECT_EQ(state, Z_STREAM_END);
    inflateEnd(&stream);
    return out;
}

TEST(Coding, IsChosenByWeight) {
    EXPECT_EQ(choose_coding("").coding, Coding::identity);
    EXPECT_EQ(choose_coding("gzip, deflate").coding, Coding::gzip);
    EXPECT_EQ(choose_coding("gzip, deflate, br, zstd").coding, Coding::zstd);
    EXPECT_EQ(choose_coding("zstd;q=0.5, gzip;q=0.8").coding, Coding::gzip);
    EXPECT_EQ(choose_coding("gzip;q=0").coding, Coding::identity);
    EXPECT_EQ(choose_coding("identity, gzip;q=0.5").coding, Coding::identity);
    EXPECT_EQ(choose_coding("*").coding, Coding::zstd);
    EXPECT_EQ(choose_coding("*;q=0.5, zstd;q=0").coding, Coding::gzip);
    EXPECT_EQ(choose_coding("GZIP; Q=1.000").coding, Coding::gzip);
    EXPECT_EQ(choose_coding("gzip;q=high").coding, Coding::identity)
        << "a weight that is none asks for nothing";
    EXPECT_EQ(choose_coding("br").coding, Coding::identity);
}

TEST(Coding, TellsWhetherThePlainBodyIsWanted) {
    EXPECT_TRUE(choose_coding("gzip").plain);
    EXPECT_FALSE(choose_coding("gzip, identity;q=0").plain);
    EXPECT_FALSE(choose_coding("gzip, *;q=0").plain);
    EXPECT_FALSE(choose_coding("identity;q=0, br").any);
    EXPECT_FALSE(choose_coding("*;q=0").any);
    EXPECT_TRUE(choose_coding("identity;q=0, gzip").any);
}

TEST(Coding, ComesBackToTheSameBytesInAnyPieces) {
    std::string body;
    for (int i = 0; i < 30'000; ++i) body += std::to_string(i * 7919) + (i % 9 == 0 ? "\n" : ";");
    for (auto const effort : {Effort::once, Effort::kept}) {
        EXPECT_EQ(gunzip(encode(Coding::gzip, effort, body)), body);
        EXPECT_EQ(io::zstd_decompress(encode(Coding::zstd, effort, body)), body);
    }
    for (auto const coding : {Coding::gzip, Coding::zstd}) {
        auto const encoder = make_encoder(coding, Effort::once);
        std::string packed;
        for (std::size_t at = 0; at < body.size(); at += 977) encoder->write(body.substr(at, 977), packed);
        encoder->finish(packed);
        EXPECT_LT(packed.size(), body.size() / 2);
        EXPECT_EQ(coding == Coding::gzip ? gunzip(packed) : io::zstd_decompress(packed), body);
    }
    EXPECT_EQ(gunzip(encode(Coding::gzip, Effort::once, "")), "");
}

TEST(Coding, IsSparedWhereItShrinksNothing) {
    EXPECT_TRUE(shrinks("text/csv;charset=utf-8"));
    EXPECT_TRUE(shrinks("application/vnd.sdmx.data+json;version=1.0.0"));
    EXPECT_TRUE(shrinks("application/vnd.sdmx.genericdata+xml;version=2.1"));
    EXPECT_FALSE(shrinks("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    EXPECT_FALSE(shrinks("application/zip"));
    EXPECT_FALSE(shrinks("image/png"));
    EXPECT_FALSE(shrinks(""));
}

TEST(Conditional, TagsAreKnownAgainUnderEveryCoding) {
    EXPECT_EQ(marked_tag("\"abc\"", Coding::gzip), "\"abc-gzip\"");
    EXPECT_EQ(marked_tag("W/\"abc\"", Coding::zstd), "W/\"abc-zstd\"");
    EXPECT_EQ(marked_tag("\"abc\"", Coding::identity), "\"abc\"");
    for (auto const* list : {"\"abc\"", "\"abc-gzip\"", "W/\"abc-zstd\"", "\"x\", \"abc\"", "\"x\",W/\"abc\"",
                             "*", "\"a,b\" , \"abc\""})
        EXPECT_TRUE(names_tag(list, "\"abc-gzip\"")) << list;
    for (auto const* list : {"\"ab\"", "\"abcd\"", "\"x\", \"y\"", "abc-gzi", "\"abc"})
        EXPECT_FALSE(names_tag(list, "\"abc\"")) << list;
    EXPECT_FALSE(names_tag("*", "")) << "an answer without tag";
    EXPECT_EQ(without_marks("\"abc-gzip\", W/\"d-zstd\",\"e\", *"), "\"abc\", W/\"d\", \"e\", *");
}

TEST(Conditional, DatesAreReadAsClientsWriteThem) {
    constexpr std::int64_t expected = 784111777;
    EXPECT_EQ(http_date(expected), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(read_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), expected);
    EXPECT_EQ(read_http_date("Sunday, 06-Nov-94 08:49:37 GMT"), expected);
    EXPECT_EQ(read_http_date("Sun Nov  6 08:49:37 1994"), expected);
    EXPECT_EQ(read_http_date("Sun Nov 06 1994 08:49:37 GMT+0000 (Coordinated Universal Time)"), expected);
    EXPECT_EQ(read_http_date("Sun Nov 06 1994 09:49:37 GMT+0100 (CET)"), expected);
    EXPECT_EQ(read_http_date("Sun Nov 06 1994 03:49:37 GMT-0500 (EST)"), expected);
    for (auto const* text :
         {"", "yesterday", "Sun, 06 Nov 1994", "Sun, 31 Feb 1994 08:49:37 GMT", "06 Nov 1994 25:00:00"})
        EXPECT_FALSE(read_http_date(text)) << text;
}

TEST(Conditional, TheTagDecidesAloneWhereBothAreAsked) {
    EXPECT_TRUE(not_modified("\"a\"", "", "\"a\"", {}));
    EXPECT_FALSE(not_modified("\"b\"", http_date(2000), "\"a\"", 1000));
    EXPECT_TRUE(not_modified("", http_date(1000), "", 1000));
    EXPECT_FALSE(not_modified("", http_date(999), "", 1000));
    EXPECT_FALSE(not_modified("", "no date", "", 1000));
    EXPECT_FALSE(not_modified("", http_date(1000), "\"a\"", {}));
}

} // namespace
} // namespace gateway::http
