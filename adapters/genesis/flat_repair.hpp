// Short rows of flat files: is there exactly one reading?
//
// A row lacks one field. Each column is tried as the missing one; a reading holds only if everything that is
// there fits what the complete rows of the document say: known pairs of code and label, known measures, codes
// of known shape, a value that is a number or a sign. Two readings, or one whose missing field cannot be
// known, mean that the row is set aside.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/genesis/flat.hpp"

namespace adapters::genesis {

/// v4: variables and codes stand five fields too far left and nothing follows (52411-02-01-4).
bool is_stub_row(Row const& row, FlatLayout const& layout);

struct ShortRowReading {
    std::optional<std::uint32_t> column; ///< the missing one
    std::string text;                    ///< what belongs there; empty where only the label is not known
    std::string why;                     ///< where there is no single reading
};

/// What the complete rows said. Views into the dictionaries of the readers.
class FlatKnowledge {
  public:
    explicit FlatKnowledge(std::vector<FlatReader const*> const& readers);
    [[nodiscard]] ShortRowReading read(Row const& row) const;

  private:
    struct Variable {
        std::string_view label;
        std::map<std::string_view, std::string_view> codes;               ///< to label
        std::map<std::string_view, std::vector<std::string_view>> labels; ///< to codes
        std::set<std::string> shapes;
    };
    using Variables = std::map<std::string_view, Variable>;
    struct Measure {
        std::string_view unit, code, label;
    };
    struct Fields;
    struct Fit {
        bool fits = false;
        std::optional<std::string> missing; ///< its text, where it can be known
    };
    static void add(Variables& variables, Dictionary const& dictionary);
    static Fit fit_group(Variables const& variables, Fields const& fields, std::uint32_t first,
                         bool has_label);
    static Fit fit_variable(Variables const& variables, Fields const& fields, std::uint32_t first,
                            Variable const*& variable);
    static Fit fit_code(Variable const& variable, Fields const& fields, std::uint32_t first, bool has_label);
    [[nodiscard]] Fit fit_measure(Fields const& fields, std::uint32_t first) const;
    [[nodiscard]] Fit fit(Fields const& fields) const;

    FlatLayout const& layout_;
    Variables statistics_, times_;
    std::vector<Variables> blocks_;
    std::vector<Measure> measures_;
};

} // namespace adapters::genesis
