#include "gateway/io/zip.hpp"
#include "tests/gateway/io/support.hpp"

namespace gateway::io {
namespace {

using testing::error_of;
using testing::zip_of;
using testing::ZipMember;

/// Unpacks every member, as a receiver of unknown archives would.
void unpack_all(std::string_view archive, ZipLimits const& limits = {}) {
    ZipReader const zip{archive, limits};
    for (auto const& entry : zip.entries()) zip.extract(entry, [](std::string_view) {});
}

void expect_refused(std::string_view archive, Errc code, std::string const& text,
                    ZipLimits const& limits = {}) {
    auto const error = error_of([&] { unpack_all(archive, limits); });
    ASSERT_TRUE(error) << text;
    EXPECT_EQ(error->code(), code) << error->what();
    EXPECT_NE(std::string{error->what()}.find(text), std::string::npos) << error->what();
}

TEST(ZipHostile, NoticesACutAtEvery97thOffset) {
    auto const archive = zip_of({{"a.csv", testing::table_text(200'000)}, {"b.txt", "x"}});
    for (std::size_t size = 0; size < archive.size(); size += 97) {
        auto const error = error_of([&] { unpack_all(std::string_view{archive}.substr(0, size)); });
        ASSERT_TRUE(error) << size;
        EXPECT_EQ(error->code(), Errc::truncated) << size << ": " << error->what();
    }
}

TEST(ZipHostile, NoticesOrSurvivesEveryFlippedByte) {
    auto const text = testing::table_text(20'000);
    auto const archive = zip_of({{"a.csv", text}});
    for (std::size_t at = 0; at < archive.size(); ++at) {
        auto damaged = archive;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x11);
        std::string back;
        auto const error = error_of([&] {
            ZipReader const zip{damaged};
            for (auto const& entry : zip.entries()) back = zip.extract(entry);
        });
        EXPECT_TRUE(error || back == text) << at;
    }
}

TEST(ZipHostile, RefusesAWrongChecksum) {
    ZipMember member{"a.csv", testing::table_text(2'000'000)};
    member.crc ^= 1U;
    auto const archive = zip_of({member});
    expect_refused(archive, Errc::checksum, "member 'a.csv': CRC-32 is");
    ZipReader const zip{archive};
    auto const error = error_of([&] { zip.extract_async(zip.entries()[0], [](std::string_view) {}); });
    ASSERT_TRUE(error);
    EXPECT_EQ(error->code(), Errc::checksum);
}

/// 10 GiB of zeros in 10 MiB, without packing 10 GiB.
std::string packed_zeros() {
    auto const block = testing::deflated(std::string(std::size_t{1} << 20U, '\0'), Z_FULL_FLUSH);
    std::string packed;
    for (unsigned i = 0; i < 10 * 1024; ++i) packed += block;
    return packed + testing::deflated("");
}

TEST(ZipHostile, RefusesABomb) {
    ZipMember bomb{"bomb.csv", ""};
    bomb.packed = packed_zeros();
    bomb.unpacked = 0xfffffffeU;
    expect_refused(zip_of({bomb}), Errc::too_large, "more than 200 times");
    bomb.unpacked = std::uint64_t{10} << 30U;
    bomb.zip64 = true;
    ZipLimits any_ratio;
    any_ratio.max_ratio = 100'000;
    expect_refused(zip_of({bomb}), Errc::too_large, "more than 8589934592 bytes", any_ratio);
    bomb.zip64 = false;
    bomb.unpacked = 900'000; // a lie: stops once that much has come
    expect_refused(zip_of({bomb}), Errc::malformed, "more than the 900000 bytes the directory names");
}

TEST(ZipHostile, CountsTheMembersTogether) {
    std::vector<ZipMember> members;
    for (unsigned i = 0; i < 5; ++i) members.emplace_back("m" + std::to_string(i), std::string(1000, 'x'));
    ZipLimits limits;
    limits.max_unpacked_bytes = 4999;
    expect_refused(zip_of(members), Errc::too_large, "more than 4999 bytes", limits);
    limits = {};
    limits.max_entries = 4;
    expect_refused(zip_of(members), Errc::too_large, "5 members; the limit is 4", limits);
}

TEST(ZipHostile, RefusesFalseSizes) {
    ZipMember member{"a.csv", testing::table_text(50'000)};
    auto const right = member.unpacked;
    member.unpacked = right + 1;
    expect_refused(zip_of({member}), Errc::truncated, "the directory names " + std::to_string(right + 1));
    member.unpacked = right - 1;
    expect_refused(zip_of({member}), Errc::malformed, "more than the");
    member.unpacked = right;
    member.packed += "tail";
    expect_refused(zip_of({member}), Errc::malformed, "4 packed bytes lie behind the end");
    member.packed.resize(member.packed.size() / 2);
    expect_refused(zip_of({member}), Errc::truncated, "the packed bytes end after");
}

TEST(ZipHostile, RefusesOffsetsThatLeadNowhere) {
    ZipMember member{"a.csv", "abc"};
    for (auto const offset : {1U, 1000U, 0x7fffffffU, 0xfffffffeU}) {
        member.local_offset = offset;
        expect_refused(zip_of({member}), Errc::malformed,
                       "no local header at offset " + std::to_string(offset));
    }
    auto archive = zip_of({{"a.csv", "abc"}});
    archive.replace(archive.size() - 6, 4, testing::little(0xfffffff0, 4));
    expect_refused(archive, Errc::malformed, "does not fit before");
}

TEST(ZipHostile, RefusesMembersThatShareBytes) {
    ZipMember const first{"a.csv", "abc"};
    auto second = first;
    second.local_offset = 0;
    expect_refused(zip_of({first, second}), Errc::malformed, "members overlap");
}

TEST(ZipHostile, RefusesWhatItCannotUnpack) {
    ZipMember member{"a.csv", "abc"};
    member.flags = 0x0809;
    expect_refused(zip_of({member}), Errc::malformed, "member 'a.csv' is encrypted");
    member.flags = 0x0808;
    member.method = 93;
    expect_refused(zip_of({member}), Errc::malformed, "uses method 93");
    member.method = 8;
    member.packed = "\x07\x07\x07";
    expect_refused(zip_of({member}), Errc::malformed, "damaged near packed byte");
}

TEST(ZipHostile, RefusesNamesThatLeaveTheDirectory) {
    for (auto const* const name :
         {"../a.csv", "a/../../b.csv", "/etc/passwd", "..", "c:\\x.csv", "a\\b.csv", ""})
        expect_refused(zip_of({{name, "x"}}), Errc::malformed, "member name");
    EXPECT_FALSE(error_of([] { unpack_all(zip_of({{"a..b/c..csv", "x"}})); }));
}

TEST(ZipHostile, RefusesAnArchiveOfSeveralVolumes) {
    auto archive = zip_of({{"a.csv", "abc"}});
    archive.replace(archive.size() - 18, 2, testing::little(1, 2));
    expect_refused(archive, Errc::malformed, "several volumes");
}

TEST(ZipHostile, RefusesWhatIsNoArchive) {
    expect_refused("", Errc::truncated, "only 0 bytes");
    expect_refused("<html><body>Wartungsarbeiten</body></html>", Errc::truncated, "no end record");
}

} // namespace
} // namespace gateway::io
