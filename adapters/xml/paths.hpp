// Field paths: what a path gives within one record.
//
// Simple paths (names, "..", "@attribute", ".", "text()") match names under any prefix, or under the prefix
// written; everything else is XPath 1.0 and compares names as the document writes them.
//
// Errors   Error invalid_argument for a path that is no XPath.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/xml/records.hpp"

namespace adapters::xml {

struct Found {
    std::string text;
    std::size_t nodes = 0; ///< that the path fits; 0 = nothing, over 1 = ambiguous
};

class Paths {
  public:
    /// One column per element of `columns`; each is a list of spellings, the first that gives something counts.
    explicit Paths(std::vector<std::vector<std::string>> const& columns);
    ~Paths();
    Paths(Paths&&) noexcept;
    Paths& operator=(Paths&&) noexcept;

    /// Evaluates every column on one record. The result lives until the next call.
    /// \throws Error malformed where the record is no XML
    std::vector<Found> const& evaluate(Record const& record);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace adapters::xml
