// A mapping file as a tree whose every node knows its line and column.
//
// The TOML library stays behind this header. Tables keep no order (TOML gives them none), arrays do.
//
// Source   TOML 1.0; schemas/mapping/ for what may stand in a file.
// Errors   Error malformed "mappings/variables/sex.toml:12:3: found ..., expected ...; next step"
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gateway::harmonize {

/// A place in a mapping file: 1-based; 0 = not known.
struct FilePlace {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
};

class Tree {
  public:
    enum class Kind : std::uint8_t { table, array, text, integer, number, boolean, date };
    struct Member;

    Kind kind = Kind::table;
    FilePlace mark;
    std::string text;            ///< kind text; for number its digits; for date "2024-12-31"
    std::int64_t integer = 0;    ///< kinds integer, boolean (0, 1) and date (days since 1970)
    std::vector<Member> members; ///< of a table, by key; of an array, in order, with empty keys

    /// Value of a key of a table, or nothing.
    [[nodiscard]] Tree const* find(std::string_view key) const noexcept;
};

struct Tree::Member {
    std::string key;
    FilePlace mark; ///< of the key
    Tree value;
};

/// "a table", "the text 'x'", "the number 3".
std::string describe(Tree const& node);

/// Parses a TOML text; `file` is the name relative to mappings/.
Tree parse_toml(std::string_view text, std::string const& file);

/// Throws Error malformed: "mappings/FILE:line:column: found F, expected E; NEXT".
[[noreturn]] void fault(std::string const& file, FilePlace mark, std::string_view found,
                        std::string_view expected, std::string_view next_step);

/// A tree and the file it came from; the getters throw fault() where the kind is another.
struct Section {
    std::string const* file = nullptr;
    Tree const* tree = nullptr;

    [[nodiscard]] bool has(std::string_view key) const {
        return tree != nullptr && tree->find(key) != nullptr;
    }
    /// A sub-table; empty section where the key is missing.
    [[nodiscard]] Section table(std::string_view key) const;
    /// The text of a key, or `otherwise`.
    [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = {}) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t otherwise) const;
    /// Days since 1970 of a date.
    [[nodiscard]] std::optional<std::int32_t> day(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> texts(std::string_view key) const;
    /// Members of this table, or nothing to walk.
    [[nodiscard]] std::vector<Tree::Member> const& members() const noexcept;
    /// Elements of an array of tables.
    [[nodiscard]] std::vector<Section> tables(std::string_view key) const;
    /// "mappings/units.toml:12": how a rule is named in explanations.
    [[nodiscard]] std::string rule(FilePlace at) const;
};

/// Text of a node, or fault().
std::string const& text_of(Tree const& node, std::string const& file);

} // namespace gateway::harmonize
