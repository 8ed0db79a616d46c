#include <gmock/gmock.h>

#include <bit>
#include <map>
#include <random>

#include "gateway/store/sql.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// (dataset, indicator, area, period) to number and state.
using Figures = std::map<std::string, std::string>;

std::string key_of(Store const& store, IndicatorNo indicator, AreaNo area, TimePeriod const& period) {
    return store.dataset_of(indicator) + " " + store.indicator(indicator).text() + " " +
           store.area(area).code + " " + period.to_sdmx();
}

/// All figures when the entries up to `number` are in.
Figures figures_at(Store const& store, std::uint64_t number) {
    Figures result;
    for (auto const& dataset : store.datasets()) {
        auto const state = store.state_at(dataset.id, number);
        if (!state) throw Error{Errc::not_found, "no state"};
        auto const take = [&](VintageNo vintage, auto const& wanted) {
            Query query;
            query.dataset = dataset.id;
            query.vintage = vintage;
            store.read(query, [&](SeriesRef ref, std::span<PackedObservation const> series) {
                if (!wanted(ref)) return;
                for (auto const& each : series)
                    result[key_of(store, ref.indicator, ref.area, each.period)] = each.number.to_string();
            });
        };
        auto const is_in = [&state](SeriesRef ref) {
            return state->half &&
                   (ref.indicator < state->half->indicator ||
                    (ref.indicator == state->half->indicator && ref.area <= state->half->area));
        };
        take(state->vintage, [&](SeriesRef ref) { return !is_in(ref); });
        if (state->half) take(state->vintage + 1, is_in);
    }
    return result;
}

/// Reads the log from where it was, some entries at a time.
class Mirror {
  public:
    /// Applies up to `most` entries; false where there are no more.
    bool go_on(Store const& store, unsigned most) {
        auto const begin = last;
        store.changes(last + 1, [&](ChangeBlock const& block) {
            if (block.first > last + 1) throw Error{Errc::corrupt_store, "a gap"};
            auto number = block.first;
            if (block.kind != ChangeKind::data) {
                kinds.push_back(to_string(block.kind));
                last = number;
                return last - begin < most;
            }
            for (auto const& row : block.rows)
                for (auto mask = row.all(); mask != 0; mask &= mask - 1, ++number) {
                    if (number <= last) continue;
                    if (last - begin == most) return false;
                    apply(store, block.vintage, row, mask & (~mask + 1));
                    last = number;
                }
            return last - begin < most;
        });
        return last != begin;
    }

    std::uint64_t last = 0;
    Figures figures;
    std::vector<std::string_view> kinds;

  private:
    void apply(Store const& store, VintageNo vintage, ChangedRow row, std::uint64_t bit) {
        row.added &= bit;
        row.revised &= bit;
        row.deleted &= bit;
        unsigned told = 0;
        store.changed(vintage, row, false, [&](Change const& change) {
            auto const key = key_of(store, change.indicator, change.area, change.period);
            EXPECT_EQ(figures.count(key) != 0, change.before.has_value()) << key;
            EXPECT_EQ(figures.count(key) != 0 ? figures[key] : "",
                      change.before ? change.before->number.to_string() : "");
            if (change.after)
                figures[key] = change.after->number.to_string();
            else
                figures.erase(key);
            ++told;
            if (change.settles) { // told although nothing changes
                EXPECT_EQ(change.before.has_value(), change.after.has_value()) << key;
                EXPECT_TRUE(!change.before || change.before->number == change.after->number) << key;
                return;
            }
            auto const kind = !change.before ? row.added : change.after ? row.revised : row.deleted;
            EXPECT_NE(kind, 0U) << key;
        });
        EXPECT_GT(told, 0U); // an entry without a change would be noise
    }
};

class ChangeLogTest : public ::testing::Test {
  protected:
    void load(std::string const& sex, std::string const& area, std::vector<PackedObservation> const& series,
              Coverage const& coverage = {}) {
        load_one(*store_, sex, area, series, coverage, ++time_);
    }
    [[nodiscard]] std::vector<std::string> log() const {
        std::vector<std::string> lines;
        store_->changes(1, [&](ChangeBlock const& block) {
            lines.push_back(std::to_string(block.first) + "+" + std::to_string(block.count) + " " +
                            std::string{to_string(block.kind)} + " @" + std::to_string(block.vintage) +
                            (block.note.empty() ? "" : " " + block.note));
            return true;
        });
        return lines;
    }
    void sql(char const* text) {
        store_.reset();
        Database{directory_.path() + "/store.sqlite", Database::Mode::read_write}.execute(text);
        store_ = open_sqlite(directory_.path());
    }

    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
    UnixTime time_ = 1000;
};

TEST_F(ChangeLogTest, NumbersEverythingInOneOrder) {
    load("F", "03153", {observed("2020", "1"), observed("2021", "2")});
    load("M", "03153", {observed("2020", "1")});
    store_->withdraw(population().id, ++time_, 0, "weg");
    load("F", "03153", {observed("2020", "1")});
    store_->recall(population().id, 2, {++time_, "falsch", "error", false});
    store_->announce({ChangeKind::comment, population().id, ++time_, "Umstellung im Herbst"});
    store_->announce({ChangeKind::territory, "", ++time_, "Göttingen 2016"});
    EXPECT_THAT(log(), ElementsAre("1+1 data @1", "2+1 data @2", "3+1 withdrawn @3 weg", "4+1 returned @4",
                                   "5+1 recalled @5 falsch", "6+1 data @5",
                                   "7+1 comment @5 Umstellung im Herbst", "8+1 territory @0 Göttingen 2016"));
    EXPECT_EQ(store_->last_change(), 8U);
    EXPECT_THAT(store_->verify(), IsEmpty());
    EXPECT_THROW(store_->announce({ChangeKind::data, "", 1, ""}), Error);
    EXPECT_THROW(store_->announce({ChangeKind::comment, "nothing", 1, ""}), Error);
}

TEST_F(ChangeLogTest, SaysThatDimensionsCameAndLevelsWent) {
    load("F", "03153", {observed("2020", "1")});
    auto wider = request();
    wider.dataset.dimensions.emplace_back("AGE");
    auto const next = store_->begin(wider);
    Area const land{CodeList::ags, AreaLevel::land, "03"};
    next->put(next->indicator(indicator_of("F")), next->area(land), std::vector{observed("2020", "5")});
    next->commit("", 1, 0, everything());
    EXPECT_THAT(log(),
                ElementsAre("1+1 data @1", "2+1 structure @2 new dimensions: AGE",
                            "3+1 structure @2 no figures any more for these levels: county", "4+2 data @2"));
}

TEST_F(ChangeLogTest, AVintageIsNotInBeforeTheLastOfTheEntriesInFrontOfItsFigures) {
    load("F", "03153", {observed("2020", "1")});
    store_->withdraw(population().id, ++time_, 0, "weg");
    auto const next = store_->begin(request());
    Area const land{CodeList::ags, AreaLevel::land, "03"};
    next->put(next->indicator(indicator_of("F")), next->area(land), std::vector{observed("2020", "5")});
    next->commit("", 1, 0, everything());
    store_->announce({ChangeKind::structure, population().id, ++time_, "ab Herbst"});
    EXPECT_THAT(log(), ElementsAre("1+1 data @1", "2+1 withdrawn @2 weg", "3+1 returned @3",
                                   "4+1 structure @3 no figures any more for these levels: county",
                                   "5+2 data @3", "7+1 structure @3 ab Herbst"));
    std::string vintages;
    for (std::uint64_t number = 1; number <= 7; ++number) {
        auto const state = store_->state_at(population().id, number).value();
        vintages += std::to_string(state.vintage) + (state.half ? "+ " : " ");
    }
    EXPECT_EQ(vintages, "1 2 2 2 2+ 3 3 ");
}

TEST_F(ChangeLogTest, ALoadThatIsGivenUpLeavesNoEntry) {
    load("F", "03153", {observed("2020", "1")});
    {
        auto const trial = store_->begin(request());
        trial->put(trial->indicator(indicator_of("F")), trial->area(county("03153")),
                   std::vector{observed("2020", "2")});
        trial->preview({});
    }
    load("F", "03153", {observed("2020", "1")}); // unchanged
    EXPECT_THAT(log(), ElementsAre("1+1 data @1"));
}

TEST_F(ChangeLogTest, RandomHistoriesAreMirroredAtEveryEntry) {
    std::mt19937 random{11};
    for (int round = 0; round < 12; ++round) {
        TempDirectory const directory;
        auto store = open_sqlite(directory.path());
        std::vector<Mirror> mirrors(3);
        for (int step = 0; step < 14; ++step) {
            auto dataset = population();
            dataset.id = random() % 3 == 0 ? "other" : dataset.id;
            auto const vintages = store->vintages(dataset.id);
            auto const draw = random() % 8;
            if (draw == 0) {
                store->withdraw(dataset.id, 1, 0, "");
            } else if (draw <= 2 && !vintages.empty()) {
                auto const& which = vintages[random() % vintages.size()];
                if (which.kind == VintageKind::content && which.recalled_by == 0)
                    store->recall(dataset.id, which.no, {1, "", "", random() % 2 == 0});
            } else {
                auto const load = store->begin(request(dataset));
                std::vector<PackedObservation> series;
                for (std::string const sex : {"F", "M"}) {
                    auto const indicator = load->indicator(indicator_of(sex));
                    for (int area = 10'000; area < 10'140; area += 17) {
                        auto const no = load->area(county(std::to_string(area)));
                        if (random() % 3 == 0) continue;
                        series.clear();
                        for (int year = 2020; year < 2023; ++year)
                            if (random() % 4 != 0)
                                series.push_back({TimePeriod::year(year).value(),
                                                  Decimal::from_integer(static_cast<int>(random() % 3)), 0,
                                                  0});
                        load->put(indicator, no, series);
                    }
                }
                auto const coverage = random() % 2 == 0 ? everything() : Coverage{};
                if (random() % 6 == 0)
                    load->preview(coverage);
                else
                    load->commit("", 0, 0, coverage);
            }
            if (random() % 4 == 0) store = open_sqlite(directory.path());
            for (auto& mirror : mirrors) {
                if (!mirror.go_on(*store, 1 + static_cast<unsigned>(random() % 9))) continue;
                ASSERT_EQ(mirror.figures, figures_at(*store, mirror.last)) << "entry " << mirror.last;
            }
        }
        for (auto& mirror : mirrors) {
            while (mirror.go_on(*store, 1 + static_cast<unsigned>(random() % 5)))
                ASSERT_EQ(mirror.figures, figures_at(*store, mirror.last)) << "entry " << mirror.last;
            EXPECT_EQ(mirror.last, store->last_change());
        }
        EXPECT_THAT(store->verify(), IsEmpty());
    }
}

TEST_F(ChangeLogTest, AStoreOfVersion1GetsItsLogWhenItIsWritten) {
    load("F", "03153", {observed("2020", "1"), observed("2021", "2")});
    load("F", "03153", {observed("2020", "7")}, everything());
    load("M", "03154", {observed("2020", "3")});
    store_->withdraw(population().id, ++time_, 0, "weg");
    auto const hash = store_->content_hash();
    auto const before = log();
    sql("DROP TABLE change; DROP TABLE change_area; DROP TABLE recall; PRAGMA user_version = 1"); // opens it again for writing
    EXPECT_EQ(log(), before);
    EXPECT_EQ(store_->content_hash(), hash);
    EXPECT_THAT(store_->verify(), IsEmpty());
    load("M", "03154", {observed("2020", "4")});
    EXPECT_EQ(log().size(), before.size() + 2);
}

TEST_F(ChangeLogTest, AStoreOfVersion1IsReadAsItIsUntilSomebodyWrites) {
    load("F", "03153", {observed("2020", "1")});
    load("F", "03153", {observed("2020", "2")});
    store_.reset();
    Database{directory_.path() + "/store.sqlite", Database::Mode::read_write}.execute(
        "DROP TABLE change; DROP TABLE change_area; DROP TABLE recall; PRAGMA user_version = 1");
    auto const reader = open_sqlite(directory_.path(), true);
    EXPECT_EQ(text_of(*reader, "F", "03153"), "2020=2@2");
    EXPECT_EQ(reader->vintages(population().id).size(), 2U);
    EXPECT_EQ(reader->last_change(), 0U);
    store_ = open_sqlite(directory_.path());
    store_->recall(population().id, 2, {1, "", "", true});
    // The reader has the store open all the time.
    EXPECT_TRUE(reader->vintages(population().id)[1].sealed);
    EXPECT_EQ(reader->last_change(), store_->last_change());
    EXPECT_EQ(text_of(*reader, "F", "03153"), "2020=1@3");
}

TEST_F(ChangeLogTest, CompactsOldEntriesAndSaysSo) {
    for (int i = 0; i < 6; ++i) load("F", "03153", {observed("2020", std::to_string(i))});
    EXPECT_EQ(store_->compact_changes(4, 77), 4U);
    EXPECT_THAT(log(), ElementsAre("1+4 compacted @0", "5+1 data @5", "6+1 data @6"));
    EXPECT_EQ(store_->compact_changes(3, 78), 4U); // was dropped before
    EXPECT_THAT(store_->verify(), IsEmpty());
    EXPECT_FALSE(store_->state_at(population().id, 3));
    EXPECT_EQ(store_->state_at(population().id, 4)->vintage, 4U);
    EXPECT_EQ(store_->compact_changes(100, 79), 6U);
    EXPECT_THAT(log(), ElementsAre("1+6 compacted @0"));
    load("F", "03153", {observed("2020", "9")});
    EXPECT_THAT(log(), ElementsAre("1+6 compacted @0", "7+1 data @7"));
    EXPECT_EQ(store_->state_at(population().id, 6)->vintage, 6U);
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(ChangeLogTest, VerifyFindsGapsAndForeignEntries) {
    for (int i = 0; i < 3; ++i) load("F", "03153", {observed("2020", std::to_string(i))});
    auto const problems = [this] {
        std::string text;
        for (auto const& each : store_->verify()) text += each.place + ": " + each.text + "\n";
        return text;
    };
    sql("DELETE FROM change WHERE first = 2");
    EXPECT_THAT(problems(), HasSubstr("entry 2 is due here"));
    EXPECT_THAT(problems(), HasSubstr("vintage 2: names other series"));
    sql("UPDATE change SET first = 2, vintage = 2 WHERE first = 3");
    EXPECT_THAT(problems(), HasSubstr("disagrees with its checksum"));
}

TEST_F(ChangeLogTest, CutsLargeLoadsIntoBlocks) {
    auto const load = store_->begin(request());
    auto const indicator = load->indicator(indicator_of("F"));
    constexpr int areas = 9000;
    for (int area = 0; area < areas; ++area)
        load->put(indicator, load->area(county(std::to_string(10'000 + area))),
                  std::vector{observed("2020", "1")});
    load->commit("", areas, 0, {});
    EXPECT_EQ(store_->last_change(), std::uint64_t{areas});
    std::uint64_t due = 1;
    std::size_t blocks = 0;
    store_->changes(1, [&](ChangeBlock const& block) {
        EXPECT_EQ(block.first, due);
        EXPECT_LE(block.count, 4096U);
        due += block.count;
        ++blocks;
        return true;
    });
    EXPECT_EQ(blocks, 3U);
    EXPECT_EQ(due, std::uint64_t{areas} + 1);
    // Any entry is found by one look into the index.
    store_->changes(5000, [&](ChangeBlock const& block) {
        EXPECT_LE(block.first, 5000U);
        EXPECT_GT(block.first + block.count, 5000U);
        return false;
    });
}

} // namespace
} // namespace gateway::store::testing
