#include <gmock/gmock.h>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

class StoreTrial : public ::testing::Test {
  protected:
    void begin(UnixTime received = 2000) {
        load_ = store_->begin(request(population(), received));
        load_->watch([this](Change const& change) { seen_.push_back(text(change)); });
    }
    void put(std::string const& sex, std::string const& area,
             std::vector<PackedObservation> const& observations) {
        auto const indicator = load_->indicator(indicator_of(sex));
        load_->put(indicator, load_->area(county(area)), observations);
    }
    [[nodiscard]] std::string text(Change const& change) const {
        auto const side = [](std::optional<PackedObservation> const& one) {
            return one ? one->number.to_string() : std::string{"-"};
        };
        return store_->area(change.area).code + " " + change.period.to_sdmx() + " " + side(change.before) +
               ">" + side(change.after);
    }

    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
    std::unique_ptr<Load> load_;
    std::vector<std::string> seen_;
};

TEST_F(StoreTrial, TellsEveryChangeWithBothSides) {
    load_one(*store_, "F", "03151", {observed("2020", "1")});
    load_one(*store_, "F", "03153", {observed("2020", "10"), observed("2021", "11"), observed("2022", "12")});
    begin();
    put("F", "03153", {observed("2021", "11"), observed("2022", "12.5"), observed("2023", "13")});
    EXPECT_THAT(seen_, ::testing::ElementsAre("03153 2022 12>12.5", "03153 2023 ->13"));
    seen_.clear();
    load_->commit("", 3, 0, everything());
    EXPECT_THAT(seen_, ::testing::ElementsAre("03151 2020 1>-", "03153 2020 10>-"));
}

TEST_F(StoreTrial, PreviewTellsTheSameAsTheCommitAfterItAndLeavesNothing) {
    load_one(*store_, "F", "03153", {observed("2020", "10"), observed("2021", "11")});
    auto const hash = store_->content_hash();
    auto const fill = [this] {
        put("F", "03153", {observed("2021", "11.5")});
        put("F", "03154", {observed("2021", "7")}); // an area that the store does not know
        put("M", "03153", {observed("2021", "8")}); // nor this indicator
        load_->issue({Errc::unknown_code, Severity::warning, {}, "text", "next", 1});
        load_->position("delivery", "D1", "released");
        load_->label("SEX", "M", "männlich");
    };
    begin();
    fill();
    auto const previewed = load_->preview(everything());
    load_.reset();
    EXPECT_EQ(store_->content_hash(), hash);
    EXPECT_EQ(store_->position("delivery", "D1"), "");
    EXPECT_EQ(store_->label(population().id, "SEX", "M"), "");
    EXPECT_TRUE(store_->find_areas("03154").empty());
    EXPECT_TRUE(store_->verify().empty());

    auto const expected = std::exchange(seen_, {});
    begin();
    fill();
    auto const done = load_->commit("", 3, 0, everything());
    EXPECT_EQ(seen_, expected);
    EXPECT_EQ(done.vintage, previewed.vintage);
    EXPECT_EQ(done.added, previewed.added);
    EXPECT_EQ(done.revised, previewed.revised);
    EXPECT_EQ(done.deleted, previewed.deleted);
    EXPECT_EQ(done.deleted, 1U);
    EXPECT_EQ(store_->position("delivery", "D1"), "released");
    EXPECT_TRUE(store_->verify().empty());
}

TEST_F(StoreTrial, TheLastWordCanStillStopACommit) {
    load_one(*store_, "F", "03153", {observed("2021", "11")});
    auto const hash = store_->content_hash();
    begin();
    put("F", "03153", {observed("2021", "12")});
    std::uint64_t revised = 0;
    load_->before_commit([&](LoadResult const& result) {
        revised = result.revised;
        auto const other = open_sqlite(directory_.path(), true);
        EXPECT_EQ(text_of(*other, "F", "03153"), "2021=11@1"); // nobody sees it yet
        throw Error{Errc::conflict, "held"};
    });
    EXPECT_THROW(load_->commit("", 1, 0, {}), Error);
    load_.reset();
    EXPECT_EQ(revised, 1U);
    EXPECT_EQ(store_->content_hash(), hash);
    EXPECT_TRUE(store_->verify().empty());
}

TEST_F(StoreTrial, ALoadIsOverAfterItsPreview) {
    begin();
    put("F", "03153", {observed("2021", "12")});
    load_->preview({});
    EXPECT_THROW(load_->commit("", 1, 0, {}), Error);
    EXPECT_TRUE(store_->datasets().empty());
    // The store is free for the next one.
    load_one(*store_, "F", "03153", {observed("2021", "12")});
}

} // namespace
} // namespace gateway::store::testing
