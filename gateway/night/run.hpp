// Runner: does what the plan says, for `kreislauf sync`, `kreislauf daemon` and whoever simulates nights.
//
// One pass does the tasks whose time has come, in the order of the plan; a night repeats passes until its deadline, so
// that what failed is tried again after its pause. Per source: budget, spacing of requests, Retry-After, parallel limit.
// A source that is down or refuses ends its own tasks only. Whatever a task ends in stands in the attempts of the store.
// The same facts, answers, clock and seed give the same night; with `parallel` the order of commits may differ.
//
// Units    UnixTime in seconds
// Threads  one run at a time per Runner. Store and archive are used by one thread at a time, also with `parallel`
// Errors   Fenced where another daemon took over; io (disk) unless `patient`; corrupt_store; invalid_argument
//          for a source or table that is not there. Everything else is the outcome of its table.
// Source   docs/night.md
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/genesis/credentials.hpp"
#include "gateway/ingest/outcome.hpp"
#include "gateway/ingest/workshop.hpp"
#include "gateway/night/facts.hpp"

namespace gateway::night {

/// What one source may be asked in one night; 0 = as much as there is.
struct Budget {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0; ///< of answers, as they arrive
};

/// A source of the configuration with all that is needed to ask it.
struct RunSource {
    SourceFacts facts;
    std::string url; ///< in place of the service's; "directory:PATH"
    std::string language = "de";
    int start_year = 0;
    bool quality = true;
    bool compress = false;
    Budget budget;
    std::chrono::milliseconds spacing{0}; ///< between two requests
    unsigned parallel = 1;                ///< tables at a time, never more than services.toml allows
    bool ask_modified = false;            ///< ask what changed before asking for tables
    /// Asked once per pass; empty = guest. What it throws ends the source, not the others.
    std::function<adapters::genesis::Credentials()> credentials;
};

/// The collaborators of a run, not owned; `shop.clock` is the only clock and bed.
struct RunParts {
    ingest::Workshop& shop;
    std::function<std::unique_ptr<Transport>(RunSource const&)> transport;
    std::string store_directory; ///< the intake is in it; empty: deliveries are not part of the plan
    std::string data;            ///< folder with mappings/
    std::uint64_t seed = 0;      ///< of the jitter in pauses; 0 = none
    bool parallel = false;       ///< sources side by side, on threads
    /// Whether to stop before the next request; asked often.
    std::function<bool()> stop;
    std::function<void(std::string const& source, std::string const& table)> begin;
    std::function<void(ingest::LoadReport const&)> done;
    std::function<void(std::string const& text)> trouble; ///< why it waits: a full disk, another writer
    ingest::BeforeLoad before_load;                       ///< the brake
};

enum class Scope : std::uint8_t {
    due,      ///< what the plan says
    unpaused, ///< also what was asked a short while ago; pauses hold
    all,      ///< what was named, now
};

struct RunOptions {
    Scope scope = Scope::due;
    std::vector<std::string> sources; ///< empty = all
    std::string table;                ///< empty = all
    bool force = false;               ///< load again what is unchanged
    bool patient = false;             ///< wait for room on a full disk
    UnixTime deadline = std::numeric_limits<UnixTime>::max();
};

struct RunResult {
    std::vector<ingest::LoadReport> reports; ///< in the order in which they ended
    std::vector<std::string> waiting; ///< "regionalstatistik 12411-01-01-4: ..." named or due, and not asked
    std::optional<UnixTime> next;     ///< when the next task is due, as far as it is known
    bool stopped = false;             ///< somebody wanted it to end
};

class Runner {
  public:
    Runner(RunParts parts, std::vector<RunSource> sources);
    ~Runner();
    Runner(Runner const&) = delete;
    Runner& operator=(Runner const&) = delete;

    /// The tasks whose time has come, each once.
    RunResult pass(RunOptions const& options);
    /// Passes until nothing is due before the deadline; waits in between with the clock of the shop.
    RunResult night(RunOptions const& options);
    /// When the plan has the next task for a source, at or after now; nothing where there is none.
    [[nodiscard]] std::optional<UnixTime> next_due() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace gateway::night
