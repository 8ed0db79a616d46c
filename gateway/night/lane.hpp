// Lane: one source during one pass. Internal to gateway/night.
//
// Knows how to ask the source (GENESIS service or feed of an office), how much it was asked, and why its remaining tables
// have to wait. Faults of the source close the lane, those of a table are its outcome.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/genesis/services.hpp"
#include "gateway/ingest/sync.hpp"
#include "gateway/night/metered.hpp"
#include "gateway/night/plan.hpp"
#include "gateway/night/run.hpp"

namespace gateway::night {

class Lane {
  public:
    Lane(RunParts const& parts, RunSource const& source, UnixTime deadline, Baton* baton);
    Lane(Lane const&) = delete;
    Lane& operator=(Lane const&) = delete;
    ~Lane() = default;

    /// One who asks for tables, one at a time; a lane may have several. \throws Error where the source is not usable
    class Worker {
      public:
        explicit Worker(Lane& lane);
        /// `others_wait`: a job that is still at work after some seconds must not keep them waiting; it comes back.
        std::vector<ingest::LoadReport> ask(Task const& task, bool force, bool others_wait);
        /// Why the source need not be asked for a table: it lists no change since the last answer. Empty where it must.
        std::string why_skipped(Task const& task);

      private:
        Lane& lane_;
        std::unique_ptr<ingest::SourceSync> genesis_; ///< null for a feed
    };

    [[nodiscard]] RunSource const& source() const noexcept { return source_; }
    [[nodiscard]] unsigned parallel() const noexcept { return parallel_; }
    [[nodiscard]] bool is_closed() const noexcept { return !closed_.empty(); }
    [[nodiscard]] std::string const& why_closed() const noexcept { return closed_; }
    [[nodiscard]] UnixTime closed_until() const noexcept { return closed_until_; }
    void close(std::string why, UnixTime until = 0);
    /// Counts tables that the source did not answer for; closes the lane after some in a row. True where it did so now.
    bool note(std::vector<ingest::LoadReport> const& reports);
    [[nodiscard]] Meter const& meter() const noexcept { return meter_; }
    /// Writes what the source was asked this night, where it has a budget.
    void save_meter();

  private:
    void load_meter();
    /// Asks once what changed since the oldest answer that counts.
    void learn_modified(ingest::SourceSync& genesis);

    RunParts const& parts_;
    RunSource const& source_;
    Meter meter_;
    ingest::Workshop shop_; ///< with a clock that ends at the deadline
    bool is_feed_ = false;
    std::optional<adapters::genesis::Service> service_;
    unsigned parallel_ = 1;
    std::unique_ptr<Transport> transport_;
    std::unique_ptr<MeteredTransport> metered_;
    bool has_asked_modified_ = false;
    std::string modified_day_;                         ///< since when
    std::optional<std::vector<std::string>> modified_; ///< codes; nothing where the source did not say
    unsigned unanswered_ = 0;
    std::string closed_;
    UnixTime closed_until_ = 0;
};

} // namespace gateway::night
