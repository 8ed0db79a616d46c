// A trial that writes nothing: it says what a load would do, and nobody has to wait for it.
#include <gmock/gmock.h>

#include <random>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::IsEmpty;

struct Told {
    std::vector<std::string> changes;
    LoadResult result;
};

struct Row {
    std::string sex, area;
    std::vector<PackedObservation> observations;
};

/// Runs a load of `rows`, as a trial or for good.
Told run(Store& store, std::vector<Row> const& rows, bool trial, UnixTime received) {
    auto wanted = request(population(), received);
    wanted.trial = trial;
    auto const load = store.begin(wanted);
    Told told;
    load->watch([&](Change const& change) {
        auto const side = [&](std::optional<PackedObservation> const& one) -> std::string {
            if (!one) return "-";
            auto const& reason = store.state(one->state).reason;
            return reason ? std::string{to_string(*reason)} : one->number.to_string();
        };
        told.changes.push_back(store.indicator(change.indicator).text() + " " + store.area(change.area).code +
                               " " + change.period.to_sdmx() + " " + side(change.before) + ">" +
                               side(change.after));
    });
    std::map<std::pair<IndicatorNo, AreaNo>, std::vector<PackedObservation> const*> sorted;
    auto const secret = load->state({MissingReason::confidential, {}});
    for (auto const& row : rows) {
        auto const indicator = load->indicator(indicator_of(row.sex));
        sorted[{indicator, load->area(county(row.area))}] = &row.observations;
    }
    std::vector<PackedObservation> made;
    for (auto const& [numbers, observations] : sorted) {
        made = *observations;
        for (auto& one : made)
            if (one.state != 0) one.state = secret;
        load->put(numbers.first, numbers.second, made);
    }
    told.result = trial ? load->preview(everything()) : load->commit("", rows.size(), 0, everything());
    return told;
}

TEST(StoreQuietTrial, TellsTheSameAsTheLoadAfterItForAnyContent) {
    std::mt19937 random{20261126};
    auto const draw = [&random](unsigned below) { return static_cast<unsigned>(random() % below); };
    for (int round = 0; round < 25; ++round) {
        TempDirectory const directory;
        auto const store = open_sqlite(directory.path());
        for (int vintage = 0; vintage < 4; ++vintage) {
            std::vector<Row> rows;
            for (unsigned i = 0; i < 150; ++i) {
                if (draw(3) == 0) continue;
                Row row{i % 2 == 0 ? "F" : "M", std::to_string(10000 + i / 2), {}};
                for (int year = 2010; year < 2020; ++year) {
                    if (draw(4) == 0) continue;
                    auto const text = std::to_string(year);
                    if (draw(12) == 0)
                        row.observations.push_back(missing(text, 1));
                    else
                        row.observations.push_back(observed(text, std::to_string(draw(6))));
                }
                rows.push_back(std::move(row));
            }
            auto const hash = store->content_hash();
            auto const trial = run(*store, rows, true, 1000 + vintage);
            ASSERT_EQ(store->content_hash(), hash);
            auto const done = run(*store, rows, false, 1000 + vintage);
            ASSERT_EQ(trial.changes, done.changes) << "round " << round << ", vintage " << vintage;
            ASSERT_EQ(trial.result.vintage, done.result.vintage);
            ASSERT_EQ(trial.result.added, done.result.added);
            ASSERT_EQ(trial.result.revised, done.result.revised);
            ASSERT_EQ(trial.result.deleted, done.result.deleted);
            ASSERT_EQ(trial.result.unchanged, done.result.unchanged);
            ASSERT_THAT(store->verify(), IsEmpty());
        }
    }
}

TEST(StoreQuietTrial, LetsOthersWriteAndSeesNothingOfIt) {
    TempDirectory const directory;
    auto const store = open_sqlite(directory.path());
    auto const other = open_sqlite(directory.path());
    load_one(*store, "F", "03153", {observed("2021", "11")});
    auto wanted = request(population(), 2000);
    wanted.trial = true;
    auto load = store->begin(wanted);
    load_one(*other, "F", "03153", {observed("2021", "12")}, {}, 1500); // would be refused beside a load
    auto const indicator = load->indicator(indicator_of("F"));
    std::vector<std::string> seen;
    load->watch([&](Change const& change) { seen.push_back(change.before->number.to_string()); });
    load->put(indicator, load->area(county("03153")), std::vector{observed("2021", "13")});
    EXPECT_EQ(load->preview({}).vintage, 2U);
    load.reset();
    EXPECT_THAT(seen, ::testing::ElementsAre("11"));
    EXPECT_EQ(text_of(*store, "F", "03153"), "2021=12@2");
}

TEST(StoreQuietTrial, CannotBeCommittedAndTakesNothingElse) {
    TempDirectory const directory;
    auto const store = open_sqlite(directory.path());
    auto wanted = request();
    wanted.trial = true;
    auto load = store->begin(wanted);
    auto const indicator = load->indicator(indicator_of("F"));
    EXPECT_EQ(store->dataset_of(indicator), population().id);
    load->put(indicator, load->area(county("03153")), std::vector{observed("2021", "13")});
    EXPECT_THROW(store->record_document(std::string(64, 'a'), 1, {}), Error);
    EXPECT_THROW(load->commit("", 1, 0, {}), Error);
    load.reset();
    EXPECT_THAT(store->datasets(), IsEmpty());
    EXPECT_THAT(store->areas(), IsEmpty());
    load_one(*store, "M", "03154", {observed("2021", "1")});
    EXPECT_EQ(text_of(*store, "M", "03154"), "2021=1@1");
    EXPECT_THAT(store->verify(), IsEmpty());
}

TEST(StoreQuietTrial, RunsInAStoreThatIsOnlyRead) {
    TempDirectory const directory;
    load_one(*open_sqlite(directory.path()), "F", "03153", {observed("2021", "11")});
    auto const store = open_sqlite(directory.path(), true);
    auto const told =
        run(*store, {{"F", "03153", {observed("2021", "12"), observed("2022", "1")}}}, true, 2000);
    EXPECT_EQ(told.result.added, 1U);
    EXPECT_EQ(told.result.revised, 1U);
}

} // namespace
} // namespace gateway::store::testing
