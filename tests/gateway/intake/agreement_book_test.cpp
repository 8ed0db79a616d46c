// Agreements that come, change and go while a service runs.
#include <thread>

#include "gateway/intake/agreement_book.hpp"
#include "gateway/intake/watch_folder.hpp"
#include "tests/gateway/intake/intake_fixture.hpp"

namespace gateway::intake::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Book : public ::testing::Test {
  protected:
    [[nodiscard]] std::string folder() const { return place_.store() + "/intake/agreements"; }
    AgreementBook book() {
        return {{std::string{KREISLAUF_SOURCE_DIR} + "/mappings/agreements", folder()},
                [this](std::string_view text) { said_.emplace_back(text); },
                std::chrono::milliseconds{0}};
    }
    TestStore place_;
    std::vector<std::string> said_;
};

TEST_F(Book, TakesANewAgreementWithoutARestart) {
    auto const book = this->book();
    auto const& before = book.now();
    EXPECT_EQ(before.find("new"), nullptr);
    place_.agreement("new", "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
    EXPECT_NE(book.now().find("new"), nullptr);
    EXPECT_EQ(before.find("new"), nullptr) << "what was handed out stays as it was";
    EXPECT_THAT(said_, ElementsAre(HasSubstr("read again")));
}

TEST_F(Book, TakesAChangeAndARemoval) {
    auto const book = this->book();
    EXPECT_FALSE(book.now().find("test")->four_eyes);
    place_.agreement("test", "rows = \"accept_rest\"\nembargo = \"allowed\"\nfour_eyes = true\n");
    EXPECT_TRUE(book.now().find("test")->four_eyes);
    std::filesystem::remove(folder() + "/test.toml");
    EXPECT_EQ(book.now().find("test"), nullptr);
}

TEST_F(Book, LeavesInForceWhatABrokenFileSaidBefore) {
    auto const book = this->book();
    place_.agreement("test", "rows = \"perhaps\"\n");
    place_.agreement("broken", "rows = \"perhaps\"\n");
    ASSERT_NE(book.now().find("test"), nullptr);
    EXPECT_EQ(book.now().find("test")->rows, RowPolicy::accept_rest);
    EXPECT_EQ(book.now().find("broken"), nullptr);
    ASSERT_EQ(said_.size(), 3U) << "said once, not with every look";
    EXPECT_THAT(said_[0], HasSubstr("broken.toml:"));
    EXPECT_THAT(said_[0], HasSubstr("counts for nothing"));
    EXPECT_THAT(said_[1], HasSubstr("test.toml:"));
    EXPECT_THAT(said_[1], HasSubstr("'test' stays as it was"));
    place_.agreement("test", "rows = \"all_or_nothing\"\nembargo = \"allowed\"\n");
    EXPECT_EQ(book.now().find("test")->rows, RowPolicy::all_or_nothing);
}

TEST_F(Book, IsLookedIntoByARunningIntakeAndItsFolder) {
    TestClock const clock{monday};
    Intake intake{place_.settings(clock.clock())};
    WatchFolder folder{intake, place_.folder() + "/in", {}, clock.clock()};
    EXPECT_FALSE(std::filesystem::exists(place_.folder() + "/in/late"));
    place_.agreement("late", "rows = \"accept_rest\"\nembargo = \"allowed\"\n");
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    folder.look();
    EXPECT_TRUE(std::filesystem::exists(place_.folder() + "/in/late/done"));
    Submission wanted;
    wanted.agreement = "late";
    wanted.file = "a.csv";
    wanted.path = place_.write("a.csv", csv(100));
    wanted.sender = "key anna";
    EXPECT_EQ(intake.submit(wanted).delivery.agreement, "late");
}

} // namespace
} // namespace gateway::intake::testing
