// Harmonizing one table: cells of an adapter in, series of the common schema out.
//
// Phase 1  TableHarmonizer::part() gives a CellSink per reader; cells become keyed numbers (runs.hpp). A
//          cell whose code, unit, time or sign is unknown is set aside and counted under its cause.
// Phase 2  emit() walks the cells in the caller's key order, decides what '-' means once the whole level is
//          known, finds doubles, applies protection, and hands out each series.
//
// Errors   Issues for rows; Error for the document as a whole (structure, more keys than fit).
// Source   docs/schema.md, "What becomes of a sign"; domain handbook sections 4 and 7.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gateway/core/cells.hpp"
#include "gateway/core/observation.hpp"
#include "gateway/harmonize/aside_log.hpp"
#include "gateway/harmonize/mapping.hpp"
#include "gateway/harmonize/runs.hpp"
#include "gateway/harmonize/table_keys.hpp"

namespace gateway::harmonize {

/// What is said of a cell beside its digits; few distinct ones per document.
struct CellState {
    std::optional<MissingReason> reason;
    Quality quality;
    friend bool operator==(CellState const&, CellState const&) = default;
};

struct ResolvedCell {
    TimePeriod period;
    Decimal number;
    std::uint32_t line = 0;
    std::uint16_t state = 0; ///< number in TableHarmonizer::states()
};

class TableHarmonizer {
  public:
    /// `mapping_for` is called once, when the layout is known. `directory` takes temporary files.
    TableHarmonizer(TableKeys::MappingFor mapping_for, AreaRegister const& areas, std::string directory);
    ~TableHarmonizer();

    /// A sink for one reader; the sinks of different parts may be used at the same time.
    CellSink& part();

    /// Every row that is set aside shall be listed: before the first part.
    void list_set_aside() noexcept { lists_ = true; }
    /// After emit(), where they are listed: every row, by line.
    [[nodiscard]] AsideLog aside_log() const;

    /// After all parts are finished.
    [[nodiscard]] TableKeys& keys() noexcept { return keys_; }
    [[nodiscard]] std::uint64_t rows() const;
    [[nodiscard]] std::uint64_t cells() const;
    /// What the readers and the mapping complained about.
    [[nodiscard]] std::vector<Issue> issues() const;
    /// Cells that did not become observations, after emit() those found there as well.
    [[nodiscard]] std::uint64_t set_aside() const;
    /// After emit(): cells that said again what another cell had said, taken once.
    [[nodiscard]] std::uint64_t repeated() const noexcept { return repeated_; }

    using SeriesSink =
        std::function<void(std::uint32_t indicator, std::uint32_t area, std::span<ResolvedCell const>)>;
    /// Hands out every series in the order given (ranks of the key numbers). States are announced in
    /// states() before they are used.
    void emit(KeyOrder order, unsigned threads, SeriesSink const& sink);
    [[nodiscard]] std::vector<CellState> const& states() const noexcept { return states_; }

    /// True where the document says everything about this cell, so that an absent row means a deletion:
    /// it holds cells of the same measure, level and period, and no row was set aside.
    [[nodiscard]] bool covers(std::string_view measure, AreaLevel level, TimePeriod const& period) const;

    /// The same whatever was set aside.
    [[nodiscard]] bool speaks_of(std::string_view measure, AreaLevel level, TimePeriod const& period) const;

  private:
    class Part;
    struct Evidence;
    class Resolver;
    std::vector<std::unique_ptr<Part>> parts_;
    TableKeys keys_;
    AreaRegister const& register_;
    std::string directory_;
    std::vector<CellState> states_;
    std::vector<Issue> late_issues_;
    AsideLog late_log_;
    bool lists_ = false;
    std::uint64_t late_set_aside_ = 0;
    std::uint64_t repeated_ = 0;
    std::unique_ptr<Evidence> evidence_;
};

} // namespace gateway::harmonize
