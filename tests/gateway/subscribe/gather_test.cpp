#include "gateway/subscribe/gather.hpp"

#include <gmock/gmock.h>

#include <random>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::subscribe {
namespace {

using namespace store::testing;
using store::ChangeKind;

constexpr std::int32_t today = 20'783; // 2026-11-26

class GatherTest : public ::testing::Test {
  protected:
    static harmonize::territory::Register const& areas() {
        static auto const all =
            harmonize::territory::Register::from_directory(KREISLAUF_SOURCE_DIR "/mappings/territory");
        return all;
    }
    void random_step(std::mt19937& random) {
        auto info = population();
        info.id = random() % 3 == 0 ? "B" : "A";
        auto const vintages = store_->vintages(info.id);
        auto const draw = random() % 8;
        if (draw == 0 && !vintages.empty()) {
            auto const& which = vintages[random() % vintages.size()];
            if (which.kind == store::VintageKind::content && which.recalled_by == 0)
                store_->recall(info.id, which.no, {1, "falsch", "error", random() % 2 == 0});
        } else if (draw == 1) {
            store_->announce({ChangeKind::structure, random() % 2 == 0 ? "A" : "", 1, "kommt"});
        } else {
            auto wish = request(info);
            wish.note = "Nachmeldung";
            auto const load = store_->begin(wish);
            std::vector<store::PackedObservation> series;
            for (std::string const sex : {"F", "M"}) {
                auto const indicator = load->indicator(indicator_of(sex, sex == "F" ? "BEVSTD" : "GEB"));
                for (int area = 3101; area < 3460; area += 3) {
                    auto const no = load->area(county("0" + std::to_string(area)));
                    if (random() % 3 == 0) continue;
                    series.clear();
                    for (int year = 2020; year < 2022; ++year)
                        if (random() % 4 != 0)
                            series.push_back({TimePeriod::year(year).value(),
                                              Decimal::from_integer(static_cast<int>(random() % 3)), 0, 0});
                    load->put(indicator, no, series);
                }
            }
            load->commit("", 0, 0, random() % 2 == 0 ? everything() : store::Coverage{});
        }
    }
    /// "dataset@vintage series added revised deleted" per vintage, and the events, as reading every value tells them.
    static std::vector<std::string> read(store::Store const& store, query::ChangeFilter filter,
                                         std::uint64_t behind, std::uint64_t until) {
        filter.until = until;
        query::ChangePlace place;
        place.number = behind;
        std::map<std::pair<std::string, VintageNo>, std::array<int, 4>> counts;
        std::vector<std::string> told;
        query::ChangeReader reader{store, filter};
        while (reader.page(place, 50, [&](query::ChangeEntry const& entry) {
            if (entry.changes == nullptr) {
                told.push_back(std::string{store::to_string(entry.kind)} + " " + std::string{entry.dataset});
                return;
            }
            auto& count = counts[{std::string{entry.dataset}, entry.vintage}];
            bool added = false, revised = false, deleted = false;
            for (auto const& one : *entry.changes)
                (!one.after ? deleted : one.before ? revised : added) = true;
            ++count[0];
            count[1] += added;
            count[2] += revised;
            count[3] += deleted;
        })) {
        }
        for (auto const& [key, count] : counts) told.push_back(text(key.first, key.second, count));
        std::sort(told.begin(), told.end());
        return told;
    }
    static std::string text(std::string const& dataset, VintageNo vintage, std::array<int, 4> const& count) {
        auto all = dataset + "@" + std::to_string(vintage);
        for (auto const each : count) all += " " + std::to_string(each);
        return all;
    }
    static std::vector<std::string> told(Batch const& batch) {
        std::vector<std::string> all;
        for (auto const& one : batch.events)
            all.push_back(std::string{store::to_string(one.kind)} + " " + one.dataset);
        for (auto const& one : batch.changed)
            all.push_back(text(one.dataset, one.vintage,
                               {static_cast<int>(one.series), static_cast<int>(one.added),
                                static_cast<int>(one.revised), static_cast<int>(one.deleted)}));
        std::sort(all.begin(), all.end());
        return all;
    }
    static Subscription wanted(std::vector<std::string> keys) {
        Subscription made;
        made.areas = std::move(keys);
        return made;
    }

    TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
};

TEST_F(GatherTest, CountsFromTheMasksWhatReadingEveryValueTells) {
    std::vector<Subscription> subscriptions(6);
    subscriptions[1].areas = {"03159"};
    subscriptions[2].areas = {"031", "03455"};
    subscriptions[2].datasets = {"B"};
    subscriptions[3].indicators = {"GEB"};
    subscriptions[4].kinds = {"revised", "structure"};
    subscriptions[5].areas = {"16077"};
    std::size_t compared = 0;
    for (unsigned const seed : {11U, 12U, 13U}) {
        std::mt19937 random{seed};
        TempDirectory const directory;
        store_ = store::open_sqlite(directory.path());
        for (int step = 0; step < 25; ++step) {
            random_step(random);
            auto const last = store_->last_change();
            for (auto const& each : subscriptions) {
                auto const filter = filter_of(each, areas(), today);
                auto const behind = random() % (last + 1);
                auto const until = behind + random() % (last - behind + 1);
                ASSERT_EQ(told(gather(*store_, filter, behind, until)), read(*store_, *filter, behind, until))
                    << seed << " " << step;
                ++compared;
            }
        }
        store_.reset();
    }
    EXPECT_EQ(compared, 450U);
}

TEST_F(GatherTest, StandsForFormerAreasAndAllMunicipalities) {
    auto const filter = filter_of(wanted({"03159"}), areas(), today);
    for (auto const* const key : {"03159", "03152", "03156"})
        EXPECT_TRUE(filter->area(county(key))) << key; // Göttingen and Osterode became the new Göttingen
    EXPECT_TRUE(filter->area({CodeList::ags, AreaLevel::municipality, "03159016"}));
    EXPECT_TRUE(filter->area({CodeList::ags, AreaLevel::municipality, "03152012"}));
    for (auto const* const key : {"03153", "03155", "16061"}) EXPECT_FALSE(filter->area(county(key))) << key;
}

TEST_F(GatherTest, GoesOnWithWhatAFormerAreaIsToday) {
    auto const filter = filter_of(wanted({"03156"}), areas(), today);
    for (auto const* const key : {"03156", "03159"}) EXPECT_TRUE(filter->area(county(key))) << key;
    EXPECT_TRUE(filter->area({CodeList::ags, AreaLevel::municipality, "03159016"}));
    EXPECT_FALSE(filter->area(county("03152")))
        << "the other half of the new county has a history of its own";
    EXPECT_EQ(areas_today(areas(), {"03156", "03153"}, today), std::vector<std::string>{"03159"});
    // On a day before the reform it is in force itself.
    auto const before = filter_of(wanted({"03156"}), areas(), 17'000); // 2016-07-18
    EXPECT_FALSE(before->area(county("03159")));
    // A split reaches all parts.
    auto const split = filter_of(wanted({"16026"}), areas(), today);
    for (auto const* const key : {"16026", "16063", "16064", "16067"})
        EXPECT_TRUE(split->area(county(key))) << key;
    EXPECT_FALSE(split->area(county("16061")));
}

TEST_F(GatherTest, CountsWhatASealedRecallTakesAwayAsDeleted) {
    load_one(*store_, "F", "03153", {observed("2020", "1")});
    store_->recall(population().id, 1, {5, "falsch", "confidential", true});
    auto const filter = filter_of(wanted({"03153"}), areas(), today);
    auto const batch = gather(*store_, filter, 1, 100);
    EXPECT_THAT(told(batch), ::testing::Contains(population().id + "@2 1 0 0 1"));
}

TEST_F(GatherTest, SaysThatTheLogBeginsLater) {
    for (int i = 0; i < 4; ++i) load_one(*store_, "F", "03153", {observed("2020", std::to_string(i))});
    store_->compact_changes(3, 77);
    auto const filter = filter_of(wanted({"03153"}), areas(), today);
    auto const batch = gather(*store_, filter, 1, 100);
    ASSERT_EQ(batch.events.size(), 1U);
    EXPECT_EQ(batch.events[0].kind, ChangeKind::compacted);
    EXPECT_EQ(batch.until, 4U);
    EXPECT_EQ(batch.changed.size(), 1U);
    EXPECT_TRUE(gather(*store_, filter, 3, 100).events.empty());
    // A backup that is older than what was told.
    auto const restored = gather(*store_, filter, 50, 100);
    ASSERT_EQ(restored.events.size(), 1U);
    EXPECT_EQ(restored.events[0].kind, ChangeKind::compacted);
    EXPECT_EQ(restored.until, 4U);
}

TEST_F(GatherTest, CountsNothingOfAreasThatTheOwnerMayNotKnow) {
    load_one(*store_, "F", "03153", {observed("2020", "1")});
    load_one(*store_, "F", "03159", {observed("2020", "1")});
    auto const filter = filter_of(wanted({}), areas(), today);
    EXPECT_EQ(gather(*store_, filter, 0, 9).changed.size(), 2U);
    auto const seen = gather(*store_, filter, 0, 9, [](std::string_view) {
        return [](Area const& area) { return lies_in(area, "03159"); };
    });
    ASSERT_EQ(seen.changed.size(), 1U);
    EXPECT_EQ(seen.changed[0].vintage, 2U);
}

TEST_F(GatherTest, PassesOverVintagesAndTheirRecallsThatMayNotBeTold) {
    for (int i = 0; i < 3; ++i) load_one(*store_, "F", "03153", {observed("2020", std::to_string(i))});
    store_->recall(population().id, 3, {5, "falsch", "error", false});
    store_->announce({ChangeKind::structure, population().id, 5, "Ab Januar nach 30 Staaten"});
    auto filter = *filter_of(wanted({"03153"}), areas(), today);
    int asked = 0;
    filter.vintage = [&asked](store::Store const&, std::string_view dataset, VintageNo vintage) {
        ++asked;
        return dataset == population().id && vintage == 2;
    };
    auto const shared = std::make_shared<query::ChangeFilter const>(filter);
    auto const expected =
        std::vector<std::string>{population().id + "@2 1 0 1 0", "structure " + population().id};
    EXPECT_EQ(told(gather(*store_, shared, 0, 100)), expected);
    EXPECT_EQ(asked, 4) << "once for each vintage";
    EXPECT_EQ(read(*store_, filter, 0, 100), expected)
        << "what reads the values sees no more than was counted";
    EXPECT_TRUE(is_empty(gather(*store_, shared, 2, 5)));
}

} // namespace
} // namespace gateway::subscribe
