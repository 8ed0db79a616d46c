// Printing what a load did, for people and scripts.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "gateway/app/json.hpp"
#include "gateway/app/options.hpp"
#include "gateway/ingest/load.hpp"

namespace gateway::app {

/// One line per load, then its issues, the gravest first.
void print_report(ingest::LoadReport const& report);
void write_report(Json& json, ingest::LoadReport const& report);
/// done; incomplete where something was set aside or failed; failed where nothing else happened.
Exit exit_of(std::vector<ingest::LoadReport> const& reports);

/// "1,234,567" as "1 234 567".
std::string grouped(std::uint64_t number);

/// Progress on standard error. On a terminal one line that is drawn again, at most ten times a second; elsewhere
/// a plain line about a large file at most every ten seconds, so that short jobs say nothing.
class Progress {
  public:
    explicit Progress(std::size_t total);
    ~Progress();
    Progress(Progress const&) = delete;
    Progress& operator=(Progress const&) = delete;
    /// `what` is about to start.
    void begin(std::string const& what);
    /// It is being read; called by any thread.
    void tick(ingest::ReadingState const& state) noexcept;
    void done(ingest::LoadReport const& report);

  private:
    void erase() const;
    bool terminal_;
    std::size_t total_;
    std::size_t finished_ = 0;
    std::uint64_t rows_ = 0;
    std::uint64_t bytes_ = 0;
    std::int64_t started_ms_ = 0;
    // Of the file under way; tick() may run on several threads.
    std::string what_;
    std::int64_t file_ms_ = 0;
    std::atomic<std::int64_t> due_ms_{0};
};

} // namespace gateway::app
