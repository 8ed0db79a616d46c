#include "gateway/ingest/batch_pipe.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <vector>

#include "gateway/core/error.hpp"

namespace gateway::ingest {
namespace {

using Numbers = std::vector<int>;

/// Sends 0 to `count` - 1 in batches of `per_batch` and gives back what arrived.
Numbers sent(int count, std::size_t per_batch, bool has_thread, int fail_at = -1) {
    Numbers arrived;
    BatchPipe<Numbers> pipe{[&](Numbers& batch) {
                                for (auto const number : batch) {
                                    if (number == fail_at)
                                        throw Error{Errc::malformed, "number " + std::to_string(number)};
                                    arrived.push_back(number);
                                }
                                batch.clear();
                            },
                            has_thread};
    for (int i = 0; i < count; ++i) {
        pipe.at_hand().push_back(i);
        if (pipe.at_hand().size() >= per_batch) pipe.ship();
    }
    pipe.finish();
    return arrived;
}

TEST(BatchPipe, DeliversEverythingInItsOrder) {
    for (int const count : {0, 1, 7, 8, 10'000})
        for (bool const has_thread : {false, true}) {
            Numbers wanted;
            for (int i = 0; i < count; ++i) wanted.push_back(i);
            EXPECT_EQ(sent(count, 8, has_thread), wanted) << count << (has_thread ? " on a thread" : "");
        }
}

TEST(BatchPipe, ThrowsWhatTheTargetThrew) {
    for (int const number : {0, 500, 9'999})
        for (bool const has_thread : {false, true}) {
            try {
                sent(10'000, 8, has_thread, number);
                ADD_FAILURE() << "nothing thrown for " << number;
            } catch (Error const& error) {
                EXPECT_EQ(error.what(), "number " + std::to_string(number));
            }
        }
}

TEST(BatchPipe, GoesOnWhileNobodyWaitsOnceItIsClosed) {
    std::promise<void> last_came;
    Numbers arrived;
    BatchPipe<Numbers, 2> pipe{[&](Numbers& batch) {
        arrived.insert(arrived.end(), batch.begin(), batch.end());
        if (!batch.empty() && batch.back() == 9) last_came.set_value();
        batch.clear();
    }};
    for (int i = 0; i < 10; ++i) {
        pipe.at_hand().push_back(i);
        if (i < 9) pipe.ship();
    }
    pipe.close();
    // Without a call of finish(): the test would end here otherwise.
    ASSERT_EQ(last_came.get_future().wait_for(std::chrono::seconds{60}), std::future_status::ready);
    pipe.finish();
    EXPECT_EQ(arrived, (Numbers{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(BatchPipe, ASingleBatchWaitsForFinish) {
    Numbers arrived;
    BatchPipe<Numbers> pipe{[&](Numbers& batch) { arrived.swap(batch); }};
    pipe.at_hand().push_back(1);
    pipe.close();
    EXPECT_TRUE(arrived.empty());
    pipe.finish();
    EXPECT_EQ(arrived, Numbers{1});
}

TEST(BatchPipe, DropsWhatIsUnderWayWhereNobodyFinishes) {
    Numbers arrived;
    {
        BatchPipe<Numbers> pipe{[&](Numbers& batch) {
            arrived.insert(arrived.end(), batch.begin(), batch.end());
            batch.clear();
        }};
        pipe.at_hand().push_back(1);
    }
    EXPECT_TRUE(arrived.empty());
}

} // namespace
} // namespace gateway::ingest
