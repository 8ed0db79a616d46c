// Client of one GENESIS service.
//
// Gets tables, through background jobs where they are too big for a dialog; cubes; lists; metadata. Every
// answer goes to the RawSink before it is interpreted. The name of a job goes to the JobSink before the first
// poll, so that the caller can store it and go on after a restart: the same job is never started twice.
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
        gone,      ///< unknown, withdrawn or renamed: `text` says what the source wrote
        job_lost,  ///< resume_job() only: the source does not know the job; ask for the table again
    };
    Outcome outcome = Outcome::gone;
    std::vector<gateway::RawDocument> documents;
    bool partial = false; ///< as TableRequest::is_partial(): absent rows say nothing
    std::vector<gateway::Issue> warnings;
    std::string text;
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

/// Called with the name of a job before it is polled.
using JobSink = std::function<void(std::string const& job)>;

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
    TableAnswer fetch(TableRequest const& request, JobSink const& on_job);
    TableAnswer fetch_table(TableRequest const& request, JobSink const& on_job);
    TableAnswer fetch_cube(TableRequest const& request);
    /// Goes on with a job whose name was stored: polls, fetches, removes the result at the source.
    TableAnswer resume_job(TableRequest const& request, std::string const& job);

    Login login_check();
    /// `endpoint`: "catalogue/tables2statistic"; `parameters` beside area, page length and language.
    Listing list(std::string_view endpoint, gateway::Fields parameters);
    Listing find(std::string_view term, std::string_view category = "all");
    /// `kind`: "table", "cube", "statistic", "variable", "value", "timeseries".
    Listing metadata(std::string_view kind, std::string_view name);
    /// What changed since a day ("31.12.2024"). A trigger, no proof: corrections and withdrawals do not show.
    Listing modified_since(std::string_view date, std::string_view selection = "*");
    void remove_result(std::string const& job);

    [[nodiscard]] Service const& service() const noexcept { return session_.service(); }

  private:
    [[nodiscard]] bool can_start_jobs() const noexcept;
    TableAnswer table_answer(Reply reply, TableRequest const& request);
    TableAnswer too_big(TableRequest const& request, JobSink const& on_job, std::string const& reason);
    TableAnswer split_by_years(TableRequest const& request, std::string const& reason);
    void add_years(TableRequest const& request, int first, int last, TableAnswer& whole);
    int newest_year(std::string const& table);
    TableAnswer run_job(TableRequest const& request, JobSink const& on_job);
    std::string start_job(TableRequest const& request);
    std::vector<std::string> jobs_of(std::string const& table);
    TableAnswer finish_job(TableRequest const& request, std::string const& job, bool resumed);
    /// True once the result is there; false where a resumed job is unknown.
    bool wait_for(std::string const& job, bool resumed);
    bool job_is_listed(std::string const& job, std::string& state);

    Session session_;
    JobPolicy jobs_;
};

} // namespace adapters::genesis
