#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "gateway/io/file.hpp"
#include "gateway/io/flipped_bit.hpp"
#include "gateway/store/checksum.hpp"
#include "gateway/store/page_sums.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

void flip(std::string const& file, std::uint64_t byte, unsigned bit) {
    std::fstream stream{file, std::ios::binary | std::ios::in | std::ios::out};
    stream.seekg(static_cast<std::streamoff>(byte));
    auto const whole = static_cast<unsigned>(stream.get());
    stream.seekp(static_cast<std::streamoff>(byte));
    stream.put(static_cast<char>(whole ^ (1U << bit)));
}

/// A store with several pages of every kind, closed.
class PageSums : public ::testing::Test {
  protected:
    PageSums() {
        auto const store = open_sqlite(directory_.path());
        for (int round = 1; round < 4; ++round) {
            auto const load = store->begin(request());
            for (std::string const sex : {"F", "M"}) {
                auto const indicator = load->indicator(indicator_of(sex));
                for (int area = 10'000; area < 10'400; ++area) {
                    auto const number = std::to_string(area * round) + ".7";
                    load->put(indicator, load->area(county(std::to_string(area))),
                              std::vector{observed("2020", number), observed("2021", "1")});
                    load->label("AREA", std::to_string(area), "Kreis " + std::to_string(area));
                }
            }
            load->commit("position", 0, 0, {});
        }
        hash_ = store->content_hash();
    }
    [[nodiscard]] std::string file() const { return directory_.path() + "/store.sqlite"; }
    void run_raw(char const* sql) const {
        sqlite3* raw = nullptr;
        ASSERT_EQ(sqlite3_open(file().c_str(), &raw), SQLITE_OK);
        EXPECT_EQ(sqlite3_exec(raw, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
        sqlite3_close(raw);
    }
    TempDirectory directory_;
    std::string hash_;
};

TEST(FlippedBit, IsFoundFromTheDifferenceOfTheSums) {
    std::mt19937 random{7};
    for (std::size_t const bytes : {1U, 9U, 8188U}) {
        std::string text(bytes, '\0');
        for (auto& each : text) each = static_cast<char>(random());
        auto const sum = crc32c(0, text);
        EXPECT_EQ(io::find_flipped_bit(io::crc32c_polynomial, 0, bytes), std::nullopt);
        for (int i = 0; i < 50; ++i) {
            auto damaged = text;
            io::FlippedBit const bit{random() % bytes, static_cast<unsigned>(random() % 8)};
            damaged[bit.byte] =
                static_cast<char>(static_cast<unsigned char>(damaged[bit.byte]) ^ (1U << bit.bit));
            EXPECT_EQ(io::find_flipped_bit(io::crc32c_polynomial, sum ^ crc32c(0, damaged), bytes), bit);
        }
    }
}

TEST_F(PageSums, EveryPageOfANewStoreHasOne) {
    auto const check = check_pages(directory_.path());
    EXPECT_TRUE(check.has_sums);
    EXPECT_TRUE(check.is_sound());
    EXPECT_THAT(check.damages, IsEmpty());
    EXPECT_EQ(check.pages * page_bytes, std::filesystem::file_size(file()));
    EXPECT_GT(check.pages, 20U);
}

TEST_F(PageSums, StoreMadeBesideItsPlaceHasThemToo) {
    TempDirectory const elsewhere;
    {
        auto const store = open_sqlite_later([&] { return elsewhere.path(); }, NewFile::beside);
        load_one(*store, "F", "03153", {observed("2020", "1")});
    }
    auto const check = check_pages(elsewhere.path());
    EXPECT_TRUE(check.has_sums);
    EXPECT_THAT(check.damages, IsEmpty());
}

TEST_F(PageSums, OneFlippedBitAnywhereIsFoundNamedAndTurnedBack) {
    auto const whole = io::read_file(file());
    std::mt19937_64 random{20'261'126};
    for (int i = 0; i < 150; ++i) {
        // The header is where a bit does most: every tenth one is there.
        auto const byte = random() % (i % 10 == 0 ? 100 : whole.size());
        auto const bit = static_cast<unsigned>(random() % 8);
        flip(file(), byte, bit);
        auto const found = check_pages(directory_.path());
        ASSERT_THAT(found.damages, SizeIs(1)) << "byte " << byte << " bit " << bit;
        EXPECT_FALSE(found.is_sound());
        EXPECT_EQ(found.damages[0].page, byte / page_bytes + 1);
        auto const mended = repair_pages(directory_.path(), {});
        ASSERT_TRUE(mended.is_sound()) << "byte " << byte << " bit " << bit;
        ASSERT_EQ(io::read_file(file()), whole) << "byte " << byte << " bit " << bit;
    }
    EXPECT_EQ(open_sqlite(directory_.path(), true)->content_hash(), hash_);
}

TEST_F(PageSums, DamagedPageIsNeverRead) {
    // The page of a table without sums of its own: the name of a county.
    auto const whole = io::read_file(file());
    auto const at = whole.find("Kreis 10123");
    ASSERT_NE(at, std::string::npos);
    flip(file(), at + 6, 0);
    try {
        auto const store = open_sqlite(directory_.path(), true);
        FAIL() << "read " << store->label(population().id, "AREA", "10123");
    } catch (Error const& error) {
        EXPECT_EQ(error.code(), Errc::corrupt_store);
        EXPECT_THAT(error.what(), HasSubstr("kreislauf verify --repair"));
    }
}

TEST_F(PageSums, WiderDamageIsTakenFromABackup) {
    auto const whole = io::read_file(file());
    TempDirectory const backup;
    auto const copy = backup.path() + "/store.sqlite";
    io::write_durable(copy, whole);
    auto damaged = whole;
    for (std::size_t i = 0; i < 40; ++i) damaged[5 * page_bytes + 100 + i] = 'x';
    io::write_durable(file(), damaged);
    auto const left = repair_pages(directory_.path(), {});
    EXPECT_FALSE(left.is_sound());
    ASSERT_THAT(left.damages, SizeIs(1));
    EXPECT_EQ(left.damages[0].page, 6U);
    EXPECT_THAT(left.damages[0].text, HasSubstr("more than one bit"));
    EXPECT_EQ(io::read_file(file()), damaged);
    auto const mended = repair_pages(directory_.path(), copy);
    EXPECT_TRUE(mended.is_sound());
    EXPECT_THAT(mended.damages[0].text, HasSubstr("taken from the backup"));
    EXPECT_EQ(io::read_file(file()), whole);
}

TEST_F(PageSums, PageOfAnotherStateIsNotTakenFromABackup) {
    TempDirectory const backup;
    auto const copy = backup.path() + "/store.sqlite";
    io::write_durable(copy, io::read_file(file()));
    {
        auto const store = open_sqlite(directory_.path());
        load_one(*store, "F", "10000", {observed("2020", "99")});
    }
    auto const whole = io::read_file(file());
    auto const old = io::read_file(copy);
    std::size_t changed = page_bytes;
    while (whole.compare(changed, page_bytes, old, changed, page_bytes) == 0) changed += page_bytes;
    auto damaged = whole;
    damaged.replace(changed + 200, 20, std::string(20, 'x'));
    io::write_durable(file(), damaged);
    EXPECT_FALSE(repair_pages(directory_.path(), copy).is_sound());
    EXPECT_EQ(io::read_file(file()), damaged);
}

TEST_F(PageSums, FileThatEndsInsideAPageIsReported) {
    std::filesystem::resize_file(file(), std::filesystem::file_size(file()) - 1000);
    auto const check = check_pages(directory_.path());
    ASSERT_THAT(check.damages, SizeIs(1));
    EXPECT_THAT(check.damages[0].text, HasSubstr("ends inside the page"));
}

TEST_F(PageSums, StoreOfVersionOneOpensSoundAndGetsThem) {
    TempDirectory const old;
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((old.path() + "/store.sqlite").c_str(), &raw), SQLITE_OK);
    auto const sql = io::read_file(KREISLAUF_SOURCE_DIR "/tests/gateway/store/store_v1.sql");
    ASSERT_EQ(sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(raw);
    sqlite3_close(raw);
    constexpr auto content = "06429dca6a1a9f81c90002d609376c7ea4cd74316e9d96e847f4b5cebbb64657";
    EXPECT_FALSE(check_pages(old.path()).has_sums);
    {
        auto const store = open_sqlite(old.path()); // for writing: where an upgrade is due, this is it
        EXPECT_THAT(store->verify(), IsEmpty());
        EXPECT_EQ(store->content_hash(), content);
    }
    EXPECT_TRUE(add_page_sums(old.path()));
    auto const check = check_pages(old.path());
    EXPECT_TRUE(check.has_sums);
    EXPECT_THAT(check.damages, IsEmpty());
    auto const store = open_sqlite(old.path());
    EXPECT_THAT(store->verify(), IsEmpty());
    EXPECT_EQ(store->content_hash(), content);
    EXPECT_THAT(store->vintages("GENESIS_61111-0021"), SizeIs(1));
}

TEST_F(PageSums, ThatAreThereAreNotWrittenAgain) {
    auto const before = io::stamp_of(file());
    EXPECT_FALSE(add_page_sums(directory_.path()));
    EXPECT_EQ(io::stamp_of(file()).size, before.size);
    EXPECT_THAT(check_pages(directory_.path()).damages, IsEmpty());
}

TEST_F(PageSums, WhatAnotherProgramWritesIsNoticed) {
    run_raw("UPDATE label SET text = replace(text, 'Kreis', 'Krais')");
    auto const check = check_pages(directory_.path());
    EXPECT_FALSE(check.is_sound());
    EXPECT_THAT(check.damages[0].text, HasSubstr("another program"));
}

TEST_F(PageSums, StoreInUseIsNotMended) {
    auto const store = open_sqlite(directory_.path());
    EXPECT_EQ(store->content_hash(), hash_);
    // The lock of SQLite belongs to this process, so the other one is a process of its own.
    EXPECT_EXIT(
        {
            try {
                static_cast<void>(repair_pages(directory_.path(), {}));
                _exit(1);
            } catch (Error const& error) {
                _exit(error.code() == Errc::conflict ? 0 : 2);
            }
        },
        ::testing::ExitedWithCode(0), "");
}

} // namespace
} // namespace gateway::store::testing
