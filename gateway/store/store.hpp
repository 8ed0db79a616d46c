// Store: series, their vintages and where each came from.
//
// Nothing is overwritten. A load that changes content makes a vintage of its dataset, with two clocks: when
// the source published (where it says so) and when we received. Reordered rows, other languages and repeats
// are no change. Rows, vintage, labels, issues and the position of the source are committed together or not
// at all.
//
// Shape    series are packed (store/packed.hpp) and kept in two key orders; docs/adr/0003-packed-series.md.
// Threads  one writer; a Store object has one user at a time, a second process may read meanwhile.
// Errors   Error corrupt_store naming table and key; io where the machine refuses; conflict where another
//          process is writing.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/document.hpp"
#include "gateway/core/error.hpp"
#include "gateway/core/observation.hpp"

namespace gateway::store {

/// level << 24 | ordinal: the areas of a level are one range of numbers.
using AreaNo = std::uint32_t;
/// Dense per store; the indicators of a dataset lie close together.
using IndicatorNo = std::uint32_t;
/// Number of an interned State; 0 = a plain number of normal quality.
using StateNo = std::uint16_t;

/// Everything about a cell but its period and digits.
struct State {
    std::optional<MissingReason> reason;
    Quality quality;
    friend bool operator==(State const&, State const&) = default;
};

/// An observation in the form in which it is loaded and packed.
struct PackedObservation {
    TimePeriod period;
    Decimal number; ///< zero without digits where the state carries a reason
    StateNo state = 0;
    VintageNo vintage = 0; ///< ignored by put()
};

/// A document as the store remembers it; its bytes are in the archive under `sha256`.
struct DocumentInfo {
    std::int64_t no = 0;
    std::string sha256;
    std::uint64_t bytes = 0;
    Provenance provenance;
};

enum class VintageKind : std::uint8_t {
    content,
    withdrawn, ///< the source took the dataset away; its figures stay readable
    recalled   ///< takes back what an earlier vintage changed
};

struct VintageInfo {
    VintageNo no = 0;
    VintageKind kind = VintageKind::content;
    UnixTime received = 0;
    std::optional<UnixTime> published;
    std::int64_t document = 0;  ///< DocumentInfo::no
    std::string mapping_sha256; ///< the mapping files in force: mapping()
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
    std::uint64_t rows = 0, rows_set_aside = 0;
    std::string note;          ///< "table withdrawn by the source (status 104)"
    VintageNo recalls = 0;     ///< of kind recalled: the vintage that it takes back
    VintageNo recalled_by = 0; ///< the vintage that took this one back
    bool sealed = false;       ///< of both: what was taken back is shown to nobody under any date
    std::string reason;        ///< of kind recalled: why, in a word ("error", "confidential")
};

std::string_view to_string(VintageKind kind) noexcept; ///< "content", "withdrawn", "recalled"

/// True where the source has taken the dataset away; `vintages` as Store::vintages() gives them.
bool is_withdrawn(std::span<VintageInfo const> vintages) noexcept;

/// The vintage whose document holds a version of an observation: its own, but for what a recall brought back.
/// `versions` as Store::history() gives them. `vintage` itself where nothing else is known.
VintageNo origin_of(std::span<VintageInfo const> vintages, std::span<PackedObservation const> versions,
                    VintageNo vintage) noexcept;

struct RecallRequest {
    UnixTime received = 0; ///< when it was decided
    std::string note;      ///< for readers
    std::string reason;    ///< in a word
    bool sealed = false;   ///< readers see the state before the recalled vintage under every date
};

struct LoadRequest {
    DatasetInfo dataset;       ///< dimensions are merged into the stored ones
    std::int64_t document = 0; ///< from record_document; or given later to Load::document()
    UnixTime received = 0;
    std::optional<UnixTime> published;
    std::string mapping_sha256;
    std::string mapping_text; ///< stored once per hash
    std::string note;         ///< of the vintage, where the load makes one: why the figures changed
    /// Only preview() follows: nothing is written, the state of this moment is what it is held against, and others
    /// may write meanwhile. Reads of the same Store see that state, without the load.
    bool trial = false;
};

struct LoadResult {
    std::optional<VintageNo> vintage; ///< nothing where the content did not change
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
};

/// A failed or fruitless attempt to get something, or a load without change.
struct Attempt {
    UnixTime time = 0;
    std::string source;
    std::string item;    ///< table code
    std::string outcome; ///< "loaded", "unchanged", "withdrawn", "failed", "empty", "not_ready"
    std::string text;
    std::int64_t document = 0; ///< 0 = no bytes came
};

struct SeriesRef {
    IndicatorNo indicator = 0;
    AreaNo area = 0;
};

/// One observation that a load changes. Without `before` it is added, without `after` deleted.
struct Change {
    IndicatorNo indicator = 0;
    AreaNo area = 0;
    TimePeriod period;
    std::optional<PackedObservation> before, after;
    /// Of a sealed recall: a figure that it left as it was, told because the sealed vintage had touched it. A copy that never
    /// heard of that vintage may hold what it took away.
    bool settles = false;
};

/// What an entry of the change log says (docs/adr/0019-change-log.md).
enum class ChangeKind : std::uint8_t {
    data,      ///< a series has figures that are added, revised or deleted
    withdrawn, ///< the source took the dataset away
    returned,  ///< and gave it back
    recalled,  ///< a vintage was taken back; the series follow
    structure, ///< a dimension came, a level went
    territory, ///< the register of areas changed
    comment,   ///< somebody has something to say
    compacted  ///< what was here is no longer to be had: take the full state
};
std::string_view to_string(ChangeKind kind) noexcept; ///< "data"
std::optional<ChangeKind> change_kind_from(std::string_view name) noexcept;

/// Which of 64 neighbouring areas a vintage changed; bit i stands for `first_area` + i.
struct ChangedRow {
    IndicatorNo indicator = 0;
    AreaNo first_area = 0;
    std::uint64_t added = 0, revised = 0, deleted = 0; ///< a series may be in several
    [[nodiscard]] std::uint64_t all() const noexcept { return added | revised | deleted; }
};

/// Entries of the change log that one commit wrote.
struct ChangeBlock {
    std::uint64_t first = 0; ///< number of the first entry, from 1
    std::uint64_t count = 0; ///< entries; the next block begins with first + count
    ChangeKind kind = ChangeKind::data;
    std::string dataset;   ///< empty: of no single one
    VintageNo vintage = 0; ///< that was written, or was in force
    UnixTime time = 0;
    std::string note;
    std::vector<ChangedRow> rows; ///< of kind data: one entry per changed series, ascending
};

/// Of what a reader of the change log wants to hear.
struct ChangeScope {
    std::optional<std::vector<AreaNo>> areas; ///< ascending; nothing = all
    std::vector<std::string> datasets;        ///< empty = all
};

/// An entry without figures.
struct Announcement {
    ChangeKind kind = ChangeKind::comment; ///< structure, territory or comment
    std::string dataset;                   ///< empty: of all
    UnixTime time = 0;
    std::string text;
};

/// How far a dataset is at an entry of the change log.
struct LogState {
    VintageNo vintage = 0; ///< everything of it is in
    /// Where the next vintage is in by half: the last of its series that is in.
    std::optional<SeriesRef> half;
};

/// True where the document says everything about this cell, so that an absent row is a deletion.
using Coverage = std::function<bool(IndicatorNo, AreaNo, TimePeriod const&)>;

/// One load: a write transaction. Without commit() nothing of it remains.
class Load {
  public:
    Load() = default;
    Load(Load const&) = delete;
    Load& operator=(Load const&) = delete;
    virtual ~Load() = default;

    virtual IndicatorNo indicator(IndicatorKey const& key) = 0;
    virtual AreaNo area(Area const& area) = 0;
    virtual StateNo state(State const& state) = 0;
    /// Newest label wins; an older one stays readable under its vintage. `dimension` may be "AREA", then
    /// `code` is area_key().
    virtual void label(std::string_view dimension, std::string_view code, std::string_view text) = 0;
    /// All observations the document holds for a series, by period, without doubles. Series come in ascending
    /// (indicator, area) order.
    virtual void put(IndicatorNo indicator, AreaNo area, std::span<PackedObservation const> observations) = 0;
    /// Names the document where the request could not yet: it may be archived while it is read.
    virtual void document(std::int64_t no) = 0;
    virtual void issue(Issue const& issue) = 0;
    /// Called by commit() when the series are written: tells what was still being looked for, to be kept behind the
    /// issues told before. What it throws ends the load without a trace.
    virtual void late_issues(std::function<std::vector<Issue>()> tell) = 0;
    /// Is recorded with the load; commit() fills in the outcome, "loaded" or "unchanged", and the document.
    virtual void attempt(Attempt const& attempt) = 0;
    /// Another position that is written with the load: what a delivery became, so that it is never loaded twice.
    virtual void position(std::string_view source, std::string_view item, std::string_view text) = 0;
    /// Calls `see` for every observation that is added or revised, by (indicator, area, period), from put(); and then
    /// for every one that is deleted, in the same order, from preview() or commit(). Before the first put().
    virtual void watch(std::function<void(Change const&)> see) = 0;
    /// Called by commit() when everything is written and nothing is visible, before the last word: waits for what the
    /// load tells of and must not outlive, such as the archive. What it throws ends the load without a trace.
    virtual void depends_on(std::function<void()> durable) = 0;
    /// Called by commit() when everything is written and nothing is visible: it may wait for the minute of a release.
    /// What it throws ends the load without a trace.
    virtual void before_commit(std::function<void(LoadResult const&)> last_word) = 0;
    /// What commit() would do. The load is over then, and nothing of it remains.
    virtual LoadResult preview(Coverage const& coverage) = 0;
    /// Writes everything and the source's position in one transaction; durable on return. `rows` were read,
    /// `rows_set_aside` of them did not become observations.
    virtual LoadResult commit(std::string_view position, std::uint64_t rows, std::uint64_t rows_set_aside,
                              Coverage const& coverage) = 0;
};

/// Loads that become visible together: one write transaction. Without commit() nothing of any of them remains. While it
/// lives, what is written through the same Store is part of it. Must not outlive the Store.
class LoadGroup {
  public:
    LoadGroup() = default;
    LoadGroup(LoadGroup const&) = delete;
    LoadGroup& operator=(LoadGroup const&) = delete;
    virtual ~LoadGroup() = default;

    /// A place to which back_to() can return; places are numbered from 0.
    virtual std::size_t mark() = 0;
    /// Undoes what was written since that mark, which stays; marks behind it are gone. Not while a Load is alive.
    virtual void back_to(std::size_t mark) = 0;
    /// All of it is visible, and durable, on return.
    virtual void commit() = 0;
};

struct Query {
    std::string dataset;
    std::optional<VintageNo> vintage; ///< as of this vintage; nothing = current
    std::optional<IndicatorNo> indicator;
    std::optional<AreaNo> area;     ///< this area alone
    std::optional<AreaLevel> level; ///< or a whole level
    bool without_sealed = false;    ///< as of an older vintage: as if what is sealed had never been
};

/// Series that are fetched some rows at a time: what is wanted, and how far it was handed out. A plain value: the
/// store holds nothing for it between two pulls, and any Store of the same file may go on with it.
struct Pull {
    enum class Order : std::uint8_t { by_indicator, by_area };
    std::string dataset;
    VintageNo vintage = 0; ///< as of this vintage, whatever is loaded meanwhile
    Order order = Order::by_indicator;
    std::vector<IndicatorNo> indicators; ///< ascending
    std::vector<AreaNo> areas;           ///< ascending; empty = all, but not in the order of areas
    bool periods_only = false;           ///< observations may have their period alone, which is faster
    /// Instead: what was in force at this vintage and is not at `vintage`. By indicator only.
    std::optional<VintageNo> deleted_since;
    bool without_sealed = false; ///< as if what is sealed had never been, under whatever vintage

    std::size_t major = 0;   ///< position: index among indicators, or areas
    std::uint64_t minor = 0; ///< first area, or indicator, that was not yet looked at

    /// Of the series that is told at this moment: those with the same number, whoever told them, have the same periods,
    /// so that nobody need compare them; 0 = the store cannot say.
    std::uint64_t periods = 0;
};

/// A code and what it is called; `dimension` "AREA" uses area_key().
struct Label {
    std::string dimension;
    std::string code;
    std::string text;
};

/// Holds one state of the store for reading; must not outlive the Store.
class Snapshot {
  public:
    Snapshot() = default;
    Snapshot(Snapshot const&) = delete;
    Snapshot& operator=(Snapshot const&) = delete;
    virtual ~Snapshot() = default;
};

struct Problem {
    std::string place; ///< table, key or file
    std::string text;
};

class Store {
  public:
    Store() = default;
    Store(Store const&) = delete;
    Store& operator=(Store const&) = delete;
    virtual ~Store() = default;

    // Writing
    virtual std::int64_t record_document(std::string_view sha256, std::uint64_t bytes,
                                         Provenance const& provenance) = 0;
    virtual std::unique_ptr<Load> begin(LoadRequest request) = 0;
    /// From here on nobody else writes. \throws Error conflict where somebody does; invalid_argument for a view of a
    /// store
    virtual std::unique_ptr<LoadGroup> group();
    /// `check` is called inside each write transaction, before anything is written: nobody else writes between it and the
    /// commit. What it throws ends the transaction without a trace. Empty = none. \throws Error invalid_argument for a
    /// view of a store
    virtual void guard(std::function<void()> check);
    virtual void record_attempt(Attempt const& attempt) = 0;
    /// A vintage without content that says the source took the dataset away. No vintage where it already is.
    virtual std::optional<VintageNo> withdraw(std::string_view dataset, UnixTime received,
                                              std::int64_t document, std::string_view note) = 0;
    /// Takes back what `vintage` changed, as a vintage of its own. What a later vintage has changed since stays; so
    /// does what an earlier one brought, but for vintages that were recalled before. Nothing is lost: history holds
    /// what was taken back. \throws Error not_found; invalid_argument where the vintage has no content of its own;
    /// conflict where it was recalled before
    virtual LoadResult recall(std::string_view dataset, VintageNo vintage, RecallRequest const& request) = 0;
    /// Writes an entry without figures into the change log and returns its number.
    virtual std::uint64_t announce(Announcement const& announcement) = 0;
    /// Drops the entries up to `up_to` from the change log, but for those whose block goes on behind it, and leaves
    /// one that says so. Returns the number of the last that was dropped.
    virtual std::uint64_t compact_changes(std::uint64_t up_to, UnixTime time) = 0;
    /// Changes a position outside a load, durably: the name of a background job before it is polled. `change`
    /// makes the new text from the one in force, and nobody else writes meanwhile.
    virtual void change_position(std::string_view source, std::string_view item,
                                 std::function<std::string(std::string const&)> const& change) = 0;
    /// Position of (source, item), as last committed; empty where there is none.
    virtual std::string position(std::string_view source, std::string_view item) const = 0;

    // Reading
    /// As long as it lives, every read sees one state of the store, whatever other processes commit. Not while
    /// this Store writes.
    virtual std::unique_ptr<Snapshot> snapshot() const = 0;
    virtual std::vector<DatasetInfo> datasets() const = 0;
    virtual std::optional<DatasetInfo> dataset(std::string_view id) const = 0;
    virtual std::vector<VintageInfo> vintages(std::string_view dataset) const = 0;
    /// Last vintage received at or before `time`; 0 = none yet.
    virtual VintageNo vintage_at(std::string_view dataset, UnixTime time) const = 0;
    virtual std::vector<Issue> issues(std::string_view dataset, VintageNo vintage) const = 0;
    virtual std::vector<Attempt> attempts(std::size_t newest) const = 0;
    virtual std::optional<DocumentInfo> document(std::int64_t no) const = 0;
    virtual std::vector<DocumentInfo> documents() const = 0;
    /// When these bytes were last received; nothing where they never were.
    virtual std::optional<UnixTime> last_received(std::string_view sha256) const = 0;
    virtual std::string mapping(std::string_view sha256) const = 0;

    virtual std::optional<AreaNo> find_area(Area const& area) const = 0;
    /// Areas whose area_key() is `key` (usually one; the same key may stand in AGS and ARS).
    virtual std::vector<AreaNo> find_areas(std::string_view key) const = 0;
    virtual Area area(AreaNo no) const = 0;
    virtual std::vector<AreaNo> areas() const = 0;
    virtual std::optional<IndicatorNo> find_indicator(std::string_view dataset,
                                                      IndicatorKey const& key) const = 0;
    virtual IndicatorKey indicator(IndicatorNo no) const = 0;
    virtual std::string dataset_of(IndicatorNo no) const = 0;
    virtual std::vector<IndicatorNo> indicators(std::string_view dataset) const = 0;
    virtual State const& state(StateNo no) const = 0;
    /// Label of a code; empty where the source gave none.
    virtual std::string label(std::string_view dataset, std::string_view dimension,
                              std::string_view code) const = 0;
    /// All labels in force at a vintage (nothing = now), by dimension and code.
    virtual std::vector<Label> labels(std::string_view dataset, std::optional<VintageNo> vintage) const = 0;

    /// Calls `each` for every matching series, in (indicator, area) order, or (area, indicator) order where
    /// the query names an area but no indicator. The span lives for the call.
    virtual void
    read(Query const& query,
         std::function<void(SeriesRef, std::span<PackedObservation const>)> const& each) const = 0;
    /// Calls `each` for the series of up to `rows` more rows of 64 neighbours; false where nothing is left. What
    /// one call tells is one state of the store. The span lives for the call.
    virtual bool
    pull(Pull& pull, std::size_t rows,
         std::function<void(SeriesRef, std::span<PackedObservation const>)> const& each) const = 0;
    /// Every version a series ever had of one period, oldest first.
    virtual std::vector<PackedObservation> history(SeriesRef series, TimePeriod const& period) const = 0;

    // The change log
    /// Number of the last entry; 0 = none.
    virtual std::uint64_t last_change() const = 0;
    /// Calls `each` for the blocks from the one that holds entry `from` on (or the next one), until it returns false.
    virtual void changes(std::uint64_t from, std::function<bool(ChangeBlock const&)> const& each) const = 0;
    /// The same, but blocks that hold nothing of `scope` may be left out, however many they are.
    virtual void changes_of(ChangeScope const& /*scope*/, std::uint64_t from,
                            std::function<bool(ChangeBlock const&)> const& each) const {
        changes(from, each);
    }
    /// Calls `each` for what `vintage` changed in the series of `row`, by area and period. `without_sealed`: both
    /// sides are told as if what is sealed had never been.
    virtual void changed(VintageNo vintage, ChangedRow const& row, bool without_sealed,
                         std::function<void(Change const&)> const& each) const = 0;
    /// How far a dataset is when every entry up to `number` is in. Nothing where the log no longer says.
    virtual std::optional<LogState> state_at(std::string_view dataset, std::uint64_t number) const = 0;

    /// Closes what another process might wait for or would have to clean up, and nothing else: for a process that ends
    /// now, whose memory the system takes faster than it can be given back. Nothing but destroying may follow.
    virtual void close() {}

    // Care
    /// SHA-256 over all content and vintages; clocks, numbers and row order do not count.
    virtual std::string content_hash() const = 0;
    /// Every checksum, both key orders against each other, references to documents.
    virtual std::vector<Problem> verify() const = 0;
};

/// Full form of a packed observation.
Observation unpacked(Store const& store, PackedObservation const& packed);

/// Opens or creates the embedded store in `directory` (file store.sqlite). Throws Error.
std::unique_ptr<Store> open_sqlite(std::string const& directory, bool read_only = false);

/// Where a store that is not there yet is made.
enum class NewFile : std::uint8_t {
    in_place, ///< it is there, and empty, at once: others can read and write it
    beside, ///< it is there with its first commit, which then costs half; until then others that want to make it
            ///< wait for a second and are refused. For whoever commits soon.
};
/// The same on a thread of its own, which also calls `directory`. The first use of the store waits for it and
/// throws what went wrong, every time.
std::unique_ptr<Store> open_sqlite_later(std::function<std::string()> const& directory,
                                         NewFile how = NewFile::in_place);

} // namespace gateway::store
