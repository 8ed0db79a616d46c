#include "gateway/store/sqlite_store.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/store/care.hpp"
#include "gateway/store/changes.hpp"
#include "gateway/store/empty_store.hpp"
#include "gateway/store/load.hpp"
#include "gateway/store/load_group.hpp"
#include "gateway/store/new_store.hpp"
#include "gateway/store/pull.hpp"
#include "gateway/store/reading.hpp"
#include "gateway/store/recall.hpp"
#include "gateway/store/schema.hpp"
#include "gateway/store/upgrade.hpp"

namespace gateway::store {
namespace {

/// Matches no row: a dataset that was never loaded has no vintages, issues or indicators.
constexpr DatasetNo no_dataset = -1;

/// Commits inside wait for no disk; see the header.
class WithoutSync {
  public:
    explicit WithoutSync(Core& core) : core_(core), active_(!core.loading && !core.making && !core.grouped) {
        if (active_) core_.database.execute("PRAGMA synchronous = NORMAL");
    }
    WithoutSync(WithoutSync const&) = delete;
    WithoutSync& operator=(WithoutSync const&) = delete;
    ~WithoutSync() {
        try {
            if (active_) core_.database.execute("PRAGMA synchronous = FULL");
        } catch (Error const&) {
            // The pragma cannot fail outside a transaction; inside one nothing was switched off.
        }
    }

  private:
    Core& core_;
    bool active_;
};

/// Runs `action` in a write transaction of its own, or in the load that is under way.
template <typename Action>
auto write(Core& core, Action const& action) {
    if (core.trial)
        throw Error{Errc::invalid_argument, core.database.path() + ": a trial load writes nothing"};
    if (core.loading) return action();
    WriteTransaction transaction{core};
    auto result = action();
    transaction.commit();
    return result;
}

void make_directory(std::string const& directory) {
    if (mkdir(directory.c_str(), 0777) == 0 || errno == EEXIST) return;
    throw Error{Errc::io, directory + ": cannot make the directory of the store (" + std::strerror(errno) +
                              "); make it, or name another one"};
}

std::unique_ptr<Core> open_core(std::string const& path, Database::Mode mode) {
    auto core = std::make_unique<Core>(path, mode);
    auto const version = check_schema(core->database, mode == Database::Mode::create);
    if (version < schema_version) {
        core->is_older = mode == Database::Mode::read_only;
        if (!core->is_older)
            upgrade(*core);
        else if (version < 2)
            add_missing_tables_for_reading(core->database);
    }
    // At most so many pages, used only as far as something is read; the log shrinks back after a large load. A service has
    // several connections that read, and the system holds the file as well: 400 clients are not answered faster with more.
    core->database.execute(mode == Database::Mode::read_only ? "PRAGMA cache_size = -16384"
                                                             : "PRAGMA cache_size = -65536");
    core->database.execute("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 8388608");
    return core;
}

/// Beside its place it needs no log to go back to, and nothing waits for the disk before it is published.
std::unique_ptr<Core> open_new(std::unique_ptr<NewStore> making) {
    auto core = std::make_unique<Core>(making->path(), Database::Mode::read_write);
    // Rows are written in the order of their keys: pages that are full are not looked at again.
    core->database.execute("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; "
                           "PRAGMA cache_size = -4096");
    check_schema(core->database, false);
    core->making = std::move(making);
    return core;
}

std::string store_in(std::string const& directory) {
    return directory + "/store.sqlite";
}

std::unique_ptr<Core> open_directory(std::string const& directory, bool read_only, NewFile how) {
    auto const path = store_in(directory);
    bool const exists = access(path.c_str(), F_OK) == 0;
    if (read_only && !exists)
        throw Error{
            Errc::not_found,
            path +
                ": there is no store here; run kreislauf sync first, or name another directory with --store"};
    if (!exists) {
        make_directory(directory);
        if (how == NewFile::beside) {
            if (auto making = NewStore::make(directory)) {
                auto core = open_new(std::move(making));
                core->prepare_load();
                return core;
            }
        }
        MakingLock const alone{directory};
        static_cast<void>(place_empty_store(path)); // otherwise check_schema makes the tables
    }
    auto core = open_core(path, read_only ? Database::Mode::read_only : Database::Mode::create);
    if (!exists) core->prepare_load();
    return core;
}

} // namespace

SqliteStore::SqliteStore(Opener const& open) : core_(open()) {}

SqliteStore::SqliteStore(Opener open, Later)
    : opening_(io::aside([this, open = std::move(open)] { core_ = open(); })) {}

Core& SqliteStore::core() const {
    if (opening_.valid()) {
        opening_.get(); // throws again what opening threw
        opening_ = {};
    }
    if (core_->making && core_->making->failed())
        throw Error{Errc::io,
                    core_->making->path() +
                        ": the new store could not be put into its place, and what was to be in it is "
                        "gone; run the command again"};
    if (core_->making && core_->making->published()) {
        // A log stands beside the name that a file was opened with. Loads and views that are still held look at the
        // first core, which nobody asks for anything again.
        core_->database.execute("PRAGMA shrink_memory");
        first_ = std::move(core_);
        core_ = open_core(first_->making->store(), Database::Mode::read_write);
    }
    if (core_->is_older && stored_version(core_->database) == schema_version) {
        // Another process has brought the store up to date: its tables are to be read from now on.
        drop_tables_for_reading(core_->database);
        core_->is_older = false;
    }
    return *core_;
}

std::int64_t SqliteStore::record_document(std::string_view sha256, std::uint64_t bytes,
                                          Provenance const& provenance) {
    WithoutSync const no_wait{core()};
    return write(core(), [&] { return core().catalog.record_document(sha256, bytes, provenance); });
}

DatasetNo SqliteStore::known(std::string_view dataset) const {
    return core().catalog.find_dataset(dataset).value_or(no_dataset);
}

std::unique_ptr<Load> SqliteStore::begin(LoadRequest request) {
    return std::make_unique<SqliteLoad>(core(), std::move(request));
}

std::unique_ptr<LoadGroup> SqliteStore::group() {
    return std::make_unique<SqliteLoadGroup>(core());
}

void SqliteStore::guard(std::function<void()> check) {
    core().guard = std::move(check);
}

void SqliteStore::record_attempt(Attempt const& attempt) {
    WithoutSync const no_wait{core()};
    write(core(), [&] {
        core().catalog.add_attempt(attempt);
        return true;
    });
}

std::optional<VintageNo> SqliteStore::withdraw(std::string_view dataset, UnixTime received,
                                               std::int64_t document, std::string_view note) {
    return write(core(), [&]() -> std::optional<VintageNo> {
        auto const no = core().catalog.find_dataset(dataset);
        auto const last = no ? core().catalog.last_vintage(*no) : std::nullopt;
        if (!last || core().catalog.is_withdrawn(*no)) return std::nullopt;
        VintageInfo info;
        info.no = last->no + 1;
        info.kind = VintageKind::withdrawn;
        info.received = received;
        info.document = document;
        info.note = note;
        core().catalog.add_vintage(*no, info);
        core().log.add(ChangeKind::withdrawn, *no, info.no, received, note);
        return info.no;
    });
}

LoadResult SqliteStore::recall(std::string_view dataset, VintageNo vintage, RecallRequest const& request) {
    return write(core(), [&] { return recall_vintage(core(), dataset, vintage, request); });
}

std::uint64_t SqliteStore::announce(Announcement const& what) {
    if (what.kind != ChangeKind::structure && what.kind != ChangeKind::territory &&
        what.kind != ChangeKind::comment)
        throw Error{Errc::invalid_argument, "store: entries of kind " + std::string{to_string(what.kind)} +
                                                " are written with what they tell of"};
    return write(core(), [&] {
        auto const no =
            what.dataset.empty() ? std::optional{DatasetNo{0}} : core().catalog.find_dataset(what.dataset);
        if (!no) throw Error{Errc::not_found, "store: no dataset '" + what.dataset + "'"};
        auto const last = core().catalog.last_vintage(*no);
        return core().log.add(what.kind, *no, last ? last->no : 0, what.time, what.text);
    });
}

std::uint64_t SqliteStore::compact_changes(std::uint64_t up_to, UnixTime time) {
    return write(core(), [&] { return core().log.compact(up_to, time); });
}

void SqliteStore::change_position(std::string_view source, std::string_view item,
                                  std::function<std::string(std::string const&)> const& change) {
    write(core(), [&] {
        core().catalog.set_position(source, item, change(core().catalog.position(source, item)));
        return true;
    });
}

std::string SqliteStore::position(std::string_view source, std::string_view item) const {
    return core().catalog.position(source, item);
}

std::unique_ptr<Snapshot> SqliteStore::snapshot() const {
    class Held final : public Snapshot {
      public:
        explicit Held(Core& core) : transaction_(core) {
            // SQLite takes its view of the file with the first read.
            static_cast<void>(core.catalog.position({}, {}));
        }

      private:
        ReadTransaction transaction_;
    };
    return std::make_unique<Held>(core());
}

std::vector<DatasetInfo> SqliteStore::datasets() const {
    return core().catalog.datasets();
}
std::optional<DatasetInfo> SqliteStore::dataset(std::string_view id) const {
    return core().catalog.dataset(id);
}

std::vector<VintageInfo> SqliteStore::vintages(std::string_view dataset) const {
    return core().catalog.vintages(known(dataset));
}
VintageNo SqliteStore::vintage_at(std::string_view dataset, UnixTime time) const {
    return core().catalog.vintage_at(known(dataset), time);
}
std::vector<Issue> SqliteStore::issues(std::string_view dataset, VintageNo vintage) const {
    return core().catalog.issues(known(dataset), vintage);
}
std::vector<Attempt> SqliteStore::attempts(std::size_t newest) const {
    return core().catalog.attempts(newest);
}
std::optional<DocumentInfo> SqliteStore::document(std::int64_t no) const {
    return core().catalog.document(no);
}
std::vector<DocumentInfo> SqliteStore::documents() const {
    return core().catalog.documents();
}
std::optional<UnixTime> SqliteStore::last_received(std::string_view sha256) const {
    return core().catalog.last_received(sha256);
}
std::string SqliteStore::mapping(std::string_view sha256) const {
    return core().catalog.mapping(sha256);
}

std::optional<AreaNo> SqliteStore::find_area(Area const& area) const {
    return core().numbers.find(area);
}
std::vector<AreaNo> SqliteStore::find_areas(std::string_view key) const {
    return core().numbers.find_areas(key);
}
Area SqliteStore::area(AreaNo no) const {
    return core().numbers.area(no);
}
std::vector<AreaNo> SqliteStore::areas() const {
    return core().numbers.areas();
}

std::optional<IndicatorNo> SqliteStore::find_indicator(std::string_view dataset,
                                                       IndicatorKey const& key) const {
    auto const no = core().catalog.find_dataset(dataset);
    return no ? core().numbers.find(*no, key) : std::nullopt;
}
IndicatorKey SqliteStore::indicator(IndicatorNo no) const {
    return core().numbers.indicator(no);
}
std::string SqliteStore::dataset_of(IndicatorNo no) const {
    return core().catalog.dataset_id(core().numbers.dataset_of(no));
}
std::vector<IndicatorNo> SqliteStore::indicators(std::string_view dataset) const {
    return core().numbers.indicators(known(dataset));
}
State const& SqliteStore::state(StateNo no) const {
    return core().numbers.state(no);
}

std::string SqliteStore::label(std::string_view dataset, std::string_view dimension,
                               std::string_view code) const {
    auto const no = core().catalog.find_dataset(dataset);
    if (!no) return {};
    auto const& labels = core().labels.in_force(*no);
    auto const found = labels.find({std::string{dimension}, std::string{code}});
    return found != labels.end() ? found->second : std::string{};
}
std::vector<Label> SqliteStore::labels(std::string_view dataset, std::optional<VintageNo> vintage) const {
    auto const no = known(dataset);
    auto const labels = vintage ? core().labels.at(no, *vintage) : core().labels.in_force(no);
    std::vector<Label> result;
    result.reserve(labels.size());
    for (auto const& [key, text] : labels) result.push_back({key.first, key.second, text});
    return result;
}

void SqliteStore::read(Query const& query, SeriesSink const& each) const {
    read_series(core(), query, each);
}

bool SqliteStore::pull(Pull& pull, std::size_t rows, SeriesSink const& each) const {
    return pull_series(core(), pull, rows, each);
}

std::vector<PackedObservation> SqliteStore::history(SeriesRef series, TimePeriod const& period) const {
    return history_of(core(), series, period);
}

std::uint64_t SqliteStore::last_change() const {
    return core().log.last();
}
void SqliteStore::changes(std::uint64_t from, std::function<bool(ChangeBlock const&)> const& each) const {
    read_changes(core(), from, each);
}
void SqliteStore::changes_of(ChangeScope const& scope, std::uint64_t from,
                             std::function<bool(ChangeBlock const&)> const& each) const {
    read_changes_of(core(), scope, from, each);
}
void SqliteStore::changed(VintageNo vintage, ChangedRow const& row, bool without_sealed,
                          std::function<void(Change const&)> const& each) const {
    read_changed(core(), vintage, row, without_sealed, each);
}
std::optional<LogState> SqliteStore::state_at(std::string_view dataset, std::uint64_t number) const {
    return read_state_at(core(), dataset, number);
}

void SqliteStore::close() {
    try {
        if (opening_.valid()) opening_.get();
    } catch (Error const&) {
        // What is not open needs no closing; whoever used the store was told.
        return;
    }
    // A store that was made beside its place was written whole; its connection has no log and holds no lock.
    if (core_->making && core_->making->published()) return;
    core_.reset();
    first_.reset();
}

std::string SqliteStore::content_hash() const {
    return content_hash_of(core());
}
std::vector<Problem> SqliteStore::verify() const {
    return problems_of(core());
}

std::unique_ptr<Store> open_sqlite(std::string const& directory, bool read_only) {
    return std::make_unique<SqliteStore>(
        [&] { return open_directory(directory, read_only, NewFile::in_place); });
}

std::unique_ptr<Store> open_sqlite_later(std::function<std::string()> const& directory, NewFile how) {
    return std::make_unique<SqliteStore>([directory, how] { return open_directory(directory(), false, how); },
                                         SqliteStore::Later{});
}

} // namespace gateway::store
