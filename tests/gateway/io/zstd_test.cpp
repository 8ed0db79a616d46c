#include "gateway/io/zstd.hpp"

#include "tests/gateway/io/support.hpp"

namespace gateway::io {
namespace {

using testing::error_of;

TEST(Zstd, GivesBackWhatItWasGiven) {
    for (auto const& bytes :
         {std::string{}, std::string{"x"}, testing::noise(500'000), testing::table_text(2'000'000)})
        for (auto const level : {-5, 1, 3}) EXPECT_EQ(zstd_decompress(zstd_compress(bytes, level)), bytes);
}

TEST(Zstd, DoesNotDependOnHowTheInputIsCut) {
    auto const bytes = testing::table_text(400'000);
    for (std::size_t const step : {1UL, 7UL, 4096UL, 131'072UL}) {
        std::string frame;
        ZstdCompressor compressor{1, [&](std::string_view piece) { frame += piece; }};
        for (std::size_t at = 0; at < bytes.size(); at += step)
            compressor.write(std::string_view{bytes}.substr(at, step));
        compressor.finish();
        std::string back;
        ZstdDecompressor decompressor{[&](std::string_view piece) { back += piece; }};
        for (std::size_t at = 0; at < frame.size(); at += step)
            decompressor.write(std::string_view{frame}.substr(at, step));
        decompressor.finish();
        EXPECT_EQ(back, bytes) << "step " << step;
    }
}

TEST(Zstd, NoticesEveryFrameThatIsCut) {
    auto const frame = zstd_compress(testing::table_text(20'000));
    for (std::size_t size = 0; size < frame.size(); size += 13) {
        auto const error = error_of([&] { zstd_decompress(std::string_view{frame}.substr(0, size)); });
        ASSERT_TRUE(error) << size;
        EXPECT_EQ(error->code(), Errc::truncated) << size;
    }
}

TEST(Zstd, NoticesEveryFlippedByteOrKeepsTheContent) {
    auto const bytes = testing::table_text(20'000);
    auto const frame = zstd_compress(bytes);
    for (std::size_t at = 0; at < frame.size(); at += 11) {
        auto damaged = frame;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x20);
        std::string back;
        auto const error = error_of([&] { back = zstd_decompress(damaged); });
        EXPECT_TRUE(error || back == bytes) << at;
    }
}

TEST(Zstd, RefusesBytesBehindTheFrame) {
    auto const error = error_of([] { zstd_decompress(zstd_compress("abc") + "x"); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::malformed);
}

TEST(Zstd, PutsLargePiecesIntoFramesOneBehindAnother) {
    std::string const bytes = testing::table_text(2 * ZstdFrames::piece_bytes + 5);
    std::string stored;
    std::size_t frames = 0;
    ZstdFrames writer{1, [&](std::string_view frame) {
                          stored += frame;
                          ++frames;
                      }};
    writer.write(bytes);
    writer.write("end");
    EXPECT_EQ(frames, 4U);
    for (std::size_t const step : {1UL, 4096UL, stored.size()}) {
        std::string back;
        ZstdDecompressor reader{[&](std::string_view piece) { back += piece; },
                                ZstdDecompressor::Frames::many};
        for (std::size_t at = 0; at < stored.size(); at += step)
            reader.write(std::string_view{stored}.substr(at, step));
        reader.finish();
        EXPECT_TRUE(back == bytes + "end") << "step " << step;
    }
}

TEST(Zstd, NoticesThatTheLastOfManyFramesIsCut) {
    std::string stored;
    ZstdFrames writer{1, [&](std::string_view frame) { stored += frame; }};
    writer.write(testing::table_text(20'000));
    auto const first = stored.size();
    writer.write(testing::table_text(20'000));
    for (auto const size : {first + 1, first + 9, stored.size() - 1}) {
        auto const error = error_of([&] {
            ZstdDecompressor reader{[](std::string_view) {}, ZstdDecompressor::Frames::many};
            reader.write(std::string_view{stored}.substr(0, size));
            reader.finish();
        });
        ASSERT_TRUE(error) << size;
        EXPECT_EQ(error->code(), Errc::truncated) << size;
    }
}

TEST(Zstd, StopsAtTheLimit) {
    auto const frame = zstd_compress(std::string(1'000'000, 'x'));
    auto const error = error_of([&] { zstd_decompress(frame, 999'999); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::too_large);
    EXPECT_EQ(zstd_decompress(frame, 1'000'000).size(), 1'000'000U);
}

} // namespace
} // namespace gateway::io
