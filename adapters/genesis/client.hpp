// Client of one GENESIS service.
//
// Gets tables, through background jobs or in parts where they are too big for a dialog; cubes; lists; metadata. Every
// answer goes to the RawSink before it is interpreted. The JobMemory is told before a job is started and again before
// its first poll, so that the caller can store both and go on after a kill at any moment: no job is started twice.
// The result of a job stays at the source until the caller, who has the table safe, calls remove_result().
//
// Threads  methods may run on several threads; see session.hpp.
// Errors   Error source_unavailable (later), source_refused (credentials, redirect), not_found (address),
//          too_large (not even one year fits), not_a_table naming the code; invalid_argument.
// Source   docs/adapters/genesis-access.md
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/answer.hpp"
#include "adapters/genesis/session.hpp"
#include "adapters/genesis/table_request.hpp"
#include "gateway/core/error.hpp"

namespace adapters::genesis {

struct TableAnswer {
    enum class Outcome : std::uint8_t {
        table,     ///< `documents`: one, or one per part where the request had to be split
        not_newer, ///< nothing newer than asked for: keep what you have
        gone,      ///< unknown, withdrawn or renamed, and in no catalogue: `text` says what the source wrote
        not_ready, ///< the source has the table and does not serve it now, or its job is still at work
        job_lost,  ///< resuming only: the source does not know the job; ask for the table again
    };
    Outcome outcome = Outcome::gone;
    std::vector<gateway::RawDocument> documents;
    bool partial = false; ///< as TableRequest::is_partial(): absent rows say nothing
    std::vector<gateway::Issue> warnings;
    std::string text;
    std::string job; ///< where the table came from a job: for remove_result() once it is safe
};

/// Answer of a list, of find or of metadata.
struct Listing {
    bool found = false; ///< false: the source has nothing for the selection
    Answer answer;
    std::vector<gateway::Issue> warnings;
};

struct Login {
    bool logged_in = false; ///< false also for a guest, although the source calls that a success
    bool guest = false;
    std::string text; ///< what the source says; names the parallel limit
};

/// What the caller keeps durably about a job. What either throws ends the request.
struct JobMemory {
    /// Before the start, with the names of all jobs and results of the table that are there already: whatever is new
    /// afterwards was started by us.
    std::function<void(std::vector<std::string> const& known)> starting;
    /// With the name, before the first poll.
    std::function<void(std::string const& job)> started;
};

struct JobPolicy {
    std::chrono::milliseconds start_pause{5000}; ///< before looking whether a lost start arrived
    std::chrono::milliseconds first_pause{2000};
    double growth = 1.5;
    std::chrono::milliseconds longest_pause{std::chrono::seconds{60}};
    std::chrono::seconds deadline{std::chrono::minutes{60}};
    unsigned lost_after = 5; ///< polls after which a resumed job that no list names counts as lost
};

class Client {
  public:
    Client(gateway::Transport& transport, Service service, Credentials credentials, gateway::Clock clock,
           RawSink sink, RetryPolicy retries = {}, JobPolicy jobs = {});

    /// A table, or, for a code without '-', a cube.
    TableAnswer fetch(TableRequest const& request, JobMemory const& memory);
    TableAnswer fetch_table(TableRequest const& request, JobMemory const& memory);
    TableAnswer fetch_cube(TableRequest const& request);
    /// Goes on with a job whose name was stored: polls and fetches.
    TableAnswer resume_job(TableRequest const& request, std::string const& job);
    /// Goes on where JobMemory::starting() was the last that was stored: the job that is not among `known` is ours;
    /// none means that the start never arrived (job_lost).
    TableAnswer resume_start(TableRequest const& request, std::vector<std::string> const& known,
                             JobMemory const& memory);

    Login login_check();
    /// `endpoint`: "catalogue/tables2statistic"; `parameters` beside area, page length and language.
    Listing list(std::string_view endpoint, gateway::Fields parameters);
    Listing find(std::string_view term, std::string_view category = "all");
    /// `kind`: "table", "cube", "statistic", "variable", "value", "timeseries".
    Listing metadata(std::string_view kind, std::string_view name);
    /// What changed since a day ("31.12.2024"). A trigger, no proof: corrections and withdrawals do not show.
    Listing modified_since(std::string_view date, std::string_view selection = "*");
    void remove_result(std::string const& job);

    /// JobPolicy::deadline from here on.
    void wait_for_jobs(std::chrono::seconds deadline) noexcept { jobs_.deadline = deadline; }

    [[nodiscard]] Service const& service() const noexcept { return session_.service(); }

  private:
    [[nodiscard]] bool can_start_jobs() const noexcept;
    TableAnswer table_answer(Reply reply, TableRequest const& request);
    /// A table that the source says it does not have, though its catalogue lists it, is not ready.
    TableAnswer confirmed(TableAnswer answer, TableRequest const& request);
    TableAnswer too_big(TableRequest const& request, JobMemory const& memory, std::string const& reason);
    Reply dialog(TableRequest const& request);

    // client_split.cpp
    TableAnswer split(TableRequest const& request, std::string const& reason);
    void add_years(TableRequest const& request, int first, int last, TableAnswer& whole);
    void add_regions(TableRequest const& request, std::string const& reason, TableAnswer& whole);
    int newest_year(std::string const& table);
    std::string regional_variable_of(std::string const& table);

    // client_job.cpp
    enum class Wait : std::uint8_t { ready, lost, not_yet };
    TableAnswer run_job(TableRequest const& request, JobMemory const& memory);
    std::vector<std::string> jobs_of(std::string const& table);
    /// Names of jobs of the table that are not among `known`. \throws Error source_unavailable for more than one
    std::optional<std::string> new_job(std::string const& table, std::vector<std::string> const& known);
    TableAnswer finish_job(TableRequest const& request, std::string const& job, bool resumed);
    Wait wait_for(std::string const& job, bool resumed, std::string& state);
    bool job_is_listed(std::string const& job, std::string& state);

    Session session_;
    JobPolicy jobs_;
};

} // namespace adapters::genesis
