// Sync: get tables from a service and load what is new.
//
// Whatever a service answers is archived and recorded before it is interpreted. Each table ends in one named
// outcome (outcome.hpp). That a background job is about to be started is stored before, and its name before the first
// poll: the next sync takes it up, wherever this one was killed. Its result is removed at the source when it is loaded.
// A job that is at work for a week is given up. A table that the source serves in parts is loaded in one transaction.
//
// Errors   Error for what concerns the whole source (credentials refused, unknown host); a table's own failure
//          is its outcome.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/genesis/client.hpp"
#include "gateway/ingest/outcome.hpp"
#include "gateway/ingest/position.hpp"

namespace gateway::ingest {

class SourceSync {
  public:
    SourceSync(Workshop& shop, std::string source, Transport& transport, adapters::genesis::Service service,
               adapters::genesis::Credentials credentials, BeforeLoad before_load = {},
               adapters::genesis::RetryPolicy retries = {}, adapters::genesis::JobPolicy jobs = {});

    /// One table or cube; more reports where the source had to be asked in parts. With a last year only these years
    /// are asked for (history.hpp); no report where the source never had anything of them.
    std::vector<LoadReport> table(adapters::genesis::TableRequest const& request, bool force,
                                  std::string const& expected_since = {});
    /// How long table() waits for a job at the source. `comes_back`: who calls asks again soon, so that a job that is still
    /// at work is no attempt yet (LoadReport::comes_back).
    void wait_for_jobs(std::chrono::seconds patience, bool comes_back);
    /// Codes of statistics and tables that the source lists as changed since a day ("24.11.2026"); nothing where it does
    /// not say, or not for certain. A trigger, no proof.
    std::optional<std::vector<std::string>> modified_since(std::string const& day);

  private:
    struct Recorded {
        raw::Kept kept;
        std::int64_t document = 0;
    };
    void keep(RawDocument const& document);
    adapters::genesis::TableAnswer ask(adapters::genesis::TableRequest const& request);
    adapters::genesis::TableAnswer take_up(adapters::genesis::TableRequest const& request,
                                           Position const& position,
                                           adapters::genesis::JobMemory const& memory);
    [[nodiscard]] bool has_job(std::string const& table) const;
    void change_position(std::string const& table, std::function<void(Position&)> const& change);
    /// The table is safe, or its result of no use: nothing of the job remains, here or at the source.
    std::string end_job(std::string const& table, std::string const& job);
    /// What the documents of one answer have in common.
    struct Answered {
        std::string const& table;
        std::string const& slice;
        bool partial = false, force = false;
        std::vector<Issue> const& warnings;
        std::shared_ptr<Whole> whole = {};
        std::optional<UnixTime> received = {}; ///< of the last part
    };
    LoadReport load(RawDocument const& document, std::string const& slice, Answered const& answered);
    std::vector<LoadReport> load_together(std::vector<RawDocument> const& documents, Answered answered);
    LoadReport report(std::string const& table, std::string outcome, std::string text) const;
    LoadReport gone(std::string const& table, std::string const& text);
    /// An address that is not there may be one table's trouble, or the service has moved: then every table's.
    void refuse_where_moved(Error const& error);

    Workshop& shop_;
    std::string source_;
    std::map<std::string, Recorded> recorded_; ///< of the table under way, by SHA-256
    std::int64_t last_document_ = 0;
    BeforeLoad before_load_;
    bool comes_back_ = false;
    adapters::genesis::Client client_;
};

} // namespace gateway::ingest
