// Loads that become visible together.
#include <gmock/gmock.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::IsEmpty;

class StoreGroup : public ::testing::Test {
  protected:
    /// As everybody else sees it.
    [[nodiscard]] std::string seen(std::string const& sex, std::string const& area) const {
        return text_of(*open_sqlite(directory_.path(), true), sex, area);
    }

    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
};

TEST_F(StoreGroup, IsVisibleAsAWholeAndNothingOfItBefore) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    auto group = store_->group();
    load_one(*store_, "F", "03153", {observed("2021", "2")}, {}, 2000);
    load_one(*store_, "M", "03154", {observed("2021", "3")}, {}, 2000);
    EXPECT_EQ(seen("F", "03153"), "2021=1@1");
    EXPECT_EQ(seen("M", "03154"), "unknown");
    group->commit();
    EXPECT_EQ(seen("F", "03153"), "2021=2@2");
    EXPECT_EQ(seen("M", "03154"), "2021=3@3");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreGroup, AGuardThatObjectsLetsNothingBeWritten) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    auto const hash = store_->content_hash();
    bool is_mine = true;
    int asked = 0;
    store_->guard([&] {
        ++asked;
        if (!is_mine) throw Error{Errc::conflict, "somebody else"};
    });
    store_->record_attempt({1000, "regio", "12411-01-01-4", "unchanged", "", 0});
    EXPECT_EQ(asked, 1);
    is_mine = false;
    EXPECT_THROW(store_->record_attempt({2000, "regio", "12411-01-01-4", "failed", "", 0}), Error);
    EXPECT_THROW(static_cast<void>(store_->group()), Error);
    EXPECT_THROW(store_->change_position("regio", "12411-01-01-4", [](std::string const&) { return "x"; }),
                 Error);
    EXPECT_THROW(load_one(*store_, "M", "03154", {observed("2021", "3")}, {}, 2000), Error);
    EXPECT_EQ(store_->content_hash(), hash);
    EXPECT_EQ(store_->attempts(10).size(), 1U);
    EXPECT_EQ(store_->position("regio", "12411-01-01-4"), "");
    store_->guard({});
    load_one(*store_, "M", "03154", {observed("2021", "3")}, {}, 2000);
    EXPECT_EQ(seen("M", "03154"), "2021=3@2");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreGroup, LeavesNothingWithoutCommit) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    auto const hash = store_->content_hash();
    {
        auto const group = store_->group();
        load_one(*store_, "M", "03154", {observed("2021", "3")}, {}, 2000);
        auto wanted = request(population(), 2000);
        auto load = store_->begin(wanted);
        static_cast<void>(load->area(county("03155"))); // a load that is dropped, after one that was not
        load.reset();
        EXPECT_EQ(text_of(*store_, "M", "03154"), "2021=3@2") << "its own store sees it";
    }
    EXPECT_EQ(store_->content_hash(), hash);
    EXPECT_THAT(store_->find_areas("03154"), IsEmpty());
    // Numbers that were given in it are given again, to others.
    load_one(*store_, "X", "03999", {observed("2021", "7")}, {}, 3000);
    EXPECT_EQ(seen("X", "03999"), "2021=7@2");
    EXPECT_EQ(seen("M", "03154"), "unknown");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreGroup, GoesBackToAMark) {
    auto group = store_->group();
    EXPECT_EQ(group->mark(), 0U);
    load_one(*store_, "F", "03153", {observed("2021", "1")}, {}, 1000);
    EXPECT_EQ(group->mark(), 1U);
    load_one(*store_, "M", "03154", {observed("2021", "2")}, {}, 1000);
    EXPECT_EQ(group->mark(), 2U);
    load_one(*store_, "X", "03155", {observed("2021", "3")}, {}, 1000);
    group->back_to(1);
    load_one(*store_, "Y", "03156", {observed("2021", "4")}, {}, 1000);
    EXPECT_THROW(group->back_to(2), Error);
    group->commit();
    EXPECT_EQ(seen("F", "03153"), "2021=1@1");
    EXPECT_EQ(seen("M", "03154"), "unknown");
    EXPECT_EQ(seen("X", "03155"), "unknown");
    EXPECT_EQ(seen("Y", "03156"), "2021=4@2");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreGroup, HoldsTrialsThatSeeWhatCameBefore) {
    load_one(*store_, "F", "03153", {observed("2021", "1")});
    auto group = store_->group();
    load_one(*store_, "F", "03153", {observed("2021", "2")}, {}, 2000);
    auto wanted = request(population(), 2000);
    wanted.trial = true;
    auto load = store_->begin(wanted);
    auto const indicator = load->indicator(indicator_of("F"));
    load->put(indicator, load->area(county("03153")), std::vector{observed("2021", "2")});
    auto const result = load->preview({});
    load.reset();
    EXPECT_EQ(result.unchanged, 1U);
    EXPECT_EQ(result.vintage, std::nullopt);
    group->commit();
    EXPECT_EQ(seen("F", "03153"), "2021=2@2");
}

TEST_F(StoreGroup, KeepsEverybodyElseFromWriting) {
    auto const other = open_sqlite(directory_.path());
    auto group = store_->group();
    EXPECT_THROW(store_->group(), Error);
    EXPECT_THROW(other->group(), Error);
    EXPECT_THROW(load_one(*other, "F", "03153", {observed("2021", "1")}), Error);
    group.reset();
    load_one(*other, "F", "03153", {observed("2021", "1")});
}

} // namespace
} // namespace gateway::store::testing
