#include "gateway/query/changes.hpp"

#include <gmock/gmock.h>

#include <map>
#include <random>

#include "gateway/io/sha256.hpp"
#include "tests/gateway/store/fixture.hpp"

namespace gateway::query {
namespace {

using namespace store::testing;
using store::ChangeKind;

/// A copy that knows nothing but what it was told.
class Copy {
  public:
    void apply(store::Store const& store, ChangeEntry const& entry) {
        if (entry.changes == nullptr) {
            heads.push_back(std::string{to_string(entry.kind)} + " " + std::string{entry.note});
            return;
        }
        for (auto const& change : *entry.changes) {
            auto const key = std::string{entry.dataset} + "\t" +
                             store.indicator(entry.series.indicator).text() + "\t" +
                             area_key(store.area(entry.series.area)) + "\t" + change.period.to_sdmx();
            if (change.after)
                lines[key] = value_text(*change.after, store.state(change.after->state)) + "\t" +
                             state_text(store.state(change.after->state));
            else
                lines.erase(key);
        }
    }
    [[nodiscard]] std::string hash() const {
        // `sort` in the C locale, as docs/feed.md says.
        std::vector<std::string> sorted;
        for (auto const& [key, text] : lines) sorted.push_back(key + "\t" + text + "\n");
        std::sort(sorted.begin(), sorted.end());
        std::string all;
        for (auto const& line : sorted) all += line;
        return io::sha256_hex(all);
    }

    std::map<std::string, std::string> lines;
    std::vector<std::string> heads;
    ChangePlace place;
};

class ChangesTest : public ::testing::Test {
  protected:
    static void random_step(store::Store& store, std::mt19937& random, bool sealing) {
        auto info = population();
        info.id = random() % 3 == 0 ? "B" : "A";
        auto const vintages = store.vintages(info.id);
        auto const draw = random() % 8;
        if (draw == 0) {
            store.withdraw(info.id, 1, 0, "weg");
        } else if (draw <= 2 && !vintages.empty()) {
            auto const& which = vintages[random() % vintages.size()];
            if (which.kind == store::VintageKind::content && which.recalled_by == 0)
                store.recall(info.id, which.no, {1, "falsch", "error", sealing && random() % 2 == 0});
        } else if (draw == 3) {
            store.announce({ChangeKind::comment, "", 1, "Hinweis"});
        } else {
            auto const load = store.begin(request(info));
            auto const secret = load->state({MissingReason::confidential, {}});
            std::vector<store::PackedObservation> series;
            for (std::string const sex : {"F", "M"}) {
                auto const indicator = load->indicator(indicator_of(sex));
                for (int area = 3101; area < 3260; area += 13) {
                    auto const no = load->area(county("0" + std::to_string(area)));
                    if (random() % 3 == 0) continue;
                    series.clear();
                    for (int year = 2020; year < 2023; ++year) {
                        if (random() % 4 == 0) continue;
                        auto const period = TimePeriod::year(year).value();
                        if (random() % 9 == 0)
                            series.push_back({period, {}, secret, 0});
                        else
                            series.push_back(
                                {period, Decimal::from_integer(static_cast<int>(random() % 3)), 0, 0});
                    }
                    load->put(indicator, no, series);
                }
            }
            load->commit("", 0, 0, random() % 2 == 0 ? everything() : store::Coverage{});
        }
    }
    /// One page; what was told is in the copy.
    static bool go_on(store::Store const& store, ChangeFilter const& filter, Copy& copy, std::size_t limit) {
        ChangeReader reader{store, filter};
        std::size_t told = 0;
        bool const more = reader.page(copy.place, limit, [&](ChangeEntry const& entry) {
            copy.apply(store, entry);
            ++told;
        });
        EXPECT_LE(told, limit);
        return more;
    }

    TempDirectory directory_;
    std::unique_ptr<store::Store> store_ = store::open_sqlite(directory_.path());
};

TEST_F(ChangesTest, CopiesEqualTheStateAtEveryPlaceOfRandomHistories) {
    std::mt19937 random{31};
    std::size_t compared = 0;
    for (int round = 0; round < 15; ++round) {
        TempDirectory const directory;
        auto store = store::open_sqlite(directory.path());
        std::vector<ChangeFilter> filters(5);
        filters[1].area = [](Area const& area) { return lies_in(area, "031"); };
        filters[2].datasets = {"B"};
        filters[3].area = [](Area const& area) { return lies_in(area, "03205"); };
        filters[4].indicator = [](IndicatorKey const& key) { return key.at("SEX") == "F"; };
        std::vector<Copy> copies(filters.size());
        auto const read = [&](bool all) {
            for (std::size_t i = 0; i < filters.size(); ++i) {
                auto& copy = copies[i];
                // Copies begin at different times: with a full state, or with the first entry.
                if (copy.place.number == 0 && !copy.place.full && random() % 2 == 0)
                    copy.place = ChangeReader{*store, filters[i]}.start();
                for (bool more = true; more;) {
                    more = go_on(*store, filters[i], copy, 1 + random() % 12);
                    if (!copy.place.full) {
                        ASSERT_EQ(copy.hash(), ChangeReader(*store, filters[i]).state(copy.place.number))
                            << "round " << round << ", copy " << i << ", entry " << copy.place.number;
                        ++compared;
                    }
                    if (!all && random() % 3 == 0) break;
                }
            }
        };
        for (int step = 0; step < 12; ++step) {
            random_step(*store, random, false);
            if (random() % 4 == 0) store = store::open_sqlite(directory.path());
            read(false);
        }
        read(true);
        EXPECT_EQ(copies[0].place.number, store->last_change());
    }
    EXPECT_GT(compared, 500U);
}

TEST_F(ChangesTest, CopiesEndRightWhateverWasSealed) {
    std::mt19937 random{77};
    for (int round = 0; round < 15; ++round) {
        TempDirectory const directory;
        auto const store = store::open_sqlite(directory.path());
        ChangeFilter const all;
        Copy early, late;
        for (int step = 0; step < 12; ++step) {
            random_step(*store, random, true);
            while (go_on(*store, all, early, 7)) {
            }
            // What is sealed later was no secret when it was told.
            ASSERT_EQ(early.hash(), ChangeReader(*store, all).state(early.place.number)) << round;
        }
        while (go_on(*store, all, late, 5)) {
        }
        EXPECT_EQ(late.hash(), early.hash());
    }
}

TEST_F(ChangesTest, ACopyLosesWhatOneSealedVintageBroughtAndAnotherDeleted) {
    ChangeFilter const all;
    Copy copy;
    load_one(*store_, "F", "03153", {observed("2020", "1"), observed("2021", "2")});
    while (go_on(*store_, all, copy, 10)) {
    }
    ASSERT_EQ(copy.lines.size(), 2U);
    load_one(*store_, "F", "03153", {observed("2020", "1")}, everything()); // deletes 2021
    store_->recall(population().id, 1, {1, "geheim", "confidential", true});
    store_->recall(population().id, 2, {1, "geheim", "confidential", true});
    while (go_on(*store_, all, copy, 10)) {
    }
    EXPECT_EQ(copy.lines.size(), 0U);
    EXPECT_EQ(copy.hash(), ChangeReader(*store_, all).state(copy.place.number));
}

TEST_F(ChangesTest, ACopyLosesWhatASealedVintageHadDeletedAndWhatWasRecalledBefore) {
    ChangeFilter const all;
    Copy copy;
    load_one(*store_, "F", "03153", {observed("2020", "1")});
    while (go_on(*store_, all, copy, 10)) {
    }
    ASSERT_EQ(copy.lines.size(), 1U);
    load_one(*store_, "F", "03154", {observed("2020", "2")}, everything()); // deletes that of 03153
    load_one(*store_, "F", "03154", {observed("2020", "3")}, everything());
    // Takes nothing away: the figure was deleted. Without the second vintage, which nobody hears of, it would be there.
    store_->recall(population().id, 1, {1, "falsch", "error", false});
    store_->recall(population().id, 2, {1, "geheim", "confidential", true});
    while (go_on(*store_, all, copy, 10)) {
    }
    EXPECT_EQ(copy.lines.size(), 1U);
    EXPECT_EQ(copy.hash(), ChangeReader(*store_, all).state(copy.place.number));
    EXPECT_THAT(store_->verify(), ::testing::IsEmpty());
}

TEST_F(ChangesTest, TellsOldAndNewValueAndWhy) {
    auto const load = [this](std::string const& number, std::string const& note) {
        auto wish = request();
        wish.note = note;
        auto const one = store_->begin(wish);
        one->put(one->indicator(indicator_of("F")), one->area(county("03153")),
                 std::vector{observed("2021", number)});
        one->commit("", 1, 0, {});
    };
    load("11", "");
    load("12", "Nachmeldung");
    store_->recall(population().id, 2, {5, "Zahlendreher", "error", false});
    std::vector<std::string> told;
    ChangeFilter const all;
    ChangePlace place;
    ChangeReader{*store_, all}.page(place, 100, [&](ChangeEntry const& entry) {
        std::string text{to_string(entry.kind)};
        if (entry.changes != nullptr)
            for (auto const& one : *entry.changes)
                text += " " + (one.before ? one.before->number.to_string() : "-") + ">" +
                        (one.after ? one.after->number.to_string() : "-");
        told.push_back(text + " " + std::string{entry.note});
    });
    EXPECT_THAT(told, ::testing::ElementsAre("data ->11 ", "data 11>12 Nachmeldung", "recalled Zahlendreher",
                                             "data 12>11 Zahlendreher"));
    EXPECT_EQ(place.number, store_->last_change());
}

TEST_F(ChangesTest, ChoosesKinds) {
    load_one(*store_, "F", "03153", {observed("2020", "1"), observed("2021", "1")});
    load_one(*store_, "F", "03153", {observed("2021", "2"), observed("2022", "3")}, everything());
    ChangeFilter filter;
    filter.added = filter.revised = filter.all_kinds = false;
    std::string told;
    ChangePlace place;
    ChangeReader{*store_, filter}.page(place, 100, [&](ChangeEntry const& entry) {
        for (auto const& one : *entry.changes) told += one.period.to_sdmx() + " ";
    });
    EXPECT_EQ(told, "2020 ");
}

TEST_F(ChangesTest, TellsNothingBehindTheEntryThatIsNamedAsTheLast) {
    std::mt19937 random{7};
    for (int step = 0; step < 8; ++step) random_step(*store_, random, false);
    auto const last = store_->last_change();
    ASSERT_GT(last, 20U);
    ChangeFilter const all;
    std::vector<bool> wanted; // by number of the entry
    ChangePlace place;
    ChangeReader reader{*store_, all};
    while (wanted.size() < last)
        reader.page(place, 1, [&](ChangeEntry const& entry) {
            wanted.push_back(entry.changes == nullptr || lies_in(store_->area(entry.series.area), "03205"));
        });
    for (std::uint64_t until = 0; until <= last; ++until) {
        for (bool const some : {false, true}) {
            ChangeFilter filter;
            filter.until = until;
            if (some) filter.area = [](Area const& area) { return lies_in(area, "03205"); };
            ChangeReader bounded{*store_, filter};
            ChangePlace at;
            std::size_t told = 0;
            while (bounded.page(at, 3, [&told](ChangeEntry const&) { ++told; })) {
            }
            auto const end = wanted.begin() + static_cast<std::ptrdiff_t>(until);
            EXPECT_EQ(told, some ? static_cast<std::size_t>(std::count(wanted.begin(), end, true)) : until)
                << until;
            EXPECT_LE(at.number, last);
        }
    }
}

TEST_F(ChangesTest, RefusesPlacesThatTheLogNoLongerKnows) {
    for (int i = 0; i < 4; ++i) load_one(*store_, "F", "03153", {observed("2020", std::to_string(i))});
    ChangeFilter const all;
    ChangePlace old;
    old.number = 1;
    auto full = ChangeReader{*store_, all}.start();
    store_->compact_changes(3, 1);
    ChangeReader reader{*store_, all};
    EXPECT_THROW(reader.page(old, 10, [](ChangeEntry const&) {}), Error);
    EXPECT_THROW(reader.state(1), Error);
    ChangePlace behind;
    behind.number = 99;
    EXPECT_THROW(reader.page(behind, 10, [](ChangeEntry const&) {}), Error);
    // A full state that began before goes on, and ends where the log still is.
    Copy copy;
    copy.place = full;
    while (go_on(*store_, all, copy, 1)) {
    }
    EXPECT_EQ(copy.hash(), reader.state(copy.place.number));
}

} // namespace
} // namespace gateway::query
