#include "tests/simulation/world.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "gateway/ingest/sync.hpp"
#include "gateway/io/file.hpp"
#include "gateway/night/brake.hpp"
#include "gateway/night/run.hpp"
#include "tests/gateway/ingest/hooked_store.hpp"
#include "tests/simulation/disk.hpp"
#include "tests/simulation/witness.hpp"

namespace simulation {
namespace {

namespace fs = std::filesystem;
using gateway::Errc;
using gateway::Error;
using gateway::UnixTime;

constexpr UnixTime first_night = 1'767'232'800; // 2026-01-01, two in the morning
constexpr UnixTime day = 86'400;
constexpr unsigned undisturbed_nights = 8;
constexpr std::int64_t undisturbed_days =
    9; // longer than any pause, and than a job that never ends is waited for

/// The real mappings as far as these tables need them: reading all of them takes longer than the night.
gateway::harmonize::MappingFiles needed(gateway::harmonize::MappingFiles const& all) {
    std::map<std::string, std::string> texts;
    for (auto const* const name : {"services.toml", "units.toml", "measures.toml", "time.toml",
                                   "signs/genesis.toml", "variables/areas.toml", "plausibility/common.toml"})
        if (auto text = all.text(name)) texts.emplace(name, std::move(*text));
    return gateway::harmonize::MappingFiles{std::move(texts)};
}

struct Knowledge {
    gateway::harmonize::MappingFiles all =
        gateway::harmonize::MappingFiles::from_directory(KREISLAUF_SOURCE_DIR "/mappings");
    gateway::harmonize::AreaRegister areas = gateway::harmonize::AreaRegister::load(all);
    gateway::harmonize::MappingFiles mappings = needed(all);
};

Knowledge const& knowledge() {
    static Knowledge const known;
    return known;
}

class Line final : public gateway::Transport {
  public:
    explicit Line(Source& source) : source_(source) {}
    gateway::HttpResponse send(gateway::HttpRequest const& request) override {
        return source_.answer(request);
    }

  private:
    Source& source_;
};

/// A directory in memory where there is one: what a sync means is decided by the simulated disk.
class Folder {
  public:
    Folder() {
        std::string pattern =
            (fs::is_directory("/dev/shm") ? std::string{"/dev/shm"} : fs::temp_directory_path().string()) +
            "/kreislauf-nights-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) throw Error{Errc::io, "mkdtemp " + pattern};
        path = pattern;
    }
    ~Folder() {
        Disk::the().watch({});
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    Folder(Folder const&) = delete;
    Folder& operator=(Folder const&) = delete;
    std::string path;
};

class World {
  public:
    explicit World(Plan const& plan) : plan_(plan), dice_(plan.seed) {
        root_ = folder_.path + "/machine";
        Disk::the().watch(root_);
        fs::create_directory(root_);
        Disk::the().ignores_failing_sync = plan.defect == Defect::ignored_sync;
        Disk::the().lies_about = plan.defect == Defect::lying_log ? "store.sqlite-wal" : "";
        auto const tables = 3 + dice_.below(3);
        for (std::size_t i = 0; i < tables; ++i)
            source_.add("12411-S" + std::to_string(i + 1) + "-01-4", i == 2 || dice_.chance(20));
        is_impatient_ = dice_.chance(50);
        source_.has_history = dice_.chance(40);
    }

    Outcome live();

  private:
    struct Night {
        bool killed = false, disk_failed = false, ended_early = false;
        NetFault only_fault = NetFault::none;
        std::string error;
    };
    void change_source();
    Night disturb();
    gateway::Clock clock();
    void run(Night& night, gateway::store::Store& store, bool whole_night);
    void one(unsigned number, bool disturbed);
    std::string undisturbed_hash();
    [[nodiscard]] std::unique_ptr<gateway::store::Store> opened() const;

    Plan plan_;
    Folder folder_;
    std::string root_;
    Dice dice_;
    Watch watch_;
    Source source_{watch_, dice_, Disk::the().trace};
    Witness witness_{source_};
    Outcome outcome_;
    DiskPlan disk_plan_;
    bool is_impatient_ = false; ///< the source goes on although nobody has what it published
    std::uint64_t usual_steps_ = 100;
};

void World::change_source() {
    for (auto& table : source_.tables) {
        if (dice_.chance(30) && (is_impatient_ || witness_.shows_newest(table))) source_.revise(table);
        table.withdrawn = table.withdrawn ? dice_.chance(60) : dice_.chance(3);
    }
}

World::Night World::disturb() {
    Night night;
    std::vector<PlannedFault> faults;
    auto const mood = dice_.below(100);
    auto const count = mood < 25 ? 0 : mood < 70 ? 1 : 2 + dice_.below(6);
    for (std::uint64_t i = 0; i < count; ++i) {
        PlannedFault fault;
        fault.fault = static_cast<NetFault>(1 + dice_.below(net_faults - 1));
        if (dice_.chance(70)) fault.table = source_.tables[dice_.below(source_.tables.size())].code;
        // Half a table, or another one, can be told only by who has seen the whole.
        auto const& of = source_.tables[dice_.below(source_.tables.size())];
        if (fault.fault == NetFault::shortened || fault.fault == NetFault::new_column) {
            fault.table = of.code;
            if (!witness_.has(of)) fault.fault = NetFault::page;
        }
        fault.times = dice_.chance(40)   ? 1
                      : dice_.chance(60) ? 100'000
                                         : 2 + static_cast<unsigned>(dice_.below(5));
        fault.skip = dice_.chance(70) ? 0 : static_cast<unsigned>(dice_.below(8));
        faults.push_back(fault);
    }
    bool const is_alone = count == 1 && faults[0].times == 100'000 && faults[0].skip == 0;
    disk_plan_ = {};
    if (dice_.chance(40)) {
        disk_plan_.fault = static_cast<DiskFault>(1 + dice_.below(5));
        disk_plan_.at_step = 1 + dice_.below(usual_steps_ + usual_steps_ / 4);
        disk_plan_.steps = dice_.chance(50) ? 100'000 : 1 + dice_.below(20);
    }
    source_.jobs_never_end = dice_.chance(6);
    source_.dies_at = dice_.chance(10) ? 1 + dice_.below(20) : 0;
    source_.power_fails_with_kill = dice_.chance(50);
    if (is_alone && source_.dies_at == 0 && disk_plan_.fault == DiskFault::none)
        night.only_fault = faults[0].fault;
    source_.plan(std::move(faults));
    return night;
}

gateway::Clock World::clock() {
    return {
        [this] { return watch_.now(); },
        [this](std::chrono::milliseconds pause) { watch_.ms += std::max<std::int64_t>(pause.count(), 1); }};
}

void World::run(Night& night, gateway::store::Store& store, bool whole_night) {
    auto const& known = knowledge();
    gateway::raw::Archive archive{root_ + "/store/raw"};
    gateway::ingest::Workshop shop{store, archive, known.mappings, known.areas, folder_.path, clock(), 1};
    gateway::night::RunSource source;
    source.facts.id = "regio";
    source.facts.service = "regionalstatistik";
    for (auto const& table : source_.tables) source.facts.tables.push_back(table.code);
    source.url = "https://regio.example/rest/2020/";
    if (source_.has_history) source.start_year = 2020;
    source.credentials = [] {
        return adapters::genesis::Credentials::user(adapters::genesis::Secret{"DE12345678"},
                                                    adapters::genesis::Secret{"geheim-4711"});
    };
    gateway::night::RunParts parts{shop, {}, {}, KREISLAUF_SOURCE_DIR, plan_.seed, false, {}, {}, {}, {}, {}};
    parts.transport = [this](gateway::night::RunSource const&) -> std::unique_ptr<gateway::Transport> {
        return std::make_unique<Line>(source_);
    };
    // A machine that is off does nothing more.
    parts.stop = [] { return Disk::the().is_dead(); };
    auto& trace = Disk::the().trace;
    parts.done = [&](gateway::ingest::LoadReport const& report) {
        if (Disk::the().is_dead()) return;
        trace.add(report.table);
        trace.add(report.outcome);
        witness_.reported(report);
        if (plan_.tells)
            std::printf("    %s: %s %s\n", report.table.c_str(), report.outcome.c_str(), report.text.c_str());
    };
    gateway::night::BrakeRule rule;
    rule.limits = {0.05, 1.0, 1}; // these tables are small, and half of one may be two figures
    gateway::night::Brake brake{shop, root_ + "/store", rule};
    parts.before_load = [&brake](gateway::ingest::Arrival const& arrival,
                                 gateway::ingest::LoadOptions& options) { brake.attach(arrival, options); };
    gateway::night::Runner runner{std::move(parts), {std::move(source)}};
    gateway::night::RunOptions options;
    options.deadline = watch_.now() + UnixTime{5} * 3600;
    try {
        auto const result = whole_night ? runner.night(options) : runner.pass(options);
        night.ended_early = result.stopped;
    } catch (Error const& error) {
        night.ended_early = true;
        night.error = error.what();
        trace.add(to_string(error.code()));
        if (error.code() != Errc::io && !Disk::the().is_dead()) throw;
    }
}

std::unique_ptr<gateway::store::Store> World::opened() const {
    auto store = gateway::store::open_sqlite(root_ + "/store");
    if (plan_.defect != Defect::lost_memory) return store;
    auto forgetful = std::make_unique<gateway::ingest::testing::HookedStore>(std::move(store));
    forgetful->loses_positions = true;
    return forgetful;
}

void World::one(unsigned number, bool disturbed) {
    auto& disk = Disk::the();
    auto const begins = (first_night + static_cast<std::int64_t>(number) * day) * 1000;
    // The clock of a machine may jump by hours; the source and its days do not.
    auto const jump =
        disturbed && dice_.chance(6) ? (dice_.chance(50) ? 1 : -1) * std::int64_t{7'200'000} : 0;
    watch_.ms = std::max(watch_.ms + 60'000, begins) + jump;
    Night night;
    if (disturbed) {
        change_source();
        night = disturb();
    } else {
        source_.plan({});
        source_.dies_at = 0;
        source_.jobs_never_end = false;
        disk_plan_ = {};
        for (auto& table : source_.tables) table.withdrawn = false;
    }
    disk.trace.add(number);
    if (plan_.tells)
        std::printf("night %u, %s, disk: %s at step %llu\n", number, gateway::utc_text(watch_.now()).c_str(),
                    std::string{name_of(disk_plan_.fault)}.c_str(),
                    static_cast<unsigned long long>(disk_plan_.at_step));
    auto const since = watch_.now();
    disk.begin_night(disk_plan_);
    std::unique_ptr<gateway::store::Store> store;
    try {
        store = opened();
        run(night, *store, dice_.chance(20));
    } catch (Error const& error) {
        night.ended_early = true;
        night.error = error.what();
        if (error.code() != Errc::io && !disk.is_dead())
            throw Broken{std::string{"the night ended with "} + std::string{to_string(error.code())} + ": " +
                         error.what()};
    }
    night.killed = disk.is_dead();
    night.disk_failed = disk.has_fired();
    outcome_.longest_steps = std::max(outcome_.longest_steps, disk.steps());
    if (!night.killed) usual_steps_ = std::max<std::uint64_t>(40, disk.steps());
    if (night.killed) ++outcome_.kills;
    if (plan_.tells && !night.error.empty()) std::printf("    ended: %s\n", night.error.c_str());
    // Whoever comes next opens the store anew, and always where something went wrong with the disk.
    if (night.disk_failed || dice_.chance(20)) store.reset();
    // A cut of the power while it is closed takes the attempts that nobody waited for, as one during the night does.
    night.disk_failed = disk.has_fired();
    if (night.disk_failed) ++outcome_.disk_faults;
    disk.end_night(dice_);
    if (!store && !gateway::io::file_exists(root_ + "/store/store.sqlite")) {
        witness_.look_at_nothing();
        return;
    }
    if (!store) store = opened();
    witness_.look(*store);
    if (!night.disk_failed && !night.ended_early)
        witness_.look_at_states(*store, since - 1, night.only_fault);
    ++outcome_.nights;
}

/// The content of a store that was loaded with the same vintages, and with nothing in between.
std::string World::undisturbed_hash() {
    Disk::the().watch({});
    auto const directory = folder_.path + "/undisturbed";
    auto const store = gateway::store::open_sqlite(directory);
    gateway::raw::Archive archive{directory + "/raw"};
    auto const& known = knowledge();
    gateway::ingest::Workshop shop{*store, archive, known.mappings, known.areas, folder_.path, clock(), 1};
    Trace trace;
    Source calm{watch_, dice_, trace};
    Line line{calm};
    auto const services = known.mappings.text("services.toml");
    gateway::ingest::SourceSync sync{
        shop, "regio", line,
        adapters::genesis::load_service(*services, "regionalstatistik", "https://regio.example/rest/2020/"),
        adapters::genesis::Credentials::user(adapters::genesis::Secret{"a"}, adapters::genesis::Secret{"b"})};
    for (auto const& table : source_.tables) {
        auto const seen = witness_.seen().find(table.code);
        if (seen == witness_.seen().end()) continue;
        auto& same = calm.add(table.code, false);
        adapters::genesis::TableRequest request;
        request.name = table.code;
        for (auto const& vintage : seen->second) {
            watch_.ms += 60'000;
            same.revisions = {table.revisions[vintage.revision]};
            same.withdrawn = vintage.withdrawn;
            sync.table(request, false);
        }
    }
    return store->content_hash();
}

Outcome World::live() {
    unsigned number = 0;
    try {
        for (; number < plan_.nights; ++number) one(number, true);
        for (unsigned calm = 0; calm < undisturbed_nights; ++calm) {
            one(number, false);
            number += undisturbed_days;
        }
        witness_.expect_newest();
        auto const store = gateway::store::open_sqlite(root_ + "/store");
        gateway::raw::Archive const archive{root_ + "/store/raw"};
        if (auto const damages = archive.verify(); !damages.empty())
            throw Broken{"the archive: " + damages.front().file + ": " + damages.front().text};
        for (auto const& document : store->documents())
            if (!archive.holds(document.sha256))
                throw Broken{"document " + document.sha256 + " was recorded and is not in the archive"};
        for (auto const& [table, seen] : witness_.seen()) outcome_.vintages += seen.size();
        outcome_.net_faults = source_.faults_done;
        outcome_.trace = Disk::the().trace.value();
        outcome_.content_hash = store->content_hash();
        if (auto const calm = undisturbed_hash(); calm != outcome_.content_hash)
            throw Broken{"the content hash is " + outcome_.content_hash + ", and " + calm +
                         " of a store that was never disturbed"};
    } catch (std::exception const& error) {
        throw Broken{"seed " + std::to_string(plan_.seed) + ", night " + std::to_string(number) + ": " +
                     error.what()};
    }
    return outcome_;
}

} // namespace

Outcome live(Plan const& plan) {
    return World{plan}.live();
}

} // namespace simulation
