// Patterns in mapping files: "ALT{lower:3}B{upper:2}" reads a code, "Y{lower}T{upper-1}" writes one.
//
// Shape    literal text and fields. A field is {name:N} with exactly N digits, or {name:*} with any text
//          (at most one, at least one character). Templates write {name}, {name-1}, {name+1}; the digits
//          of {name:N} lose their leading zeros.
// Errors   Error malformed for a pattern or a template that cannot be read, with the place in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/harmonize/mapping_tree.hpp"

namespace gateway::harmonize {

class Pattern {
  public:
    /// Reads a table with `match`, `output` (named by `output_key`) and, optionally, `single`: the template
    /// where the bounds `lower` and `upper` of the written code would be equal.
    static Pattern read(Section const& section, std::string_view output_key);

    /// What `code` becomes; nothing where it does not match, or where `lower` would exceed `upper`.
    [[nodiscard]] std::optional<std::string> apply(std::string_view code) const;
    [[nodiscard]] std::string const& rule() const noexcept { return rule_; }

  private:
    struct Piece {
        std::string literal; ///< text, or the name of a field
        bool field = false;
        unsigned digits = 0; ///< 0: any text
        int offset = 0;      ///< templates: -1, 0, +1
    };
    struct Found {
        std::string_view name;
        std::string_view text;
        bool is_number = false;
    };
    static std::vector<Piece> pieces(Tree const& node, std::string const& file, bool is_template);
    bool match(std::string_view code, std::vector<Found>& found) const;

    std::vector<Piece> match_;
    std::vector<Piece> output_;
    std::vector<Piece> single_;
    std::string rule_;
};

} // namespace gateway::harmonize
