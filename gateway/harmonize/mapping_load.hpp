// Reads one mapping file after the other: text, tree, schema; and remembers which were used.
//
// Errors   Error malformed naming file, line and column; Error not_found for a file that must be there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

class FileLoader {
  public:
    explicit FileLoader(MappingFiles files) : files_(std::move(files)) {}

    /// The tree of a file, checked against schemas/mapping/`schema`.schema.json; nothing where the file is
    /// not there. The file counts as used.
    std::optional<Tree> find(std::string const& name, std::string const& schema);
    /// The same for a file that must be there; `need` says what for.
    Tree get(std::string const& name, std::string const& schema, std::string const& need);

    /// The text of a file that is no TOML (an SDMX structure that a feed names); it counts as used.
    std::string raw(std::string const& name, std::string const& need);

    [[nodiscard]] MappingFiles const& files() const noexcept { return files_; }
    /// Texts of the files used so far, by name.
    [[nodiscard]] std::map<std::string, std::string> const& used() const noexcept { return used_; }

  private:
    bool was_checked(std::string_view schema, std::string_view text);

    MappingFiles files_;
    std::optional<std::string> checked_;
    std::map<std::string, std::string> used_;
};

/// SHA-256 of a schema followed by a text: how schemas/mapping/checked.txt lists a text that was found to
/// follow its schema, so that a run need not find it again. A text that is not listed is checked.
std::string checked_key(std::string_view schema, std::string_view text);

/// {"files":{name:text}} with the names in order.
std::string write_bundle(std::map<std::string, std::string> const& texts);

} // namespace gateway::harmonize
