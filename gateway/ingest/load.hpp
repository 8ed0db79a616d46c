// Loading: an archived document becomes a vintage.
//
// One call is one transaction: either everything the document says is in the store, with labels, issues and
// the position of its source, or nothing of it. A document that says nothing new makes no vintage.
//
// Errors   Error for the document as a whole (not a table, truncated, empty); the store is then unchanged.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdmx/structure.hpp"
#include "gateway/harmonize/plausibility/checker.hpp"
#include "gateway/harmonize/table.hpp"
#include "gateway/ingest/workshop.hpp"

namespace gateway::ingest {

struct LoadReport {
    std::string source;
    std::string table;
    std::string dataset; ///< empty where nothing was loaded
    std::string outcome; ///< as store::Attempt::outcome
    std::string text;    ///< why, for outcomes other than "loaded"
    std::string document_sha256;
    std::string mapping_sha256; ///< of the mapping that was used; empty where none was
    std::int64_t document = 0;  ///< number of its record, where nothing was loaded
    bool is_repeat = false;     ///< the document of the last load: not read again
    bool is_recorded = false;   ///< the attempt stands in the store
    bool comes_back =
        false; ///< a job is at work: no attempt was recorded, and the table is to be asked for again
    std::optional<VintageNo> vintage;
    std::uint64_t bytes = 0, rows = 0, series = 0;
    std::uint64_t cells = 0; ///< figures that the document holds
    std::uint64_t added = 0, revised = 0, deleted = 0, unchanged = 0;
    /// Cells that became no figure: set aside with an issue, or said before by another row. In a table with
    /// one figure per row, rows = cells + set_aside + repeated.
    std::uint64_t set_aside = 0, repeated = 0;
    std::string next_step; ///< what to do where it failed
    std::vector<Issue> issues;
    /// What the rules of plausibility found; said in `issues` as well, as the last of them.
    std::vector<harmonize::plausibility::Finding> implausible;
};

/// Which table of which service a document is.
struct TableRef {
    std::string service;
    std::string table;
};

/// Name under which a document's record keeps the SHA-256 of the structure message it was read with.
inline constexpr std::string_view dsd_parameter = "dsd";

/// Somebody who looks at a load while it is made: a preview, a brake, a release that waits for its minute. None of
/// them needs be set.
struct LoadWatch {
    /// Nothing is stored: the report says what would have been, with outcome "preview". Neither is anything archived.
    bool trial = false;
    std::function<void(store::Load&)>
        begin; ///< before the first series: watch(), position(), before_commit()
    /// The numbers of states in a Change mean nothing after the load; the store can be asked for them, and for areas
    /// and indicators, while it lasts.
    std::function<void(store::Change const&)> change;
    /// A series, with the lines of its cells, before its changes. Numbers of indicator and area are those of the store.
    std::function<void(store::IndicatorNo, store::AreaNo, std::span<harmonize::ResolvedCell const>)> series;
    /// A stored observation that the document lacks although it speaks of its measure, level and period; also where
    /// an absent row says nothing.
    std::function<void(store::IndicatorNo, store::AreaNo, TimePeriod const&)> missing;
    /// Everything that was set aside, row by row, when the document is read; also where none of its rows can be used.
    std::function<void(harmonize::AsideLog const&)> set_aside;
};

struct LoadOptions {
    std::optional<UnixTime> published;
    std::string language; ///< of a file: "de" or "en"; empty = by its name or its labels
    bool partial = false; ///< the request asked for a part: absent rows say nothing
    std::string slice;    ///< "@2015-2015": some years, whose position is kept beside that of the table
    /// Of the vintage, where the document is a part of several: when the last of them came, so that no date is between.
    std::optional<UnixTime> received;
    bool force = false;          ///< harmonize again even if the same bytes were loaded with the same mapping
    std::int64_t document = 0;   ///< number of the document's record, where it was recorded before
    bool record_attempt = false; ///< with the load, where there is one; LoadReport::is_recorded tells
    std::string note;            ///< change note of the vintage; published with it
    std::string dsd;             ///< file with the data structure of an SDMX message that needs it
    std::vector<Issue> warnings; ///< found while fetching; stored with the load
    /// Why an area must not be in this document; empty text where it may. Rows of others are set aside, and nothing
    /// is deleted there. Empty = all areas may.
    harmonize::TableKeys::WhyNot why_not_area;
    LoadWatch watch;
};

/// Harmonizes `bytes` with the mapping in force on `day`. The bytes may be a ZIP with one table in it.
/// `on_mapping` sees the mapping once it is chosen (owned by the result).
struct Harmonized {
    std::unique_ptr<harmonize::Mapping> mapping;
    std::unique_ptr<harmonize::TableHarmonizer> table;
};
Harmonized harmonize_document(std::string_view bytes, TableRef const& ref, char decimal_mark,
                              harmonize::MappingFiles const& mappings, harmonize::AreaRegister const& areas,
                              std::int32_t day, unsigned threads, std::string const& scratch,
                              Watcher const& watcher = {},
                              adapters::sdmx::Structures const* structures = nullptr,
                              LoadOptions const& options = {});

/// What a person can do where a document as a whole was refused.
std::string next_step_after(Errc code);

/// Mark of the language a document was asked for in: by the request, else by the file's name; '\0' where
/// neither tells.
char decimal_mark_of(Provenance const& provenance);

/// A document on its way into the archive. Nothing may become visible that depends on bytes that are not durable.
class Archiving {
  public:
    /// One that is durable when its name is known.
    template <std::convertible_to<std::function<raw::Kept()>> Keep>
    Archiving(Keep kept)
        : name_(std::move(kept)) {} // NOLINT(google-explicit-constructor): it is all there is to say
    /// `name` may be known earlier than `wait` returns.
    Archiving(std::function<raw::Kept()> name, std::function<void()> wait)
        : name_(std::move(name)), wait_(std::move(wait)) {}

    /// What it is called; it need not be durable yet.
    [[nodiscard]] raw::Kept name() const { return name_(); }
    /// Returns when it is durable.
    void wait() const {
        if (wait_) wait_();
    }
    /// Its place, when it is durable.
    [[nodiscard]] raw::Kept kept() const {
        wait();
        return name_();
    }

  private:
    std::function<raw::Kept()> name_;
    std::function<void()> wait_;
};

/// Loads a document. What is stored names it, and becomes visible when `archiving` has made it durable, or never.
LoadReport load_document(Workshop& shop, std::string_view bytes, Archiving const& archiving,
                         Provenance const& provenance, TableRef const& ref, LoadOptions const& options);

/// The tables of a file that nobody has described and that holds several (a JSON-stat collection); no `refs` for any
/// other file. `warnings` belong to the load of each.
struct FileTables {
    std::vector<TableRef> refs;
    std::vector<Issue> warnings;
};
FileTables tables_of_file(Workshop& shop, std::string const& path);

/// Archives and loads a file: a GENESIS download, or a folder holding request.json, response.json and
/// body.bin. The table is named by `ref`, or, where that is empty, by the document or its name.
LoadReport import_file(Workshop& shop, std::string const& path, TableRef ref, LoadOptions const& options);

} // namespace gateway::ingest
