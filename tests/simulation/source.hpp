// Source: a GENESIS service with a handful of small tables, which lives in this process and follows a script.
//
// It knows what the real ones do (docs/adapters/genesis-access.md): failures with HTTP 200, code 98 and background jobs, code
// 104 for what it does not have, rows in another order each time. Faults are planned for a night and hit the requests they
// are for; whatever it says is put into the trace.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "tests/simulation/dice.hpp"

namespace simulation {

/// Value by "area|date", as text; "." = kept secret.
using Rows = std::map<std::string, std::string>;

enum class NetFault : std::uint8_t {
    none,
    too_many,      ///< 429
    busy,          ///< 503
    busy_wait,     ///< 503 with Retry-After
    error_page,    ///< 500, HTML
    page,          ///< 200, HTML
    time_out,      ///< nothing within the time given
    slow,          ///< bytes that stop coming
    reset,         ///< the connection breaks
    cut,           ///< half of the bytes, as if that were all
    short_body,    ///< fewer bytes than announced
    bomb,          ///< a ZIP that unpacks to more than anybody may send
    charset,       ///< Latin-1 where UTF-8 is due
    loop,          ///< redirects without end
    elsewhere,     ///< a redirect to another host
    certificate,   ///< expired
    nothing,       ///< an empty answer
    no_rows,       ///< a table with its header alone
    defect,        ///< code -1
    crowded,       ///< code 6
    credentials,   ///< code 15
    twice,         ///< each row twice
    moved,         ///< another order of rows
    forgotten_job, ///< the source forgets its jobs
    address,       ///< 404, HTML
    shortened,     ///< a sound table that lacks half of its areas
    new_column,    ///< a sound table by one dimension more
};
inline constexpr unsigned net_faults = 27;
std::string_view name_of(NetFault fault) noexcept;
/// The words in which a table may end that nothing but this fault hit, on each of its requests.
std::span<std::string_view const> states_of(NetFault fault) noexcept;

struct PlannedFault {
    NetFault fault = NetFault::none;
    std::string table; ///< empty = whatever is asked for
    unsigned times = 1;
    unsigned skip = 0; ///< requests that it lets pass first
};

/// Years asked for; 0 = no limit.
struct Years {
    int first = 0, last = 0;
    [[nodiscard]] bool hold(std::string_view key) const; ///< of Rows
};

struct Table {
    std::string code;
    std::vector<Rows> revisions;
    bool is_big = false;    ///< only as a job
    bool withdrawn = false; ///< at present
    /// Revision that the last answer to a request for its data held with its newest years; nothing where it was no use.
    std::optional<std::size_t> answered;
};

struct Job {
    std::string name, table;
    std::size_t revision = 0;
    unsigned polls_left = 0; ///< before it is ready
    Years years;
    bool never_ends = false, fetched = false, forgotten = false;
    gateway::UnixTime started = 0;
};

/// Time passes by sleeping and waiting only.
struct Watch {
    std::int64_t ms = 0;
    [[nodiscard]] gateway::UnixTime now() const noexcept { return ms / 1000; }
};

class Source {
  public:
    Source(Watch& watch, Dice& dice, Trace& trace) : watch_(watch), dice_(dice), trace_(trace) {}

    gateway::HttpResponse answer(gateway::HttpRequest const& request);
    Table& add(std::string code, bool is_big);
    /// The newest revision changes in one cell, or gets a date more.
    void revise(Table& table);
    Table* find(std::string_view code);
    /// Forgets the faults of the night before. A fault of jobs concerns those that are there.
    void plan(std::vector<PlannedFault> faults);

    std::vector<Table> tables;
    std::vector<Job> jobs;
    std::set<std::string> hit;           ///< tables that a fault hit this night
    std::uint64_t faults_done = 0;       ///< ever
    std::vector<std::string> violations; ///< what no client may do: a job started twice
    bool has_history = false;            ///< revisions are of the two newest years alone
    bool jobs_never_end = false;         ///< those that are started now
    bool power_fails_with_kill = false;
    std::uint64_t dies_at =
        0; ///< request of this night, counted from 1, at which the client is killed; 0 = none

  private:
    gateway::HttpResponse plain_answer(std::string const& endpoint, gateway::Fields const& form,
                                       NetFault fault);
    gateway::HttpResponse list_jobs(std::string const& endpoint, std::string const& selection);
    gateway::HttpResponse table_answer(Table& table, std::size_t revision, Years const& years,
                                       std::string const& member, NetFault fault);
    NetFault fault_for(std::string const& table);

    Watch& watch_;
    Dice& dice_;
    Trace& trace_;
    std::vector<PlannedFault> faults_;
    std::uint64_t requests_ = 0, job_number_ = 0;
};

/// "03153|2024-12-31=1200;" for each row: what a store that has this revision must hold.
std::string content_of(Rows const& rows);

} // namespace simulation
