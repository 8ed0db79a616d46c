// The last decision about each cell: what '-' means here, which bounds apply, which of two rows counts.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "gateway/harmonize/evidence.hpp"

namespace gateway::harmonize {

class TableHarmonizer::Resolver {
  public:
    Resolver(TableKeys const& keys, Mapping const& mapping, AreaRegister const& areas,
             Evidence const& evidence, std::vector<CellState>& states, AsideLog* log);

    /// `group` holds all cells of one indicator by (area, period).
    void resolve(std::vector<KeyedCell> const& group, SeriesSink const& sink);

    [[nodiscard]] std::vector<Issue> issues() const;
    [[nodiscard]] std::uint64_t set_aside() const noexcept { return set_aside_; }
    /// Cells that said again what another cell had said.
    [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }

  private:
    enum class Outcome : std::uint8_t {
        as_is,
        zero,
        no_territory,
        not_loaded,
        not_known,
        subunit_unknown,
        contradicted
    };

    void look_at_parents(std::vector<KeyedCell> const& group);
    Outcome meaning_of_nothing(KeyedCell const& cell);
    Outcome outcome(KeyedCell const& cell);
    Protection protection(KeyedCell const& cell);
    std::uint16_t state(KeyedCell const& cell, Outcome outcome);
    CellState make_state(KeyedCell const& cell, Outcome outcome, Protection protection) const;
    void report_double(KeyedCell const* first, KeyedCell const* last, bool same);
    void note(Errc code, Severity severity, KeyedCell const& cell, std::string const& text,
              std::string const& next_step);

    TableKeys const& keys_;
    Mapping const& mapping_;
    AreaRegister const& areas_;
    Evidence const& evidence_;
    std::vector<CellState>& states_;
    AsideLog* log_; ///< null where nobody lists every row

    std::vector<std::uint8_t> existence_;  // [area][period], +1; 0 = not asked
    std::vector<std::uint8_t> protection_; // [measure][group][period], +1
    std::vector<bool> count_unit_;         // per indicator: plain count, so that rounding bounds apply
    std::unordered_map<std::uint64_t, std::uint16_t> state_numbers_;
    std::uint64_t last_state_key_ = ~std::uint64_t{0};
    std::uint16_t last_state_ = 0;
    // Of the current group:
    std::vector<bool> filled_; ///< [level and Land][period]: some number there
    std::map<std::pair<std::string, std::uint16_t>, KeyedCell> parents_; // Land or "" to its cell
    std::vector<ResolvedCell> series_;
    std::map<std::pair<Errc, std::string>, Issue> issues_;
    std::uint64_t set_aside_ = 0;
    std::uint64_t repeated_ = 0;
};

} // namespace gateway::harmonize
