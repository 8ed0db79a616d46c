// A small gateway with a history that a seed decides: loads, revisions, deletions, recalls (sealed ones too), reforms,
// withdrawals, notes, repeated deliveries, kills in the middle of a load, and compaction.
//
// Errors   as gateway/store/store.hpp
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gateway/query/changes.hpp"
#include "gateway/store/store.hpp"

namespace gateway::serve::testing {

/// Uniform below `end`: std::uniform_int_distribution differs from library to library, and seeds must replay anywhere.
inline unsigned below(std::mt19937& random, unsigned end) {
    return static_cast<unsigned>(random()) % end;
}

class FeedHistory {
  public:
    /// In a folder of its own, in memory where the machine has such a place.
    explicit FeedHistory(unsigned seed);
    ~FeedHistory();
    FeedHistory(FeedHistory const&) = delete;
    FeedHistory& operator=(FeedHistory const&) = delete;

    void step();
    [[nodiscard]] std::mt19937& random() noexcept { return random_; }
    /// What the gateway reads: a connection that never writes.
    [[nodiscard]] store::Store const& reading() const noexcept { return *reader_; }
    /// States at numbers up to here are no longer those that were told.
    [[nodiscard]] std::uint64_t sealed_up_to() const noexcept { return sealed_up_to_; }
    [[nodiscard]] std::string const& folder() const noexcept { return folder_; }
    /// For what a test breaks on purpose.
    void sql(std::string const& text);
    /// What happened so far, one word each.
    [[nodiscard]] std::string const& told() const noexcept { return told_; }

  private:
    struct Series {
        bool men = false;
        std::size_t area = 0;
        std::vector<std::optional<unsigned>> digits; ///< per year; 9 = confidential
    };
    struct Delivery {
        std::string dataset;
        bool whole = false; ///< what is not in it is deleted
        std::vector<Series> series;
    };
    [[nodiscard]] Delivery invented();
    [[nodiscard]] Delivery reformed();
    std::unique_ptr<store::Load> put(Delivery const& delivery);
    void load(Delivery const& delivery);
    void recall();
    void killed_load();
    void open();

    std::string folder_;
    std::mt19937 random_;
    bool sealing_;
    std::unique_ptr<store::Store> writer_, reader_;
    Delivery last_;
    std::uint64_t sealed_up_to_ = 0;
    std::string told_;
};

/// What the subscribers of the test ask for.
struct FeedQuestion {
    std::string text; ///< as in the address
    query::ChangeFilter filter;
};
std::vector<FeedQuestion> const& feed_questions();

} // namespace gateway::serve::testing
