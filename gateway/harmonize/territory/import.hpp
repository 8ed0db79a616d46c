// Importing official files: recognise, audit, report, keep.
//
// A file is looked at before it is used: weights that do not add up, gaps of a year, doubled rows, keys that are
// not in force on the day that the heading says. What was imported lies in the store under territory/, named by
// its SHA-256, with a manifest; a kill leaves either the whole file or none.
//
// Errors   Error not_a_table for a format that is not known, saying which are; malformed for a known one with a
//          defect that makes the file useless; io
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/error.hpp"
#include "gateway/harmonize/territory/crosswalk.hpp"
#include "gateway/harmonize/territory/import_read.hpp"
#include "gateway/harmonize/territory/register.hpp"

namespace gateway::harmonize::territory {

enum class ImportKind : std::uint8_t {
    changes,   ///< change list
    extract,   ///< register extracts as CSV
    gv100,     ///< GV100AD, fixed width
    crosswalk, ///< weights of many years to one, or of one year to the next
    workbook,  ///< the bytes that tables were taken from; nothing is read from it again
};
std::string_view to_string(ImportKind kind) noexcept; ///< "change list", "register extract", ...

/// What looking at a file found.
struct ImportReport {
    std::string name;   ///< of the file, without its folder
    std::string sha256; ///< of its bytes
    ImportKind kind = ImportKind::changes;
    std::string level; ///< "kreise", "gemeinden", or both with a plus sign
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;    ///< used
    std::uint64_t rows_in = 0; ///< of the file without its header: used, of other levels, and set aside
    std::uint64_t other_level = 0, notes = 0, set_aside = 0;
    std::string from; ///< first and last day or year that it speaks of
    std::string to;
    std::string licence;
    std::vector<Issue> findings; ///< severity error: not used without --force
    [[nodiscard]] bool sound() const noexcept;
};

/// Recognises and audits. `areas` tells which counties were in force.
ImportReport audit_import(std::string_view bytes, std::string const& name, Register const& areas);

/// Of a workbook as it came, kept beside the tables taken from it.
ImportReport workbook_report(std::string_view bytes, std::string const& name);

/// Audit of one crosswalk: adds findings and fills level, from and to.
void audit_crosswalk(Crosswalk const& table, Register const& areas, ImportReport& report);

/// One line of the manifest.
struct ImportEntry {
    std::string sha256, kind, level, name, from, to, when, licence;
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
};

/// The imported files of a store.
class ImportStore {
  public:
    /// `directory` is that of the store; nothing is created before keep().
    explicit ImportStore(std::string const& directory);
    [[nodiscard]] std::vector<ImportEntry> entries() const;
    /// Keeps a file; false where these bytes are there already. `when` is the time for the manifest.
    bool keep(ImportReport const& report, std::string_view bytes, std::string const& when);
    /// Bytes of an entry, checked against their name. \throws Error checksum
    [[nodiscard]] std::string read(ImportEntry const& entry) const;

    /// The imported crosswalks of a level ("kreise", "gemeinden"), each by itself.
    [[nodiscard]] std::vector<Crosswalk> crosswalks(std::string_view level) const;
    [[nodiscard]] std::vector<RegisterExtract> registers() const;
    /// Changes of municipalities, without doubled rows.
    [[nodiscard]] std::vector<ChangeRow> changes() const;

  private:
    [[nodiscard]] std::string path_of(std::string const& sha256) const;
    std::string directory_;
};

} // namespace gateway::harmonize::territory
