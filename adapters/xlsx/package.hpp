// The package of a workbook: which part is which, and what is not read and why.
//
// Source   ECMA-376 part 2 (content types, relationships); MS-CFB for what is no ZIP at all.
// Errors   Error not_a_table with a sentence that helps for macro files (.xlsm), encrypted files, .xls, .xlsb,
//          .ods and everything else that is no workbook; those of gateway/io/zip.hpp for a broken archive.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xlsx/part_scanner.hpp"
#include "gateway/io/zip.hpp"

namespace adapters::xlsx {

/// What the first bytes (and the directory) say.
/// \return nothing where `bytes` may be a workbook, else why not and what to do
std::string why_no_workbook(std::string_view bytes);

/// True where `bytes` (the whole file) are a workbook or what somebody takes for one (.xls, encrypted, .ods): reading
/// it gives its rows, or a sentence that helps. False for other ZIP archives.
bool looks_like_workbook(std::string_view bytes) noexcept;

class Package {
  public:
    /// `bytes` must outlive the package; `name` stands in errors.
    Package(std::string_view bytes, std::string name);

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    [[nodiscard]] std::string const& workbook() const noexcept { return workbook_; }
    [[nodiscard]] bool has(std::string_view part) const noexcept { return find(part) != nullptr; }
    [[nodiscard]] std::uint64_t unpacked_bytes(std::string_view part) const;
    /// Scans a whole part.
    /// \throws Error malformed where the part is missing, and those of the scanner
    void scan(std::string_view part, PartHandler& handler) const;

    struct Relation {
        std::string type;   ///< last word of the type: "worksheet", "sharedStrings", "styles"
        std::string target; ///< full name of the part
    };
    /// Relations of a part by id.
    [[nodiscard]] std::map<std::string, Relation, std::less<>> relations(std::string_view part) const;

  private:
    [[nodiscard]] gateway::io::ZipEntry const* find(std::string_view part) const noexcept;

    std::string name_;
    gateway::io::ZipReader zip_;
    std::string workbook_;
};

} // namespace adapters::xlsx
