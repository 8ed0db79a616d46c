#include "gateway/night/run.hpp"

#include <algorithm>
#include <deque>
#include <exception>
#include <thread>
#include <utility>

#include "gateway/ingest/position.hpp"
#include "gateway/night/fence.hpp"
#include "gateway/night/item_state.hpp"
#include "gateway/night/lane.hpp"
#include "gateway/night/plan.hpp"

namespace gateway::night {
namespace {

using std::chrono::seconds;

constexpr unsigned writer_tries = 5; ///< while another process writes into the store
constexpr seconds writer_pause{3};
constexpr seconds first_room_pause{30}, longest_room_pause{600};

bool is_of_source(Action action) noexcept {
    return action == Action::resume || action == Action::fetch || action == Action::recheck;
}

bool names(std::vector<std::string> const& wanted, std::string const& source) {
    return wanted.empty() || std::find(wanted.begin(), wanted.end(), source) != wanted.end();
}

std::string with_until(std::string text, UnixTime until) {
    if (until != 0) text += "; not before " + utc_text(until);
    return text;
}

/// The tasks of one source: those that were not asked yet, then those of which a job is at work.
struct Queue {
    std::deque<Task const*> fresh, again;
};

} // namespace

class Runner::Impl {
  public:
    Impl(RunParts parts, std::vector<RunSource> sources)
        : parts_(std::move(parts)), sources_(std::move(sources)) {}

    RunResult pass(RunOptions const& options);
    RunResult night(RunOptions const& options);
    [[nodiscard]] std::vector<Task> tasks() const;

  private:
    struct Shift; ///< what one pass has in common
    /// True where a job is at work for the task, which comes back when the others were asked.
    bool run_one(Shift& shift, Lane& lane, std::unique_ptr<Lane::Worker>& worker, Task const& task,
                 bool others_wait);
    void run_lane(Shift& shift, Lane& lane, Queue& queue);
    void run_in_turn(Shift& shift, std::vector<std::size_t> turns);
    void run_side_by_side(Shift& shift);
    void finish(Shift& shift, ingest::LoadReport report);
    /// An attempt of a table, or with an empty table of the source as a whole.
    void record(Shift& shift, Lane const& lane, std::string const& table, std::string const& outcome,
                std::string const& text, std::string const& next_step);
    void close(Shift& shift, Lane& lane, std::string const& outcome, std::string const& text, UnixTime until,
               std::string const& next_step);
    bool wait_for_room(Shift& shift, Error const& error, seconds& pause);

    RunParts parts_;
    std::vector<RunSource> sources_;
};

struct Runner::Impl::Shift {
    RunOptions const& options;
    RunResult result;
    std::vector<std::unique_ptr<Lane>> lanes; ///< as sources_; null where the source has no task
    std::vector<Queue> queues;
    Baton* baton = nullptr;
    std::exception_ptr failure; ///< what ends the whole run
};

std::vector<Task> Runner::Impl::tasks() const {
    auto const now = parts_.shop.clock.now();
    std::vector<SourceFacts> sources;
    for (auto const& source : sources_) sources.push_back(source.facts);
    // A clock that was put back must not make the attempts of the last hours unknown.
    auto const until = now + seconds{std::chrono::hours{24}}.count();
    auto facts = read_facts(
        {parts_.shop.store, parts_.store_directory, parts_.data, std::move(sources), true, now, until});
    facts.seed = parts_.seed;
    auto all = plan(facts, now, {});
    all.erase(
        std::remove_if(all.begin(), all.end(), [](auto const& task) { return !is_of_source(task.action); }),
        all.end());
    return all;
}

void Runner::Impl::finish(Shift& shift, ingest::LoadReport report) {
    if (parts_.done) parts_.done(report);
    shift.result.reports.push_back(std::move(report));
}

void Runner::Impl::record(Shift& shift, Lane const& lane, std::string const& table,
                          std::string const& outcome, std::string const& text, std::string const& next_step) {
    ingest::LoadReport report;
    report.source = lane.source().facts.id;
    report.table = table.empty() ? report.source : table;
    report.outcome = outcome;
    report.text = text;
    report.next_step = next_step;
    report.is_recorded = true;
    parts_.shop.store.record_attempt({parts_.shop.clock.now(), report.source, table, outcome, text, 0});
    finish(shift, std::move(report));
}

void Runner::Impl::close(Shift& shift, Lane& lane, std::string const& outcome, std::string const& text,
                         UnixTime until, std::string const& next_step) {
    lane.close(text, until);
    record(shift, lane, "", outcome, text, next_step);
}

bool Runner::Impl::wait_for_room(Shift& shift, Error const& error, seconds& pause) {
    auto const until = parts_.shop.clock.now() + pause.count();
    if (!shift.options.patient || until >= shift.options.deadline || (parts_.stop && parts_.stop()))
        return false;
    if (parts_.trouble)
        parts_.trouble(std::string{error.what()} + "; waits " + std::to_string(pause.count()) +
                       " s for room and tries again");
    for (auto left = pause; left.count() > 0 && !(parts_.stop && parts_.stop()); left -= seconds{1}) {
        Away const away{shift.baton};
        parts_.shop.clock.sleep(seconds{1});
    }
    pause = std::min(pause * 2, longest_room_pause);
    return true;
}

bool Runner::Impl::run_one(Shift& shift, Lane& lane, std::unique_ptr<Lane::Worker>& worker, Task const& task,
                           bool others_wait) {
    bool comes_back = false;
    auto const& id = lane.source().facts.id;
    if (parts_.begin) parts_.begin(id, task.item);
    if (!worker) {
        try {
            worker = std::make_unique<Lane::Worker>(lane);
        } catch (Error const& error) {
            // Access data that cannot be read are a matter of this source alone.
            auto const report = ingest::report_after(error);
            close(shift, lane, report.outcome, report.text, 0, ingest::next_step_after(error.code()));
            return false;
        }
    }
    auto pause = first_room_pause;
    unsigned tries = 0;
    for (bool again = true; again;) {
        again = false;
        try {
            if (shift.options.scope == Scope::due && !shift.options.force) {
                if (auto const why = worker->why_skipped(task); !why.empty()) {
                    record(shift, lane, task.item, "skipped", why, "");
                    break;
                }
            }
            auto reports = worker->ask(task, shift.options.force, others_wait);
            if (lane.note(reports))
                close(shift, lane, "unavailable", lane.why_closed(), 0,
                      "nothing; the source is asked again after a pause");
            for (auto& report : reports) {
                comes_back = comes_back || report.comes_back;
                if (!report.comes_back) finish(shift, std::move(report));
            }
        } catch (Postponed const& postponed) {
            auto const job = ingest::Position::from_json(
                                 parts_.shop.store.position(lane.source().facts.service, task.item))
                                 .pending_job;
            record(shift, lane, task.item, job.empty() ? "postponed" : "not_ready",
                   with_until((job.empty() ? "" : "the job " + job + " is not ready; ") +
                                  std::string{postponed.what()},
                              postponed.until()),
                   "");
            if (postponed.until() != 0)
                close(shift, lane, "postponed", with_until(postponed.what(), postponed.until()),
                      postponed.until(), "");
            else
                lane.close(postponed.what());
        } catch (Fenced const&) {
            throw;
        } catch (Error const& error) {
            switch (error.code()) {
            case Errc::corrupt_store: throw;
            case Errc::io:
                if (!wait_for_room(shift, error, pause)) throw;
                again = true;
                break;
            case Errc::conflict: {
                if (++tries >= writer_tries) throw;
                if (parts_.trouble) parts_.trouble(std::string{error.what()} + "; tries again");
                Away const away{shift.baton};
                parts_.shop.clock.sleep(writer_pause * tries);
                again = true;
                break;
            }
            default: {
                auto const report = ingest::report_after(error);
                close(shift, lane, report.outcome, report.text, 0, ingest::next_step_after(error.code()));
            }
            }
        }
    }
    lane.save_meter();
    return comes_back;
}

void Runner::Impl::run_lane(Shift& shift, Lane& lane, Queue& queue) {
    std::unique_ptr<Lane::Worker> worker;
    while (!lane.is_closed() && !shift.failure && !(parts_.stop && parts_.stop())) {
        auto& tasks = queue.fresh.empty() ? queue.again : queue.fresh;
        if (tasks.empty()) return;
        auto const* const task = tasks.front();
        tasks.pop_front();
        if (run_one(shift, lane, worker, *task, !queue.fresh.empty())) queue.again.push_back(task);
    }
}

void Runner::Impl::run_in_turn(Shift& shift, std::vector<std::size_t> turns) {
    std::vector<std::unique_ptr<Lane::Worker>> workers(sources_.size());
    auto const fresh = turns.size();
    for (std::size_t i = 0; i < turns.size() && !(parts_.stop && parts_.stop()); ++i) {
        auto const index = turns[i];
        bool const is_fresh = i < fresh;
        auto& tasks = is_fresh ? shift.queues[index].fresh : shift.queues[index].again;
        auto& lane = shift.lanes[index];
        if (!lane || lane->is_closed()) continue;
        auto const* const task = tasks.front();
        tasks.pop_front();
        if (!run_one(shift, *lane, workers[index], *task, i + 1 < fresh)) continue;
        shift.queues[index].again.push_back(task);
        turns.push_back(index);
    }
}

void Runner::Impl::run_side_by_side(Shift& shift) {
    std::vector<std::thread> threads;
    shift.baton->take();
    for (std::size_t i = 0; i < shift.lanes.size(); ++i) {
        if (!shift.lanes[i]) continue;
        auto const workers = std::min<std::size_t>(shift.lanes[i]->parallel(), shift.queues[i].fresh.size());
        for (std::size_t worker = 0; worker < workers; ++worker)
            threads.emplace_back([this, &shift, i] {
                shift.baton->take();
                try {
                    run_lane(shift, *shift.lanes[i], shift.queues[i]);
                } catch (...) {
                    if (!shift.failure) shift.failure = std::current_exception();
                }
                shift.baton->give();
            });
    }
    shift.baton->give();
    for (auto& thread : threads) thread.join();
}

RunResult Runner::Impl::pass(RunOptions const& options) {
    Baton baton;
    Shift shift{options, {}, {}, {}, nullptr, nullptr};
    if (parts_.parallel) shift.baton = &baton;
    shift.lanes.resize(sources_.size());
    shift.queues.resize(sources_.size());
    auto const all = tasks();
    std::vector<std::pair<std::size_t, Task const*>> chosen;
    for (auto const& task : all) {
        if (!names(options.sources, task.source) || (!options.table.empty() && options.table != task.item))
            continue;
        bool const now = options.scope == Scope::all || task.is_due ||
                         (options.scope == Scope::unpaused && !task.is_paused);
        if (!now) {
            shift.result.waiting.push_back(task.source + " " + task.item + ": " + task.reason);
            continue;
        }
        auto const source = std::find_if(sources_.begin(), sources_.end(),
                                         [&](auto const& each) { return each.facts.id == task.source; });
        chosen.emplace_back(static_cast<std::size_t>(source - sources_.begin()), &task);
    }
    for (auto const& [index, task] : chosen) {
        if (!shift.lanes[index]) {
            try {
                shift.lanes[index] =
                    std::make_unique<Lane>(parts_, sources_[index], options.deadline, shift.baton);
            } catch (Error const& error) {
                if (error.code() == Errc::io || error.code() == Errc::corrupt_store) throw;
                // Said once: the other tables of the source find no lane either.
                if (!shift.queues[index].fresh.empty()) continue;
                auto const& id = sources_[index].facts.id;
                ingest::LoadReport report = ingest::report_after(error);
                report.source = report.table = id;
                report.next_step = ingest::next_step_after(error.code());
                parts_.shop.store.record_attempt(
                    {parts_.shop.clock.now(), id, "", report.outcome, report.text, 0});
                finish(shift, std::move(report));
            }
        }
        shift.queues[index].fresh.push_back(task);
    }
    if (parts_.parallel) {
        run_side_by_side(shift);
    } else {
        std::vector<std::size_t> turns;
        turns.reserve(chosen.size());
        for (auto const& each : chosen) turns.push_back(each.first);
        run_in_turn(shift, std::move(turns));
    }
    if (shift.failure) std::rethrow_exception(shift.failure);
    shift.result.stopped = parts_.stop && parts_.stop();
    for (std::size_t i = 0; i < shift.queues.size(); ++i)
        for (auto const* const tasks : {&shift.queues[i].fresh, &shift.queues[i].again})
            for (auto const* const task : *tasks)
                if (shift.lanes[i] && shift.lanes[i]->is_closed())
                    shift.result.waiting.push_back(task->source + " " + task->item + ": " +
                                                   shift.lanes[i]->why_closed());
    return std::move(shift.result);
}

RunResult Runner::Impl::night(RunOptions const& options) {
    RunResult whole;
    for (;;) {
        auto one = pass(options);
        std::move(one.reports.begin(), one.reports.end(), std::back_inserter(whole.reports));
        whole.waiting = std::move(one.waiting);
        whole.stopped = one.stopped;
        whole.next.reset();
        for (auto const& task : tasks())
            if (names(options.sources, task.source) && (!whole.next || task.not_before < *whole.next))
                whole.next = task.not_before;
        if (whole.stopped || !whole.next || *whole.next >= options.deadline) return whole;
        // Never without a pause: a task that is due again at once must not turn in circles.
        auto const until = std::max(*whole.next, parts_.shop.clock.now() + seconds{60}.count());
        if (until >= options.deadline) return whole;
        while (parts_.shop.clock.now() < until && !(parts_.stop && parts_.stop()))
            parts_.shop.clock.sleep(
                std::min(seconds{until - parts_.shop.clock.now()}, seconds{parts_.stop ? 1 : 3600}));
    }
}

Runner::Runner(RunParts parts, std::vector<RunSource> sources)
    : impl_(std::make_unique<Impl>(std::move(parts), std::move(sources))) {}
Runner::~Runner() = default;

RunResult Runner::pass(RunOptions const& options) {
    return impl_->pass(options);
}

RunResult Runner::night(RunOptions const& options) {
    return impl_->night(options);
}

std::optional<UnixTime> Runner::next_due() const {
    std::optional<UnixTime> next;
    for (auto const& task : impl_->tasks())
        if (!next || task.not_before < *next) next = task.not_before;
    return next;
}

} // namespace gateway::night
