// Coders: what the texts of one role (a dimension, the time, a unit) become, each looked at once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "adapters/table/output.hpp"
#include "adapters/table/text_index.hpp"
#include "gateway/core/layout.hpp"

namespace adapters::table {

/// A column whose texts are numbered; several roles may look at the same one.
struct Lookup {
    std::uint32_t column = 0;
    bool fill_down = false;
    TextIndex index;
    std::uint32_t now = 0;    ///< number of this row's text
    std::uint32_t filled = 0; ///< of the last text that was not empty
    bool has_filled = false;
};

/// Why a row is set aside.
struct Fault {
    gateway::Errc code = gateway::Errc::malformed;
    std::string text, next_step;
};

inline constexpr std::uint32_t no_fault = UINT32_MAX;

struct CutText {
    std::string code;
    std::string footnote; ///< marks that were cut off; empty where there were none
    bool recoded = false;
};
/// What a Place makes of a tidy text.
CutText cut(gateway::Place const& place, std::string_view tidy_text);

/// True for what a failed formula leaves in a cell: "#NV", "#BEZUG!", "#N/A", "#DIV/0!", "#WERT!" ...
bool is_formula_error(std::string_view text) noexcept;

/// Texts to code numbers of one sink column.
class Coder {
  public:
    struct Coded {
        std::uint32_t id = 0;
        std::uint32_t fault = no_fault;
        std::uint32_t good_name = UINT32_MAX; ///< name text that this key was accepted with
        bool resolved = false;
        bool missing = false; ///< means "no key here"
        bool footnote = false;
        bool repaired = false; ///< of a pair: the key was found by its name
    };

    Coder(Output& output, gateway::Layout const& layout, gateway::Column column, unsigned block,
          gateway::LayoutDimension const& dimension)
        : output_(output), layout_(layout), dimension_(dimension), column_(column), block_(block) {}

    /// Number of a text of the column.
    Coded const& coded(TextIndex const& index, std::uint32_t text) {
        if (text >= coded_.size() || !coded_[text].resolved) resolve(index.text(text), text);
        return coded_[text];
    }
    /// The same with the name beside the key.
    Coded const& coded(TextIndex const& keys, std::uint32_t key, TextIndex const& names, std::uint32_t name) {
        auto const& known = coded(keys, key);
        if (known.good_name == name) return known;
        return pair(keys, key, names, name);
    }
    /// Number of a code that is not read from a column.
    std::uint32_t fixed(std::string_view text);

    /// Texts get new numbers (another sheet); codes keep theirs.
    void forget() {
        coded_.clear();
        codes_.clear();
        pairs_.clear();
    }

    [[nodiscard]] Fault const& fault(std::uint32_t number) const noexcept { return faults_[number]; }
    [[nodiscard]] gateway::LayoutDimension const& dimension() const noexcept { return dimension_; }
    /// Rows whose key stood beside another's name, by (key, key of that name), in order of appearance.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> const& mismatches() const noexcept {
        return mismatches_;
    }

  private:
    void resolve(std::string_view text, std::uint32_t number);
    Coded const& pair(TextIndex const& keys, std::uint32_t key, TextIndex const& names, std::uint32_t name);
    Coded judge(std::string_view key_text, Coded const& key, std::string_view name_text);
    std::uint32_t announce(std::string_view code, std::string_view label);
    std::uint32_t add_fault(gateway::Errc code, std::string text, std::string next_step);
    /// Keys that a name belongs to.
    [[nodiscard]] std::vector<std::string> keys_of(std::string_view name) const;

    Output& output_;
    gateway::Layout const& layout_;
    gateway::LayoutDimension const& dimension_;
    gateway::Column column_;
    unsigned block_;
    std::vector<Coded> coded_;                       // by text number
    std::vector<std::string> codes_;                 // by text number
    std::unordered_map<std::uint64_t, Coded> pairs_; // key text << 32 | name text
    std::map<std::string, std::uint32_t, std::less<>> ids_;
    std::vector<Fault> faults_;
    std::vector<std::pair<std::string, std::string>> mismatches_;
};

} // namespace adapters::table
