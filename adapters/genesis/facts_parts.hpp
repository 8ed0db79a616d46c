// The parts of facts, one per kind of document, and what they share.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "adapters/genesis/facts.hpp"
#include "adapters/genesis/facts_value.hpp"
#include "gateway/core/decimal.hpp"

namespace adapters::genesis {

FactsValue flat_facts(std::string_view bytes, FactsOptions const& options);
FactsValue cube_facts(std::string_view bytes, FactsOptions const& options);
FactsValue answer_facts(std::string_view bytes, FactsOptions const& options);
FactsValue html_facts(std::string_view bytes, FactsOptions const& options);
FactsValue presentation_facts(std::string_view bytes, FactsOptions const& options);

/// A number with either mark, as facts count it.
std::optional<gateway::Decimal> facts_number(std::string_view text);

/// Sum or a note that it does not fit into 128 bits.
std::string sum_text(gateway::DecimalSum const& sum);

/// Whether codes of a variable are areas ("KREISE", "GEOGM4").
bool is_area_variable(std::string_view variable) noexcept;

/// "CRLF" where the first line ends so.
std::string line_ends_of(std::string_view bytes);

/// Cells of one measure.
struct MeasureFacts {
    std::string label, unit;
    std::uint64_t cells = 0, empty = 0, numeric = 0;
    std::optional<gateway::Decimal> min, max;
    gateway::DecimalSum sum;
    std::map<std::string, std::uint64_t> signs;

    void add(std::string_view text);
    [[nodiscard]] FactsValue value() const;
};

/// Distinct area codes by variable.
struct RegionFacts {
    std::map<std::string, std::set<std::string>> codes;
    [[nodiscard]] FactsValue value() const;
};

} // namespace adapters::genesis
