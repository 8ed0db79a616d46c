// Random histories with fifty subscribers each: every copy equals the gateway's state at every place that it
// acknowledged.
//
// KREISLAUF_FEED_HISTORIES   how many; 2500 otherwise
// KREISLAUF_FEED_SEED        the first one; 1 otherwise. What fails names its seed, which replays it
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "gateway/io/sha256.hpp"
#include "tests/gateway/serve/feed_subscriber.hpp"

namespace gateway::serve::testing {
namespace {

constexpr unsigned subscribers_each = 50;

unsigned from_environment(char const* name, unsigned otherwise) {
    auto const* const text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::strtoul(text, nullptr, 10));
}

struct Outcome {
    std::string trouble; ///< empty: everything was proven
    std::size_t proofs = 0;
    std::uint64_t entries = 0;
};

/// All current figures by another way than the feed's: what Store::read says.
std::string hash_of_the_store(store::Store const& store) {
    std::map<std::string, std::string> lines;
    for (auto const& dataset : store.datasets()) {
        store::Query query;
        query.dataset = dataset.id;
        store.read(query, [&](store::SeriesRef ref, std::span<store::PackedObservation const> series) {
            for (auto const& each : series) {
                auto const& state = store.state(each.state);
                lines[dataset.id + "\t" + store.indicator(ref.indicator).text() + "\t" +
                      area_key(store.area(ref.area)) + "\t" + each.period.to_sdmx() + "\t"] =
                    query::value_text(each, state) + "\t" + query::state_text(state) + "\n";
            }
        });
    }
    std::string all;
    for (auto const& [key, text] : lines) all += key + text;
    return io::sha256_hex(all);
}

std::vector<FeedSubscriber> invited(std::mt19937& random) {
    std::vector<FeedSubscriber> all;
    static constexpr std::array<std::size_t, 6> limits{1, 2, 3, 7, 20, 1000};
    for (unsigned i = 0; i < subscribers_each; ++i) {
        // One after the other: the order of arguments is the compiler's.
        bool const from_start = below(random, 2) == 0;
        auto const limit = limits[below(random, limits.size())];
        auto const habit = static_cast<FeedHabit>(below(random, 4));
        all.emplace_back(i % feed_questions().size(), habit, limit, from_start, i % 5 == 0);
    }
    return all;
}

/// `breaks` is called after the first steps; `damage` sees every figure on its way.
Outcome run(unsigned seed, std::function<bool(ToldFigure const&)> damage = {},
            std::function<void(FeedHistory&)> const& breaks = {}) {
    Outcome outcome;
    FeedHistory history{seed};
    auto& random = history.random();
    FeedDesk desk{history, std::move(damage)};
    auto all = invited(random);
    auto const steps = 4 + below(random, 5);
    auto const failed = [&](FeedSubscriber const& who, std::string const& what) {
        outcome.trouble = "seed " + std::to_string(seed) + ", subscriber " +
                          std::to_string(&who - all.data()) + " of " + feed_questions()[who.question()].text +
                          ": " + what + "; after: " + history.told();
        return outcome;
    };
    for (unsigned step = 0; step < steps; ++step) {
        auto const sealed = history.sealed_up_to();
        history.step();
        if (sealed != history.sealed_up_to()) desk.forget_states();
        if (breaks && step == 2) breaks(history);
        desk.forget_pages();
        auto const snapshot = history.reading().snapshot();
        for (auto& each : all) {
            if (below(random, 3) == 0) continue; // it looks rarely
            if (below(random, 8) == 0) each.kill(random);
            auto const trouble = each.turn(desk, history, 1 + below(random, 4));
            if (!trouble.empty()) return failed(each, trouble);
        }
    }
    auto const last = history.reading().last_change();
    outcome.entries = last;
    desk.forget_states(); // the state at a place is what it was
    for (auto& each : all) {
        for (unsigned turns = 0; turns == 0 || !each.is_at_the_end(); ++turns) {
            if (turns > last + 100) return failed(each, "does not come to an end");
            auto const trouble = each.turn(desk, history, 10);
            if (!trouble.empty()) return failed(each, trouble);
        }
        if (each.hash() != desk.state(each.question(), last)) return failed(each, "differs at the end");
        outcome.proofs += each.proofs();
    }
    if (desk.state(0, last) != hash_of_the_store(history.reading()))
        return failed(all.front(), "is not what the store reads");
    return outcome;
}

TEST(FeedHistories, EveryCopyEqualsTheStateAtEveryPlaceThatItAcknowledged) {
    auto const count = from_environment("KREISLAUF_FEED_HISTORIES", 2500);
    auto const first = from_environment("KREISLAUF_FEED_SEED", 1);
    auto const begin = std::chrono::steady_clock::now();
    std::size_t proofs = 0;
    std::uint64_t entries = 0;
    for (unsigned i = 0; i < count; ++i) {
        auto const outcome = run(first + i);
        ASSERT_EQ(outcome.trouble, "") << "KREISLAUF_FEED_HISTORIES=1 KREISLAUF_FEED_SEED=" << first + i;
        proofs += outcome.proofs;
        entries += outcome.entries;
        if ((i + 1) % 1000 == 0) {
            auto const spent = std::chrono::steady_clock::now() - begin;
            std::printf("%u histories, %zu proofs, %llu entries, %.0f s\n", i + 1, proofs,
                        static_cast<unsigned long long>(entries),
                        std::chrono::duration<double>(spent).count());
            std::fflush(stdout);
        }
    }
    EXPECT_GT(proofs, std::size_t{count} * subscribers_each);
}

/// In how many of 20 histories a defect is found.
unsigned found(std::function<bool(ToldFigure const&)> const& damage,
               std::function<void(FeedHistory&)> const& breaks = {}) {
    unsigned times = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) times += run(seed, damage, breaks).trouble.empty() ? 0U : 1U;
    return times;
}

TEST(FeedHistories, ADeletionThatIsLostIsFound) {
    unsigned seen = 0;
    EXPECT_GT(found([&seen](ToldFigure const& told) { return !told.text && ++seen % 50 == 0; }), 12U);
    EXPECT_GT(seen, 500U);
}

TEST(FeedHistories, AFigureThatIsLostIsFound) {
    unsigned seen = 0;
    EXPECT_GT(found([&seen](ToldFigure const&) { return ++seen % 500 == 0; }), 15U);
}

TEST(FeedHistories, AnIndexThatLacksAnAreaIsFound) {
    EXPECT_GT(
        found({}, [](FeedHistory& history) { history.sql("DELETE FROM change_area WHERE areas & 1 = 0"); }),
        5U);
}

} // namespace
} // namespace gateway::serve::testing
