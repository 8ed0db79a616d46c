#include <gmock/gmock.h>

#include <filesystem>
#include <random>

#include "gateway/io/file.hpp"
#include "gateway/store/log_check.hpp"
#include "gateway/store/page_sums.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Store and log as a kill leaves them.
class LogCheck : public ::testing::Test {
  protected:
    LogCheck() {
        TempDirectory const place;
        auto const store = open_sqlite(place.path());
        load_one(*store, "F", "03153", {observed("2020", "1")});
        load_one(*store, "F", "03153", {observed("2020", "2")});
        for (auto const* const name : {"/store.sqlite", "/store.sqlite-wal"})
            std::filesystem::copy_file(place.path() + name, directory_.path() + name);
        bytes_ = io::read_file(log());
    }
    [[nodiscard]] std::string log() const { return directory_.path() + "/store.sqlite-wal"; }
    TempDirectory directory_;
    std::string bytes_;
};

TEST_F(LogCheck, SoundLogHasNoTrouble) {
    ASSERT_GT(bytes_.size(), page_bytes);
    EXPECT_THAT(look_at_log(log()).troubles, IsEmpty());
    EXPECT_THAT(look_at_log(directory_.path() + "/none").troubles, IsEmpty());
    EXPECT_EQ(text_of(*open_sqlite(directory_.path()), "F", "03153"), "2020=2@2");
}

TEST_F(LogCheck, LogThatAKillCutOffIsSound) {
    for (std::size_t const bytes : {0UL, 20UL, 100UL, bytes_.size() / 2, bytes_.size() - 1}) {
        io::write_durable(log(), bytes_.substr(0, bytes));
        EXPECT_THAT(look_at_log(log()).troubles, IsEmpty()) << bytes;
    }
    auto torn = bytes_;
    torn.replace(torn.size() - 3000, 3000, std::string(3000, '\0'));
    io::write_durable(log(), torn);
    EXPECT_THAT(look_at_log(log()).troubles, IsEmpty());
}

TEST_F(LogCheck, PageThatWasCutOffOnItsWayOutOfTheLogIsNoDamage) {
    auto const pages = look_at_log(log()).pages;
    ASSERT_FALSE(pages.empty());
    auto bytes = io::read_file(directory_.path() + "/store.sqlite");
    auto const last = *pages.rbegin();
    ASSERT_GE(bytes.size(), last * page_bytes);
    bytes.replace((last - 1) * page_bytes + 100, 5000, std::string(5000, 'x'));
    io::write_durable(directory_.path() + "/store.sqlite", bytes);
    EXPECT_THAT(check_pages(directory_.path()).damages, IsEmpty());
    auto const before = bytes_;
    io::write_durable(log(), ""); // without the log it is one
    EXPECT_THAT(check_pages(directory_.path()).damages, SizeIs(1));
    io::write_durable(log(), before);
    EXPECT_EQ(text_of(*open_sqlite(directory_.path()), "F", "03153"), "2020=2@2");
    EXPECT_THAT(check_pages(directory_.path()).damages, IsEmpty());
}

TEST_F(LogCheck, OneFlippedBitIsFoundBeforeCommitsAreLost) {
    std::mt19937_64 random{1};
    for (int i = 0; i < 200; ++i) {
        auto damaged = bytes_;
        auto const at = random() % damaged.size();
        damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ (1U << (random() % 8)));
        io::write_durable(log(), damaged);
        auto const check = check_pages(directory_.path());
        ASSERT_THAT(check.damages, SizeIs(1)) << "byte " << at;
        EXPECT_THAT(check.damages[0].text, HasSubstr("store.sqlite-wal"));
        EXPECT_THAT(check.damages[0].text, HasSubstr("would be lost"));
    }
}

} // namespace
} // namespace gateway::store::testing
