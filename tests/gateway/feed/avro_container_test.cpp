#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <snappy.h>
#include <zlib.h>

#include <random>

#include "gateway/core/error.hpp"
#include "gateway/feed/avro/container.hpp"
#include "gateway/feed/avro/resolver.hpp"
#include "gateway/feed/avro_ocf.hpp"
#include "tests/gateway/feed/support.hpp"

namespace feed_test {
namespace {

using namespace gateway::feed;
using namespace gateway::feed::avro;
using gateway::Errc;
using gateway::Error;
using testing::HasSubstr;

std::string container(Codec codec, std::vector<std::string> const& records, std::size_t block_bytes = 64) {
    std::string bytes;
    ContainerWriter writer{[&](std::string_view piece) { bytes += piece; }, "\"string\"", codec, block_bytes};
    for (auto const& record : records) {
        append_bytes(writer.buffer(), record);
        writer.end_record();
    }
    writer.finish();
    return bytes;
}

std::vector<std::string> records_of(std::string_view bytes, std::size_t limit = default_block_limit_bytes) {
    std::vector<std::string> records;
    ContainerReader reader{bytes, limit};
    ContainerReader::Block block;
    while (reader.next(block)) {
        Cursor cursor{block.bytes};
        for (std::uint64_t i = 0; i < block.records; ++i) records.emplace_back(cursor.take_bytes());
    }
    return records;
}

TEST(AvroContainer, ReadsBackWhatItWroteWithEveryCodec) {
    std::vector<std::string> records;
    records.reserve(500);
    for (int i = 0; i < 500; ++i) records.push_back("record " + std::to_string(i * i));
    for (auto const codec : {Codec::null, Codec::deflate, Codec::zstandard}) {
        EXPECT_EQ(records_of(container(codec, records)), records) << to_string(codec);
        EXPECT_EQ(records_of(container(codec, {})), std::vector<std::string>{}) << to_string(codec);
    }
}

TEST(AvroContainer, ReadsSnappyAndChecksItsCrc) {
    std::string block;
    std::string const record{"\x06"
                             "abc"};
    snappy::Compress(record.data(), record.size(), &block);
    auto const crc = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<Bytef const*>(record.data()), 4));
    for (int shift = 24; shift >= 0; shift -= 8) block.push_back(static_cast<char>(crc >> shift & 0xFFU));
    Buffer file;
    for (char const c : std::string_view{"Obj\x01", 4})
        file.commit([&] {
            auto* const at = file.room(1);
            *at = c;
            return at + 1;
        }());
    append_long(file, 2);
    append_bytes(file, "avro.codec");
    append_bytes(file, "snappy");
    append_bytes(file, "avro.schema");
    append_bytes(file, "\"string\"");
    append_long(file, 0);
    std::string bytes{file.view()};
    std::string const sync(16, 's');
    bytes += sync;
    Buffer head;
    append_long(head, 1);
    append_bytes(head, block);
    bytes += std::string{head.view()} + sync;
    EXPECT_THAT(records_of(bytes), testing::ElementsAre("abc"));
    bytes[bytes.size() - 17] = static_cast<char>(bytes[bytes.size() - 17] ^ 1); // last byte of the CRC
    try {
        records_of(bytes);
        FAIL() << "a wrong CRC was accepted";
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::checksum);
        EXPECT_THAT(error.what(), HasSubstr("block 1"));
    }
}

TEST(AvroContainer, DoesNotWriteSnappy) {
    EXPECT_THROW(container(Codec::snappy, {"a"}), Error);
}

TEST(AvroContainer, StopsABlockThatUnpacksToMoreThanTheLimit) {
    std::string const zeros(1'000'000, '0');
    for (auto const codec : {Codec::null, Codec::deflate, Codec::zstandard}) {
        auto const bytes = container(codec, {zeros});
        EXPECT_EQ(records_of(bytes).size(), 1U);
        try {
            records_of(bytes, 100'000);
            FAIL() << to_string(codec);
        } catch (Error const& error) {
            EXPECT_EQ(error.code(), Errc::too_large);
        }
    }
}

TEST(AvroContainer, NamesWhatIsWrong) {
    auto const refusal = [](std::string_view bytes) -> std::string {
        try {
            records_of(bytes);
        } catch (Error const& error) {
            return error.what();
        }
        return "accepted";
    };
    auto const bytes = container(Codec::null, {"abc", "def"});
    EXPECT_THAT(refusal(""), HasSubstr("not an Avro container"));
    EXPECT_THAT(refusal("PK\x03\x04 something else"), HasSubstr("not an Avro container"));
    EXPECT_THAT(refusal(bytes.substr(0, bytes.size() - 3)), HasSubstr("block 1"));
    auto broken = bytes;
    broken.back() = static_cast<char>(broken.back() ^ 1);
    EXPECT_THAT(refusal(broken), HasSubstr("sync marker"));
    auto codec = bytes;
    codec.replace(codec.find("null"), 4, "lzma");
    EXPECT_THAT(refusal(codec), HasSubstr("codec 'lzma'"));
}

TEST(AvroSeries, ReadsBackWhatItWroteWithEveryCodec) {
    for (auto const codec : {Codec::null, Codec::deflate, Codec::zstandard}) {
        std::string bytes;
        auto const writer =
            make_avro_with([&](std::string_view piece) { bytes += piece; }, sample().context(), codec);
        for (auto const& series : sample().series)
            writer->series(
                {*series.dataset, series.area, series.area_name, series.indicator, series.observations});
        writer->finish();
        std::size_t count = 0;
        read_avro_series(bytes, [&](ReadSeries const& read) {
            auto const& series = sample().series.at(count++);
            EXPECT_EQ(read.dataset, series.dataset->info.id);
            EXPECT_EQ(read.area, series.area);
            EXPECT_EQ(read.area_name, series.area_name);
            EXPECT_EQ(read.indicator, series.indicator);
            ASSERT_EQ(read.observations.size(), series.observations.size());
            for (std::size_t i = 0; i < series.observations.size(); ++i) {
                EXPECT_TRUE(read.observations[i].same_content(series.observations[i]));
                EXPECT_EQ(read.observations[i].vintage, series.observations[i].vintage);
                EXPECT_EQ(read.retrieved[i],
                          series.dataset->vintages.at(series.observations[i].vintage).received);
            }
        });
        EXPECT_EQ(count, sample().series.size());
    }
}

TEST(AvroSeries, HasTheFiguresThatAllFormatsHave) {
    std::string figures;
    read_avro_series(written(make_avro, sample()), [&](ReadSeries const& series) {
        for (auto const& observation : series.observations) {
            auto const value = observation.value.number();
            figures += figure_line(
                to_string(gateway::FigureId{series.dataset, area_key(series.area), series.indicator,
                                            observation.period, observation.vintage}),
                value ? value->to_string() : "", std::string{observation.quality.sign.text()},
                std::string(1, to_char(observation.quality.status)));
        }
    });
    expect_golden("figures.txt", figures);
}

TEST(AvroSeries, ReadsAFileWhoseSchemaHasAnotherOrderAndMoreFields) {
    // The schema with its fields and one enum turned round, a new field, and a renamed one: a version of tomorrow.
    auto const now = Schema::parse(observation_series_schema());
    auto const bytes = written(make_avro, sample(), "REGIO_12411-01-01-4");
    std::string text{observation_series_schema()};
    auto const replace = [&](std::string const& from, std::string const& to) {
        ASSERT_NE(text.find(from), std::string::npos) << from;
        text.replace(text.find(from), from.size(), to);
    };
    replace(R"(["AGS", "ARS", "NUTS", "GENESIS"])", R"(["NUTS", "GENESIS", "ARS", "AGS"])");
    replace(R"({"name": "unit_mult", "type": "int", "default": 0)",
            R"({"name": "note", "type": "string", "default": "new"},
        {"name": "unit_mult", "type": "int", "default": 0)");
    auto const tomorrow = Schema::parse(text);
    Resolver const forward{now, tomorrow};
    std::string later;
    ContainerWriter writer{[&](std::string_view piece) { later += piece; }, text, Codec::deflate};
    ContainerReader reader{bytes};
    ContainerReader::Block block;
    while (reader.next(block)) {
        Cursor cursor{block.bytes};
        for (std::uint64_t i = 0; i < block.records; ++i) {
            encode(tomorrow, tomorrow.root(), forward.read(cursor), writer.buffer());
            writer.end_record();
        }
    }
    writer.finish();
    std::vector<ReadSeries> before;
    std::vector<ReadSeries> after;
    read_avro_series(bytes, [&](ReadSeries const& series) { before.push_back(series); });
    read_avro_series(later, [&](ReadSeries const& series) { after.push_back(series); });
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].area, after[i].area);
        EXPECT_EQ(before[i].indicator, after[i].indicator);
        ASSERT_EQ(before[i].observations.size(), after[i].observations.size());
        for (std::size_t k = 0; k < before[i].observations.size(); ++k)
            EXPECT_TRUE(before[i].observations[k].same_content(after[i].observations[k]));
    }
}

TEST(AvroSeries, RefusesAFigureThatHasBothANumberAndAReason) {
    auto const schema = Schema::parse(observation_series_schema());
    auto const first = [&](std::string const& codec_text) {
        Resolver const resolver{schema, schema};
        ContainerReader reader{codec_text};
        ContainerReader::Block block;
        EXPECT_TRUE(reader.next(block));
        Cursor cursor{block.bytes};
        return resolver.read(cursor);
    };
    auto datum = first(written(make_avro, sample(), "REGIO_12411-01-01-4"));
    auto& observation = datum.items.at(5).items.at(0);
    auto const write = [&] {
        std::string bytes;
        ContainerWriter writer{[&](std::string_view piece) { bytes += piece; },
                               std::string{observation_series_schema()}, Codec::null};
        encode(schema, schema.root(), datum, writer.buffer());
        writer.end_record();
        writer.finish();
        return bytes;
    };
    auto const nothing = [](ReadSeries const&) {};
    EXPECT_NO_THROW(read_avro_series(write(), nothing));
    auto const sound = observation;
    observation.items.at(4) = [] {
        Datum reason;
        reason.type = Type::enumeration;
        reason.branch = 1;
        return reason;
    }();
    EXPECT_THROW(read_avro_series(write(), nothing), Error);
    observation = sound;
    observation.items.at(3) = Datum{};
    observation.items.at(3).branch = 0;
    EXPECT_THROW(read_avro_series(write(), nothing), Error) << "neither a number nor a reason";
    observation = sound;
    observation.items.at(1).number += 1;
    EXPECT_THROW(read_avro_series(write(), nothing), Error) << "a reference date of two days";
}

TEST(AvroSeries, SurvivesEveryDamageWithAnErrorOrWithSoundValues) {
    for (auto const codec : {Codec::null, Codec::deflate, Codec::zstandard}) {
        std::string bytes;
        auto const writer =
            make_avro_with([&](std::string_view piece) { bytes += piece; }, sample().context(), codec);
        for (auto const& series : sample().series)
            writer->series(
                {*series.dataset, series.area, series.area_name, series.indicator, series.observations});
        writer->finish();
        std::mt19937 random{20260310}; // NOLINT: the same damage in every run
        unsigned refused = 0;
        for (int round = 0; round < 3000; ++round) {
            auto damaged = bytes;
            auto const at = std::uniform_int_distribution<std::size_t>{0, bytes.size() - 1}(random);
            if (round % 3 == 0)
                damaged.resize(at);
            else
                damaged[at] = static_cast<char>(random());
            try {
                read_avro_series(damaged, [](ReadSeries const& series) {
                    EXPECT_EQ(series.observations.size(), series.retrieved.size());
                });
            } catch (Error const&) {
                ++refused;
            }
        }
        EXPECT_GT(refused, 1500U) << to_string(codec);
    }
}

TEST(AvroSeries, IsReadByPythonsAvro) {
    if (!python_has("avro.datafile")) GTEST_SKIP() << "python3-avro is not installed";
    auto const folder = scratch("avro");
    write_file(folder + "/serien.avro", written(make_avro, sample()));
    auto const output =
        run("/usr/bin/python3 " + std::string{source_dir} + "/tests/gateway/feed/read_avro.py " + folder +
            "/serien.avro " + folder + "/again.avro");
    ASSERT_EQ(output.status, 0) << output.text;
    std::string expected;
    std::vector<ReadSeries> before;
    read_avro_series(written(make_avro, sample()), [&](ReadSeries const& series) {
        before.push_back(series);
        for (auto const& observation : series.observations) {
            auto const value = observation.value.number();
            auto const reason = observation.value.reason();
            expected += series.area.code + "|" + gateway::date_text(observation.period.start_day()) + "|" +
                        (value ? value->to_string() : std::string{to_string(*reason)}) + "|" +
                        std::string{observation.quality.sign.text()} + "\n";
        }
    });
    EXPECT_EQ(output.text, expected);
    // And back: what Python wrote with the same schema has the same figures.
    std::size_t count = 0;
    auto const again = read_file(folder + "/again.avro");
    read_avro_series(again, [&](ReadSeries const& series) {
        auto const& other = before.at(count++);
        EXPECT_EQ(series.indicator, other.indicator);
        ASSERT_EQ(series.observations.size(), other.observations.size());
        for (std::size_t i = 0; i < series.observations.size(); ++i)
            EXPECT_TRUE(series.observations[i].same_content(other.observations[i]));
    });
    EXPECT_EQ(count, before.size());
}

} // namespace
} // namespace feed_test
