#include "gateway/io/zip.hpp"

#include <array>
#include <thread>

#include "gateway/io/file.hpp"
#include "gateway/io/ring_turns.hpp"
#include "gateway/io/sha256.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::io {
namespace {

using testing::error_of;
using testing::zip_of;
using testing::ZipMember;

TEST(Zip, ReadsAnArchiveWithoutSizesInTheLocalHeader) {
    auto const text = testing::table_text(3'000'000);
    auto const archive = zip_of({{"12411_flat.csv", text}});
    ZipReader const zip{archive};
    ASSERT_EQ(zip.entries().size(), 1U);
    EXPECT_EQ(zip.entries()[0].name, "12411_flat.csv");
    EXPECT_EQ(zip.entries()[0].unpacked_bytes, text.size());
    EXPECT_EQ(zip.extract(zip.only(".csv")), text);
}

TEST(Zip, HandsOutTheSamePiecesOnTwoThreads) {
    for (std::size_t const size : {0UL, 1UL, 1'000UL, 262'144UL, 1'048'576UL, 5'000'000UL}) {
        auto const bytes = testing::table_text(size);
        auto const archive = zip_of({{"a.csv", bytes}});
        ZipReader const zip{archive};
        std::string joined;
        auto const self = std::this_thread::get_id();
        zip.extract_async(zip.entries()[0], [&](std::string_view piece) {
            EXPECT_EQ(std::this_thread::get_id(), self);
            EXPECT_FALSE(piece.empty());
            joined += piece;
        });
        EXPECT_EQ(joined, bytes) << size;
    }
}

TEST(Zip, StopsTheOtherThreadWhereTheReceiverThrows) {
    auto const archive = zip_of({{"a.csv", testing::table_text(5'000'000)}});
    ZipReader const zip{archive};
    unsigned calls = 0;
    auto const error = error_of([&] {
        zip.extract_async(zip.entries()[0], [&](std::string_view) {
            if (++calls == 2) throw Error{Errc::malformed, "enough"};
        });
    });
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(), "enough");
    EXPECT_EQ(calls, 2U);
}

TEST(Zip, TheOtherThreadDoesWhatIsHandedBackToIt) {
    auto const bytes = testing::table_text(5'000'000);
    auto const archive = zip_of({{"a.csv", bytes}});
    ZipReader const zip{archive};
    // Two slots: whoever fills them waits for the other thread, after the last piece as well.
    Bell bell;
    RingTurns turns{2, nullptr, &bell};
    std::array<std::string, 2> slots;
    std::string joined;
    std::thread::id worker;
    Sideline const sideline{bell, [&] {
                                if (!turns.has_filled()) return false;
                                worker = std::this_thread::get_id();
                                joined += slots[turns.taking()];
                                turns.taken();
                                return true;
                            }};
    zip.extract_async(
        zip.entries()[0],
        [&](std::string_view piece) {
            for (; !piece.empty(); piece.remove_prefix(std::min<std::size_t>(piece.size(), 1000))) {
                ASSERT_TRUE(turns.wait_for_room());
                slots[turns.filling()] = piece.substr(0, 1000);
                turns.filled();
            }
        },
        &sideline);
    EXPECT_NE(worker, std::thread::id{});
    EXPECT_NE(worker, std::this_thread::get_id());
    while (turns.has_filled()) {
        joined += slots[turns.taking()];
        turns.taken();
    }
    EXPECT_EQ(joined, bytes);
}

TEST(Zip, TheOtherThreadGoesOnWhereTheArchiveIsBroken) {
    auto archive = zip_of({{"a.csv", testing::table_text(5'000'000)}});
    ZipReader const zip{archive};
    auto& middle = archive[zip.entries()[0].data_offset + zip.entries()[0].packed_bytes / 2];
    middle = static_cast<char>(middle ^ 0x55);
    Bell bell;
    RingTurns turns{2, nullptr, &bell};
    std::uint64_t done = 0;
    Sideline const sideline{bell, [&] {
                                if (!turns.has_filled()) return false;
                                ++done;
                                turns.taken();
                                return true;
                            }};
    std::uint64_t given = 0;
    auto const error = error_of([&] {
        zip.extract_async(
            zip.entries()[0],
            [&](std::string_view piece) {
                for (auto left = piece.size() / 1000; left > 0; --left, ++given) {
                    ASSERT_TRUE(turns.wait_for_room());
                    turns.filled();
                }
            },
            &sideline);
    });
    EXPECT_TRUE(error);
    EXPECT_GT(given, 1000U);
    EXPECT_GE(done + 2, given);
}

TEST(Zip, ReadsStoredMembersAndEmptyOnes) {
    ZipMember stored{"a.csv", "abc"};
    stored.method = 0;
    stored.packed = "abc";
    ZipMember const empty{"b.txt", ""};
    auto const archive = zip_of({stored, empty});
    ZipReader const zip{archive};
    EXPECT_EQ(zip.extract(zip.entries()[0]), "abc");
    EXPECT_EQ(zip.extract(zip.entries()[1]), "");
}

TEST(Zip, ReadsZip64Fields) {
    ZipMember member{"a.csv", "abc;def\n"};
    member.zip64 = true;
    auto const archive = zip_of({{"first.txt", "x"}, member});
    ZipReader const zip{archive};
    EXPECT_EQ(zip.extract(zip.only(".csv")), "abc;def\n");
}

TEST(Zip, ReadsTheZip64EndRecord) {
    auto const plain = zip_of({{"a.csv", "abc;def\n"}});
    auto const end = plain.size() - 22;
    auto const field = [&](std::size_t at, unsigned bytes) {
        std::uint64_t value = 0;
        for (unsigned i = 0; i < bytes; ++i)
            value |= std::uint64_t{static_cast<unsigned char>(plain[end + at + i])} << (8 * i);
        return value;
    };
    using testing::little;
    auto const archive = plain.substr(0, end) + little(0x06064b50, 4) + little(44, 8) + little(45, 2) +
                         little(45, 2) + little(0, 8) + little(1, 8) + little(1, 8) +
                         little(field(12, 4), 8) + little(field(16, 4), 8) + little(0x07064b50, 4) +
                         little(0, 4) + little(end, 8) + little(1, 4) + little(0x06054b50, 4) + little(0, 4) +
                         little(0xffff, 2) + little(0xffff, 2) + little(0xffffffff, 4) +
                         little(0xffffffff, 4) + little(0, 2);
    ZipReader const zip{archive};
    EXPECT_EQ(zip.extract(zip.only(".csv")), "abc;def\n");
}

TEST(Zip, TakesTheOnlyTableAndListsTheNamesWhereItIsNotTheOnlyOne) {
    auto const one = zip_of({{"readme.txt", "x"}, {"T_FLAT.CSV", "y"}});
    EXPECT_EQ(ZipReader{one}.only(".csv").name, "T_FLAT.CSV");
    auto const two = zip_of({{"a.csv", "x"}, {"b.csv", "y"}});
    auto const error = error_of([&] { static_cast<void>(ZipReader{two}.only(".csv")); });
    ASSERT_TRUE(error);
    EXPECT_STREQ(error->what(), "ZIP: 2 members end in .csv, one is due; members: a.csv, b.csv");
    auto const none = zip_of({{"a.txt", "x"}});
    EXPECT_TRUE(error_of([&] { static_cast<void>(ZipReader{none}.only(".csv")); }));
}

TEST(Zip, UnpacksEveryRecordedArchive) {
    std::filesystem::path const recordings = KREISLAUF_SOURCE_DIR "/../shared/real/genesis";
    if (!std::filesystem::exists(recordings)) GTEST_SKIP() << "no recordings at " << recordings;
    unsigned archives = 0;
    for (auto const& folder : std::filesystem::directory_iterator{recordings}) {
        if (!folder.is_directory()) continue;
        MappedFile const body{(folder.path() / "body.bin").string()};
        if (body.view().substr(0, 4) != "PK\x03\x04") continue;
        ZipReader const zip{body.view()};
        auto const text = zip.extract(zip.only(".csv"));
        EXPECT_FALSE(text.empty());
        ++archives;
        for (auto const& file : std::filesystem::directory_iterator{folder})
            if (file.path().string().ends_with("_flat.csv")) {
                EXPECT_EQ(sha256_hex(read_file(file.path().string())), sha256_hex(text)) << file.path();
            }
    }
    EXPECT_GT(archives, 50U);
}

} // namespace
} // namespace gateway::io
