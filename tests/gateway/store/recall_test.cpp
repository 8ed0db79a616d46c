#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/wait.h>

#include <csignal>
#include <map>
#include <random>
#include <set>

#include "tests/gateway/store/fixture.hpp"

namespace gateway::store::testing {
namespace {

using ::testing::IsEmpty;

class StoreRecall : public ::testing::Test {
  protected:
    void load(std::vector<PackedObservation> const& observations, UnixTime received, bool whole = false) {
        load_one(*store_, "F", "03153", observations, whole ? everything() : Coverage{}, received);
    }
    LoadResult recall(VintageNo vintage, bool sealed = false) {
        return store_->recall(population().id, vintage, {9000, "Zahlendreher", "error", sealed});
    }
    [[nodiscard]] std::string now() const { return text_of(*store_, "F", "03153"); }
    [[nodiscard]] std::string at(VintageNo vintage, bool without_sealed = false) const {
        Query query;
        query.dataset = population().id;
        query.vintage = vintage;
        query.without_sealed = without_sealed;
        std::string text;
        store_->read(query, [&](SeriesRef, std::span<PackedObservation const> observations) {
            for (auto const& each : observations)
                text += (text.empty() ? "" : " ") + each.period.to_sdmx() + "=" + each.number.to_string() +
                        "@" + std::to_string(each.vintage);
        });
        return text;
    }
    [[nodiscard]] VintageNo origin(std::string const& period, VintageNo vintage) const {
        SeriesRef const series{store_->find_indicator(population().id, indicator_of("F")).value(),
                               store_->find_area(county("03153")).value()};
        auto const vintages = store_->vintages(population().id);
        return origin_of(vintages, store_->history(series, parse_sdmx_period(period).value()), vintage);
    }
    Errc refusal(std::string const& dataset, VintageNo vintage) {
        try {
            store_->recall(dataset, vintage, {});
        } catch (Error const& error) {
            EXPECT_THAT(error.what(), ::testing::HasSubstr(dataset));
            return error.code();
        }
        ADD_FAILURE() << "recalled";
        return Errc::io;
    }

    TempDirectory directory_;
    std::unique_ptr<Store> store_ = open_sqlite(directory_.path());
};

TEST_F(StoreRecall, TakesBackWhatAVintageAddedRevisedAndDeleted) {
    load({observed("2019", "9"), observed("2020", "10"), observed("2021", "11")}, 1000);
    load({observed("2020", "10"), observed("2021", "99"), observed("2022", "12")}, 2000, true);
    EXPECT_EQ(now(), "2020=10@1 2021=99@2 2022=12@2");
    auto const result = recall(2);
    EXPECT_EQ(result.vintage, VintageNo{3});
    EXPECT_EQ(result.added, 1U);
    EXPECT_EQ(result.revised, 1U);
    EXPECT_EQ(result.deleted, 1U);
    EXPECT_EQ(now(), "2019=9@3 2020=10@1 2021=11@3");
    EXPECT_EQ(at(2), "2020=10@1 2021=99@2 2022=12@2"); // kept for audit
    EXPECT_EQ(at(1), "2019=9@1 2020=10@1 2021=11@1");
    EXPECT_THAT(store_->verify(), IsEmpty());

    auto const vintages = store_->vintages(population().id);
    ASSERT_EQ(vintages.size(), 3U);
    EXPECT_EQ(vintages[1].recalled_by, 3U);
    EXPECT_FALSE(vintages[1].sealed);
    EXPECT_EQ(to_string(vintages[2].kind), "recalled");
    EXPECT_EQ(vintages[2].recalls, 2U);
    EXPECT_EQ(vintages[2].note, "Zahlendreher");
    EXPECT_EQ(vintages[2].reason, "error");
    EXPECT_EQ(vintages[2].received, 9000);
}

TEST_F(StoreRecall, LeavesWhatALaterVintageChangedSince) {
    load({observed("2020", "10"), observed("2021", "11"), observed("2022", "12")}, 1000);
    load({observed("2020", "20"), observed("2021", "21")}, 2000, true); // deletes 2022
    load({observed("2020", "30"), observed("2022", "32")}, 3000);
    recall(2);
    EXPECT_EQ(now(), "2020=30@3 2021=11@4 2022=32@3");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreRecall, LeadsBackToTheDocumentOfWhatItBroughtBack) {
    load({observed("2021", "11")}, 1000);
    load({observed("2021", "22")}, 2000);
    load({observed("2021", "33")}, 3000);
    recall(3);
    EXPECT_EQ(now(), "2021=22@4");
    EXPECT_EQ(origin("2021", 4), 2U);
    recall(2); // what the first recall brought back is taken back as well
    EXPECT_EQ(now(), "2021=11@5");
    EXPECT_EQ(origin("2021", 5), 1U);
    EXPECT_EQ(origin("2021", 4), 2U);
    EXPECT_EQ(origin("2021", 2), 2U);
    recall(1);
    EXPECT_EQ(now(), "");
    EXPECT_THAT(store_->verify(), IsEmpty());
}

TEST_F(StoreRecall, RecallsInEitherOrderWithTheSameEnd) {
    load({observed("2021", "11")}, 1000);
    load({observed("2021", "22")}, 2000);
    load({observed("2021", "33")}, 3000);
    recall(2);
    EXPECT_EQ(now(), "2021=33@3");
    recall(3);
    EXPECT_EQ(now(), "2021=11@5");
}

TEST_F(StoreRecall, ShowsSealedFiguresUnderNoDate) {
    load({observed("2020", "10"), observed("2021", "11"), observed("2022", "12")}, 1000);
    load({observed("2020", "10"), observed("2021", "66")}, 2000, true);
    load({observed("2020", "30")}, 3000);
    recall(2, true);
    EXPECT_EQ(now(), "2020=30@3 2021=11@4 2022=12@4");
    EXPECT_EQ(at(2), "2020=10@1 2021=66@2");
    EXPECT_EQ(at(2, true), "2020=10@1 2021=11@1 2022=12@1");
    EXPECT_EQ(at(3, true), "2020=30@3 2021=11@1 2022=12@1");
    EXPECT_EQ(at(4, true), now());
    EXPECT_TRUE(store_->vintages(population().id)[1].sealed);

    Pull pull;
    pull.dataset = population().id;
    pull.vintage = 3;
    pull.indicators = store_->indicators(pull.dataset);
    pull.without_sealed = true;
    std::string figures;
    store_->pull(pull, 10, [&](SeriesRef, std::span<PackedObservation const> series) {
        for (auto const& each : series) figures += each.number.to_string() + " ";
    });
    EXPECT_EQ(figures, "30 11 12 ");
}

TEST_F(StoreRecall, RefusesWhatCannotBeRecalled) {
    load({observed("2021", "11")}, 1000);
    EXPECT_EQ(refusal("nothing", 1), Errc::not_found);
    EXPECT_EQ(refusal(population().id, 2), Errc::not_found);
    recall(1);
    EXPECT_EQ(refusal(population().id, 1), Errc::conflict);
    EXPECT_EQ(refusal(population().id, 2), Errc::invalid_argument);
    EXPECT_EQ(store_->vintages(population().id).size(), 2U);
}

TEST_F(StoreRecall, KeepsADatasetWithdrawn) {
    load({observed("2021", "11")}, 1000);
    load({observed("2021", "12")}, 2000);
    store_->withdraw(population().id, 3000, 0, "gone");
    recall(2);
    EXPECT_TRUE(is_withdrawn(store_->vintages(population().id)));
    EXPECT_EQ(store_->withdraw(population().id, 3500, 0, "gone"), std::nullopt);
    load({observed("2021", "11")}, 4000); // the same figures: it came back
    EXPECT_FALSE(is_withdrawn(store_->vintages(population().id)));
}

/// Cells by (sex, area, year), as an account that knows events alone.
class Account {
  public:
    using Cell = std::tuple<std::string, int, int>;
    void set(VintageNo vintage, Cell const& cell, std::optional<int> value) {
        auto const last = value_of(cell);
        if (last != value) events_[cell][vintage] = value;
    }
    [[nodiscard]] bool changes(VintageNo vintage) const {
        return std::any_of(events_.begin(), events_.end(),
                           [vintage](auto const& each) { return each.second.count(vintage) != 0; });
    }
    void recall(VintageNo vintage) { recalled_.insert(vintage); }
    [[nodiscard]] std::optional<int> value_of(Cell const& cell) const {
        auto const found = events_.find(cell);
        if (found == events_.end()) return std::nullopt;
        for (auto event = found->second.rbegin(); event != found->second.rend(); ++event)
            if (recalled_.count(event->first) == 0) return event->second;
        return std::nullopt;
    }
    [[nodiscard]] std::map<Cell, int> all() const {
        std::map<Cell, int> result;
        for (auto const& each : events_)
            if (auto const value = value_of(each.first)) result.emplace(each.first, *value);
        return result;
    }

  private:
    std::map<Cell, std::map<VintageNo, std::optional<int>>> events_;
    std::set<VintageNo> recalled_;
};

std::map<Account::Cell, int> figures_of(Store const& store) {
    std::map<Account::Cell, int> result;
    store.read({population().id, {}, {}, {}, {}},
               [&](SeriesRef ref, std::span<PackedObservation const> series) {
                   for (auto const& each : series)
                       result[{std::string{store.indicator(ref.indicator).at("SEX")},
                               std::stoi(store.area(ref.area).code), std::stoi(each.period.to_sdmx())}] =
                           static_cast<int>(each.number.mantissa());
               });
    return result;
}

TEST_F(StoreRecall, RandomHistoriesEndAsTheirEventsSay) {
    std::mt19937 random{7};
    for (int round = 0; round < 40; ++round) {
        TempDirectory const directory;
        auto const store = open_sqlite(directory.path());
        Account account;
        std::vector<VintageNo> open;
        VintageNo last = 0;
        for (int step = 0; step < 14; ++step) {
            if (!open.empty() && random() % 3 == 0) {
                auto const which = open.begin() + static_cast<std::ptrdiff_t>(random() % open.size());
                last = store->recall(population().id, *which, {1, "", "", false}).vintage.value();
                account.recall(*which);
                open.erase(which);
            } else {
                auto const load = store->begin(request());
                bool const whole = random() % 2 == 0;
                std::vector<PackedObservation> series;
                for (std::string const sex : {"F", "M"}) {
                    auto const indicator = load->indicator(indicator_of(sex));
                    for (int area = 10'000; area < 10'070; area += 23) {
                        series.clear();
                        for (int year = 2020; year < 2024; ++year) {
                            Account::Cell const cell{sex, area, year};
                            if (random() % 4 == 0) {
                                if (whole) account.set(last + 1, cell, std::nullopt);
                                continue;
                            }
                            auto const value = static_cast<int>(random() % 3);
                            account.set(last + 1, cell, value);
                            series.push_back(
                                {TimePeriod::year(year).value(), Decimal::from_integer(value), 0, 0});
                        }
                        load->put(indicator, load->area(county(std::to_string(area))), series);
                    }
                }
                auto const result = load->commit("", 0, 0, whole ? everything() : Coverage{});
                ASSERT_EQ(result.vintage.has_value(), account.changes(last + 1));
                if (result.vintage) open.push_back(last = *result.vintage);
            }
            ASSERT_EQ(figures_of(*store), account.all()) << "round " << round << ", step " << step;
        }
        EXPECT_THAT(store->verify(), IsEmpty());
    }
}

TEST_F(StoreRecall, AKilledRecallIsWholeOrNothing) {
    auto const fill = [](Store& store, int add) {
        auto const load = store.begin(request());
        auto const indicator = load->indicator(indicator_of("F"));
        std::vector<PackedObservation> series(10);
        for (int area = 10'000; area < 12'000; ++area) {
            for (int year = 0; year < 10; ++year)
                series[static_cast<std::size_t>(year)] = {TimePeriod::year(2010 + year).value(),
                                                          Decimal::from_integer(area + year + add), 0, 0};
            load->put(indicator, load->area(county(std::to_string(area))), series);
        }
        load->commit("", 0, 0, {});
    };
    fill(*store_, 0);
    auto const before = figures_of(*store_).size();
    fill(*store_, 1);
    store_.reset();
    std::mt19937 random{std::random_device{}()};
    int whole = 0, nothing = 0;
    for (int kill_number = 0; kill_number < 20; ++kill_number) {
        TempDirectory const copy;
        std::filesystem::copy(directory_.path() + "/store.sqlite", copy.path() + "/store.sqlite");
        auto const child = fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            try {
                open_sqlite(copy.path())->recall(population().id, 2, {1, "", "", true});
            } catch (...) {
                _exit(1);
            }
            _exit(0);
        }
        usleep(static_cast<useconds_t>(random() % 12'000));
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        auto const store = open_sqlite(copy.path());
        ASSERT_THAT(store->verify(), IsEmpty());
        auto const vintages = store->vintages(population().id);
        ASSERT_EQ(figures_of(*store).size(), before);
        auto const first = figures_of(*store).begin()->second;
        if (vintages.size() == 3) {
            ++whole;
            EXPECT_EQ(first, 10'000);
        } else {
            ++nothing;
            EXPECT_EQ(vintages.size(), 2U);
            EXPECT_EQ(first, 10'001);
        }
    }
    EXPECT_GT(nothing, 0);
}

} // namespace
} // namespace gateway::store::testing
