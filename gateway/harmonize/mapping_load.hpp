// Reads one mapping file after the other: text, tree, schema; and remembers which were used.
//
// Errors   Error malformed naming file, line and column; Error not_found for a file that must be there.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/mapping_tree.hpp"
#include "gateway/io/aside.hpp"
#include "gateway/io/file.hpp"

namespace gateway::harmonize {

/// Texts of files that were read. What is asked for is read again unless the file is as it was, by device, number, size
/// and times to the nanosecond. A clock may tick slowly: what was changed within the last second is not remembered.
/// Any number of threads.
class TextMemory {
  public:
    /// The text of a file, or nothing where there is none. \throws Error io where it cannot be read
    std::shared_ptr<std::string const> get(std::string const& path);

  private:
    static constexpr std::chrono::seconds settled_after{1};
    struct Known {
        io::FileStamp stamp;
        std::shared_ptr<std::string const> text;
    };
    std::mutex lock_;
    std::unordered_map<std::string, Known> known_;
};

/// Which file in mappings/variables/ has which variable.
struct VariableIndex {
    /// Names in [variable.NAME] headers to file; wildcards end in '*'.
    std::map<std::string, std::string, std::less<>> files;
    std::vector<std::string> silent; ///< files without such a header
    std::vector<std::pair<std::string, std::shared_ptr<std::string const>>> from; ///< names and texts
};

/// Trees of mapping files that were parsed and checked. A file is read each time it is asked for; only where its text is
/// still the same, its tree is not made again: a night reads the same ten files for each of hundreds of tables.
/// Any number of threads. Nobody waits: a tree that another thread is still making is made once more, because that thread
/// may not be running.
class TreeMemory {
  public:
    using Made = std::shared_ptr<Tree const>;

    /// The tree of this very text, checked against this schema, as it is known or as `make` makes it. What `make` throws
    /// is thrown, and nothing is known.
    Made get(std::string const& name, std::string const& schema,
             std::shared_ptr<std::string const> const& text, std::function<Made()> const& make);

    /// The index of variables that was made last; null before.
    std::shared_ptr<VariableIndex const> index();
    void keep(std::shared_ptr<VariableIndex const> index);

  private:
    struct Known {
        std::string schema;
        std::shared_ptr<std::string const> text;
        std::shared_future<Made> tree;
    };
    std::mutex lock_;
    std::map<std::string, Known> known_;
    std::shared_ptr<VariableIndex const> index_;
};

/// The index of the files as they are now; made anew only where one of them is another one.
/// \throws Error malformed where two files have one variable
std::shared_ptr<VariableIndex const> variable_index(MappingFiles const& files);

/// Reads what nearly every table needs on a thread of its own, so that it is there when the first one does. What is wrong
/// with a file is said by who needs it. Ends before what is returned does.
io::Aside<void> read_ahead(MappingFiles const& files);

/// What it hands out lives as long as it does.
class FileLoader {
  public:
    explicit FileLoader(MappingFiles files) : files_(std::move(files)) {}

    /// The tree of a file, checked against schemas/mapping/`schema`.schema.json; null where the file is
    /// not there. The file counts as used.
    Tree const* find(std::string const& name, std::string const& schema);
    /// The same for a file that must be there; `need` says what for.
    Tree const& get(std::string const& name, std::string const& schema, std::string const& need);

    /// The text of a file that is no TOML (an SDMX structure that a feed names); it counts as used.
    std::string raw(std::string const& name, std::string const& need);

    [[nodiscard]] MappingFiles const& files() const noexcept { return files_; }
    /// Texts of the files used so far, by name.
    [[nodiscard]] std::map<std::string, std::shared_ptr<std::string const>> const& used() const noexcept {
        return used_;
    }

  private:
    bool was_checked(std::string_view schema, std::string_view text);

    MappingFiles files_;
    std::shared_ptr<std::string const> checked_;
    std::map<std::string, std::shared_ptr<std::string const>> used_;
    std::vector<std::shared_ptr<Tree const>> trees_;
};

/// SHA-256 of a schema followed by a text: how schemas/mapping/checked.txt lists a text that was found to
/// follow its schema, so that a run need not find it again. A text that is not listed is checked.
std::string checked_key(std::string_view schema, std::string_view text);

/// {"files":{name:text}} with the names in order.
std::string write_bundle(std::map<std::string_view, std::string_view> const& texts);

} // namespace gateway::harmonize
