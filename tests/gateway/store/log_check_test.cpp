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
    EXPECT_THAT(log_troubles(log()), IsEmpty());
    EXPECT_THAT(log_troubles(directory_.path() + "/none"), IsEmpty());
    EXPECT_EQ(text_of(*open_sqlite(directory_.path()), "F", "03153"), "2020=2@2");
}

TEST_F(LogCheck, LogThatAKillCutOffIsSound) {
    for (std::size_t const bytes : {0UL, 20UL, 100UL, bytes_.size() / 2, bytes_.size() - 1}) {
        io::write_durable(log(), bytes_.substr(0, bytes));
        EXPECT_THAT(log_troubles(log()), IsEmpty()) << bytes;
    }
    auto torn = bytes_;
    torn.replace(torn.size() - 3000, 3000, std::string(3000, '\0'));
    io::write_durable(log(), torn);
    EXPECT_THAT(log_troubles(log()), IsEmpty());
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
